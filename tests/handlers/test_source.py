"""Code comes out of a message as it was typed, whatever the client made of it."""

from __future__ import annotations

import codecs
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Bot, Document, Message
from telegram.request import BaseRequest

from engine.spelling import mended
from handlers.source import (
    DOCUMENT_BYTES,
    UnreadableDocument,
    cells,
    mendable,
    read,
    read_document,
)

Entity = dict[str, Any]
MARKS = {"bold": "**", "italic": "__", "strikethrough": "~~", "spoiler": "||"}
DOCUMENT = {"file_id": "f", "file_unique_id": "u", "file_name": "power.py", "file_size": 9}


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def entity(kind: str, text: str, part: str, **more: str) -> Entity:
    """An entity on the first place where the part stands."""
    return {"type": kind, "offset": units(text[: text.index(part)]), "length": units(part), **more}


def raw(text: str, *entities: Entity, **more: Any) -> dict[str, Any]:
    chat, sender = {"id": 1, "type": "private"}, {"id": 1, "is_bot": False, "first_name": "А"}
    body = {"message_id": 7, "date": 1, "chat": chat, "from": sender}
    return {**body, "text": text, "entities": list(entities), **more}


def captioned(caption: str, *entities: Entity, **more: Any) -> dict[str, Any]:
    body = raw("", caption=caption, caption_entities=list(entities), document=DOCUMENT, **more)
    return {key: value for key, value in body.items() if key not in ("text", "entities")}


def message(data: dict[str, Any]) -> Message:
    return Message.de_json(data, None)


# The command word.


@pytest.mark.parametrize(
    ("text", "command", "code"),
    [
        ("/eval x", "eval", "x"),
        ("/EVAL@Tensor_Bot x", "eval", "x"),
        ("/eval\n    x\n  y", "eval", "    x\n  y"),
        ("/eval  x", "eval", " x"),
        ("/eval", "eval", ""),
        ("/eval(2)", "eval", "(2)"),
        ("/home/me", None, "/home/me"),
        ("x /eval", None, "x /eval"),
        ("/ эй", None, "/ эй"),
    ],
)
def test_command_and_the_rest(text: str, command: str | None, code: str) -> None:
    source = read(message(raw(text)))
    assert (source.command, source.text) == (command, code)


def test_a_command_shown_as_code_is_none() -> None:
    text = "/eval x"
    source = read(message(raw(text, entity("pre", text, text))))
    assert (source.command, source.text) == (None, "x")


def test_a_message_without_text_asks_nothing() -> None:
    data = raw("")
    del data["text"]
    source = read(message(data))
    assert (source.command, source.text, source.document) == (None, "", None)


# Marks that clients eat.


def test_marks_are_put_back_by_utf16_offsets() -> None:
    text = "/eval s = '🐍🐍' ; 2 3 + 4 2; def init(): super().init()"
    sent = raw(
        text,
        entity("bot_command", text, "/eval"),
        entity("bold", text, "3 + 4"),
        entity("italic", text, "init"),
        {"type": "italic", "offset": units(text) - 6, "length": 4},
    )
    typed = "s = '🐍🐍' ; 2 **3 + 4** 2; def __init__(): super().__init__()"
    assert read(message(sent)).text == typed


@pytest.mark.parametrize(
    ("text", "entities", "typed"),
    [
        ("a b c", [("bold", 0, 5), ("italic", 2, 1)], "**a __b__ c**"),
        ("a b c", [("bold", 0, 3), ("italic", 2, 3)], "**a __b** c__"),
        ("abc", [("italic", 0, 3), ("bold", 0, 3)], "**__abc__**"),
        ("ab", [("strikethrough", 0, 1), ("spoiler", 1, 1)], "~~a~~||b||"),
        ("a b", [("bold", 0, 2), ("italic", 2, 1), ("bold", 2, 1)], "**a __b__**"),
        ("x y", [("underline", 0, 1), ("blockquote", 0, 3), ("hashtag", 2, 1)], "x y"),
        ("a  b  c", [("bold", 3, 1)], "a  **b**  c"),
    ],
)
def test_nested_and_overlapping_marks(
    text: str, entities: list[tuple[str, int, int]], typed: str
) -> None:
    given = [{"type": kind, "offset": at, "length": n} for kind, at, n in entities]
    assert read(message(raw(text, *given))).text == typed


@pytest.mark.parametrize(
    ("url", "typed"),
    [
        ("http://x.to/", "f[0](x.to)"),
        ("https://pytorch.org/docs", "f[0](https://pytorch.org/docs)"),
    ],
)
def test_a_call_taken_for_a_link_is_put_back(url: str, typed: str) -> None:
    text = "/eval f0"
    assert read(message(raw(text, entity("text_link", text, "0", url=url)))).text == typed


Node = tuple[str, list[Any]] | str
PLAIN = st.text("ab \n=🐍(", min_size=1, max_size=5)


def framed(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Marks as a client eats them: letters at both ends, and something between two pairs."""
    middle = st.lists(inner, max_size=3).map(lambda nodes: [x for n in nodes for x in ("x", n)])
    return st.tuples(st.sampled_from(list(MARKS)), middle.map(lambda nodes: [*nodes, "y🐍"]))


CODE = st.tuples(st.just("code"), st.text("ab*_🐍", min_size=1, max_size=4).map(lambda t: [t]))
TYPED = st.lists(st.recursive(PLAIN | CODE, framed, max_leaves=12), min_size=1)


def eat(
    nodes: list[Node], sent: str, around: frozenset[str] = frozenset()
) -> tuple[str, list[Entity], str]:
    """What is sent, its entities, and what of the typed text must come out."""
    typed, entities = "", []
    for node in nodes:
        if isinstance(node, str):
            sent, typed = sent + node, typed + node
            continue
        kind, inside = node
        start = units(sent)
        sent, inner, restored = eat(inside, sent, around | {kind})
        entities += inner
        # Nothing is bold twice.
        mark = "" if kind in around else MARKS.get(kind, "")
        if kind not in around:
            entities.append({"type": kind, "offset": start, "length": units(sent) - start})
        typed += mark + restored + mark
    return sent, entities, typed


@given(TYPED)
def test_what_was_typed_comes_back(nodes: list[Node]) -> None:
    between = [part for node in nodes for part in (node, ".")]
    sent, entities, typed = eat(between, "/eval ")
    assert read(message(raw(sent, *entities))).text == typed


@given(st.text("a *_~|🐍\n", max_size=30))
def test_what_an_eager_client_ate_comes_back_but_for_white_space(typed: str) -> None:
    """Android takes the shortest pair on a line, and the server trims what it marks."""
    sent, entities = typed, []
    while eaten := re.search(r"\*\*(.+?)\*\*", sent):
        inside = eaten[1].strip()
        start = eaten.start() + len(eaten[1]) - len(eaten[1].lstrip())
        if inside:
            here = {"type": "bold", "offset": units(sent[:start]), "length": units(inside)}
            entities.append(here)
        else:
            typed = typed.replace(eaten[0], eaten[1], 1)  # marks around nothing are lost
        sent = sent[: eaten.start()] + eaten[1] + sent[eaten.end() :]
    restored = read(message(raw(sent, *entities))).text
    assert re.sub(r"\s", "", restored) == re.sub(r"\s", "", typed)


# Code marked as code.


def test_a_block_is_the_code_and_nothing_else_is() -> None:
    text = "/eval посмотрите 🐍\nx = 1\n  y\nспасибо"
    sent = raw(text, entity("pre", text, "x = 1\n  y\n", language="python"))
    source = read(message(sent))
    assert (source.text, source.plain) == ("x = 1\n  y", False)


def test_several_blocks_are_one_cell() -> None:
    text = "/eval\n  x\nи\npython\ny\n"
    sent = raw(text, entity("pre", text, "  x"), entity("pre", text, "python\ny\n"))
    assert read(message(sent)).text == "  x\n\ny"


def test_several_blocks_are_cells_apart_for_timeit() -> None:
    text = "/timeit\n  x\nи\npython\ny\n"
    blocks = (entity("pre", text, "  x"), entity("pre", text, "python\ny\n"))
    assert cells(read(message(raw(text, *blocks))).text) == ["  x", "y"]
    fenced = raw("/timeit ```\nx\n```\n```\ny\n```")
    assert cells(read(message(fenced)).text) == ["x", "y"]


def test_several_blocks_replied_to_are_cells_apart_for_timeit() -> None:
    text = "x\ny"
    replied = raw(text, entity("pre", text, "x"), entity("pre", text, "y"))
    sent = raw("/timeit", reply_to_message=replied)
    assert cells(read(message(sent)).text) == ["x", "y"]


@pytest.mark.parametrize("line", ["---", "--", "—", "—-", "–-", "———", " --- ", "−"])
def test_a_line_of_dashes_parts_cells(line: str) -> None:
    assert cells(f"x - 1\n\n{line}\ny --1\n") == ["x - 1", "y --1"]


@pytest.mark.parametrize("line", ["-", "-----", "x ---", "--- x", "# ---", "-1"])
def test_other_lines_part_nothing(line: str) -> None:
    assert cells(f"x\n{line}\ny") == [f"x\n{line}\ny"]


def test_blank_cells_are_none() -> None:
    assert cells("---\nx\n---\n \n") == ["x"]
    assert cells(" \n") == []


def test_inside_code_nothing_is_put_back() -> None:
    text = "/eval x init y"
    sent = raw(text, entity("code", text, "x init y"), entity("italic", text, "init"))
    source = read(message(sent))
    assert (source.text, source.plain) == ("x init y", False)


def test_inline_code_among_words_stays_in_its_place() -> None:
    text = "/eval f(x, kw)"
    sent = raw(text, entity("code", text, "x"), entity("bold", text, "kw"))
    source = read(message(sent))
    assert (source.text, source.plain) == ("f(x, **kw**)", True)


@pytest.mark.parametrize(
    "text",
    ["/eval ```python\nx\n  y\n```", "/eval\n```\nx\n  y```", "/eval вот\n```x\n  y\n```\nвсё"],
)
def test_fences_that_a_client_left_are_no_code(text: str) -> None:
    assert read(message(raw(text))).text == "x\n  y"


# The message replied to.


def test_an_empty_command_takes_the_code_replied_to() -> None:
    text = "/eval 2 3"
    replied = raw(text, entity("bold", text, "3"))
    source = read(message(raw("/shape", reply_to_message=replied)))
    assert (source.command, source.text) == ("shape", "2 **3**")


def test_own_arguments_win_over_the_message_replied_to() -> None:
    assert read(message(raw("/eval x", reply_to_message=raw("y")))).text == "x"


def test_a_reply_without_a_command_is_only_itself() -> None:
    assert read(message(raw("спасибо", reply_to_message=raw("y")))).text == "спасибо"


def test_a_quoted_part_is_taken_alone() -> None:
    quote = {
        "text": "x2",
        "position": 5,
        "is_manual": True,
        "entities": [{"type": "bold", "offset": 1, "length": 1}],
    }
    replied = raw("y = 1\nx2")
    assert read(message(raw("/eval", reply_to_message=replied, quote=quote))).text == "x**2**"
    assert read(message(raw("/eval", quote=quote))).text == "x**2**"


def test_a_quote_that_telegram_added_is_not_the_wish() -> None:
    quote = {"text": "y", "position": 0}
    sent = raw("/eval", reply_to_message=raw("y = 1"), quote=quote)
    assert read(message(sent)).text == "y = 1"


def test_the_first_message_of_a_topic_is_no_reply() -> None:
    topic = raw("", forum_topic_created={"name": "Неделя 1", "icon_color": 1})
    assert read(message(raw("/eval", reply_to_message=topic))).text == ""


# Documents.


def test_a_caption_is_read_as_text_is() -> None:
    caption = "/submit power xy"
    source = read(message(captioned(caption, entity("italic", caption, "xy"))))
    assert (source.command, source.text) == ("submit", "power __xy__")
    assert source.document
    assert source.document.file_name == "power.py"


@pytest.mark.parametrize("text", ["/submit power", "/eval"])
def test_a_document_replied_to_is_fetched_and_its_caption_is_no_code(text: str) -> None:
    source = read(message(raw(text, reply_to_message=captioned("мой код"))))
    assert source.document
    assert source.text == text.partition(" ")[2]


def test_an_own_document_wins_over_the_one_replied_to() -> None:
    other = captioned("", message_id=6)
    other["document"] = {**DOCUMENT, "file_name": "other.py"}
    source = read(message(captioned("/eval", reply_to_message=other)))
    assert source.document
    assert source.document.file_name == "power.py"


class Shelf(BaseRequest):
    """The network's end of a bot, with one file in memory; counts the downloads."""

    def __init__(self, data: bytes, size: int | None) -> None:
        self.data, self.size, self.downloads = data, size, 0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    @property
    def read_timeout(self) -> float:
        return 1.0

    async def do_request(self, url: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        if url.endswith("/getFile"):
            file = {"file_id": "f", "file_unique_id": "u", "file_path": "a", "file_size": self.size}
            return 200, json.dumps({"ok": True, "result": file}).encode()
        self.downloads += 1
        return 200, self.data


def shelved(
    data: bytes, name: str | None = "a.py", told: int | None = None, found: int | None = None
) -> tuple[Document, Shelf]:
    shelf = Shelf(data, found)
    document = Document("f", "u", file_name=name, file_size=told)
    document.set_bot(Bot("1:x", request=shelf, get_updates_request=shelf))
    return document, shelf


@pytest.mark.parametrize("name", ["a.py", "A.PY", "code.txt", "power", None])
@pytest.mark.parametrize(
    "data",
    [
        "x = 'ё'\r\ny\r".encode(),
        codecs.BOM_UTF8 + "x = 'ё'\ny\n".encode(),
        "x = 'ё'\ny\n".encode("utf-16"),
        codecs.BOM_UTF16_BE + "x = 'ё'\ny\n".encode("utf-16-be"),
    ],
)
async def test_a_document_is_read(data: bytes, name: str | None) -> None:
    document, _ = shelved(data, name)
    assert await read_document(document) == "x = 'ё'\ny\n"


@pytest.mark.parametrize(
    "data",
    [
        "x = 'ё'".encode("cp1251"),
        b"x\0y",
        b"\x89PNG\r\n\x1a\n\0\0",
        codecs.BOM_UTF16_LE + b"\0\xd8",
        "x".encode("utf-32"),
    ],
)
async def test_what_is_no_text_is_refused(data: bytes) -> None:
    document, _ = shelved(data)
    with pytest.raises(UnreadableDocument) as refused:
        await read_document(document)
    assert (refused.value.key, refused.value.values) == ("source.not_text", {"name": "a.py"})


@pytest.mark.parametrize("name", ["a.ipynb", "a.py.zip", "a.PDF"])
async def test_what_is_no_python_is_not_even_downloaded(name: str) -> None:
    document, shelf = shelved(b"x", name)
    with pytest.raises(UnreadableDocument) as refused:
        await read_document(document)
    assert (refused.value.key, refused.value.values) == ("source.not_python", {"name": name})
    assert shelf.downloads == 0


@pytest.mark.parametrize(
    ("told", "found", "downloads"),
    [(DOCUMENT_BYTES + 1, None, 0), (None, DOCUMENT_BYTES + 1, 0), (1, 1, 1)],
)
async def test_a_huge_document_is_refused(
    told: int | None, found: int | None, downloads: int
) -> None:
    document, shelf = shelved(b"#" * (DOCUMENT_BYTES + 1), "a.py", told, found)
    with pytest.raises(UnreadableDocument) as refused:
        await read_document(document)
    assert (refused.value.key, refused.value.values) == (
        "source.too_big",
        {"size": 257, "limit": 256},
    )
    assert shelf.downloads == downloads


async def test_a_document_of_just_the_limit_is_read() -> None:
    document, _ = shelved(b"#" * DOCUMENT_BYTES, told=DOCUMENT_BYTES)
    assert len(await read_document(document)) == DOCUMENT_BYTES


# Whether mending is worth a job.


def test_every_character_that_mending_knows_is_noticed() -> None:
    signs = [*range(0xA0, 0x100), *range(0x2000, 0x2300), 0x1680, 0x2764, 0x3000, 0xFE0F, 0xFEFF]
    for sign in map(chr, signs):
        for text in (f"x {sign}y", f"x{sign}", f"{sign}x{sign}"):
            assert mendable(text) or mended(text) == text


@pytest.mark.parametrize("text", ["x = 'привет'", "x ** 2 -- 1", "", "s = '🐍'"])
def test_plain_text_needs_no_mending(text: str) -> None:
    assert not mendable(text)


def test_code_entities_need_no_mending() -> None:
    text = "🐍 x = “a” + y"
    marked = message(raw(text, entity("code", text, "“a”")))
    assert mendable(text)
    assert not mendable(text, marked.entities)
