"""Text that a user's program made, as Telegram can show it: harmless, short enough, escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

MESSAGE_UNITS: Final = 4096
LINE_UNITS: Final = 1000
END_LINES: Final = 8
END_ROOM: Final = 400  # with less room the beginning alone is shown
GAP: Final = "⋮"

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)?", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Lone surrogates cannot be sent; the rest reorders or hides its neighbours. Joiners stay: emoji.
_TRICKS = re.compile(r"[\ud800-\udfff\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_TAG = re.compile(r"<[^>]*>")
_BLANK = re.compile(r"[\s\u180e\u2800\ufffc]*")  # a message of nothing else is refused


@dataclass(frozen=True, slots=True)
class Trimmed:
    """What is shown of a text; `hidden` lines are left out, `cut` says that anything is."""

    text: str
    hidden: int
    cut: bool


def harmless(text: str) -> str:
    """The text without what moves a terminal, with what would deceive the eye spelled out."""
    text = _ANSI.sub("", text).replace("\r\n", "\n")
    if "\r" in text:
        text = "\n".join(_overwritten(line) for line in text.split("\n"))
    return _TRICKS.sub(lambda match: f"\\u{ord(match[0]):04x}", _CONTROL.sub("", text))


def _overwritten(line: str) -> str:
    # A progress bar returns to the start of its line; what it wrote last is what is seen.
    return next((part for part in reversed(line.split("\r")) if part), "")


def visible(text: str) -> str:
    """The text itself, or nothing when nobody would see any of it."""
    return "" if _BLANK.fullmatch(harmless(text)) else text


def units(text: str) -> int:
    """Length as Telegram counts it: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shown_units(markup: Markup) -> int:
    """Length of HTML as Telegram counts it: after entities."""
    return units(html.unescape(_TAG.sub("", markup)))


def clip(text: str, room: int) -> str:
    """The text in at most `room` UTF-16 units, ending in … when it was longer."""
    if units(text) <= room:
        return text
    head = text.encode("utf-16-le", "surrogatepass")[: 2 * max(room - 1, 0)]
    return head.decode("utf-16-le", "ignore") + "…"


def one_line(text: str, room: int) -> str:
    """The text with its white space collapsed, in at most `room` units."""
    return clip(" ".join(harmless(text).split()), room)


def trim(text: str, room: int, lines: int = 40, end: bool = True) -> Trimmed:
    """The lines that fit into `room` UTF-16 units: the first and, with `end`, the last ones."""
    wanted = harmless(text).rstrip("\n").expandtabs().split("\n")  # Telegram knows no columns
    kept, cut = _fitting(wanted, room, lines)
    if len(kept) == len(wanted):
        return Trimmed("\n".join(kept), 0, cut)
    last: list[str] = []
    if end and room >= END_ROOM:  # how a training loop ends says more than its middle
        last, _ = _fitting(wanted[::-1], room // 4, END_LINES)
        left = room - sum(units(line) + 1 for line in [GAP, *last])
        kept, _ = _fitting(wanted[: -len(last)], left, lines - len(last))
    hidden = len(wanted) - len(kept) - len(last)
    gap = [GAP] if last and hidden else []
    return Trimmed("\n".join([*kept, *gap, *last[::-1]]), hidden, True)


def _fitting(wanted: Sequence[str], room: int, lines: int) -> tuple[list[str], bool]:
    """As many first lines as fit; a very long line is cut, and then the second is true."""
    kept: list[str] = []
    left, cut = room, False
    for line in wanted[:lines]:
        short = clip(line, min(LINE_UNITS if len(wanted) > 1 else room, left))
        if left <= 0 or (kept and short != line and left < LINE_UNITS):
            break
        kept.append(short)
        left -= units(short) + 1
        cut = cut or short != line
    return kept, cut


def pre(text: str) -> Markup:
    """A block in which every character stands for itself."""
    return Markup("<pre>") + text + Markup("</pre>")


def code(text: str) -> Markup:
    """Words of a program inside a sentence."""
    return Markup("<code>") + text + Markup("</code>")


def stacked(blocks: Iterable[Markup], room: int = MESSAGE_UNITS) -> Markup:
    """Blocks one under another; those after the room is used up are left out whole."""
    text = Markup("")
    for block in blocks:
        longer = text + Markup("\n\n") + block if text else block
        if shown_units(longer) > room:
            break
        text = longer
    return text
