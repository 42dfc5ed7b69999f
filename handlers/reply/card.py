"""The card of an error: what fell, in which line, and Python's own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from markupsafe import Markup

from engine.records import CodeLine, Explanation, Failure, Note
from handlers.reply.explained import explained, heading, worded
from handlers.reply.text import clip, code, harmless, one_line, pre, units
from handlers.words import Say

LINES: Final = 9
CODE_UNITS: Final = 120
NUMBER_UNITS: Final = 7
EXCEPTION_UNITS: Final = 900
NOTES: Final = 6


def card(failure: Failure, say: Say, explanation: Explanation | None = None) -> Iterator[Markup]:
    """The blocks of an error card, the answer first: the mistake's name where it is known."""
    name = heading(explanation, say)
    yield _title(failure, say) if name is None else say("explain.title", title=name)
    if failure.code:
        yield listing(failure.code)
    if failure.caller:
        yield _called(failure.caller, say)
    yield exception(failure)
    if explanation is not None:
        yield from explained(explanation, say)


def _called(line: CodeLine, say: Say) -> Markup:
    text = code(clip(harmless(line.text.strip()), CODE_UNITS))
    return say("card.called", line=_number(line), code=text)


def exception(failure: Failure) -> Markup:
    """Python's own line: students search for it."""
    return code(clip(harmless(failure.line), EXCEPTION_UNITS))


def too_long(failure: Failure) -> bool:
    """Whether Python's own line does not fit."""
    return units(failure.line) > EXCEPTION_UNITS


def card_short(failure: Failure, say: Say, explanation: Explanation | None = None) -> Markup:
    """The error in one line, for a group."""
    name = heading(explanation, say)
    if name is not None:
        return say("explain.title", title=name)
    return Markup("⚠️ ") + code(one_line(failure.line, 200))


def notes(said: Iterable[Note], say: Say) -> Iterator[Markup]:
    """What the engine says of a cell."""
    for note in list(said)[:NOTES]:
        words = worded(say, note.key, note.values) if note.key.startswith("note.") else None
        if words is not None:
            yield words


def _title(failure: Failure, say: Say) -> Markup:
    name = clip(harmless(failure.type), 80)
    marked = [_number(line) for line in failure.code if line.marked]
    if not marked:
        return say("card.title", type=name)
    if failure.cell == 1:
        return say("card.title.previous", type=name, line=marked[-1])
    if failure.cell:
        return say.n("card.title.earlier", failure.cell, type=name, line=marked[-1])
    return say("card.title.line", type=name, line=marked[-1])


def listing(lines: Sequence[CodeLine]) -> Markup:
    """Lines of a cell with their numbers, the failing one marked."""
    width = max(len(_number(line)) for line in lines)
    return pre("\n".join(_numbered(line, width) for line in lines[:LINES]))


def _number(line: CodeLine) -> str:
    return clip(str(line.number), NUMBER_UNITS)


def _numbered(line: CodeLine, width: int) -> str:
    mark = ">" if line.marked else " "
    return f"{mark} {_number(line):>{width}}  {clip(harmless(line.text), CODE_UNITS)}".rstrip()
