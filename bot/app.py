"""The assembly: every handler stands here once, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from telegram import Update
from telegram.ext import (
    Application,
    ApplicationHandlerStop,
    CallbackQueryHandler,
    MessageHandler,
)

from bot.config import Settings
from bot.connection import builder
from bot.errors import last_resort
from bot.filters import CODE, FOR_US, PLAIN, TABLE, From, Given, Unknown
from bot.inbox.queue import Inbox
from bot.menus import announce, announce_to
from bot.order import InOrder
from bot.parts import Callback, Context, Handler, Jails, Parts, now
from bot.presses import on_buttons, readings
from engine.progress.store import Progress
from handlers import (
    anonymous,
    broadcast,
    buttons,
    cancel,
    edits,
    evaluate,
    forget,
    grad,
    graph,
    help,
    introduce,
    language,
    limit,
    meet,
    mydata,
    progress,
    reset,
    root,
    roster,
    shape,
    stale,
    start,
    talk,
    timeit,
    unknown,
)
from handlers.pieces import Pieces
from handlers.reply import Pace

ALLOWED_UPDATES: Final = (Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY)

App = Application[Any, Any, Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its handler, the keys of its one line and of its page, where it is offered.

    One `for_instructors` is offered to them alone, and answers nobody else.
    """

    name: str
    callback: Callback
    brief: str
    manual: str
    in_groups: bool = True
    for_instructors: bool = False


async def build(
    settings: Settings, pool: Jails, inbox: Inbox, store: Progress, pace: Pace | None = None
) -> App:
    """The whole application, ready to be initialized; it runs cells in `pool`.

    What arrives is taken from `inbox`, and stays there until it is answered. What people chose and
    were told is read from `store`; raises `DatabaseError` when it cannot be.
    """
    parts = await Parts.gathered(settings, pool, inbox, store, pace or Pace())
    commands = _commands(parts)
    application = _application(settings, parts, commands)
    gates = _gates(parts)
    for group, gate in enumerate(gates, -len(gates)):
        application.add_handler(gate, group)
    application.add_handlers([_given(command, parts) for command in commands])
    application.add_handlers(on_buttons(parts))
    application.add_handlers(_rest(parts, commands))
    application.add_error_handler(partial(last_resort, turns=parts.turns))
    return application


def _given(command: Command, parts: Parts) -> Handler:
    callback = command.callback
    if command.for_instructors:
        callback = parts.for_instructors(callback)
    return MessageHandler(Given(command.name), callback)


def _commands(parts: Parts) -> list[Command]:
    turns, pool, store = parts.turns, parts.pool, parts.store
    commands: list[Command] = []
    evaluates = partial(
        evaluate.evaluate, turns=turns, pool=pool, limits=parts.limits, whole=parts.pieces.whole
    )
    starts = partial(
        start.start,
        turns=turns,
        people=store.people,
        instructors=parts.instructors,
        show_menu=partial(announce_to, commands=commands, words=turns.words, default=parts.default),
    )
    shapes = partial(
        shape.shape, turns=turns, pool=pool, limits=parts.limits, whole=parts.pieces.whole
    )
    resets = partial(reset.reset, turns=turns, pool=pool)
    speaks = partial(language.language, turns=turns, people=store.people)
    helps = partial(help.show_help, turns=turns, commands=commands, instructors=parts.instructors)
    broadcasts = partial(broadcast.broadcast, turns=turns, pool=pool, whole=parts.pieces.whole)
    grads = partial(grad.grad, turns=turns, pool=pool, whole=parts.pieces.whole)
    graphs = partial(
        graph.graph, turns=turns, pool=pool, limits=parts.limits, whole=parts.pieces.whole
    )
    roots = partial(root.root, turns=turns, pool=pool, whole=parts.pieces.whole)
    times = partial(
        timeit.timeit, turns=turns, pool=pool, limits=parts.limits, whole=parts.pieces.whole
    )
    progresses = partial(
        progress.progress,
        turns=turns,
        course=store.course,
        people=store.people,
        submissions=store.submissions,
        instructors=parts.instructors,
    )
    shows = partial(
        mydata.mydata,
        turns=turns,
        keeping=store.keeping,
        mine=parts.inbox,
        time_zone=parts.retention.time_zone,
        now=now,
    )
    forgets = partial(
        forget.forget, turns=turns, stores=parts.kept(), retention=parts.retention, now=now
    )
    rosters = partial(
        roster.roster,
        turns=turns,
        rosters=store.roster,
        staff=parts.staff,
        whole=parts.pieces.whole,
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
        Command("progress", progresses, "progress.brief", "progress.manual"),
        Command("mydata", shows, "mydata.brief", "mydata.manual"),
        Command("forget", forgets, "forget.brief", "forget.manual"),
        Command("language", speaks, "language.brief", "language.manual"),
        Command("help", helps, "help.brief", "help.manual"),
        Command(
            "roster",
            rosters,
            "roster.brief",
            "roster.manual",
            in_groups=False,
            for_instructors=True,
        ),
    ]
    return commands


def _gates(parts: Parts) -> list[Handler]:
    """What an update passes before it is answered; each of them may stop it."""
    turns = parts.turns
    late = partial(stale.ask_first, turns=turns, backlog=parts.backlog, whole=parts.pieces.whole)
    author = partial(buttons.author_only, turns=turns, instructors=parts.instructors)
    held = partial(limit.hold_back, turns=turns, limit=parts.limit)
    meets = partial(meet.meet, people=parts.store.people)
    return [
        MessageHandler(FOR_US, partial(_swallow, pieces=parts.pieces)),
        MessageHandler(FOR_US, partial(edits.skip_unchanged, turns=turns)),
        MessageHandler(FOR_US, partial(anonymous.turn_away, turns=turns)),
        MessageHandler(FOR_US, meets),
        MessageHandler(FOR_US, late),
        MessageHandler(FOR_US, held),
        CallbackQueryHandler(author),
        # Who presses to be forgotten is not written down once more.
        CallbackQueryHandler(meets, r"^(?!forget:)"),
        CallbackQueryHandler(held, r"^(?!cancel:)"),
    ]


def _rest(parts: Parts, commands: Sequence[Command]) -> list[Handler]:
    turns = parts.turns
    talks = partial(
        talk.talk,
        turns=turns,
        pool=parts.pool,
        readings=readings(parts),
        whole=parts.pieces.whole,
        late=parts.backlog.waited,
    )
    introduces = partial(
        introduce.introduce,
        turns=turns,
        people=parts.store.people,
        pool=parts.pool,
        otherwise=talks,
    )
    unknowns = partial(
        unknown.unknown_command, turns=turns, commands=commands, instructors=parts.instructors
    )
    instructors = From(parts.instructors)
    return [
        MessageHandler(Unknown(), unknowns),
        MessageHandler(PLAIN & CODE, introduces),
        MessageHandler(PLAIN & TABLE & instructors, partial(roster.offer, turns=turns)),
        MessageHandler(PLAIN, partial(unknown.not_text, turns=turns)),
    ]


def _application(settings: Settings, parts: Parts, commands: Sequence[Command]) -> App:
    telegram = settings.telegram
    if telegram.token is None:
        raise ValueError("telegram.token is empty")

    async def announced(application: App) -> None:
        await announce(
            application.bot,
            commands,
            parts.turns.words,
            parts.default,
            parts.instructors,
        )

    def overtakes(update: object) -> bool:
        return _continues(update, parts) or parts.backlog.late(update) or cancel.cancels(update)

    return (
        builder(telegram.token.get_secret_value(), telegram)
        .update_queue(parts.inbox)
        .concurrent_updates(InOrder(overtakes, parts.inbox))
        .post_init(announced)
        .build()
    )


def _continues(update: object, parts: Parts) -> bool:
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
