"""What `tutor ask` prints, read: a process of its own with the whole bot and its jails in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.local.html import parse

TEXTS = ("sendMessage", "editMessageText")


@dataclass(frozen=True, slots=True)
class Shown:
    """A text of the bot as a person sees it, and the labels below it."""

    message_id: int
    text: str
    buttons: list[str]


def ask(*arguments: str, **environment: str) -> list[dict[str, Any]]:
    """The calls that the bot made, one a line of the output; every message got its reply."""
    command = [sys.executable, "-m", "bot", "ask", "--json", *arguments]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def shown(calls: Iterable[dict[str, Any]]) -> list[Shown]:
    """The texts among the calls, edits of earlier ones included."""
    return [
        Shown(
            call["message_id"],
            parse(call["text"]).text,
            [label for row in call["buttons"] for label in row],
        )
        for call in calls
        if call["method"] in TEXTS
    ]


def last_texts(calls: Iterable[dict[str, Any]]) -> list[str]:
    """What each message of the bot says in the end."""
    return list({each.message_id: each.text for each in shown(calls)}.values())


def saved(calls: Iterable[dict[str, Any]], folder: Path) -> list[bytes]:
    """The pictures and files that were sent, as `--save` has kept them."""
    return [(folder / call["file"]).read_bytes() for call in calls if call.get("file")]
