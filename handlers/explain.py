"""A pasted error: what happened, why, and what to do, as far as the pasted text shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup
from telegram import Message

from engine.records import Certainty, ErrorReport, Failure, from_data
from handlers.reply import Desks, Reply, Turn, Whole, at_desk, card, card_short, one_line, stacked
from handlers.source import read
from handlers.words import Say

TYPE_UNITS: Final = 80
# Mistakes of which a whole cell would tell us no more than the message did.
CLEAR: Final = {"missing_import", "missing_module", "missing_name"}


async def answer(turn: Turn, message: Message, *, pool: Desks, whole: Whole) -> None:
    """Explain the error that the message brings."""
    text = await whole(message, read(message).text)
    result = await at_desk(turn, pool, "pitfalls.explain", text)
    if result is not None:
        await turn.reply(_reply(from_data(ErrorReport, result.data), turn.say))


def _reply(report: ErrorReport, say: Say) -> Reply:
    if not report.line:
        return Reply(say("explain.no_error"))
    kind = one_line(report.line.partition(":")[0].rpartition(".")[2], TYPE_UNITS)
    failure = Failure(kind, report.line, report.code)
    short = card_short(failure, say, report.explanation)
    return Reply(stacked(_blocks(failure, report, say)), short=short)


def _blocks(failure: Failure, report: ErrorReport, say: Say) -> Iterator[Markup]:
    """As the card of a cell's own error, but the first line says what we can tell at all."""
    found = report.explanation
    title, *blocks = card(failure, say, found)
    if found is None:
        title = say("explain.unknown", type=failure.type)
    elif found.causes:
        title = say("explain.several")
    yield from (title, *blocks)
    if found is None or (found.certainty is Certainty.USUAL and found.slug not in CLEAR):
        yield say("explain.send_cell")
