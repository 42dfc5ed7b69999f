"""A request to find a root, as the methods take it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import torch

from engine.derivation import derivative
from engine.formula.root_request import RootRequest
from engine.formula.tree import Formula, Node
from engine.formula.writing.source import Floats, compiled, python_source
from engine.formula.writing.torch_function import torch_function
from engine.roots.bracket import bracket
from engine.roots.generated import Generated, generated

DTYPES: Final = {"float64": torch.float64, "float32": torch.float32}
TOL: Final = 1e-5  # what the course asks for
START: Final = 1.0  # where nothing is said: many a formula has no value at 0


@dataclass(frozen=True, slots=True)
class Problem:
    """f(z) = 0 with all that a method may need; `searched`: nobody gave the bracket."""

    formula: Formula
    derivative: Node
    f: Floats
    df: Floats
    loops: Generated
    function: Callable[..., torch.Tensor]
    start: float
    bracket: tuple[float, float] | None
    searched: bool
    tol: float
    dtype: Literal["float64", "float32"]

    @property
    def name(self) -> str:
        """The unknown."""
        return self.formula.inputs[0]

    @property
    def torch_dtype(self) -> torch.dtype:
        """What tensors are of."""
        return DTYPES[self.dtype]

    @property
    def inside(self) -> float:
        """A start within the bracket: the start itself, or the bracket's middle."""
        assert self.bracket is not None
        lower, upper = self.bracket
        return self.start if lower < self.start < upper else 0.5 * lower + 0.5 * upper

    def encloses(self, x: float) -> bool:
        """Whether x lies in the bracket that somebody asked for."""
        return self.searched or self.bracket is None or self.bracket[0] <= x <= self.bracket[1]


def problem_of(request: RootRequest) -> Problem:
    """The problem that a text asks; what it leaves open is chosen.

    The start is the bracket's middle, or 1. A bracket is sought from the start (`bracket`), and
    there may be none.

    >>> from engine.formula.root_request import read_root
    >>> problem = problem_of(read_root("x^2 - 2 on 0 4"))
    >>> problem.start, problem.f(3.0), problem.df(3.0)
    (2.0, 7.0, 6.0)
    """
    formula = request.formula
    slope = derivative(formula, formula.inputs[0], {})
    floats = compiled(python_source(formula, slope))
    ends = tuple(map(float, request.bracket or ()))
    middle = 0.5 * ends[0] + 0.5 * ends[1] if ends else START
    start = middle if request.start is None else float(request.start)
    return Problem(
        formula,
        slope,
        floats["f"],
        floats["df"],
        generated(formula, slope),
        torch_function(formula),
        start,
        (ends[0], ends[1]) if ends else bracket(floats["f"], start),
        not ends,
        TOL if request.tol is None else float(request.tol),
        request.dtype,
    )
