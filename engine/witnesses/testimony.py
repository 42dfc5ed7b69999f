"""Three witnesses heard on one case: what each says of every element, and where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import torch
from mpmath import mp, mpf

from engine.formula.tensors import tensors_of
from engine.formula.tree import walk
from engine.formula.work import work
from engine.records import WitnessKind
from engine.witnesses.autograd import autograd
from engine.witnesses.case import Case, numbers_of
from engine.witnesses.differences import Place, difference, step_at

Real = Any  # mpf: mpmath has no types

# How far a witness may be from the exact derivative e: this part of |e|, and this part of the
# largest derivative (at least 1), where e itself is 0. Float64 has 16 digits and a formula in a
# chat costs it a few; past 7 lost there is something to explain. Differences take h = 1e-5: a
# third derivative as large as 1e5 costs them h²/6 times it, a bend of the derivative itself h
# (x·|x| at 0). Float32 has 7 digits.
RELATIVE: Final = {
    WitnessKind.AUTOGRAD: 1e-9,
    WitnessKind.DIFFERENCES: 1e-5,
    WitnessKind.SINGLE: 1e-3,
}
ABSOLUTE: Final = {
    WitnessKind.AUTOGRAD: 1e-12,
    WitnessKind.DIFFERENCES: 2e-5,
    WitnessKind.SINGLE: 1e-5,
}
CALLS: Final = 100_000  # of torch's operations for the differences: about a third of a second
MOVED: Final = 1 << 24  # elements they may handle


@dataclass(frozen=True, slots=True)
class Said:
    """What one witness says: the value, and the derivative by every element it was asked for."""

    value: Real
    slopes: Mapping[Place, Real]


@dataclass(frozen=True, slots=True)
class Heard:
    """All that was said; `exactly`: the first of them had 50 digits, not 16."""

    said: Mapping[WitnessKind, Said]
    steps: Mapping[Place, float]
    exactly: bool

    def differs(self, kind: WitnessKind, place: Place) -> bool:
        """Whether a witness is further from the exact derivative than it may be."""
        exact, other = self.said[WitnessKind.EXACT], self.said[kind]
        size = largest([*exact.slopes.values(), mpf(1)])
        return far(exact.slopes[place], other.slopes[place], kind, size)

    def misvalues(self, kind: WitnessKind) -> bool:
        """Whether a witness has another value of the formula itself."""
        right = self.said[WitnessKind.EXACT].value
        # A value is not taken by differences: theirs is torch's.
        named = WitnessKind.AUTOGRAD if kind is WitnessKind.DIFFERENCES else kind
        return far(right, self.said[kind].value, named, mpf(1))

    def disputed(self, kind: WitnessKind) -> list[Place]:
        """The elements of which this witness says something else."""
        return [place for place in self.said[kind].slopes if self.differs(kind, place)]


def hear(case: Case) -> Heard:
    """Ask every witness; the formula must have a single number as its value."""
    exactly = case.affordable(case.formula.body, *case.derivatives.values())
    steps = {place: _step(case, place) for place in _asked(case)}
    said = {
        WitnessKind.EXACT: _exact(case) if exactly else _derived(case),
        WitnessKind.AUTOGRAD: _torch(case, torch.float64),
        WitnessKind.DIFFERENCES: _differences(case, steps),
        WitnessKind.SINGLE: _torch(case, torch.float32),
    }
    return Heard(said, steps, exactly)


def far(right: Real, other: Real, kind: WitnessKind, size: Real) -> bool:
    """Whether `other` is not what `right` is, by the tolerances of a kind of witness.

    >>> far(mpf(14), mpf("13.9999999998"), WitnessKind.DIFFERENCES, mpf(14))
    False
    >>> far(mpf(0), mpf("0.5"), WitnessKind.DIFFERENCES, mpf(1)), far(
    ...     mp.nan, mp.nan, WitnessKind.AUTOGRAD, mpf(1))
    (True, False)
    """
    if not (mp.isfinite(right) and mp.isfinite(other)):
        return not (right == other or (mp.isnan(right) and mp.isnan(other)))
    return bool(abs(right - other) > RELATIVE[kind] * abs(right) + ABSOLUTE[kind] * size)


def largest(numbers: list[Real]) -> Real:
    """The largest size among those that are finite."""
    return max(abs(each) for each in numbers if mp.isfinite(each))


def _exact(case: Case) -> Said:
    slopes = {name: case.at_fifty(node) for name, node in case.derivatives.items()}
    return Said(case.at_fifty(case.formula.body), _by_place(slopes))


def _derived(case: Case) -> Said:
    """The derived formula in float64, where 50 digits would take too long."""
    slopes = {name: case.in_torch(node) for name, node in case.derivatives.items()}
    (value,) = numbers_of(case.in_torch(case.formula.body))
    return Said(value, _by_place(slopes))


def _torch(case: Case, dtype: torch.dtype) -> Said:
    heard = autograd(case.function, tensors_of(case.point, dtype))
    (value,) = numbers_of(heard.value)
    return Said(value, _by_place(heard.partials))


def _by_place(slopes: Mapping[str, Any]) -> dict[Place, Real]:
    return {
        (name, index): number
        for name, each in slopes.items()
        for index, number in enumerate(numbers_of(each))
    }


def _differences(case: Case, steps: Mapping[Place, float]) -> Said:
    (value,) = numbers_of(case.function(*case.tensors.values()))
    slopes = {
        place: mpf(difference(case.function, case.tensors, place, step))
        for place, step in steps.items()
    }
    return Said(value, slopes)


def _asked(case: Case) -> Iterator[Place]:
    """Every element, or as many as there is time for, spread evenly over all of them."""
    calls = 2 * sum(1 for _ in walk(case.formula.body))
    most = min(CALLS // calls, MOVED // (2 * work(case.formula.body, case.shapes).total))
    places = list(case.places)
    stride = -(-len(places) // max(most, 1))
    yield from places[::stride]


def _step(case: Case, place: Place) -> float:
    name, index = place
    return step_at(float(case.tensors[name].view(-1)[index]))
