"""Whom to believe: the witnesses side by side, and why they differ where they do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from mpmath import mp

from engine.formula.figures import figure
from engine.records import Note, Testimony, Witness, WitnessKind
from engine.witnesses.case import Case
from engine.witnesses.differences import Place
from engine.witnesses.kinks import specials
from engine.witnesses.reasons import (
    at_place,
    no_value,
    step_failed,
    torch_lost,
)
from engine.witnesses.testimony import Heard, hear

Real = Any  # mpf: mpmath has no types

EXACT, AUTOGRAD = WitnessKind.EXACT, WitnessKind.AUTOGRAD
DIFFERENCES, SINGLE = WitnessKind.DIFFERENCES, WitnessKind.SINGLE

REASONS_MOST: Final = 4
PLACES_MOST: Final = 4  # elements that are looked into

# Whom each reason makes credible. At a kink there is no derivative, and torch's convention is
# what training uses; where the value itself does not exist, differences say so.
CREDIBLE: Final = {
    "why.kink": AUTOGRAD,
    "why.tie": AUTOGRAD,
    "why.jump": AUTOGRAD,
    "why.steep": AUTOGRAD,
    "why.zero_times_inf": EXACT,
    "why.domain": DIFFERENCES,
    "why.undefined": DIFFERENCES,
    "why.pole": EXACT,
    "why.too_large": EXACT,
    "why.overflow": EXACT,
    "why.underflow": EXACT,
    "why.cancellation": EXACT,
    "why.step": EXACT,
    "why.rounding": EXACT,
    "why.unexplained": EXACT,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The record, the numbers to show as the answer, and what to remark where all agree."""

    testimony: Testimony
    value: Real
    partials: dict[str, Any]
    notes: tuple[Note, ...]


def judge(case: Case) -> Verdict:
    """Hear the witnesses on a formula whose value is a number; say whom to believe, and why.

    The exact witness is right wherever the derivative exists. It is believed against the others
    unless the reason for the difference says otherwise, see `CREDIBLE`.
    """
    heard = hear(case)
    differing = [kind for kind in (AUTOGRAD, DIFFERENCES, SINGLE) if _differs(heard, kind)]
    reasons = _unique(_reasons(case, heard, differing))[:REASONS_MOST]
    if differing and not reasons:
        reasons = [Note("why.unexplained")]
    believed = CREDIBLE[reasons[0].key] if differing else None
    kinds = [EXACT, AUTOGRAD, DIFFERENCES, *([SINGLE] if SINGLE in differing else [])]
    testimony = Testimony(
        tuple(_witness(case, heard, kind) for kind in kinds),
        believed,
        tuple(reasons),
        _error(heard),
        _step(heard),
    )
    said = heard.said[believed or EXACT]
    notes = () if reasons else tuple(_remarks(case, heard))
    return Verdict(testimony, said.value, _partials(case, heard, believed or EXACT), notes)


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
    for place in list(disputed)[:PLACES_MOST]:
        note = at_place(case, heard, place) or _smooth(case, heard, place)
        if note is not None:
            yield note
    if not disputed:
        kind = AUTOGRAD if AUTOGRAD in differing else differing[-1]
        note = torch_lost(case, heard, kind)
        if note is not None:
            yield note


def _smooth(case: Case, heard: Heard, place: Place) -> Note | None:
    if heard.differs(AUTOGRAD, place):
        return torch_lost(case, heard, AUTOGRAD)
    return step_failed(case, heard, place) or torch_lost(case, heard, DIFFERENCES)


def _remarks(case: Case, heard: Heard) -> Iterator[Note]:
    """All agree, by luck, at a place where there is no derivative."""
    if not heard.exactly or not any(True for _ in specials(case)):
        return
    names = dict.fromkeys(name for name, _ in case.places)
    for place in [place for place in case.places if place[0] in names][:PLACES_MOST]:
        note = at_place(case, heard, place)
        if note is not None:
            yield Note(note.key.replace("why.", "note."), note.values)


def _witness(case: Case, heard: Heard, kind: WitnessKind) -> Witness:
    partials = _partials(case, heard, kind)
    value = figure(heard.said[kind].value)
    return Witness(kind, value, tuple(figure(each) for each in partials.values()))


def _partials(case: Case, heard: Heard, kind: WitnessKind) -> dict[str, Any]:
    """What a witness says by each input, in its shape; only the elements it was asked for."""
    slopes = heard.said[kind].slopes
    return {
        name: _shaped([slopes[name, i] for i in range(len(array.values)) if (name, i) in slopes],
                      array.shape)
        for name, array in case.point.items()
    }


def _shaped(numbers: list[Real], shape: tuple[int, ...]) -> Any:
    if not shape:
        return numbers[0] if numbers else mp.nan
    found = np.empty(len(numbers), dtype=object)
    found[:] = numbers
    return found.reshape(shape) if found.size == np.prod(shape) else found


def _error(heard: Heard) -> str:
    right, other = heard.said[EXACT].slopes, heard.said[DIFFERENCES].slopes
    errors = [abs(right[place] - slope) for place, slope in other.items()]
    finite = [error for error in errors if mp.isfinite(error)]
    return f"{float(max(finite)):.1e}" if finite else ""


def _step(heard: Heard) -> str:
    steps = sorted(set(heard.steps.values()))
    shown = [f"{step:.0e}".replace("e-0", "e-").replace("e+0", "e+") for step in steps]
    return shown[0] if len(shown) == 1 else f"{shown[0]}…{shown[-1]}"


def _unique(notes: Iterator[Note]) -> list[Note]:
    found: list[Note] = []
    for note in notes:
        if note not in found:
            found.append(note)
    return found
