"""Sizes that do not fit are found in the smallest part, in torch's own words."""

from __future__ import annotations

from fractions import Fraction

import pytest
import torch

from engine.formula.tensors import tensors_of
from engine.formula.tree import Array
from engine.formula.writing.torch_function import torch_function
from engine.records import Misread
from engine.witnesses.computable import first_value
from tests.engine.formula.asking import read
from tests.engine.witnesses.asked import report

CLASHES = {
    "1 + 2dot(x, y) at x=[1, 2], y=[1, 2, 3]": "dot(x, y)",
    "sum(exp(A @ x)) at A=[[1, 2], [3, 4]], x=[1, 2, 3]": "A @ x",
    "sum(sin(x + y)) at x=[1, 2], y=[1, 2, 3]": "x + y",
    "1 + exp(x)[5] at x=[1, 2]": "exp(x)[5]",
    "1 + sum(x, dim=1) at x=[1, 2]": "sum(x, dim=1)",
    "dot(x, x) at x=2": "dot(x, x)",
}


@pytest.mark.parametrize("text", CLASHES)
def test_smallest_part_is_named_with_torchs_line(text: str) -> None:
    mistake = report(text).mistake
    asked = read(text)

    assert mistake is not None
    assert mistake.note.key == "mistake.shapes"
    assert mistake.note.values["text"] == CLASHES[text]
    with pytest.raises((RuntimeError, IndexError)) as caught:
        torch_function(asked.formula)(*tensors_of(asked.point).values())
    assert str(mistake.note.values["error"]).endswith(str(caught.value))


def test_value_is_torchs() -> None:
    asked = read("A @ x at A=[[1, 2], [3, 4]], x=[5, 6]")
    found = first_value(asked.formula, asked.point)

    assert isinstance(found, torch.Tensor)
    assert found.tolist() == [17, 39]


def test_too_much_work_is_refused_before_it_is_done() -> None:
    asked = read("sum((x @ y) @ (x @ y)) at x=1, y=1")
    one = Fraction(1)
    point = {"x": Array((256, 1), (one,) * 256), "y": Array((1, 256), (one,) * 256)}
    found = first_value(asked.formula, point)

    assert isinstance(found, Misread)
    assert found.note.key == "mistake.work"
