"""What an app does to a text between the fingers and the server.

Every app turns fenced and `inline` code into entities. Desktop and phone also
read **bold**, __italic__, ~~strike~~ and ||spoiler||, which eats the ** and __
of Python. A phone besides sets quotes and dashes as a typographer would. The
terminal leaves all of that alone: what was typed is what is sent.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.local.entities import Entity, Formatted, cut, settle, trim, units

TEXT_MAX = 4096


class Client(enum.Enum):
    TERMINAL = "terminal"
    DESKTOP = "desktop"
    PHONE = "phone"


_CODE = re.compile(r"```(?:([\w+#-]+)\n|\n?)(.+?)\n?```|`([^`\n]+)`", re.DOTALL)
# One line only, and the shortest pair: so Android reads them.
_MARKS = {
    "bold": re.compile(r"\*\*(.+?)\*\*"),
    "italic": re.compile(r"__(.+?)__"),
    "strikethrough": re.compile(r"~~(.+?)~~"),
    "spoiler": re.compile(r"\|\|(.+?)\|\|"),
}
_TYPOGRAPHY = (
    (re.compile(r"--"), "—"),
    (re.compile(r"<<"), "«"),
    (re.compile(r">>"), "»"),
    (re.compile(r'(^|(?<=[\s(\[{«=,:—]))"'), "“"),
    (re.compile(r'"'), "”"),
    (re.compile(r"(^|(?<=[\s(\[{«=,:—“]))'"), "‘"),
    (re.compile(r"'"), "’"),
)
# What the server finds in plain text by itself.
_FOUND = {
    "bot_command": re.compile(r"(?<![\w/<>])/\w{1,64}(?:@\w{3,32})?(?![\w/<>])", re.ASCII),
    "mention": re.compile(r"(?<!\w)@[A-Za-z]\w{3,31}\b", re.ASCII),
    "hashtag": re.compile(r"(?<!\w)#\w*[^\W\d]\w*"),
    "url": re.compile(
        r"https?://[^\s<>\"]+|(?<![\w@.])(?:[\w-]+\.)+(?:com|org|net|ru|io|to|me)\b", re.ASCII
    ),
}


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    code: Entity | None = None


def compose(text: str, client: Client) -> tuple[Formatted, ...]:
    """The messages that an app makes of what was typed: one, or more over 4096."""
    written = _join(_pieces(text, client))
    if client is not Client.TERMINAL:
        for kind, mark in _MARKS.items():
            written = _unmark(written, kind, mark)
    parts = _split(trim(settle(written)))
    return tuple(found(part) for part in parts if part.text)


def found(written: Formatted) -> Formatted:
    """The text with commands, mentions, hashtags and links marked as the server does it."""
    code = _code(written)
    extra = []
    for kind, pattern in _FOUND.items():
        for match in pattern.finditer(written.text):
            entity = Entity(kind, units(written.text[: match.start()]), units(match[0]))
            if not any(c.offset < entity.end and entity.offset < c.end for c in code):
                extra.append(entity)
    ordered = sorted([*written.entities, *extra], key=lambda entity: entity.offset)
    return Formatted(written.text, tuple(ordered))


def _pieces(text: str, client: Client) -> Iterator[_Piece]:
    at = 0
    for match in _CODE.finditer(text):
        yield _Piece(_typed(text[at : match.start()], client))
        language, block, inline = match.groups()
        code = Entity("code", 0, 0) if inline else Entity("pre", 0, 0, language=language)
        yield _Piece(inline or block, code)
        at = match.end()
    yield _Piece(_typed(text[at:], client))


def _typed(text: str, client: Client) -> str:
    if client is Client.PHONE:
        for pattern, mark in _TYPOGRAPHY:
            text = pattern.sub(mark, text)
    return text


def _join(pieces: Iterator[_Piece]) -> Formatted:
    text, entities = "", []
    for piece in pieces:
        if piece.code is not None:
            length = units(piece.text)
            entities.append(replace(piece.code, offset=units(text), length=length))
        text += piece.text
    return Formatted(text, tuple(entities))


def _unmark(written: Formatted, kind: str, mark: re.Pattern[str]) -> Formatted:
    """Takes the first pair of marks out of the text for an entity, then the next."""
    at = 0
    while match := mark.search(written.text, at):
        start, end = units(written.text[: match.start()]), units(written.text[: match.end()])
        if any(c.offset < end and start < c.end for c in _code(written)):
            at = match.start() + 1
            continue
        text = written.text[: match.start()] + match[1] + written.text[match.end() :]
        shifted = [_without(entity, start, end) for entity in written.entities]
        made = Entity(kind, start, end - start - 4)
        written = Formatted(text, (*shifted, made))
        at = match.start() + len(match[1])
    return written


def _code(written: Formatted) -> list[Entity]:
    return [entity for entity in written.entities if entity.type in ("code", "pre")]


def _without(entity: Entity, start: int, end: int) -> Entity:
    """The entity once the two marks at both ends of a span are gone."""

    def moved(at: int) -> int:
        if at >= end:
            return at - 4
        return max(start, min(at - 2, end - 4)) if at > start else at

    left = moved(entity.offset)
    return replace(entity, offset=left, length=moved(entity.end) - left)


def _split(written: Formatted) -> Iterator[Formatted]:
    """Cuts where a line ends, or in the middle of one that is too long."""
    while units(written.text) > TEXT_MAX:
        head = cut(written, 0, TEXT_MAX).text
        if "\ud800" <= head[-1] < "\udc00":
            head = head[:-1]
        line = head.rfind("\n")
        head = head[:line] if line > 0 else head
        yield trim(cut(written, 0, units(head)))
        written = trim(cut(written, units(head), units(written.text)))
    yield written
