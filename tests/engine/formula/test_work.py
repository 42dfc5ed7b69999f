"""The forecast of a formula's work counts what torch makes."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from torch.overrides import TorchFunctionMode

from engine.formula.tensors import tensors_of
from engine.formula.work import work
from engine.formula.writing.torch_function import torch_function
from tests.engine.formula.asking import read
from tests.engine.formula.formulas import Example, tensor_examples


class Largest(TorchFunctionMode):
    """Hears every result of torch's."""

    elements = 0

    def __torch_function__(self, func, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
        result = func(*args, **(kwargs or {}))
        if isinstance(result, torch.Tensor):
            self.elements = max(self.elements, result.numel())
        return result


@settings(max_examples=100, deadline=None)
@given(tensor_examples())
def test_no_intermediate_is_larger_than_forecast(example: Example) -> None:
    shapes = {name: array.shape for name, array in example.point.items()}
    function = torch_function(example.formula)
    with Largest() as heard:
        function(*tensors_of(example.point).values())

    assert heard.elements <= work(example.formula.body, shapes).largest


@pytest.mark.parametrize(
    ("text", "largest"),
    [
        ("sum(x + A) at x=[1,2,3], A=[[1],[2]]", 6),
        ("sum(A @ A) at A=[[1,2],[3,4]]", 8),
        ("x[0] + 1 at x=[1,2,3]", 3),
    ],
)
def test_broadcasting_and_products_count(text: str, largest: int) -> None:
    asked = read(text)
    shapes = {name: array.shape for name, array in asked.point.items()}

    assert work(asked.formula.body, shapes).largest == largest
