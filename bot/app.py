"""The assembly: every handler stands here once, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
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
from bot.filters import CODE, FOR_US, PLAIN, TABLE, From, Given, Unknown
from bot.inbox.queue import Inbox
from bot.menus import announce, announce_to
from bot.order import InOrder
from engine.progress.store import Progress
from engine.records import JobLimits, Meaning
from handlers import (
    anonymous,
    broadcast,
    buttons,
    cancel,
    edits,
    evaluate,
    explain,
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
    replay,
    reset,
    roles,
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
from handlers.reply import Cells, Corrections, Kept, Notice, Once, Pace, Retention, Turns
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
    """A command: its handler, the keys of its one line and of its page, where it is offered.

    One `for_instructors` is offered to them alone, and answers nobody else.
    """

    name: str
    callback: Callback
    brief: str
    manual: str
    in_groups: bool = True
    for_instructors: bool = False


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
    staff: roster.Staff
    store: Progress
    once: Once
    retention: Retention
    default: str  # language of who has chosen none, and whose client speaks none of ours

    @property
    def instructors(self) -> Collection[int]:
        """Who may use every command."""
        return self.staff.instructors


async def build(
    settings: Settings, pool: Jails, inbox: Inbox, store: Progress, pace: Pace | None = None
) -> App:
    """The whole application, ready to be initialized; it runs cells in `pool`.

    What arrives is taken from `inbox`, and stays there until it is answered. What people chose and
    were told is read from `store`; raises `DatabaseError` when it cannot be.
    """
    parts = await _parts(settings, pool, inbox, store, pace or Pace())
    commands = _commands(parts)
    application = _application(settings, parts, commands)
    gates = _gates(parts)
    for group, gate in enumerate(gates, -len(gates)):
        application.add_handler(gate, group)
    application.add_handlers([_given(command, parts) for command in commands])
    application.add_handlers(_buttons(parts))
    application.add_handlers(_rest(parts, commands))
    application.add_error_handler(partial(last_resort, turns=parts.turns))
    return application


async def _parts(
    settings: Settings, pool: Jails, inbox: Inbox, store: Progress, pace: Pace
) -> _Parts:
    chat, course = settings.chat, settings.course
    once = Once(await store.people.told(), store.people)
    tongues = Tongues(chat.language, await store.people.languages(), store.people)
    retention = _retention(settings)
    corrections = Corrections([name for name, shown in settings.corrections if shown], once)
    return _Parts(
        pool=pool,
        limits=settings.jail.job,
        turns=Turns(Words(), tongues, pace, inbox, corrections, Notice(retention, once)),
        pieces=Pieces(),
        backlog=stale.Backlog(chat.stale_after_s),
        inbox=inbox,
        limit=limit.Limit(chat.commands_per_minute),
        staff=roster.Staff(store.course, course.instructors, course.chat),
        store=store,
        once=once,
        retention=retention,
        default=chat.language,
    )


def _retention(settings: Settings) -> Retention:
    privacy, backup = settings.privacy, settings.backup
    copies_h = backup.every_h * backup.keep
    return Retention(privacy.keep_days, privacy.keep_marks, copies_h, settings.course.time_zone)


def _given(command: Command, parts: _Parts) -> Handler:
    callback = command.callback
    if command.for_instructors:
        callback = _for_instructors(parts, callback)
    return MessageHandler(Given(command.name), callback)


def _for_instructors(parts: _Parts, callback: Callback) -> Callback:
    return partial(
        roles.instructors_only,
        turns=parts.turns,
        instructors=parts.instructors,
        callback=callback,
    )


async def _forgotten(person: int, *, parts: _Parts) -> None:
    """The session and whatever we have in memory of a person is forgotten."""
    await parts.pool.reset(str(person))
    remembering = (parts.turns, parts.turns.tongues, parts.once, parts.pieces, parts.backlog)
    for memory in remembering:
        memory.forget(person)


def _now() -> datetime:
    return datetime.now(UTC)


def _commands(parts: _Parts) -> list[Command]:
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
    )
    shows = partial(
        mydata.mydata,
        turns=turns,
        keeping=store.keeping,
        mine=parts.inbox,
        time_zone=parts.retention.time_zone,
        now=_now,
    )
    forgets = partial(
        forget.forget, turns=turns, stores=_stores(parts), retention=parts.retention, now=_now
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


def _stores(parts: _Parts) -> forget.Stores:
    memory = partial(_forgotten, parts=parts)
    return forget.Stores(parts.store.people, parts.store.keeping, memory, parts.inbox)


def _gates(parts: _Parts) -> list[Handler]:
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
    forgets = partial(
        forget.press,
        turns=turns,
        stores=_stores(parts),
        retention=parts.retention,
        now=_now,
        pressed=Kept[bool](),
    )
    confirms = partial(roster.press, turns=turns, rosters=parts.store.roster, staff=parts.staff)
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
        rf"language:\d+:({'|'.join(LANGUAGES)})$": partial(
            language.press, turns=turns, people=parts.store.people
        ),
        r"forget:\d+:(yes|no)$": forgets,
        r"roster:\d+:(certain|all):": _for_instructors(parts, confirms),
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
    turns = parts.turns
    talks = partial(
        talk.talk,
        turns=turns,
        pool=parts.pool,
        readings=_readings(parts),
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


def _application(settings: Settings, parts: _Parts, commands: Sequence[Command]) -> App:
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
