"""Roots of the course's polynomial: ours beside scipy and beside torch with backward."""

from __future__ import annotations

import timeit
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import torch
from scipy.optimize import bisect, brentq, elementwise, newton

from engine.derivation import derivative
from engine.formula.request import read_formula
from engine.formula.tree import Formula
from engine.formula.writing.tensor_function import tensor_function
from engine.roots.batch import newton_batch
from engine.roots.generated import Generated, generated
from tests.benchmarks.measure import Row, Table, number

TEXT: Final = "x^7 + 5x^3 + 17x - 9"
ROOT: Final = 0.493617117798773127
TOL: Final = 1e-12
MOST: Final = 50


def written(x: Any) -> Any:
    """f as a user writes it."""
    return x**7 + 5 * x**3 + 17 * x - 9


def slope_written(x: Any) -> Any:
    return 7 * x**6 + 15 * x**2 + 17


def nested(x: Any) -> Any:
    """f as a careful user writes it, with the fewest products."""
    square = x * x
    return ((square * square + 5) * square + 17) * x - 9


def slope_nested(x: Any) -> Any:
    square = x * x
    return (7 * square * square + 15) * square + 17


@dataclass(frozen=True, slots=True)
class Way:
    """A way to the root, or to many of them: what it returns is what it found."""

    name: str
    solve: Callable[[], Any]

    def named(self) -> str:
        """The name, and how far from the root it comes."""
        error = float(np.max(np.abs(np.asarray(self.solve()) - ROOT)))
        return f"{self.name} (error {error:.0e})"

    def once(self, at_least_s: float) -> float:
        """Microseconds for one call, over calls that take so long together."""
        calls = max(1, round(at_least_s / timeit.timeit(self.solve, number=1)))
        return timeit.timeit(self.solve, number=calls) / calls * 1e6


async def measure(
    rounds: int = 7, at_least_s: float = 0.1, sizes: tuple[int, ...] = (1_000, 1_000_000)
) -> list[Table]:
    """All ways in turns, on one thread: scipy has no other, torch is told so."""
    with one_thread():
        tables = [_table("one root on [0, 1]", _one(), rounds, at_least_s)]
        for size in sizes:
            title = f"Newton from {size:,} starts, those of copies f(x - s), |s| ≤ 1/2 at random"
            tables.append(_table(title, _many(size), rounds, at_least_s))
    return tables


@contextmanager
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _table(title: str, ways: list[Way], rounds: int, at_least_s: float) -> Table:
    """The first way is ours, and the peer of all others."""
    names = [way.named() for way in ways]
    took: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds):
        for way, values in zip(ways, took, strict=True):
            values.append(way.once(at_least_s))
    ours = Row(names[0], took[0])
    others = [Row(name, values, ours) for name, values in zip(names[1:], took[1:], strict=True)]
    return Table(f"root: {TEXT}, {title}, tol {number(TOL)}, one thread", "µs", [ours, *others])


def _solvers() -> tuple[Formula, Any, Generated]:
    formula = read_formula(TEXT)
    assert isinstance(formula, Formula)
    slope = derivative(formula, "x", {})
    return formula, slope, generated(formula, slope)


def _one() -> list[Way]:
    _, _, ours = _solvers()
    bracket = {"a": 0.0, "b": 1.0, "xtol": TOL}
    return [
        Way("generated Newton from 0.5", lambda: ours.newton(0.5, TOL, MOST)[0]),
        Way("generated safeguarded Newton", lambda: ours.safeguarded(0.0, 1.0, 0.5, TOL)[0]),
        Way("generated bisection", lambda: ours.bisection(0.0, 1.0, TOL)[0]),
        Way("scipy brentq, x**7", partial(brentq, written, **bracket)),
        Way("scipy brentq, nested products", partial(brentq, nested, **bracket)),
        Way("scipy bisect, x**7", partial(bisect, written, **bracket)),
        Way("scipy newton, x**7", partial(newton, written, 0.5, slope_written, tol=TOL)),
        Way("scipy newton, nested products", partial(newton, nested, 0.5, slope_nested, tol=TOL)),
        Way("scipy find_root, x**7", lambda: _found(0.0, 1.0, written)),
        Way("torch, Newton with backward", lambda: _backward(torch.tensor(0.5, dtype=_DOUBLE))),
    ]


def _many(size: int) -> list[Way]:
    formula, slope, ours = _solvers()
    shifts = torch.rand(size, dtype=_DOUBLE, generator=torch.Generator().manual_seed(5)) - 0.5
    starts = 0.5 - shifts
    function = tensor_function(formula, slope)
    array, floats = starts.numpy(), starts.tolist()
    lower, upper = array - 1, array + 1
    return [
        Way("newton_batch", lambda: newton_batch(function, starts, TOL, MOST).roots),
        Way("one after another, generated", lambda: [ours.newton(x, TOL, MOST)[0] for x in floats]),
        Way("scipy newton, x**7", partial(newton, written, array, slope_written, tol=TOL)),
        Way("scipy newton, x**7, its default tol", partial(newton, written, array, slope_written)),
        Way("scipy newton, nested", partial(newton, nested, array, slope_nested, tol=TOL)),
        Way("scipy find_root, x**7", lambda: _found(lower, upper, written)),
        Way("torch, Newton with backward", lambda: _backward(starts)),
    ]


_DOUBLE: Final = torch.float64


def _found(lower: Any, upper: Any, f: Callable[[Any], Any]) -> Any:
    tolerances = {"xatol": TOL, "xrtol": 0, "fatol": 0, "frtol": 0}
    return elementwise.find_root(f, (lower, upper), tolerances=tolerances).x


def _backward(starts: torch.Tensor) -> torch.Tensor:
    """As in the seminar, on as many numbers at once."""
    x = starts.clone().requires_grad_()
    for _ in range(MOST):
        y = written(x)
        if bool((y.abs() <= TOL).all()):
            break
        y.sum().backward()
        assert x.grad is not None
        with torch.no_grad():
            x -= y / x.grad
        x.grad = None
    return x.detach()
