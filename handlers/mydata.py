"""/mydata: everything that is kept about a person, as a file they can read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from markupsafe import Markup
from telegram import Update
from telegram.ext import ContextTypes

from engine.progress.records import Holdings
from engine.records import Json
from handlers.reply import Document, Reply, Turn, Turns
from handlers.words import Say

FILE: Final = "mydata.json"
DATES: Final = {"since", "seen", "at", "received", "judged", "arrived", "kept"}
TELEGRAMS_OWN: Final = "data"  # shown as it came


class Keeping(Protocol):
    """What is kept for the course."""

    async def everything(self, person: int) -> dict[str, Json]:
        """Every row about a person; dates in ISO 8601."""

    async def holdings(self, person: int) -> Holdings:
        """How much that is."""


class Mine(Protocol):
    """What is kept of messages until they are answered."""

    async def about(self, person: int) -> dict[str, Json]:
        """Everything that concerns a person; empty: nothing."""


async def mydata(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    *,
    turns: Turns,
    keeping: Keeping,
    mine: Mine,
    time_zone: str,
    now: Callable[[], datetime],
) -> None:
    """Send the file, with a few words on what it holds; a group learns only where to get it."""
    turn = turns.of(update)
    course = await keeping.everything(turn.user.id)
    messages = await mine.about(turn.user.id)
    held = await keeping.holdings(turn.user.id)
    zone = ZoneInfo(time_zone)
    data: dict[str, Json] = {"made": now().astimezone(zone).isoformat(timespec="seconds")}
    data |= {"course": _local(course, zone), "messages": _local(messages, zone)}
    content = json.dumps(data, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace")
    text = _told(held, any(messages.values()), turn)
    short = turn.say("mydata.group")
    await turn.reply(Reply(text, short=short, documents=(Document(FILE, content),)))


def _told(held: Holdings, messages: bool, turn: Turn) -> Markup:
    say: Say = turn.say
    lines = [say("mydata.telegram")]
    lines += [say("mydata.name")] if held.name else []
    marks = held.submissions - held.code  # what /forget left of a submission
    lines += [say.n("mydata.submissions", held.code)] if held.code else []
    lines += [say.n("mydata.marks", marks)] if marks else []
    lines += [say.n("mydata.told", held.told)] if held.told else []
    lines += [say("mydata.messages")] if messages else []
    return say("mydata", file=FILE, held=Markup("\n").join(lines))


def _local(value: Json, zone: ZoneInfo, key: str = "") -> Json:
    """The same with its dates as the course's clocks show them."""
    if isinstance(value, Mapping):
        return {
            name: inner if name == TELEGRAMS_OWN else _local(inner, zone, name)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_local(inner, zone) for inner in value]
    if key not in DATES or value is None:
        return value
    if isinstance(value, str):
        return _in(datetime.fromisoformat(value), zone)
    return _in(datetime.fromtimestamp(float(value), zone), zone)


def _in(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")
