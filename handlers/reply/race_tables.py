"""The tables of a race: how many steps and evaluations each method took, and how much time."""

from __future__ import annotations

from engine.records import Arithmetic, Method, Race, Racer
from handlers.reply.mono import grid
from handlers.reply.quantity import duration
from handlers.reply.race_names import COLUMNS, SHORT
from handlers.words import Say

NOTHING = "—"


def counts(race: Race, say: Say) -> list[str]:
    """Steps and evaluations; floats and tensors take the same, so each method stands once."""
    firsts = [_first(race, method) for method in dict.fromkeys(r.method for r in race.racers)]
    head = [str(say("race.until", tol=race.tol)), str(say("race.steps")), "f", "f′"]
    rows = [
        [
            str(say(SHORT[each.method])),
            str(each.iterations),
            str(each.evaluations),
            str(each.derivatives or NOTHING),
        ]
        for each in firsts
    ]
    marks = ["", *("" if each.status.reached else "  ✗" for each in firsts)]
    return [line + mark for line, mark in zip(grid([head, *rows]), marks, strict=True)]


def _first(race: Race, method: Method) -> Racer:
    """The method with floats if it has them: they go first."""
    return next(each for each in race.racers if each.method is method)


def times(race: Race, say: Say) -> list[str]:
    """The median time of a solution, methods down and arithmetics across; nothing without any."""
    timed = {(each.method, each.arithmetic): each.timing for each in race.racers if each.timing}
    columns = [each for each in Arithmetic if any(each is key[1] for key in timed)]
    head = [str(say("race.time")), *(str(say(COLUMNS[each])) for each in columns)]
    rows = []
    for method in dict.fromkeys(method for method, _ in timed):
        found = [timed.get((method, each)) for each in columns]
        cells = [str(duration(say, each.median_s)) if each else NOTHING for each in found]
        rows.append([str(say(SHORT[method])), *cells])
    return grid([head, *rows]) if rows else []
