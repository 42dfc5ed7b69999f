"""Formulas by their texts, ready for every method."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from torch import Tensor

from engine.derivation import derivative
from engine.formula.request import read_formula
from engine.formula.tree import Formula, Node
from engine.formula.writing.source import compiled, python_source
from engine.formula.writing.torch_function import torch_function

Function = Callable[[float], float]


def formula(text: str) -> Formula:
    """The formula of a text without a mistake."""
    found = read_formula(text)
    assert isinstance(found, Formula), found
    return found


@cache
def slope(text: str) -> Node:
    """Its derivative."""
    return derivative(formula(text), formula(text).inputs[0], {})


@cache
def floats(text: str) -> tuple[Function, Function]:
    """f and f' on floats."""
    functions = compiled(python_source(formula(text), slope(text)))
    return functions["f"], functions["df"]


@cache
def tensors(text: str) -> Callable[[Tensor], Tensor]:
    """f on tensors."""
    return torch_function(formula(text))
