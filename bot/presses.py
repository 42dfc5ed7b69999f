"""What a pressed button does, and what a message without a command may be."""

from __future__ import annotations

from functools import partial

from telegram.ext import CallbackQueryHandler

from bot.parts import Callback, Handler, Parts, now
from engine.records import Meaning
from handlers import (
    broadcast,
    buttons,
    cancel,
    evaluate,
    explain,
    forget,
    grad,
    graph,
    language,
    replay,
    root,
    roster,
    shape,
    stale,
    start,
    talk,
    timeit,
)
from handlers.reply import Kept
from handlers.words import LANGUAGES


def on_buttons(parts: Parts) -> list[Handler]:
    """Every button, by the beginning of what it brings back; the last answers the rest."""
    turns, pool = parts.turns, parts.pool
    run_cell = partial(evaluate.run_cell, pool=pool, limits=parts.limits)
    answers = {
        "eval": partial(evaluate.answer_cell, pool=pool, limits=parts.limits),
        "shape": partial(shape.answer, pool=pool, limits=parts.limits),
        "timeit": partial(timeit.answer, pool=pool, limits=parts.limits),
    }
    whole, meanings = parts.pieces.whole, readings(parts)
    draws = partial(graph.answer, pool=pool, limits=parts.limits, whole=whole)
    forgets = partial(
        forget.press,
        turns=turns,
        stores=parts.kept(),
        retention=parts.retention,
        now=now,
        pressed=Kept[bool](),
    )
    confirms = partial(roster.press, turns=turns, rosters=parts.store.roster, staff=parts.staff)
    presses: dict[str, Callback] = {
        rf"try:\d+:[0-{len(start.EXAMPLES) - 1}]$": partial(
            start.press, turns=turns, run_cell=run_cell
        ),
        rf"{talk.VERB}:\d+:({'|'.join(meanings)})$": partial(
            talk.press, turns=turns, pool=pool, readings=meanings, whole=whole
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
        r"roster:\d+:(certain|all):": parts.for_instructors(confirms),
        "stale:": partial(stale.press, turns=turns, backlog=parts.backlog, answers=answers),
    }
    known: list[Handler] = [CallbackQueryHandler(c, f"^{data}") for data, c in presses.items()]
    return [*known, CallbackQueryHandler(partial(buttons.out_of_date, turns=turns))]


def readings(parts: Parts) -> talk.Readings:
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
