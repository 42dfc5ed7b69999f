"""Sends messages to the bot and prints what it replies: the library behind `tutor ask`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from bot.local.acts import BadAct, parse
from bot.local.client import Client
from bot.local.driver import Driver, Idle, Step
from bot.local.reading import replies, save_files
from bot.local.server import LocalTelegram

ANSWERED = 0
UNANSWERED = 1
BAD_USAGE = 2


@dataclass(frozen=True, slots=True)
class AskOptions:
    user: str = "student"
    group: bool = False
    language: str = "ru"
    phone: bool = False
    json: bool = False
    save: Path | None = None
    limit_s: float = 120.0


async def ask(
    telegram: LocalTelegram,
    messages: Sequence[str],
    *,
    idle: Idle,
    options: AskOptions,
    out: TextIO,
) -> int:
    """Exit status: 0 when every message got a reply, 1 when one got none, 2 for bad usage."""
    driver = _driver(telegram, idle, options)
    status = ANSWERED
    try:
        acts = [parse(message) for message in messages]
        for act in acts:
            step = await driver.do(act)
            _show(telegram, step, options, out)
            if not step.answered:
                status = UNANSWERED
    except BadAct as error:
        print(f"tutor ask: {error.english}", file=sys.stderr)
        return BAD_USAGE
    return status


def _driver(telegram: LocalTelegram, idle: Idle, options: AskOptions) -> Driver:
    return Driver(
        telegram,
        idle,
        telegram.person(options.user, options.language),
        chat=telegram.world.course if options.group else None,
        client=Client.PHONE if options.phone else Client.TERMINAL,
        language=options.language,
        limit_s=options.limit_s,
    )


def _show(telegram: LocalTelegram, step: Step, options: AskOptions, out: TextIO) -> None:
    if options.save is not None:
        save_files(step.calls, options.save)
    if options.json:
        for call in step.calls:
            print(json.dumps(call.to_json(), ensure_ascii=False), file=out)
    else:
        for reply in replies(telegram.world, step.calls, options.save):
            print(reply, end="\n\n", file=out)
    out.flush()
