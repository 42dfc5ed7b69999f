"""/root: a root of a formula by Newton's method and by bisection, raced against each other."""

from __future__ import annotations

from typing import Protocol

from telegram import Message, Update
from telegram.ext import ContextTypes

from engine.records import GpuReport, GpuTask, Job, Outcome, RaceReport, from_data, to_data
from handlers.reply import (
    TOO_MUCH,
    Desks,
    Reply,
    Turn,
    Turns,
    Whole,
    done_at_desk,
    misread,
    race_blocks,
    race_labels,
    race_short,
    stacked,
)
from handlers.source import read


class Gpus(Desks, Protocol):
    """Desks, and a GPU beside them where the host has one."""

    @property
    def gpu(self) -> str | None:
        """The device that answers, None where there is none."""


async def root(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    pool: Gpus,
    whole: Whole,
) -> None:
    """Find the root of what the command brings; without anything, say how it is written."""
    message = update.effective_message
    assert message is not None
    await answer(turns.of(update), message, pool=pool, whole=whole)


async def answer(turn: Turn, message: Message, *, pool: Gpus, whole: Whole) -> None:
    """Race for the root of the formula that stands in a message, or in the one it answers."""
    text, say = await whole(message, read(message).text), turn.say
    if not text.strip():
        await turn.reply(Reply(say("root.help")))
        return
    asked = {"text": text, "labels": to_data(race_labels(say))}
    result = await done_at_desk(turn, pool, Job("root.race", asked, turn.owner), TOO_MUCH)
    if result is None:
        return
    report = from_data(RaceReport, result.data)
    if report.race is None:
        assert report.mistake is not None  # one of the two is always there
        await turn.reply(Reply(misread(report.mistake, say)))
        return
    race = report.race
    gpu = await _on_gpu(turn, pool, race.gpu) if race.gpu else None
    await turn.reply(
        Reply(
            stacked(race_blocks(race, gpu, say)),
            short=race_short(race, say),
            pictures=result.blobs,
        )
    )


async def _on_gpu(turn: Turn, pool: Gpus, task: GpuTask) -> GpuReport | None:
    """The same on the GPU; None where there is none, or where it does not answer."""
    if pool.gpu is None:
        return None
    result = await pool.run(Job("root.batch", to_data(task), turn.owner))
    return from_data(GpuReport, result.data) if result.outcome is Outcome.OK else None
