"""/broadcast: shapes side by side, axis by axis, and what to write where they do not agree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup
from telegram import Message, Update
from telegram.ext import ContextTypes

from engine.records import Broadcast, BroadcastReport, Note, from_data
from handlers.reply import Button, Desks, Reply, Turn, Turns, Whole, at_desk, pre, size, stacked
from handlers.reply import alignment as look
from handlers.reply.text import harmless
from handlers.source import read
from handlers.words import Say

LARGE_BYTES: Final = 10**9

EXAMPLES: Final = (
    "x=(32,10) m=(32,)",
    "(5,3,4,1) (3,1,1)",
    "x=(10,3) y=(10,3) x @ y",
    "x=(3,) y=(2,3) x += y",
    "(8,1,6,1) + (7,1,5) + (6,5)",
    "(0,3) (3,)",
)


async def broadcast(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    pool: Desks,
    whole: Whole,
) -> None:
    """Explain the shapes that the command brings; without any, say how they are written."""
    message = update.effective_message
    assert message is not None
    await answer(turns.of(update), message, pool=pool, whole=whole)


async def answer(turn: Turn, message: Message, *, pool: Desks, whole: Whole) -> None:
    """Explain the shapes that stand in a message, or in the one that it answers."""
    await _explain(turn, await whole(message, read(message).text), pool)


async def press_read(update: Update, context: ContextTypes.DEFAULT_TYPE, *, turns: Turns) -> None:
    """Say how the table is read."""
    turn = turns.of(update)
    await turn.acknowledge()
    await turn.reply(Reply(turn.say("broadcast.reading")))


async def press_next(
    update: Update, context: ContextTypes.DEFAULT_TYPE, *, turns: Turns, pool: Desks
) -> None:
    """Explain the next example as if it had been typed."""
    turn = turns.of(update)
    assert turn.pressed is not None
    await turn.acknowledge()
    await _explain(turn, EXAMPLES[number := int(turn.pressed.rest)], pool, number)


async def _explain(turn: Turn, text: str, pool: Desks, example: int | None = None) -> None:
    if not text.strip():
        await turn.reply(Reply(turn.say("broadcast.help")))
        return
    result = await at_desk(turn, pool, "broadcasting.explain", text)
    if result is None:
        return
    report = from_data(BroadcastReport, result.data)
    if report.broadcast is None:
        assert report.mistake is not None  # one of the two is always there
        await turn.reply(Reply(_mistaken(report.mistake, turn.say)))
        return
    blocks = list(_blocks(report.broadcast, turn.say))
    if example is not None:
        blocks.insert(0, pre(f"/broadcast {text}"))
    await turn.reply(
        Reply(
            stacked(blocks),
            short=look.short(report.broadcast, turn.say) if turn.group else None,
            buttons=_buttons(turn, -1 if example is None else example),
            notes=report.broadcast.notes,
        )
    )


def _mistaken(mistake: Note, say: Say) -> Markup:
    """What is wrong with the question; for what is a matter of /shape, how to ask there."""
    command = mistake.values.get("command")
    words = look.said(mistake, say)
    return stacked([words, pre(harmless(f"/shape {command}"))]) if command else words


def _blocks(found: Broadcast, say: Say) -> Iterator[Markup]:
    """The answer first, then the table, why, and what to do."""
    yield look.headline(found, say)
    yield from _clash(found, say) if found.result is None else _fit(found, say)


def _clash(found: Broadcast, say: Say) -> Iterator[Markup]:
    table = look.table(found, say)
    yield table + ("\n" if table else "") + look.why(found, say)
    yield from look.notes(found, say)
    asked = look.question(found, say)
    repaired = look.repaired(found, say)
    yield Markup("\n").join([repaired, asked] if asked else [repaired])
    torchs = look.torch_says(found, say)
    if torchs:
        yield torchs


def _fit(found: Broadcast, say: Say) -> Iterator[Markup]:
    table = look.table(found, say)
    if table:
        yield table
    yield Markup("\n").join(_memory(found, say))
    yield from look.notes(found, say)


def _memory(found: Broadcast, say: Say) -> Iterator[Markup]:
    """What is stretched for nothing, what is allocated, and whether that is much."""
    if found.stretched:
        names = Markup(", ").join(map(look.code_of, found.stretched))
        yield say.n("broadcast.stretched", len(found.stretched), names=names)
    if found.operator.endswith("=") and found.result_bytes == 0 and 0 not in (found.result or ()):
        yield say("broadcast.in_place", name=look.code_of(found.operands[0].name))
    else:
        yield say("broadcast.result", size=size(say, found.result_bytes))
    if found.result_bytes >= LARGE_BYTES and found.stretched:
        yield say("broadcast.large")
    if not found.ran:
        yield say("broadcast.forecast")


def _buttons(turn: Turn, example: int) -> tuple[Button, ...]:
    following = str((example + 1) % len(EXAMPLES))
    return (
        Button(turn.say("broadcast.read"), "axes"),
        Button(turn.say("broadcast.next"), "example", following),
    )
