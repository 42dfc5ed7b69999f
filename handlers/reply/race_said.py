"""What is said of a race in sentences: who won and why, and who did not arrive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from engine.records import Arithmetic, Method, Note, Race, Racer, Status
from handlers.reply.explained import worded
from handlers.reply.quantity import times
from handlers.reply.race_names import COLUMNS, NAMES, ON
from handlers.words import Say

ENDED: Final = {
    Status.MULTIPLE: "race.ended.multiple",
    Status.STAGNATED: "race.ended.stagnated",
    Status.STUCK: "race.ended.stagnated",
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
RESTING: Final = (Status.STAGNATED, Status.STUCK)
NOWHERE: Final = ("", "inf", "-inf")
NO_STEP: Final = ("", "inf", "0")
RATIOS: Final = ("times", "cheaper", "dearer")


def verdict(race: Race, say: Say) -> Iterator[Markup]:
    """Who won and why, a sentence each."""
    for note in race.verdict:
        if words := worded(say, note.key, _told(note, say)):
            yield words


def endings(race: Race, say: Say) -> Iterator[Markup]:
    """How those ended that did not simply converge; who ended alike is named together."""
    alike: dict[tuple[str, str], list[Racer]] = {}
    for each in race.racers:
        if each.status in ENDED:
            alike.setdefault((_key(each), _place(each)), []).append(each)
    for (key, _), racers in alike.items():
        names = dict.fromkeys(_name(each, race, say) for each in racers)
        yield _ending(key, Markup(", ").join(names), racers[0], race, say)


def _place(racer: Racer) -> str:
    """Where it ended, roughly: floats and tensors differ in the last digits."""
    return f"{float(racer.root):.4g}" if racer.root else ""


def _key(racer: Racer) -> str:
    """The words for its ending; some endings look different on paper."""
    if racer.status is Status.FLAT and racer.residual == "0":
        return "race.ended.underflow"
    if racer.status is Status.FLAT and racer.width in NO_STEP:
        return "race.ended.nothing"
    if racer.status is Status.DIVERGED and racer.root in NOWHERE:
        return "race.ended.lost"
    if racer.status in RESTING and racer.method is Method.BISECTION:
        return "race.ended.stagnated.width"
    return ENDED[racer.status]


def _name(racer: Racer, race: Race, say: Say) -> Markup:
    """The method; with its arithmetic where floats and tensors ended otherwise."""
    name = say(NAMES[racer.method])
    endings = {each.status for each in race.racers if each.method is racer.method}
    if len(endings) == 1:
        return name
    return Markup("{}, {}").format(name, say(COLUMNS[racer.arithmetic]))


def _ending(key: str, names: Markup, racer: Racer, race: Race, say: Say) -> Markup:
    return say(
        key,
        method=names,
        root=racer.root,
        residual=racer.residual,
        width=racer.width,
        iterations=racer.iterations,
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
    if "winner" in values:
        values["winner"] = say(NAMES[Method(values["winner"])])
    return values
