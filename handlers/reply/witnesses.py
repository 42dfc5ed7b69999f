"""What the three witnesses of a gradient say: one line when they agree, a table when not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from engine.records import Gradient, Testimony, WitnessKind
from handlers.reply.derivative_names import name_of, title
from handlers.reply.explained import worded
from handlers.reply.mono import COLUMNS, fits, grid
from handlers.reply.text import clip, harmless, pre
from handlers.words import Say

NAMES: Final = {
    WitnessKind.EXACT: "witness.exact",
    WitnessKind.AUTOGRAD: "witness.autograd",
    WitnessKind.DIFFERENCES: "witness.differences",
    WitnessKind.SINGLE: "witness.single",
}
BELIEVED: Final = {
    WitnessKind.EXACT: "witness.believe.exact",
    WitnessKind.AUTOGRAD: "witness.believe.autograd",
    WitnessKind.DIFFERENCES: "witness.believe.differences",
    WitnessKind.SINGLE: "witness.believe.single",
}
CELL_UNITS: Final = 14


def agreed(said: Testimony) -> bool:
    """Whether all say the same, and nothing is left to explain."""
    return said.believed is None and not said.reasons


def testimony(found: Gradient, said: Testimony, say: Say) -> Markup:
    """That they agree; or who says what, whom to believe, and why they differ."""
    reasons = [words for each in said.reasons if (words := worded(say, each.key, each.values))]
    if said.agree:
        return Markup("\n").join([say("grad.agree"), *reasons])
    believed = say("grad.believe.none")
    if said.believed is not None:
        believed = say("grad.believe", witness=say(BELIEVED[said.believed]))
    table = pre("\n".join(_lines(found, said, say)))
    return Markup("\n").join([say("grad.differ"), table, believed, *reasons])


def _lines(found: Gradient, said: Testimony, say: Say) -> list[str]:
    """A column per derivative; where a phone has no room, a table per derivative."""
    columns = _columns(found, said)
    names = ["", *(str(say(NAMES[each.kind])) for each in said.witnesses)]
    lines = grid(list(zip(names, *columns, strict=True)))
    if not fits(lines):
        lines = [line for column in columns for line in grid(list(zip(names, column, strict=True)))]
    marks = [each.kind is said.believed for each in said.witnesses]
    return [*_marked(lines, marks)]


def _columns(found: Gradient, said: Testimony) -> list[list[str]]:
    """What they say, of the value as well where that is in dispute."""
    texts = {title(found): [each.value for each in said.witnesses]}
    for place, partial in enumerate(found.partials):
        texts[name_of(found, partial.name)] = [each.partials[place] for each in said.witnesses]
    disputed = {name: column for name, column in texts.items() if len(set(column)) > 1}
    return [
        [name, *(clip(harmless(text), CELL_UNITS) for text in column)]
        for name, column in (disputed or texts).items()
    ]


def _marked(lines: list[str], marks: list[bool]) -> Iterator[str]:
    """A ✓ at the end of each line of the one to believe."""
    every = len(marks) + 1
    wide = min(max(map(len, lines)), COLUMNS - 2)
    for place, line in enumerate(lines):
        row = place % every
        yield f"{line.ljust(wide)} ✓" if row and marks[row - 1] else line
