r"""The witness that knows no rules: the formula itself, a little to each side of the point."""

from __future__ import annotations

import math
from typing import Final

from engine.formula.tensors import Tensors
from engine.witnesses.autograd import Function

STEP: Final = 1e-5  # near the cube root of float64's eps, 6e-6, and easy to repeat by hand

Place = tuple[str, int]  # an input, and one of its elements counted row by row


def step_at(x: float) -> float:
    """The step for an element x: 1e-5, scaled by the power of ten of a large x.

    The central difference errs by about h²·|f'''|/6 (left out terms) + eps·|f|/h (rounding);
    with f and its derivatives of one size, h ≈ eps^(1/3)·max(1, |x|) makes the sum least.

    Source: Press et al., Numerical Recipes, 3rd edition, section 5.7, equation 5.7.8.

    >>> step_at(2.0), step_at(-300.0)
    (1e-05, 0.001)
    """
    size = abs(x)
    return STEP if not 1 <= size < math.inf else STEP * 10.0 ** math.floor(math.log10(size))


def difference(function: Function, point: Tensors, place: Place, step: float) -> float:
    """(f(x + h) - f(x - h)) / 2h, h = `step`, x the element of `point` at `place`.

    >>> import torch
    >>> square = lambda x: x ** 2
    >>> round(difference(square, {"x": torch.tensor(3.0).double()}, ("x", 0), 1e-5), 6)
    6.0
    """
    right, left = (_moved(function, point, place, by) for by in (step, -step))
    return (right - left) / (2 * step)


def _moved(function: Function, point: Tensors, place: Place, by: float) -> float:
    name, index = place
    moved = point[name].clone()
    moved.view(-1)[index] += by
    return float(function(*{**point, name: moved}.values()))
