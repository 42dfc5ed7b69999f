"""What is written out is read back as a formula of the same value."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import assume, given, settings
from mpmath import mp, mpf

from engine.formula.exact import exact, values_of
from engine.formula.request import Request, read_request
from engine.formula.writing.text import text_of
from tests.engine.formula.conditions import tolerance
from tests.engine.formula.formulas import Example, scalar_examples, tensor_examples

TOO_LARGE = {"mistake.number", "mistake.exponent"}  # sinh(3^8.3), 3^(3^6.6)
NEAR = mpf(10) ** -30


def same(first: Any, second: Any, allowed: Any) -> bool:
    """Whether two numbers agree to 30 digits, or as many as rounding leaves; nan with nan."""
    if not (mp.isfinite(first) and mp.isfinite(second)):
        return bool(first == second or (mp.isnan(first) and mp.isnan(second)))
    return bool(abs(first - second) <= NEAR * (1 + allowed))


def agrees(example: Example) -> None:
    formula, values = example.formula, values_of(example.point)
    text = f"f({', '.join(formula.inputs)}) = {text_of(formula.body)}"

    read = read_request(text)

    assume(isinstance(read, Request) or read.note.key not in TOO_LARGE)
    assert isinstance(read, Request), (text, read)
    wanted, found = exact(formula.body, values), exact(read.formula.body, values)
    assert np.shape(found) == np.shape(wanted), text
    if not np.all(np.frompyfunc(same, 3, 1)(found, wanted, abs(wanted))):
        allowed = tolerance(formula.body, values)  # slow
        assume(allowed is not None)
        assert np.all(np.frompyfunc(same, 3, 1)(found, wanted, allowed)), (text, found, wanted)


@settings(max_examples=300, deadline=None)
@given(scalar_examples())
def test_a_formula_of_numbers(example: Example) -> None:
    agrees(example)


@settings(max_examples=300, deadline=None)
@given(tensor_examples())
def test_a_formula_of_tensors(example: Example) -> None:
    agrees(example)
