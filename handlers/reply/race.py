"""The race for a root, as a chat shows it: the root, the counts, the times, who won and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from engine.records import GpuReport, Race, RaceLabels
from handlers.reply.explained import worded
from handlers.reply.race_details import FOLDED, details
from handlers.reply.race_said import endings, verdict
from handlers.reply.race_tables import counts, times
from handlers.reply.text import clip, harmless, pre
from handlers.words import Say

FORMULA_UNITS: Final = 300


def race_blocks(race: Race, gpu: GpuReport | None, say: Say) -> Iterator[Markup]:
    """The answer first, what is only looked up folded at the end."""
    yield Markup("<b>{}</b>\n{}").format(race_short(race, say), _asked(race, say))
    yield pre("\n".join(counts(race, say)))
    if lines := times(race, say):
        yield pre("\n".join(lines))
    for sentences in (verdict(race, say), endings(race, say)):
        if said := [*sentences]:
            yield Markup("\n").join(said)
    for note in race.notes:
        if lines and note.key in FOLDED:
            continue
        if words := worded(say, note.key, note.values):
            yield words
    if lines:
        yield details(race, gpu, say)


def race_short(race: Race, say: Say) -> Markup:
    """One line: the root, or that there is none."""
    if not race.root:
        return say("race.none")
    key = "race.found.multiple" if race.multiplicity > 1 else "race.found"
    if any(note.key == "race.outside" for note in race.notes):
        key = "race.found.outside"
    return say(key, name=race.name, root=race.root, multiplicity=race.multiplicity)


def race_labels(say: Say) -> RaceLabels:
    """The words in the picture."""
    keys = {
        "newton": "race.name.newton",
        "bisection": "race.name.bisection",
        "safeguarded": "race.name.safeguarded",
        "evaluations": "race.label.evaluations",
        "error": "race.label.error",
        "root": "race.label.root",
    }
    return RaceLabels(**{name: say(key).unescape() for name, key in keys.items()})


def _asked(race: Race, say: Say) -> Markup:
    """What was solved, from where: what nobody gave was chosen."""
    values = {"equation": clip(harmless(f"{race.body} = 0"), FORMULA_UNITS), "start": race.start}
    if not race.bracket:
        return say("race.asked.nowhere" if race.searched else "race.asked", **values)
    lower, upper = race.bracket
    key = "race.asked.searched" if race.searched else "race.asked.bracket"
    return say(key, **values, lower=lower, upper=upper)
