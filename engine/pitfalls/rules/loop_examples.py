"""Cells of the seminar's loops that examples are made from: Newton's method, bisection."""

from __future__ import annotations

from typing import Final

POLY: Final = "x ** 7 + 5 * x ** 3 + 17 * x - 9"
FLOATS: Final = "torch.tensor(-10.0), torch.tensor(10.0)"
BISECTION: Final = """\
def poly(x):
    return x ** 7 + 5 * x ** 3 + 17 * x - 9

left, right = {ends}
while right - left > {tol}:
    mid = (left + right) {divide} 2
    if poly(mid) > 0:
        right = mid
    else:
        left = mid
left"""


def newton(
    step: str, *, poly: str = POLY, test: str = "val.abs() > 1e-5", reset: str = "x.grad = None"
) -> str:
    """A loop of Newton's method with this step, and what follows it in each turn.

    >>> print(newton("x -= val / x.grad").splitlines()[8])
            x -= val / x.grad
    """
    turn = f"    with torch.no_grad():\n        {step}\n    {reset}\n    val = poly(x)\n"
    return newton_of(turn, poly=poly, test=test)


def newton_of(turn: str, *, poly: str = POLY, test: str = "val.abs() > 1e-5") -> str:
    """The same loop; `turn` is all that follows `backward()`."""
    return (
        f"def poly(x):\n    return {poly}\n\n"
        "x = torch.tensor(1.0, requires_grad=True)\nval = poly(x)\n"
        f"while {test}:\n    val.backward()\n{turn}x"
    )
