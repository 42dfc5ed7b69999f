"""Whom to believe: the witnesses side by side, and why they differ where they do."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from mpmath import mp

from engine.formula.exact_arrays import packed
from engine.formula.figures import figure
from engine.formula.tree import names_in
from engine.records import Note, Testimony, Witness, WitnessKind
from engine.witnesses.case import Case
from engine.witnesses.differences import Place
from engine.witnesses.kinks import specials
from engine.witnesses.reasons import (
    at_place,
    digits_lost,
    no_derivative,
    no_value,
    overflowed,
    short,
    step_failed,
    undefined_within,
)
from engine.witnesses.testimony import Heard, hear

Real = Any  # mpf: mpmath has no types

EXACT, AUTOGRAD = WitnessKind.EXACT, WitnessKind.AUTOGRAD
DIFFERENCES, SINGLE = WitnessKind.DIFFERENCES, WitnessKind.SINGLE

REASONS_MOST: Final = 4
PLACES_MOST: Final = 4  # elements that are looked into

# Whom each reason makes credible. At a kink there is no derivative, and torch's convention is
# what training uses. Who is right that says infinity where the graph is vertical: see `_believed`.
CREDIBLE: Final = {
    "why.kink": AUTOGRAD,
    "why.tie": AUTOGRAD,
    "why.jump": AUTOGRAD,
    "why.zero_times_inf": EXACT,
    "why.two_slopes": EXACT,
    "why.edge": EXACT,
    "why.kinks_cancel": DIFFERENCES,
    "why.too_large": EXACT,
    "why.overflow": EXACT,
    "why.underflow": EXACT,
    "why.cancellation": EXACT,
    "why.sensitive": EXACT,
    "why.step": EXACT,
    "why.rounding": EXACT,
    "why.drowned": EXACT,
    "why.unexplained": EXACT,
    "why.not_searched": EXACT,
}
# There is no value, so there is no derivative, whatever is said of it.
NOBODY: Final = ("why.domain", "why.undefined", "why.pole")
# Where the derived formula is no derivative, and nothing to measure the differences by.
MISSING: Final = (
    *("kink", "tie", "jump", "steep", "two_slopes", "edge", "kinks_cancel"),
    *("domain", "undefined", "pole"),
)
# What is said of the same where all witnesses agree.
AS_REMARK: Final = {
    "why.kink": "note.kink",
    "why.tie": "note.tie",
    "why.jump": "note.jump",
    "why.steep": "note.steep",
    "why.zero_times_inf": "note.zero_times_inf",
    "why.two_slopes": "note.two_slopes",
    "why.removable": "note.removable",
    "why.edge": "note.edge",
    "why.kinks_cancel": "note.kinks_cancel",
    "why.domain": "note.domain",
    "why.undefined": "note.undefined",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The record, the numbers to show as the answer, and what to remark where all agree."""

    testimony: Testimony
    value: Real
    partials: dict[str, Any]
    derived: dict[str, bool]  # by input: whether the derived formula has these values
    notes: tuple[Note, ...]


def judge(case: Case) -> Verdict:
    """Hear the witnesses on a formula whose value is a number; say whom to believe, and why.

    The exact witness is right wherever the derivative exists. It is believed against the others
    unless the reason for the difference says otherwise, see `CREDIBLE`.
    """
    heard = hear(case)
    differing = [kind for kind in (AUTOGRAD, DIFFERENCES, SINGLE) if _differs(heard, kind)]
    reasons = _unique(_reasons(case, heard, differing))[:REASONS_MOST]
    if differing == [SINGLE] and not reasons:
        differing = []  # float32 lost a little in many places: nothing to learn from
    if differing and not reasons:
        reasons = [Note("why.unexplained" if heard.exactly else "why.not_searched")]
    believed = _believed(heard, reasons) if differing else None
    notes = () if reasons else tuple(_unique(_remarks(case, heard)))
    kinds = [EXACT, AUTOGRAD, DIFFERENCES, *([SINGLE] if SINGLE in differing else [])]
    testimony = Testimony(
        tuple(_witness(case, heard, kind) for kind in kinds),
        believed,
        not differing,
        tuple(reasons),
        "" if _derivative_missing((*reasons, *notes)) else _error(heard),
        _step(heard),
    )
    said = heard.said[believed or EXACT]
    shown = _partials(case, heard, believed or EXACT)
    if differing and believed is None:
        shown = {name: _without_finite(each) for name, each in shown.items()}
    exactly = _partials(case, heard, EXACT)
    derived = {name: figure(exactly[name]) == figure(each) for name, each in shown.items()}
    return Verdict(testimony, said.value, shown, derived, notes)


def _derivative_missing(notes: tuple[Note, ...]) -> bool:
    return any(note.key.partition(".")[2] in MISSING for note in notes)


def _without_finite(slopes: Any) -> Any:
    """What a formula says of a derivative that there is none of: infinity and nan alone."""
    if isinstance(slopes, np.ndarray):
        return np.array([_without_finite(each) for each in slopes.flat], dtype=object).reshape(
            slopes.shape
        )
    return mp.nan if mp.isfinite(slopes) else slopes


def _believed(heard: Heard, reasons: list[Note]) -> WitnessKind | None:
    keys = [reason.key for reason in reasons]
    if keys[0] in NOBODY:
        return None
    if "why.removable" in keys:
        torch_knows = all(map(mp.isfinite, heard.said[AUTOGRAD].slopes.values()))
        return AUTOGRAD if torch_knows else DIFFERENCES
    if keys[0] in CREDIBLE:
        return CREDIBLE[keys[0]]
    for kind in (EXACT, AUTOGRAD):  # where the graph is vertical
        if any(map(mp.isinf, heard.said[kind].slopes.values())):
            return kind
    return None


def _differs(heard: Heard, kind: WitnessKind) -> bool:
    return heard.misvalues(kind) or bool(heard.disputed(kind))


def _reasons(case: Case, heard: Heard, differing: list[WitnessKind]) -> Iterator[Note]:
    nothing = no_value(case, heard)
    if nothing is not None:
        yield nothing
        return
    if not differing or not heard.exactly:
        return
    disputed = dict.fromkeys(
        place for kind in (AUTOGRAD, DIFFERENCES) for place in heard.disputed(kind)
    )
    if not disputed or heard.misvalues(AUTOGRAD):
        kind = AUTOGRAD if heard.misvalues(AUTOGRAD) else differing[-1]
        found = list(_lost(case, heard, kind))
        yield from found
        if found:
            return
    for place in list(disputed)[:PLACES_MOST]:
        yield from _at(case, heard, place)


def _at(case: Case, heard: Heard, place: Place) -> Iterator[Note]:
    if not mp.isfinite(heard.said[AUTOGRAD].slopes[place]):
        found = list(overflowed(case, AUTOGRAD))
        if found:
            yield from found
            return
    found = list(at_place(case, heard, place))
    if found:
        yield from found
    elif heard.differs(AUTOGRAD, place):
        yield from list(_lost(case, heard, AUTOGRAD)) or undefined_within(case)
    else:
        yield from step_failed(case, heard, place)


def _lost(case: Case, heard: Heard, kind: WitnessKind) -> Iterator[Note]:
    said = heard.said[kind]
    blind = not all(map(mp.isfinite, (said.value, *said.slopes.values())))
    yield from list(overflowed(case, kind)) or digits_lost(case, kind, blind)


def _remarks(case: Case, heard: Heard) -> Iterator[Note]:
    """All agree, by luck, at a place where there is no derivative."""
    if not heard.exactly:
        return
    nothing = no_derivative(case, heard)
    if nothing is not None:
        yield Note(AS_REMARK[nothing.key], nothing.values)
    names = {name for special in specials(case) for name in names_in(special.node)}
    for place in [place for place in case.places if place[0] in names][:PLACES_MOST]:
        for note in at_place(case, heard, place):
            yield Note(AS_REMARK[note.key], note.values)


def _witness(case: Case, heard: Heard, kind: WitnessKind) -> Witness:
    partials = _partials(case, heard, kind)
    value = figure(heard.said[kind].value)
    return Witness(kind, value, tuple(figure(each) for each in partials.values()))


def _partials(case: Case, heard: Heard, kind: WitnessKind) -> dict[str, Any]:
    """What a witness says by each input, in its shape; only the elements it was asked for."""
    slopes = heard.said[kind].slopes
    return {
        name: _shaped(
            [slopes[name, i] for i in range(len(array.values)) if (name, i) in slopes], array.shape
        )
        for name, array in case.point.items()
    }


def _shaped(numbers: list[Real], shape: tuple[int, ...]) -> Any:
    if not shape and not numbers:
        return mp.nan
    whole = len(numbers) == math.prod(shape)
    return packed(numbers, shape if whole else (len(numbers),))


def _error(heard: Heard) -> str:
    right, other = heard.said[EXACT].slopes, heard.said[DIFFERENCES].slopes
    errors = [abs(right[place] - slope) for place, slope in other.items()]
    finite = [error for error in errors if mp.isfinite(error)]
    if not finite:
        return ""
    largest = float(max(finite))
    return f"{largest:.1e}" if largest else "0"


def _step(heard: Heard) -> str:
    steps = sorted(set(heard.steps.values()))
    return short(steps[0]) if len(steps) == 1 else f"{short(steps[0])}…{short(steps[-1])}"


def _unique(notes: Iterator[Note]) -> list[Note]:
    """Each thing once: of a tie or a kink one input is enough."""
    found: dict[object, Note] = {}
    for note in notes:
        found.setdefault((note.key, note.values.get("text")), note)
    return list(found.values())
