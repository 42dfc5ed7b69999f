"""A pasted error: what happened, why, and what to do, as far as the pasted text shows it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator

from markupsafe import Markup
from telegram import Message

from engine.records import Certainty, ErrorReport, Failure, from_data
from handlers.reply import Reply, Turn, card, card_short, stacked
from handlers.reply.desk import Desks, at_desk
from handlers.source import read
from handlers.words import Say

Whole = Callable[[Message, str], Awaitable[str]]


async def answer(turn: Turn, message: Message, *, pool: Desks, whole: Whole) -> None:
    """Explain the error that the message brings."""
    text = await whole(message, read(message).text)
    data = await at_desk(turn, pool, "pitfalls.explain", text)
    if data is not None:
        await turn.reply(_reply(from_data(ErrorReport, data), turn.say))


def _reply(report: ErrorReport, say: Say) -> Reply:
    if not report.line:
        return Reply(say("explain.no_error"))
    kind = report.line.partition(":")[0].rpartition(".")[2]
    failure = Failure(kind, report.line, report.code)
    short = card_short(failure, say, report.explanation)
    return Reply(stacked(_blocks(failure, report, say)), short=short)


def _blocks(failure: Failure, report: ErrorReport, say: Say) -> Iterator[Markup]:
    yield from card(failure, say, report.explanation)
    if report.explanation is None:
        yield say("explain.unknown")
    if report.explanation is None or report.explanation.certainty is Certainty.USUAL:
        yield say("explain.send_cell")
