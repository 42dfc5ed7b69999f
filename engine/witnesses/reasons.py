"""Why the witnesses differ, each reason proved by running what it speaks of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
import torch
from mpmath import mp, mpf

from engine.formula.figures import figure
from engine.formula.tree import Apply, Node, names_in, walk
from engine.formula.writing.text import text_of
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
BLAMED_MOST: Final = 12  # special places that are looked into
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
    for name, node in case.derivatives.items():
        if any(map(mp.isnan, numbers_of(case.at_fifty(node)))):
            found = first_undefined(case, node)
            if found is None:
                return None
            note = _undefined(case, found)
            return Note(note.key, {**note.values, "name": name})
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
    vanished = any(_vanished(case, each) for each in walk(node))
    at_zero = node.op == "log1p" or any(each == 0 for arg in args for each in numbers_of(arg))
    if (at_zero or node.op == "tan") and not vanished:
        return Note("why.pole", {"text": text_of(node), "value": figure(case.at_fifty(node))})
    return Note("why.too_large", {"text": text_of(node)})


def _vanished(case: Case, node: Node) -> bool:
    """0, though no exponential is: below e^-1000000."""
    if not isinstance(node, Apply) or node.op not in ("exp", "sigmoid", "softplus"):
        return False
    return any(each == 0 for each in numbers_of(case.at_fifty(node)))


def at_place(case: Case, heard: Heard, place: Place) -> Iterator[Note]:
    """Why there is no derivative by one element, where the value is finite; nothing if there is."""
    left, right = sides(case.shifted(place), case.size(place))
    here, torch_says = heard.said[EXACT].value, heard.said[AUTOGRAD].slopes[place]
    said: dict[str, Json] = {
        "title": case.formula.title,
        "name": place_text(case, place),
        "torch": figure(torch_says),
    }
    if mp.isnan(torch_says):
        yield from _zero_times_infinity(case)
    if jumps(left, right, here):
        limits = {"left": _shown(left.limit), "here": figure(here), "right": _shown(right.limit)}
        hole = left.limit is not None and right.limit is not None
        hole = hole and close(left.limit, right.limit)
        yield Note(
            "why.hole" if hole else "why.jump",
            {**said, **limits, "text": _text(_blamed(case, place, jumps))},
        )
    elif bends(left, right):
        slopes = {"left": _shown(left.slope), "right": _shown(right.slope)}
        special = _blamed(case, place, lambda *two: bends(*two[:2]) and not jumps(*two))
        yield _bend(special, {**said, **slopes, "text": _text(special)}, torch_says)
    elif steep(left, right):
        special = _blamed(case, place, lambda *two: steep(*two[:2]) and not jumps(*two))
        yield Note("why.steep", {**said, "text": _text(special)})
    elif left.slope is None or right.slope is None:
        yield from _edge(left, right, said)
    else:
        yield from _smooth(case, heard, place, left.slope, said)


def _edge(left: Side, right: Side, said: dict[str, Json]) -> Iterator[Note]:
    """Values on one side only."""
    there = [side for side in (left, right) if side.slope is not None]
    if there and Side(None, None) in (left, right):
        yield Note("why.edge", {**said, "slope": _shown(there[0].slope)})


def _smooth(
    case: Case, heard: Heard, place: Place, slope: Real, said: dict[str, Json]
) -> Iterator[Note]:
    """There is a derivative: does the derived formula see it?"""
    ours = heard.said[EXACT].slopes[place]
    said = {**said, "slope": _shown(slope)}
    if mp.isnan(ours):
        yield from _removable(case, place, said)
    elif mp.isfinite(ours) and not close(ours, slope):
        special = _special_of(case, place)
        if special is not None:
            yield Note("why.kinks_cancel", {**said, "text": text_of(special.node)})


def _removable(case: Case, place: Place, said: dict[str, Json]) -> Iterator[Note]:
    """The function has a derivative here, and only its derived formula has a hole."""
    node = first_undefined(case, case.derivatives[place[0]])
    if node is not None:
        arguments = ", ".join(figure(case.at_fifty(each)) for each in node.args)
        yield Note("why.removable", {**said, "text": text_of(node), "arguments": arguments})


def _bend(special: Special, said: dict[str, Json], torch_says: Real) -> Note:
    if mp.isnan(torch_says):
        return Note("why.two_slopes", said)
    if special.ties:
        return Note("why.tie", {**said, "count": special.ties})
    return Note("why.kink", said)


def place_text(case: Case, place: Place) -> str:
    """An element as one writes it: "x", or "x[0, 1]" of a tensor."""
    name, index = place
    shape = case.point[name].shape
    where = ", ".join(str(int(each)) for each in np.unravel_index(index, shape)) if shape else ""
    return f"{name}[{where}]" if where else name


Odd = Callable[[Side, Side, Real], bool]


def _blamed(case: Case, place: Place, odd: Odd) -> Special:
    """The innermost special place that is odd itself in this way, else the whole formula."""
    found = [each for each in specials(case) if place[0] in names_in(each.node)]
    for special in found[-BLAMED_MOST:][::-1]:
        function = case.shifted(place, special.node)
        if odd(*sides(function, case.size(place)), function(mpf(0))):
            return special
    return Special(case.formula.body)


def _text(special: Special) -> str:
    return text_of(special.node)


def _special_of(case: Case, place: Place) -> Special | None:
    """The special place to name: the innermost that depends on this input."""
    found = [each for each in specials(case) if place[0] in names_in(each.node)]
    return found[-1] if found else None


def jumps(left: Side, right: Side, here: Real) -> bool:
    """Whether the value itself differs on the two sides, or from the value between them."""
    limits = [side.limit for side in (left, right) if side.limit is not None]
    return any(not close(limit, here) for limit in limits)


def steep(left: Side, right: Side) -> bool:
    """Whether a slope grows without end."""
    return any(side.slope is not None and bool(mp.isinf(side.slope)) for side in (left, right))


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
    return "—" if number is None else figure(number)


def overflowed(case: Case, kind: WitnessKind) -> Iterator[Note]:
    """The part of the formula that torch's numbers of a dtype cannot hold, if there is one."""
    dtype = DTYPES[kind]
    if (node := first_overflow(case, dtype)) is not None:
        said = {"text": text_of(node), "value": figure(case.at_fifty(node))}
        yield Note("why.overflow", {**said, "dtype": _name(dtype), "most": LARGEST[dtype]})


def digits_lost(case: Case, kind: WitnessKind, blind: bool) -> Iterator[Note]:
    """The part where torch's numbers of a dtype lose their digits, or all of a number.

    `blind`: torch has no finite number at all, for which a 0 is to blame first.
    """
    dtype = DTYPES[kind]
    name = _name(dtype)
    if blind and (node := first_underflow(case, dtype)) is not None:
        yield _underflowed(case, node, name)
        return
    lost = lost_digits(case)
    if lost is not None and lost[1] >= DIGITS_LOST:
        digits = {"digits": lost[1], "has": DIGITS[dtype]}
        key = "why.cancellation" if lost[0].op in ("add", "sub") else "why.sensitive"
        yield Note(key, {"text": text_of(lost[0]), "dtype": name, **digits})
    elif (node := first_underflow(case, dtype)) is not None:
        yield _underflowed(case, node, name)


def _underflowed(case: Case, node: Apply, name: str) -> Note:
    value = figure(case.at_fifty(node))
    return Note("why.underflow", {"text": text_of(node), "value": value, "dtype": name})


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
