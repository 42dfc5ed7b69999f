"""The tables of a race: how many steps and evaluations each method took, and how much time."""

from __future__ import annotations

from collections import Counter

from engine.records import Arithmetic, Race, Racer
from handlers.reply.mono import grid
from handlers.reply.quantity import duration
from handlers.reply.race_names import COLUMNS, SHORT
from handlers.words import Say

NOTHING = "—"


def counts(race: Race, say: Say) -> list[str]:
    """Steps and evaluations, a line for each method; two where tensors took others than floats."""
    told: dict[tuple[object, ...], Racer] = {}
    for each in race.racers:
        key = (each.method, each.status.reached, *_numbers(each))
        told.setdefault(key, each)
    methods = Counter(each.method for each in told.values())
    head = [str(say("race.until", tol=race.tol)), str(say("race.steps")), "f", "f′"]
    rows, marks = [head], [""]
    for each in told.values():
        twice = methods[each.method] > 1 and each.arithmetic is Arithmetic.TENSORS
        name = str(say(SHORT[each.method]))
        name += f", {say(COLUMNS[each.arithmetic])}" if twice else ""
        steps, evaluations, derivatives = _numbers(each)
        rows.append([name, str(steps), str(evaluations), str(derivatives or NOTHING)])
        marks.append("" if each.status.reached else "  ✗")
    return [line + mark for line, mark in zip(grid(rows), marks, strict=True)]


def _numbers(racer: Racer) -> tuple[int, int, int]:
    return racer.iterations, racer.evaluations, racer.derivatives


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
