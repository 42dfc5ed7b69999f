"""The rule of every operation that a student may write."""

from __future__ import annotations

from typing import Final

from engine.derivation.activations import ACTIVATIONS
from engine.derivation.choices import CHOICES, OF_ELEMENTS
from engine.derivation.functions import FUNCTIONS
from engine.derivation.products import PRODUCTS
from engine.derivation.reductions import REDUCTIONS
from engine.derivation.rule import Rule
from engine.formula.tree import Apply

RULES: Final[dict[str, Rule]] = FUNCTIONS | ACTIVATIONS | CHOICES | REDUCTIONS | PRODUCTS


def rule_of(node: Apply) -> Rule:
    """The rule of an operation; `max` of one argument is another than that of several."""
    if len(node.args) == 1 and node.op in OF_ELEMENTS:
        return OF_ELEMENTS[node.op]
    return RULES[node.op]
