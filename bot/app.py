"""The assembly: every handler stands here once, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol

from telegram import Update
from telegram.ext import (
    Application,
    ApplicationHandlerStop,
    BaseHandler,
    CallbackQueryHandler,
    ContextTypes,
    MessageHandler,
)

from bot.config import Settings
from bot.connection import builder
from bot.errors import last_resort
from bot.filters import CODE, FOR_US, PLAIN, Given, Unknown
from bot.inbox.queue import Inbox
from bot.menus import announce
from bot.order import InOrder
from engine.records import JobLimits, Meaning
from handlers import (
    anonymous,
    broadcast,
    buttons,
    cancel,
    edits,
    evaluate,
    explain,
    grad,
    graph,
    help,
    language,
    limit,
    replay,
    reset,
    root,
    shape,
    stale,
    start,
    talk,
    timeit,
    unknown,
)
from handlers.pieces import Pieces
from handlers.reply import Cells, Corrections, Pace, Turns
from handlers.words import LANGUAGES, Tongues, Words

ALLOWED_UPDATES: Final = (Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY)

App = Application[Any, Any, Any, Any, Any, Any]
Context = ContextTypes.DEFAULT_TYPE
Callback = Callable[[Update, Context], Coroutine[Any, Any, None]]
Handler = BaseHandler[Update, Context, None]


class Jails(Cells, root.Gpus, replay.Replays, reset.Sessions, Protocol):
    """What the handlers together need of the pool."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its handler, the keys of its one line and of its page, where it is offered."""

    name: str
    callback: Callback
    brief: str
    manual: str
    in_groups: bool = True


@dataclass(frozen=True, slots=True)
class _Parts:
    """What handlers are given."""

    pool: Jails
    limits: JobLimits
    turns: Turns
    pieces: Pieces
    backlog: stale.Backlog
    inbox: Inbox
    limit: limit.Limit
    instructors: Sequence[int]


def build(settings: Settings, pool: Jails, inbox: Inbox, pace: Pace | None = None) -> App:
    """The whole application, ready to be initialized; it runs cells in `pool`.

    What arrives is taken from `inbox`, and stays there until it is answered.
    """
    chat = settings.chat
    parts = _Parts(
        pool=pool,
        limits=settings.jail.job,
        turns=Turns(Words(), Tongues(chat.language), pace or Pace(), inbox, _corrections(settings)),
        pieces=Pieces(),
        backlog=stale.Backlog(chat.stale_after_s),
        inbox=inbox,
        limit=limit.Limit(chat.commands_per_minute),
        instructors=settings.course.instructors,
    )
    commands = _commands(parts)
    application = _application(settings, parts, commands)
    gates = _gates(parts)
    for group, gate in enumerate(gates, -len(gates)):
        application.add_handler(gate, group)
    application.add_handlers([MessageHandler(Given(c.name), c.callback) for c in commands])
    application.add_handlers(_buttons(parts))
    application.add_handlers(_rest(parts, commands))
    application.add_error_handler(partial(last_resort, turns=parts.turns))
    return application


def _corrections(settings: Settings) -> Corrections:
    return Corrections([name for name, shown in settings.corrections if shown])


def _commands(parts: _Parts) -> list[Command]:
    turns, pool = parts.turns, parts.pool
    commands: list[Command] = []
    evaluates = partial(
        evaluate.evaluate, turns=turns, pool=pool, limits=parts.limits, whole=parts.pieces.whole
    )
    starts = partial(start.start, turns=turns)
    shapes = partial(
        shape.shape, turns=turns, pool=pool, limits=parts.limits, whole=parts.pieces.whole
    )
    resets = partial(reset.reset, turns=turns, pool=pool)
    speaks = partial(language.language, turns=turns)
    helps = partial(help.show_help, turns=turns, commands=commands)
    broadcasts = partial(broadcast.broadcast, turns=turns, pool=pool, whole=parts.pieces.whole)
    grads = partial(grad.grad, turns=turns, pool=pool, whole=parts.pieces.whole)
    graphs = partial(
        graph.graph, turns=turns, pool=pool, limits=parts.limits, whole=parts.pieces.whole
    )
    roots = partial(root.root, turns=turns, pool=pool, whole=parts.pieces.whole)
    times = partial(
        timeit.timeit, turns=turns, pool=pool, limits=parts.limits, whole=parts.pieces.whole
    )
    commands += [
        Command("start", starts, "start.brief", "start.manual", in_groups=False),
        Command("eval", evaluates, "eval.brief", "eval.manual"),
        Command("shape", shapes, "shape.brief", "shape.manual"),
        Command("broadcast", broadcasts, "broadcast.brief", "broadcast.manual"),
        Command("grad", grads, "grad.brief", "grad.manual"),
        Command("graph", graphs, "graph.brief", "graph.manual"),
        Command("root", roots, "root.brief", "root.manual"),
        Command("timeit", times, "timeit.brief", "timeit.manual"),
        Command("reset", resets, "reset.brief", "reset.manual"),
        Command("language", speaks, "language.brief", "language.manual"),
        Command("help", helps, "help.brief", "help.manual"),
    ]
    return commands


def _gates(parts: _Parts) -> list[Handler]:
    """What an update passes before it is answered; each of them may stop it."""
    turns = parts.turns
    late = partial(stale.ask_first, turns=turns, backlog=parts.backlog, whole=parts.pieces.whole)
    author = partial(buttons.author_only, turns=turns, instructors=parts.instructors)
    held = partial(limit.hold_back, turns=turns, limit=parts.limit)
    return [
        MessageHandler(FOR_US, partial(_swallow, pieces=parts.pieces)),
        MessageHandler(FOR_US, partial(edits.skip_unchanged, turns=turns)),
        MessageHandler(FOR_US, partial(anonymous.turn_away, turns=turns)),
        MessageHandler(FOR_US, late),
        MessageHandler(FOR_US, held),
        CallbackQueryHandler(author),
        CallbackQueryHandler(held, r"^(?!cancel:)"),
    ]


def _buttons(parts: _Parts) -> list[Handler]:
    turns, pool = parts.turns, parts.pool
    run_cell = partial(evaluate.run_cell, pool=pool, limits=parts.limits)
    answers = {
        "eval": partial(evaluate.answer_cell, pool=pool, limits=parts.limits),
        "shape": partial(shape.answer, pool=pool, limits=parts.limits),
        "timeit": partial(timeit.answer, pool=pool, limits=parts.limits),
    }
    whole, readings = parts.pieces.whole, _readings(parts)
    draws = partial(graph.answer, pool=pool, limits=parts.limits, whole=whole)
    presses: dict[str, Callback] = {
        rf"try:\d+:[0-{len(start.EXAMPLES) - 1}]$": partial(
            start.press, turns=turns, run_cell=run_cell
        ),
        rf"{talk.VERB}:\d+:({'|'.join(readings)})$": partial(
            talk.press, turns=turns, pool=pool, readings=readings, whole=whole
        ),
        "axes:": partial(broadcast.press_read, turns=turns),
        rf"example:\d+:[0-{len(broadcast.EXAMPLES) - 1}]$": partial(
            broadcast.press_next, turns=turns, pool=pool
        ),
        "check:": partial(grad.press_check, turns=turns),
        "graph:": partial(grad.press_graph, turns=turns, draw=draws),
        "cancel:": partial(cancel.press, turns=turns),
        "replay:": partial(replay.press, turns=turns, pool=pool, under_way=set()),
        rf"language:\d+:({'|'.join(LANGUAGES)})$": partial(language.press, turns=turns),
        "stale:": partial(stale.press, turns=turns, backlog=parts.backlog, answers=answers),
    }
    known: list[Handler] = [CallbackQueryHandler(c, f"^{data}") for data, c in presses.items()]
    return [*known, CallbackQueryHandler(partial(buttons.out_of_date, turns=turns))]


def _readings(parts: _Parts) -> talk.Readings:
    """What a message without a command may be, who answers it then, and in which words."""
    answer_cell = partial(evaluate.answer_cell, pool=parts.pool, limits=parts.limits)
    explains = partial(explain.answer, pool=parts.pool)
    compares = partial(broadcast.answer, pool=parts.pool)
    differentiates = partial(grad.answer, pool=parts.pool)
    races = partial(root.answer, pool=parts.pool)
    return {
        Meaning.ERROR: talk.Reading(explains, "talk.taken.error", "talk.as.error"),
        Meaning.CODE: talk.Reading(answer_cell, "talk.taken.code", "talk.as.code"),
        Meaning.SHAPES: talk.Reading(compares, "talk.taken.shapes", "talk.as.shapes"),
        Meaning.FORMULA: talk.Reading(differentiates, "talk.taken.formula", "talk.as.formula"),
        Meaning.ROOT: talk.Reading(races, "talk.taken.root", "talk.as.root"),
    }


def _rest(parts: _Parts, commands: Sequence[Command]) -> list[Handler]:
    turns, names = parts.turns, tuple(command.name for command in commands)
    talks = partial(
        talk.talk,
        turns=turns,
        pool=parts.pool,
        readings=_readings(parts),
        whole=parts.pieces.whole,
        late=parts.backlog.waited,
    )
    return [
        MessageHandler(Unknown(), partial(unknown.unknown_command, turns=turns, names=names)),
        MessageHandler(PLAIN & CODE, talks),
        MessageHandler(PLAIN, partial(unknown.not_text, turns=turns)),
    ]


def _application(settings: Settings, parts: _Parts, commands: Sequence[Command]) -> App:
    telegram = settings.telegram
    if telegram.token is None:
        raise ValueError("telegram.token is empty")

    async def announced(application: App) -> None:
        await announce(application.bot, commands, parts.turns.words, settings.chat.language)

    def overtakes(update: object) -> bool:
        return _continues(update, parts) or parts.backlog.late(update)

    return (
        builder(telegram.token.get_secret_value(), telegram)
        .update_queue(parts.inbox)
        .concurrent_updates(InOrder(overtakes, parts.inbox))
        .post_init(announced)
        .build()
    )


def _continues(update: object, parts: _Parts) -> bool:
    """Whether the update is a part of a long message; from now on they are done together."""
    whole = parts.pieces.take(update)
    if whole is None:
        return False
    assert isinstance(update, Update)
    parts.inbox.continues(update.update_id, whole)
    return True


async def _swallow(update: Update, context: Context, *, pieces: Pieces) -> None:
    """Stop at the continuation of a long message; its command has it."""
    if pieces.took(update):
        raise ApplicationHandlerStop
