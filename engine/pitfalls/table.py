"""Every rule about a mistake, in the order in which they are asked: the specific ones first."""

from __future__ import annotations

from engine.pitfalls.rule import Rule
from engine.pitfalls.rules.backward import BACKWARD
from engine.pitfalls.rules.conditions import CONDITIONS
from engine.pitfalls.rules.conversions import CONVERSIONS
from engine.pitfalls.rules.creation import CREATION
from engine.pitfalls.rules.dtypes import DTYPES
from engine.pitfalls.rules.function_context import FUNCTION_CONTEXT
from engine.pitfalls.rules.function_gradients import FUNCTION_GRADIENTS
from engine.pitfalls.rules.functions import FUNCTIONS
from engine.pitfalls.rules.in_place import IN_PLACE
from engine.pitfalls.rules.indices import INDICES
from engine.pitfalls.rules.inputs import INPUTS
from engine.pitfalls.rules.joining import JOINING
from engine.pitfalls.rules.layout import LAYOUT
from engine.pitfalls.rules.leaves import LEAVES
from engine.pitfalls.rules.loops import LOOPS
from engine.pitfalls.rules.lost_graph import LOST_GRAPH
from engine.pitfalls.rules.modules import MODULES
from engine.pitfalls.rules.no_gradient import NO_GRADIENT_RULES
from engine.pitfalls.rules.powers import POWERS
from engine.pitfalls.rules.products import PRODUCTS
from engine.pitfalls.rules.quiet import QUIET
from engine.pitfalls.rules.second_backward import SECOND_BACKWARD, TWICE
from engine.pitfalls.rules.shapes import SHAPES
from engine.pitfalls.rules.shared_graph import SHARED_GRAPH
from engine.pitfalls.rules.targets import TARGETS

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
    *POWERS,
    *DTYPES,
    *CONVERSIONS,
    *CREATION,
    *MODULES,
    *CONDITIONS,
)
