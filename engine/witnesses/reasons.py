"""Why the witnesses differ, each reason proved by running what it speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import torch
from mpmath import mp, mpf

from engine.formula.figures import figure
from engine.formula.text import text_of
from engine.formula.tree import Apply, names_in
from engine.records import Json, Note, WitnessKind
from engine.witnesses.case import Case, numbers_of
from engine.witnesses.culprits import (
    LIMITED,
    first_infinite,
    first_overflow,
    first_undefined,
    first_underflow,
    infinite_slope,
    lost_digits,
)
from engine.witnesses.differences import Place, difference
from engine.witnesses.kinks import Special, specials
from engine.witnesses.sides import Side, close, sides
from engine.witnesses.testimony import Heard, far

Real = Any  # mpf: mpmath has no types

EXACT, AUTOGRAD = WitnessKind.EXACT, WitnessKind.AUTOGRAD
DIFFERENCES, SINGLE = WitnessKind.DIFFERENCES, WitnessKind.SINGLE

OTHER_STEPS: Final = (1e-2, 1e-3, 1e-4, 1e-5, 1e-7, 1e2, 1e4, 1e6)  # times the usual step
DIGITS_LOST: Final = 3  # fewer are no reason of their own
LARGEST: Final = {torch.float32: "3.4e38", torch.float64: "1.8e308"}
DTYPES: Final = dict.fromkeys((EXACT, AUTOGRAD, DIFFERENCES), torch.float64) | {
    SINGLE: torch.float32
}
DIGITS: Final = {torch.float32: 7, torch.float64: 16}


def no_value(case: Case, heard: Heard) -> Note | None:
    """Why the formula has no finite value here, if it has none."""
    value = heard.said[EXACT].value
    if mp.isfinite(value) or not heard.exactly:
        return None
    node = first_undefined(case, case.formula.body) if mp.isnan(value) else None
    if node is not None:
        return _undefined(case, node)
    node = first_infinite(case, case.formula.body)
    if node is None:
        return None
    return _infinite(case, node)


def undefined_within(case: Case) -> Iterator[Note]:
    """A part without a value that the value of the whole does not show: sign(log(-1)) is 0."""
    node = first_undefined(case, case.formula.body)
    if node is not None:
        yield _undefined(case, node)


def no_derivative(case: Case, heard: Heard) -> Note | None:
    """Why a derived formula has no value at a point where the formula itself has one."""
    for node in case.derivatives.values():
        if any(map(mp.isnan, numbers_of(case.at_fifty(node)))):
            found = first_undefined(case, node)
            return _undefined(case, found) if found else None
    return None


def _undefined(case: Case, node: Apply) -> Note:
    text = text_of(node)
    args = [case.at_fifty(each) for each in node.args]
    if node.op in LIMITED and names_in(node):
        argument, value = text_of(node.args[0]), figure(args[0])
        return Note("why.domain", {"text": text, "argument": argument, "value": value})
    return Note("why.undefined", {"text": text, "arguments": ", ".join(map(figure, args))})


def _infinite(case: Case, node: Apply) -> Note:
    args = [case.at_fifty(each) for each in node.args]
    if any(each == 0 for arg in args for each in numbers_of(arg)):
        return Note("why.pole", {"text": text_of(node), "value": figure(case.at_fifty(node))})
    return Note("why.too_large", {"text": text_of(node)})


def at_place(case: Case, heard: Heard, place: Place) -> Iterator[Note]:
    """Why there is no derivative by one element, where the value is finite; nothing if there is."""
    left, right = (_per_unit(case, place, side) for side in sides(case.shifted(place)))
    torch_says = heard.said[AUTOGRAD].slopes[place]
    special = _special_of(case, place)
    said: dict[str, Json] = {
        "text": text_of(special.node if special else case.formula.body),
        "torch": figure(torch_says),
    }
    if mp.isnan(torch_says):
        yield from _zero_times_infinity(case)
    if jumps(left, right, heard.said[EXACT].value):
        yield Note("why.jump", {**said, "left": _shown(left.limit), "right": _shown(right.limit)})
    elif bends(left, right):
        slopes = {"left": _shown(left.slope), "right": _shown(right.slope)}
        yield _bend(special, {**said, **slopes}, torch_says)
    elif any(side.slope is not None and mp.isinf(side.slope) for side in (left, right)):
        yield Note("why.steep", said)
    elif mp.isnan(heard.said[EXACT].slopes[place]) and left.slope is not None:
        yield from _removable(case, place, left.slope)


def _removable(case: Case, place: Place, slope: Real) -> Iterator[Note]:
    """The function is smooth here, and only its derived formula has a hole."""
    node = first_undefined(case, case.derivatives[place[0]])
    if node is not None:
        arguments = ", ".join(figure(case.at_fifty(each)) for each in node.args)
        said = {"text": text_of(node), "arguments": arguments, "slope": figure(slope)}
        yield Note("why.removable", said)


def _bend(special: Special | None, said: dict[str, Json], torch_says: Real) -> Note:
    if mp.isnan(torch_says):
        return Note("why.two_slopes", said)
    if special is not None and special.ties:
        return Note("why.tie", {**said, "count": special.ties})
    return Note("why.kink", said)


def _per_unit(case: Case, place: Place, side: Side) -> Side:
    size = case.size(place)
    slope = None if side.slope is None else side.slope * size.denominator / size.numerator
    return Side(side.limit, slope)


def _special_of(case: Case, place: Place) -> Special | None:
    """The special place to name: the innermost that depends on this input."""
    found = [each for each in specials(case) if place[0] in names_in(each.node)]
    return found[-1] if found else None


def jumps(left: Side, right: Side, here: Real) -> bool:
    """Whether the value itself differs on the two sides, or from the value between them."""
    limits = [side.limit for side in (left, right) if side.limit is not None]
    return any(not close(limit, here) for limit in limits)


def bends(left: Side, right: Side) -> bool:
    """Whether there are slopes on both sides, and they are not one."""
    if left.slope is None or right.slope is None:
        return False
    return not close(left.slope, right.slope)


def _zero_times_infinity(case: Case) -> Iterator[Note]:
    found = infinite_slope(case)
    if found is not None:
        node, slope = found
        yield Note("why.zero_times_inf", {"text": text_of(node), "slope": slope})


def _shown(number: Real | None) -> str:
    return "?" if number is None else figure(number)


def overflowed(case: Case, kind: WitnessKind) -> Iterator[Note]:
    """The part of the formula that torch's numbers of a dtype cannot hold, if there is one."""
    dtype = DTYPES[kind]
    if (node := first_overflow(case, dtype)) is not None:
        said = {"text": text_of(node), "value": figure(case.at_fifty(node))}
        yield Note("why.overflow", {**said, "dtype": _name(dtype), "most": LARGEST[dtype]})


def digits_lost(case: Case, kind: WitnessKind) -> Iterator[Note]:
    """The part where torch's numbers of a dtype lose their digits, or all of a number."""
    dtype = DTYPES[kind]
    name = _name(dtype)
    lost = lost_digits(case)
    if lost is not None and lost[1] >= DIGITS_LOST:
        digits = {"digits": lost[1], "has": DIGITS[dtype]}
        key = "why.cancellation" if lost[0].op in ("add", "sub") else "why.sensitive"
        yield Note(key, {"text": text_of(lost[0]), "dtype": name, **digits})
    elif (node := first_underflow(case, dtype)) is not None:
        value = figure(case.at_fifty(node))
        yield Note("why.underflow", {"text": text_of(node), "value": value, "dtype": name})


def _name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def step_failed(case: Case, heard: Heard, place: Place) -> Iterator[Note]:
    """Differences alone are wrong: proved by another step that is right."""
    right, step = heard.said[EXACT].slopes[place], heard.steps[place]
    said = {"step": short(step), "value": figure(heard.said[DIFFERENCES].slopes[place])}
    for factor in OTHER_STEPS:
        other = difference(case.function, case.tensors, place, step * factor)
        if not far(right, mpf(other), DIFFERENCES, mpf(1)):
            better = {"better": short(step * factor), "there": figure(other)}
            yield Note("why.step" if factor < 1 else "why.rounding", {**said, **better})
            return
    spacing = torch.finfo(torch.float64).eps * abs(heard.said[EXACT].value)
    if abs(right - heard.said[DIFFERENCES].slopes[place]) <= spacing / step:
        yield Note("why.drowned", {**said, "noise": figure(spacing / step)})


def short(step: float) -> str:
    """A step as one writes it.

    >>> short(1e-5)
    '1e-5'
    """
    return f"{step:.0e}".replace("e-0", "e-").replace("e+0", "e+")
