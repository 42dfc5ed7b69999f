"""Every rule about a mistake, in the order in which they are asked: the specific ones first."""

from __future__ import annotations

from engine.pitfalls.backward import BACKWARD
from engine.pitfalls.conditions import CONDITIONS
from engine.pitfalls.conversions import CONVERSIONS
from engine.pitfalls.creation import CREATION
from engine.pitfalls.dtypes import DTYPES
from engine.pitfalls.function_context import FUNCTION_CONTEXT
from engine.pitfalls.function_gradients import FUNCTION_GRADIENTS
from engine.pitfalls.functions import FUNCTIONS
from engine.pitfalls.in_place import IN_PLACE
from engine.pitfalls.indices import INDICES
from engine.pitfalls.inputs import INPUTS
from engine.pitfalls.joining import JOINING
from engine.pitfalls.layout import LAYOUT
from engine.pitfalls.leaves import LEAVES
from engine.pitfalls.loops import LOOPS
from engine.pitfalls.lost_graph import LOST_GRAPH
from engine.pitfalls.no_gradient import NO_GRADIENT_RULES
from engine.pitfalls.products import PRODUCTS
from engine.pitfalls.quiet import QUIET
from engine.pitfalls.rule import Rule
from engine.pitfalls.second_backward import SECOND_BACKWARD, TWICE
from engine.pitfalls.shapes import SHAPES
from engine.pitfalls.shared_graph import SHARED_GRAPH
from engine.pitfalls.targets import TARGETS

RULES: tuple[Rule, ...] = (
    *FUNCTION_CONTEXT,
    *FUNCTION_GRADIENTS,
    *FUNCTIONS,
    *IN_PLACE,
    *SECOND_BACKWARD,
    *SHARED_GRAPH,
    *TWICE,
    *QUIET,
    *LOST_GRAPH,
    *INPUTS,
    *NO_GRADIENT_RULES,
    *BACKWARD,
    *LEAVES,
    *LOOPS,
    *PRODUCTS,
    *SHAPES,
    *LAYOUT,
    *JOINING,
    *INDICES,
    *TARGETS,
    *DTYPES,
    *CONVERSIONS,
    *CREATION,
    *CONDITIONS,
)
