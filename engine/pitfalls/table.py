"""Every rule about a mistake, in the order in which they are asked: the specific ones first."""

from __future__ import annotations

from engine.pitfalls.backward import BACKWARD
from engine.pitfalls.conversions import CONVERSIONS
from engine.pitfalls.dtypes import DTYPES
from engine.pitfalls.functions import FUNCTIONS
from engine.pitfalls.in_place import IN_PLACE
from engine.pitfalls.layout import LAYOUT
from engine.pitfalls.leaves import LEAVES
from engine.pitfalls.loops import LOOPS
from engine.pitfalls.no_gradient import NO_GRADIENT_RULES
from engine.pitfalls.no_graph import NO_GRAPH
from engine.pitfalls.products import PRODUCTS
from engine.pitfalls.rule import Rule
from engine.pitfalls.second_backward import SECOND_BACKWARD
from engine.pitfalls.shapes import SHAPES

RULES: tuple[Rule, ...] = (
    *FUNCTIONS,
    *IN_PLACE,
    *SECOND_BACKWARD,
    *NO_GRAPH,
    *NO_GRADIENT_RULES,
    *BACKWARD,
    *LEAVES,
    *LOOPS,
    *PRODUCTS,
    *SHAPES,
    *LAYOUT,
    *DTYPES,
    *CONVERSIONS,
)
