"""What is said of a race in sentences: who won and why, and who did not arrive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from engine.records import Arithmetic, Method, Note, Race, Racer, Status
from handlers.reply.explained import worded
from handlers.reply.quantity import times
from handlers.reply.race_names import NAMES, ON
from handlers.words import Say

ENDED: Final = {
    Status.MULTIPLE: "race.ended.multiple",
    Status.STAGNATED: "race.ended.stagnated",
    Status.FLAT: "race.ended.flat",
    Status.NO_SIGN_CHANGE: "race.ended.no_sign_change",
    Status.POLE: "race.ended.pole",
    Status.JUMP: "race.ended.jump",
    Status.ZERO_DERIVATIVE: "race.ended.zero_derivative",
    Status.DIVERGED: "race.ended.diverged",
    Status.CYCLE: "race.ended.cycle",
    Status.NON_FINITE: "race.ended.non_finite",
    Status.LIMIT: "race.ended.limit",
}
NOWHERE: Final = ("", "inf", "-inf")
RATIOS: Final = ("times", "cheaper", "dearer")


def verdict(race: Race, say: Say) -> Iterator[Markup]:
    """Who won and why, a sentence each."""
    for note in race.verdict:
        if words := worded(say, note.key, _told(note, say)):
            yield words


def endings(race: Race, say: Say) -> Iterator[Markup]:
    """How those ended that did not simply converge; who ended alike is named together."""
    alike: dict[tuple[str, ...], list[Racer]] = {}
    for each in race.racers:
        if each.status in ENDED:
            alike.setdefault((each.status, _place(each)), []).append(each)
    for racers in alike.values():
        yield _ending(racers, race, say)


def _place(racer: Racer) -> str:
    """Where it ended, roughly: floats and tensors differ in the last digits."""
    return f"{float(racer.root):.4g}" if racer.root else ""


def _ending(racers: list[Racer], race: Race, say: Say) -> Markup:
    names = dict.fromkeys(say(NAMES[each.method]) for each in racers)
    first = racers[0]
    key = ENDED[first.status]
    if first.status is Status.FLAT and first.width in ("", "inf"):
        key = "race.ended.nothing"
    if first.status is Status.DIVERGED and first.root in NOWHERE:
        key = "race.ended.lost"
    return say(
        key,
        method=Markup(", ").join(names),
        root=first.root,
        residual=first.residual,
        width=first.width,
        iterations=first.iterations,
        tol=race.tol,
        dtype=race.dtype,
    )


def _told(note: Note, say: Say) -> dict[str, object]:
    """The values of a note in words of the language."""
    values = dict(note.values)
    for name in RATIOS:
        if name in values:
            values[name] = times(say, float(values[name]))
    if "arithmetic" in values:
        values["on"] = say(ON[Arithmetic(values["arithmetic"])])
    for name in ("winner", "method"):
        if name in values:
            values[name] = say(NAMES[Method(values[name])])
    return values
