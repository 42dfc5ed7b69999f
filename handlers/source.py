"""A message -> its command and its code, as the student typed them.

Clients eat Markdown while it is typed: `x ** y ** z` arrives as "x  y  z" with " y " bold, and
`__init__` as an italic "init". Telegram keeps what was eaten as entities, counted in UTF-16
units; here it is put back.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from telegram import Document, Message, MessageEntity

from engine.errors import EngineError
from handlers.download import downloaded

DOCUMENT_BYTES = 256 << 10

# In the order they stand when several begin together.
_MARKS = {
    MessageEntity.TEXT_LINK: "[",
    MessageEntity.BOLD: "**",
    MessageEntity.ITALIC: "__",
    MessageEntity.STRIKETHROUGH: "~~",
    MessageEntity.SPOILER: "||",
}
_CODE = (MessageEntity.PRE, MessageEntity.CODE)

# What Telegram itself takes for a command: "/home/me" is none.
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@[A-Za-z0-9_]+)?(?![\w/<>])\s?")
_SHOWN = re.compile(r"\A/(?:eval|shape|timeit)\b(?:@\w+)?\s?")
_FENCED = re.compile(r"^[ \t]*```(.*?)(?:```[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
# A line of dashes alone; phones make longer ones of two and three.
_DIVIDING = re.compile(r"^[ \t]*(?:-{2,3}|-?[—–−]{1,3}-?)[ \t]*$", re.MULTILINE)
_DIVIDED = ("timeit",)  # commands to which blocks of code are cells apart
_LANGUAGE = re.compile(r"\A(?:python3?|py)\n")  # some clients leave it in the block
_BEHIND_NAME = re.compile(r"[,:]?[ \t]*\n?")
_BARE_HOST = re.compile(r"\Ahttp://([^/]+)/\Z")
_TYPOGRAPHY = re.compile(
    "[—–−…×÷≠≤≥→❤“”„‟‘’‚‛«»"
    "\u00a0\u00ad\u1680\u2000-\u200f\u2028\u2029\u202f\u2060\u3000\ufe0f\ufeff]"
)


@dataclass(frozen=True, slots=True)
class Source:
    """What a message asks: its command, the code or arguments after it, a file to fetch."""

    command: str | None  # lowercased, without slash and bot name
    text: str  # of this message, or where that is empty of the one replied to
    plain: bool  # some of the text stood outside code marks, where clients alter characters
    document: Document | None = None  # of this message, else of the one replied to
    blocks: tuple[str, ...] = ()  # of code, of which the text is made


@dataclass(frozen=True, slots=True)
class _Span:
    """An entity in characters of the text it marks."""

    kind: str
    start: int
    end: int
    url: str | None


class UnreadableDocument(EngineError):
    """A document that holds no code for us; `key` and `values` say why, in words."""

    def __init__(self, key: str, **values: str | int) -> None:
        super().__init__(f"{key}: {values}")
        self.key = key
        self.values = values


def read(message: Message) -> Source:
    """What the message asks for; our name before or behind it is no part of that.

    An empty command, or our name alone, takes its code from the message replied to. Blocks of code
    are one cell, but for a command that takes several: then a dividing line stands between them.
    """
    source = _own(message)
    replied = replied_to(message)
    document = message.document
    if source.command and not document and replied:
        document = replied.document
    asks = source.command is not None or mentions_us(message)
    if asks and not message.document and not source.text.strip():
        code = _replied_code(message)
        source = replace(source, text=code.text, plain=code.plain, blocks=code.blocks)
    if source.command in _DIVIDED and len(source.blocks) > 1:
        source = replace(source, text="\n---\n".join(source.blocks))
    return replace(source, document=document)


def mentions_us(message: Message) -> bool:
    """Whether the message begins or ends with our own name: @our_bot."""
    text, entities = _said(message)
    return _without_name(message, text, entities) != (0, len(text))


def replied_to(message: Message) -> Message | None:
    """The message this one answers; in a topic every message formally answers its first one."""
    replied = message.reply_to_message
    return None if replied is None or replied.forum_topic_created else replied


def mendable(text: str, entities: Sequence[MessageEntity] = ()) -> bool:
    """Whether characters that a client may have put there stand outside code."""
    spans = _spans(text, entities, 0)
    return bool(_TYPOGRAPHY.search(_outside_code(text, spans)))


def cells(text: str) -> list[str]:
    """Code parted at its dividing lines, of dashes alone; what is blank is no cell.

    >>> cells("f(x)\\n---\\ng(x)")
    ['f(x)', 'g(x)']
    """
    return [part.strip("\n") for part in _DIVIDING.split(text) if part.strip()]


async def read_document(document: Document) -> str:
    """The document's text; raises `UnreadableDocument` when it is no Python text of our size."""
    name = document.file_name or ""
    if PurePath(name).suffix.lower() not in {".py", ".txt", ""}:
        raise UnreadableDocument("source.not_python", name=name)
    return _decoded(await fetched(document), name)


async def fetched(document: Document, most: int = DOCUMENT_BYTES) -> bytes:
    """What is in the document; raises `UnreadableDocument` when that is more than `most` bytes."""
    _check_size(document.file_size, most)
    file = await document.get_file()
    _check_size(file.file_size, most)
    data = await downloaded(file)
    _check_size(len(data), most)
    return data


def _own(message: Message) -> Source:
    text, entities = _said(message)
    return _parsed(text, entities, _without_name(message, text, entities))


def _said(message: Message) -> tuple[str, Sequence[MessageEntity]]:
    return message.text or message.caption or "", message.entities or message.caption_entities


def _without_name(
    message: Message, text: str, entities: Sequence[MessageEntity]
) -> tuple[int, int]:
    """Where the text begins and ends without our name before or behind it."""
    start, end = 0, len(text)
    mentions = [entity for entity in entities if entity.type == MessageEntity.MENTION]
    for span in _spans(text, mentions, 0):
        if text[span.start : span.end].lower() != f"@{message.get_bot().username}".lower():
            continue
        if not text[: span.start].strip():
            found = _BEHIND_NAME.match(text, span.end)
            start = found.end() if found else span.end
        elif not text[span.end :].strip():
            end = len(text[: span.start].rstrip())
    return start, end


def _parsed(
    text: str, entities: Iterable[MessageEntity], within: tuple[int, int] | None = None
) -> Source:
    command = _COMMAND.match(text)
    if command and any(span.start == 0 for span in _spans(text, entities, 0) if span.kind in _CODE):
        command = None  # somebody shows a command
    start, end = (0, len(text)) if within is None else within
    if command:
        start, end = command.end(), len(text)
    spans = _spans(text[:end], entities, start)
    blocks, plain = _code(text[start:end], spans)
    if not command:  # shown, as /help shows its examples: what is meant is the code after it
        blocks[0] = _SHOWN.sub("", blocks[0])
    name = command[1].lower() if command else None
    return Source(name, "\n\n".join(blocks), plain, blocks=tuple(blocks))


def _replied_code(message: Message) -> Source:
    """The part that was quoted, else the whole message replied to unless it is a file."""
    replied, quote = replied_to(message), message.quote
    if quote and (quote.is_manual or replied is None):
        return _parsed(quote.text, quote.entities or ())
    if replied is None or replied.document:
        return _parsed("", ())
    return _own(replied)


def _spans(text: str, entities: Iterable[MessageEntity], start: int) -> list[_Span]:
    """The entities of `text[start:]`, in characters."""
    units = text.encode("utf-16-le", "surrogatepass")

    def index(offset: int) -> int:
        before = units[: 2 * offset].decode("utf-16-le", "surrogatepass")
        return max(len(before) - start, 0)

    spans = (
        _Span(str(e.type), index(e.offset), index(e.offset + e.length), e.url) for e in entities
    )
    return [span for span in spans if span.start < span.end]


def _code(text: str, spans: list[_Span]) -> tuple[list[str], bool]:
    """The blocks of code in a text, one at least, and whether some stood outside code marks."""
    blocks = [text[span.start : span.end] for span in spans if span.kind == MessageEntity.PRE]
    if blocks:
        return _bare(blocks), False
    restored = _restored(text, spans)
    fenced = _FENCED.findall(restored)
    plain = bool(_outside_code(text, spans).strip())
    return _bare(fenced) if fenced else [restored], plain


def _bare(blocks: list[str]) -> list[str]:
    """Blocks without the language that some clients leave in them."""
    return [_LANGUAGE.sub("", block).strip("\n") for block in blocks]


def _outside_code(text: str, spans: list[_Span]) -> str:
    parts, end = [], 0
    for span in sorted((s for s in spans if s.kind in _CODE), key=lambda s: s.start):
        parts.append(text[end : max(span.start, end)])
        end = max(span.end, end)
    return "".join(parts) + text[end:]


def _restored(text: str, spans: list[_Span]) -> str:
    """The text with the marks that a client made into entities."""
    marks = sorted(_whole(_eaten(spans)), key=lambda s: (s.start, -s.end, _rank(s)))
    opening = [(span.start, 1, place, _opening(span)) for place, span in enumerate(marks)]
    closing = [(span.end, 0, -place, _closing(span)) for place, span in enumerate(marks)]
    parts, end = [], 0
    for position, _, _, mark in sorted(opening + closing):
        parts += [text[end:position], mark]
        end = position
    return "".join(parts) + text[end:]


def _eaten(spans: list[_Span]) -> list[_Span]:
    """The spans that were typed as marks; inside code nothing is one."""
    codes = [span for span in spans if span.kind in _CODE]
    return [
        span
        for span in spans
        if span.kind in _MARKS
        and not any(code.start <= span.start and span.end <= code.end for code in codes)
    ]


def _whole(spans: list[_Span]) -> list[_Span]:
    """Spans of one kind that touch, as one: Telegram splits overlapping ones."""
    whole: list[_Span] = []
    for span in sorted(spans, key=lambda s: (_rank(s), s.url or "", s.start)):
        last = whole[-1] if whole else None
        if last and (last.kind, last.url) == (span.kind, span.url) and span.start <= last.end:
            whole[-1] = replace(last, end=max(last.end, span.end))
        else:
            whole.append(span)
    return whole


def _rank(span: _Span) -> int:
    return list(_MARKS).index(span.kind)


def _opening(span: _Span) -> str:
    return _MARKS[span.kind]


def _closing(span: _Span) -> str:
    if span.kind != MessageEntity.TEXT_LINK:
        return _MARKS[span.kind]
    # Telegram makes "x.to" in `layers[0](x.to)` a link "http://x.to/".
    return "](" + _BARE_HOST.sub(r"\1", span.url or "") + ")"


def _check_size(size: int | None, most: int) -> None:
    if size is not None and size > most:
        kib = -(-size // 1024)
        raise UnreadableDocument("source.too_big", size=kib, limit=most >> 10)


def _decoded(data: bytes, name: str) -> str:
    # One-byte encodings are not guessed: any bytes are text in them.
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableDocument("source.not_text", name=name) from None
    if "\0" in text:
        raise UnreadableDocument("source.not_text", name=name)
    return text.replace("\r\n", "\n").replace("\r", "\n")
