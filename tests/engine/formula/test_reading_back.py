"""What is written out is read back as a formula of the same value."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from mpmath import mp, mpf

from engine.formula.exact import exact, values_of
from engine.formula.request import Request, read_request
from engine.formula.text import text_of
from tests.engine.formula.formulas import Example, scalar_examples, tensor_examples

NEAR = mpf(10) ** -30


def same(first: mpf, second: mpf) -> bool:
    """Whether two numbers agree to 30 digits; nan agrees with nan."""
    if mp.isnan(first) or mp.isnan(second) or not mp.isfinite(first):
        return bool(mp.isnan(first) and mp.isnan(second)) or bool(first == second)
    return bool(abs(first - second) <= NEAR * (1 + abs(first)))


def agrees(example: Example) -> None:
    formula, values = example.formula, values_of(example.point)
    text = f"f({', '.join(formula.inputs)}) = {text_of(formula.body)}"

    read = read_request(text)

    assume(isinstance(read, Request) or read.note.key != "mistake.number")  # sinh(3^8.3)
    assert isinstance(read, Request), (text, read)
    wanted, found = exact(formula.body, values), exact(read.formula.body, values)
    assert np.shape(found) == np.shape(wanted), text
    assert all(map(same, np.ravel(found), np.ravel(wanted))), (text, found, wanted)


@settings(max_examples=1000, deadline=None)
@given(scalar_examples())
def test_a_formula_of_numbers(example: Example) -> None:
    agrees(example)


@settings(max_examples=1000, deadline=None)
@given(tensor_examples())
def test_a_formula_of_tensors(example: Example) -> None:
    agrees(example)
