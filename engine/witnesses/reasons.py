"""Why the witnesses differ, each reason proved by running what it speaks of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import torch
from mpmath import mp, mpf

from engine.formula.figures import figure
from engine.formula.text import text_of
from engine.formula.tree import Apply, names_in
from engine.records import Note, WitnessKind
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

OTHER_STEPS: Final = (1e-3, 1e-5, 1e-7, 1e-9, 1e3)  # times the usual step
DIGITS_LOST: Final = 4  # fewer are no reason of their own
SINGLE_LARGEST, DOUBLE_LARGEST = "3.4e38", "1.8e308"


def no_value(case: Case, heard: Heard) -> Note | None:
    """Why the formula has no finite value here, if it has none."""
    value = heard.said[EXACT].value
    if mp.isfinite(value) or not heard.exactly:
        return None
    node = first_undefined(case) if mp.isnan(value) else None
    if node is not None:
        return _undefined(case, node)
    node = first_infinite(case)
    if node is None:
        return None
    return _infinite(case, node)


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


def at_place(case: Case, heard: Heard, place: Place) -> Note | None:
    """Why the witnesses differ on the derivative by one element, where the value is finite."""
    left, right = sides(case.shifted(place))
    left, right = _per_unit(case, place, left), _per_unit(case, place, right)
    torch_says = heard.said[AUTOGRAD].slopes[place]
    special = _special_of(case, place)
    text = text_of(special.node if special else case.formula.body)
    if jumps(left, right, heard.said[EXACT].value):
        ends = {"left": _shown(left.limit), "right": _shown(right.limit)}
        return Note("why.jump", {"text": text, **ends, "torch": figure(torch_says)})
    if mp.isnan(torch_says):
        return _zero_times_infinity(case) or _kink(text, left, right, torch_says)
    if bends(left, right):
        return _tied(special, text, left, right, torch_says) or _kink(
            text, left, right, torch_says
        )
    if any(side.slope is not None and mp.isinf(side.slope) for side in (left, right)):
        return Note("why.steep", {"text": text, "torch": figure(torch_says)})
    return None


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


def _kink(text: str, left: Side, right: Side, torch_says: Real) -> Note | None:
    if not bends(left, right):
        return None
    slopes = {"left": _shown(left.slope), "right": _shown(right.slope)}
    return Note("why.kink", {"text": text, **slopes, "torch": figure(torch_says)})


def _tied(
    special: Special | None, text: str, left: Side, right: Side, torch_says: Real
) -> Note | None:
    if special is None or not special.ties:
        return None
    slopes = {"left": _shown(left.slope), "right": _shown(right.slope)}
    said = {"text": text, "count": special.ties, "torch": figure(torch_says), **slopes}
    return Note("why.tie", said)


def _zero_times_infinity(case: Case) -> Note | None:
    found = infinite_slope(case)
    if found is None:
        return None
    node, slope = found
    return Note("why.zero_times_inf", {"text": text_of(node), "slope": slope})


def _shown(number: Real | None) -> str:
    return "?" if number is None else figure(number)


def torch_lost(case: Case, heard: Heard, kind: WitnessKind) -> Note | None:
    """Why torch's numbers of a dtype are wrong where the function itself is smooth."""
    dtype = torch.float32 if kind is SINGLE else torch.float64
    name = str(dtype).removeprefix("torch.")
    most = SINGLE_LARGEST if kind is SINGLE else DOUBLE_LARGEST
    node = first_overflow(case, dtype)
    if node is not None:
        value = figure(case.at_fifty(node))
        said = {"text": text_of(node), "value": value, "dtype": name, "most": most}
        return Note("why.overflow", said)
    lost = lost_digits(case)
    if lost is not None and lost[1] >= DIGITS_LOST:
        said = {"text": text_of(lost[0]), "digits": lost[1], "dtype": name}
        return Note("why.cancellation", {**said, "has": 7 if kind is SINGLE else 16})
    node = first_underflow(case, dtype)
    if node is not None:
        value = figure(case.at_fifty(node))
        return Note("why.underflow", {"text": text_of(node), "value": value, "dtype": name})
    return None


def step_failed(case: Case, heard: Heard, place: Place) -> Note | None:
    """Differences alone are wrong: proved by another step that is right."""
    right = heard.said[EXACT].slopes[place]
    step = heard.steps[place]
    said = {"step": f"{step:.0e}", "value": figure(heard.said[DIFFERENCES].slopes[place])}
    for factor in OTHER_STEPS:
        other = difference(case.function, case.tensors, place, step * factor)
        if not far(right, mpf(other), DIFFERENCES, mpf(1)):
            better = {"better": f"{step * factor:.0e}", "there": figure(other)}
            key = "why.step" if factor < 1 else "why.rounding"
            return Note(key, {**said, **better})
    return None


Look = Callable[[Case, Heard], Iterator[Note]]
