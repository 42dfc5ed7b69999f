"""Telegram's HTML, read as strictly as Telegram reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.local.entities import Entity, Formatted, units
from bot.local.errors import ApiError, bad_request

_STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
}
_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot)(?![A-Za-z]));?")
_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE_NAME = re.compile(r"[^\s>=]*")
_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
_AFTER_TOKEN = re.compile(r"[\s>]|$")
_PLAIN = re.compile(r"[^<&]*")
_SPACE = re.compile(r"\s*")
_QUOTES = ("'", '"')
_LINK = re.compile(r"(?:https?://|tg://|mailto:|tel:)\S+|[\w-]+(?:\.[\w-]+)+\S*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Tag:
    name: str
    argument: str
    offset: int
    begin: int


def parse(markup: str) -> Formatted:
    """The text and the entities of a message in HTML; refuses what Telegram refuses."""
    return _Reader(markup).read()


class _Reader:
    def __init__(self, markup: str) -> None:
        self.markup = markup
        self.at = 0
        self.text = ""
        self.open: list[_Tag] = []
        self.entities: list[Entity] = []

    def read(self) -> Formatted:
        while self.at < len(self.markup):
            char = self.markup[self.at]
            if char == "&":
                self.text += self.character()
            elif char == "<":
                self.tag()
            else:
                self.text += self.take(_PLAIN)
        if self.open:
            name = self.open[-1].name
            raise _refusal(f'Can\'t find end tag corresponding to start tag "{name}"')
        plain_code = [replace(e, language=None) if e.type == "code" else e for e in self.entities]
        return Formatted(self.text, tuple(plain_code))

    def character(self) -> str:
        match = _REFERENCE.match(self.markup, self.at)
        code = _code(match) if match else 0
        if not match or not code:
            self.at += 1
            return "&"
        self.at = match.end()
        return chr(code)

    def tag(self) -> None:
        begin = self.at
        self.at += 1
        if self.markup.startswith("/", self.at):
            self.at += 1
            self.end_tag(begin)
        else:
            self.start_tag(begin)

    def start_tag(self, begin: int) -> None:
        name = self.take(_NAME).lower()
        if self.at == len(self.markup):
            raise self.refuse("Unclosed start tag", begin)
        if name not in _STYLES:
            raise self.refuse(f'Unsupported start tag "{name}"', begin)
        argument = ""
        while not self.closes(begin):
            argument = self.attribute(name, begin) or argument
        if name == "span" and argument != "spoiler":
            raise self.refuse('Tag "span" must have class "tg-spoiler"', begin)
        if name == "tg-emoji" and not argument.isdecimal():
            raise _refusal("Invalid custom emoji identifier specified")
        self.open.append(_Tag(name, argument, units(self.text), len(self.text)))

    def closes(self, begin: int) -> bool:
        self.take(_SPACE)
        if self.at == len(self.markup):
            raise self.refuse("Unclosed start tag", begin)
        if self.markup[self.at] != ">":
            return False
        self.at += 1
        return True

    def attribute(self, tag: str, begin: int) -> str:
        name = self.take(_ATTRIBUTE_NAME).lower()
        if not name:
            raise self.refuse(f'Empty attribute name in the tag "{tag}"', begin)
        self.take(_SPACE)
        if not self.markup.startswith("=", self.at):
            return "expandable" if (tag, name) == ("blockquote", "expandable") else ""
        self.at += 1
        self.take(_SPACE)
        return _argument(tag, name, self.value(begin))

    def value(self, begin: int) -> str:
        quote = self.markup[self.at : self.at + 1]
        if quote not in _QUOTES:
            return self.token()
        self.at += 1
        value = ""
        while not self.markup.startswith(quote, self.at):
            if self.at == len(self.markup):
                raise self.refuse("Unclosed start tag", begin)
            if self.markup[self.at] == "&":
                value += self.character()
            else:
                value += self.markup[self.at]
                self.at += 1
        self.at += 1
        return value

    def token(self) -> str:
        """A value without quotes: letters, digits, dots and hyphens."""
        start = self.at
        token = self.take(_TOKEN)
        if not _AFTER_TOKEN.match(self.markup, self.at):
            raise self.refuse("Unexpected end of name token", start)
        return token.lower()

    def end_tag(self, begin: int) -> None:
        if not self.open:
            raise self.refuse("Unexpected end tag", begin)
        name = self.take(_NAME)
        self.take(_SPACE)
        if not self.markup.startswith(">", self.at):
            raise self.refuse("Unclosed end tag", begin)
        tag = self.open[-1]
        if name and name != tag.name:
            found = f'expected "</{tag.name}>", found "</{name}>"'
            raise _refusal(f"Unmatched end tag at byte offset {self.bytes(begin)}, {found}")
        self.at += 1
        self.close(self.open.pop())

    def close(self, tag: _Tag) -> None:
        entity = Entity(_STYLES[tag.name], tag.offset, units(self.text) - tag.offset)
        if not entity.length:
            return
        if tag.name == "a":
            url = tag.argument or self.text[tag.begin :]
            if _LINK.fullmatch(url):
                self.entities.append(replace(entity, url=url))
        elif tag.name in ("pre", "code"):
            self.close_code(entity, tag.argument or None)
        elif tag.name == "blockquote" and tag.argument:
            self.entities.append(replace(entity, type="expandable_blockquote"))
        elif tag.name == "tg-emoji":
            self.entities.append(replace(entity, custom_emoji_id=tag.argument))
        else:
            self.entities.append(entity)

    def close_code(self, entity: Entity, language: str | None) -> None:
        inner = self.entities[-1] if self.entities else None
        covers = inner is not None and (inner.offset, inner.end) == (entity.offset, entity.end)
        if inner is not None and covers and {inner.type, entity.type} == {"pre", "code"}:
            named = inner.language or language
            if named:
                self.entities[-1] = replace(entity, type="pre", language=named)
                return
        self.entities.append(replace(entity, language=language))

    def take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.markup, self.at)
        assert match is not None, "every pattern here matches the empty text"
        self.at = match.end()
        return match[0]

    def bytes(self, position: int) -> int:
        return len(self.markup[:position].encode("utf-8", "surrogatepass"))

    def refuse(self, reason: str, position: int) -> ApiError:
        return _refusal(f"{reason} at byte offset {self.bytes(position)}")


def _argument(tag: str, name: str, value: str) -> str:
    """What an attribute tells the tag; attributes that Telegram does not know tell nothing."""
    known = {
        ("a", "href"): "",
        ("code", "class"): "language-",
        ("span", "class"): "tg-",
        ("tg-emoji", "emoji-id"): "",
    }
    if (tag, name) == ("blockquote", "expandable"):
        return "expandable"
    prefix = known.get((tag, name))
    if prefix is None or not value.startswith(prefix):
        return ""
    return value.removeprefix(prefix)


def _code(match: re.Match[str]) -> int:
    decimal, hexadecimal, name = match.groups()
    if name:
        return ord(_CHARACTERS[name])
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return code if code < 0x10FFFF and not 0xD800 <= code < 0xE000 else 0


def _refusal(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")
