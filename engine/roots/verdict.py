"""Who won a race, and why: what the clock and the counts say together, and nothing beyond."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from engine.records import Arithmetic, Method, Note, Racer, Timing

RIVALS: Final = (Method.NEWTON, Method.BISECTION)
SLOWER: Final = {
    Method.NEWTON: "race.tensors.newton",
    Method.BISECTION: "race.tensors.bisection",
}
LEVEL: Final = 1.05  # a step dearer by less is told as costing the same
ROUNDED: Final = 1.1  # an error is told with two digits
ALIKE: Final = 1e-6  # of a root: float32 has seven digits


def verdict(racers: Sequence[Racer]) -> tuple[Note, ...]:
    """Newton against bisection in each arithmetic, then floats against tensors.

    The time of a method is its steps times the cost of a step, so whoever wins has fewer steps, or
    a cheaper one, or both: that is the reason given. Where the quartiles of two overlap nobody is
    ranked. Those that came to different roots solved different problems, and are not compared;
    nor is one that began at the root.

    >>> verdict([])
    ()
    """
    return (*_duels(racers), *_arithmetics(racers), *_noise(racers))


def _duels(racers: Sequence[Racer]) -> Iterator[Note]:
    for arithmetic in Arithmetic:
        timed = [_timed(racers, method, arithmetic) for method in RIVALS]
        newton, bisection = timed
        if newton and bisection and _agree(newton, bisection) and _both_stepped(newton, bisection):
            yield _duel(newton, bisection, arithmetic)


def _duel(one: Racer, other: Racer, arithmetic: Arithmetic) -> Note:
    first, second = _time(one), _time(other)
    if first.overlaps(second):
        return Note("race.even", {"arithmetic": arithmetic.value})
    if second.median_s < first.median_s:
        one, other, first, second = other, one, second, first
    values = {
        "arithmetic": arithmetic.value,
        "winner": one.method.value,
        "times": second.median_s / first.median_s,
        "steps": one.iterations,
        "more": other.iterations,
    }
    dearer = (first.median_s / one.iterations) / (second.median_s / other.iterations)
    if one.iterations >= other.iterations:
        return Note("race.won.cost", {**values, "cheaper": 1 / dearer})
    if 1 < dearer < LEVEL:
        return Note("race.won.level", values)
    if dearer > 1:
        return Note("race.won.steps", {**values, "dearer": dearer})
    return Note("race.won.both", {**values, "cheaper": 1 / dearer})


def _arithmetics(racers: Sequence[Racer]) -> Iterator[Note]:
    for method in RIVALS:
        floats = _timed(racers, method, Arithmetic.FLOATS)
        tensors = _timed(racers, method, Arithmetic.TENSORS)
        if not (floats and tensors and _same_work(floats, tensors)):
            continue
        times = _time(tensors).median_s / _time(floats).median_s
        if times > 1 and not _time(floats).overlaps(_time(tensors)):
            yield Note(SLOWER[method], {"times": times})
            return


def _both_stepped(one: Racer, other: Racer) -> bool:
    """Whether none had the root where it began: luck is no speed."""
    return one.iterations > 0 and other.iterations > 0


def _same_work(one: Racer, other: Racer) -> bool:
    return _agree(one, other) and one.iterations == other.iterations


def _noise(racers: Sequence[Racer]) -> Iterator[Note]:
    if any(racer.timing and racer.timing.noisy for racer in racers):
        yield Note("race.noisy")


def _agree(one: Racer, other: Racer) -> bool:
    """Whether they came to the same root: no further apart than their errors together."""
    here, there = float(one.root), float(other.root)
    errors = sum(float(each.error or each.width or 0) for each in (one, other))
    return abs(here - there) <= ROUNDED * errors + ALIKE * max(abs(here), abs(there))


def _timed(racers: Sequence[Racer], method: Method, arithmetic: Arithmetic) -> Racer | None:
    same = (each for each in racers if (each.method, each.arithmetic) == (method, arithmetic))
    return next((each for each in same if each.timing), None)


def _time(racer: Racer) -> Timing:
    assert racer.timing is not None  # `_timed` found it
    return racer.timing
