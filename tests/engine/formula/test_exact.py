"""The exact witness against torch in float64."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import HealthCheck, assume, given, settings
from mpmath import mpf

from engine.formula.exact import exact, values_of
from engine.formula.torch_function import torch_function, torch_source
from engine.formula.tree import Point
from tests.engine.formula.conditions import tolerance
from tests.engine.formula.formulas import Example, scalar_examples, tensor_examples

EPS = mpf(2) ** -52


def tensors(point: Point) -> dict[str, torch.Tensor]:
    return {
        name: torch.tensor([float(each) for each in value.values], dtype=torch.float64).reshape(
            value.shape
        )
        for name, value in point.items()
    }


def agrees(example: Example) -> None:
    formula, values = example.formula, values_of(example.point)
    allowed = tolerance(formula.body, values)
    assume(allowed is not None)
    given_tensors = tensors(example.point)
    answer = torch_function(formula)(*(given_tensors[name] for name in formula.inputs))
    right = exact(formula.body, values)
    assert tuple(answer.shape) == np.shape(right)
    found = np.array([mpf(each) for each in answer.flatten().tolist()], dtype=object)
    wrong = abs(found.reshape(np.shape(right)) - right)
    assert np.all(np.asarray(wrong <= 1000 * EPS * allowed, dtype=bool)), torch_source(formula)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(scalar_examples())
def test_formulas_of_numbers_agree_with_float64(example: Example) -> None:
    agrees(example)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(tensor_examples())
def test_formulas_of_tensors_agree_with_float64(example: Example) -> None:
    agrees(example)
