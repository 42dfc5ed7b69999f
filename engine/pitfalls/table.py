"""Every rule about a mistake, in the order in which they are asked: the specific ones first."""

from __future__ import annotations

from engine.pitfalls.backward import BACKWARD
from engine.pitfalls.in_place import IN_PLACE
from engine.pitfalls.rule import Rule

RULES: tuple[Rule, ...] = (
    *IN_PLACE,
    *BACKWARD,
)
