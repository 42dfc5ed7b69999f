"""What is wrong with a text, and the line of it with a mark under the place."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from engine.records import Misread
from handlers.reply.explained import worded
from handlers.reply.mono import COLUMNS
from handlers.reply.text import harmless, pre
from handlers.words import Say

BEFORE: Final = 22
GAP: Final = "…"


def misread(mistake: Misread, say: Say) -> Markup:
    """The words first, then as much of the line as a phone shows, and a caret below it."""
    words = worded(say, mistake.note.key, mistake.note.values) or Markup("")
    if not mistake.line.strip():
        return words
    return words + "\n" + pre("\n".join(pointed(mistake.line, mistake.start, mistake.end)))


def pointed(line: str, start: int, end: int) -> tuple[str, str]:
    """The part of a line around its columns `start` to `end`, and a mark below them.

    >>> pointed("sin(x) + foo(y)", 9, 12)
    ('sin(x) + foo(y)', '         ^^^')
    """
    start = min(max(start, 0), len(line))
    end = min(max(end, start + 1), len(line) + 1)
    first = max(0, start - BEFORE) if len(line) > COLUMNS else 0
    last = first + COLUMNS
    head, fault, tail = (
        harmless(part.expandtabs(1))
        for part in (line[first:start], line[start : min(end, last)], line[end:last])
    )
    left = GAP + head[1:] if first and head else head
    right = tail[:-1] + GAP if last < len(line) and tail else tail
    return left + fault + right, " " * len(left) + "^" * max(len(fault), 1)
