from __future__ import annotations

import pytest

from bot.local.client import TEXT_MAX, Client, compose
from bot.local.entities import between, units

Kinds = list[tuple[str, str]]


def sent(text: str, client: Client = Client.TERMINAL) -> tuple[str, Kinds]:
    (message,) = compose(text, client)
    marked = [(e.type, between(message.text, e.offset, e.end)) for e in message.entities]
    return message.text, marked


@pytest.mark.parametrize("client", Client)
def test_every_app_makes_entities_of_fences_and_inline_code(client: Client) -> None:
    text, marked = sent("/eval ```python\nx**2 -- 1\n``` и `a__b__`", client)
    assert text == "/eval x**2 -- 1 и a__b__"
    assert marked == [("bot_command", "/eval"), ("pre", "x**2 -- 1"), ("code", "a__b__")]


def test_language_of_a_fence_is_kept() -> None:
    (message,) = compose("```python\nx\n```", Client.TERMINAL)
    assert message.entities[0].language == "python"
    (plain,) = compose("```\nx\n```", Client.TERMINAL)
    assert (plain.text, plain.entities[0].language) == ("x", None)


def test_terminal_sends_what_was_typed() -> None:
    typed = '/eval print("__init__", x**2 ** y**2) -- <<'
    assert sent(typed) == (typed, [("bot_command", "/eval")])


@pytest.mark.parametrize(
    ("typed", "text", "marked"),
    [
        ("x**2 + y**2", "x2 + y2", [("bold", "2 + y")]),
        ("def __init__(self)", "def init(self)", [("italic", "init")]),
        ("a~~b~~ ||c||", "ab c", [("strikethrough", "b"), ("spoiler", "c")]),
        ("**a __b__ c**", "a b c", [("bold", "a b c"), ("italic", "b")]),
        ("__a **b** c__", "a b c", [("italic", "a b c"), ("bold", "b")]),
        ("**a\nb**", "**a\nb**", []),
        ("x**2", "x**2", []),
        ("**😀**__ж__", "😀ж", [("bold", "😀"), ("italic", "ж")]),
        ("**a `b` c**", "**a b c**", [("code", "b")]),
        (
            "`a` **b** `c` **d**",
            "a b c d",
            [("code", "a"), ("bold", "b"), ("code", "c"), ("bold", "d")],
        ),
    ],
)
def test_desktop_eats_marks(typed: str, text: str, marked: Kinds) -> None:
    assert sent(typed, Client.DESKTOP) == (text, marked)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("x -- y", "x — y"),
        ("x << 2 >> 1", "x « 2 » 1"),
        ('print("a", "b")', "print(“a”, “b”)"),
        ("f('a')", "f(‘a’)"),
        ('"a"\n"b"', "“a”\n“b”"),
    ],
)
def test_phone_sets_quotes_and_dashes(typed: str, text: str) -> None:
    assert sent(typed, Client.PHONE)[0] == text
    assert sent(typed, Client.DESKTOP)[0] == typed


def test_phone_leaves_code_alone() -> None:
    assert sent('```\n"a" -- <<\n```', Client.PHONE)[0] == '"a" -- <<'


def test_server_finds_commands_mentions_hashtags_and_links() -> None:
    text = "/eval@tensor_tutor_bot 1 /y @somebody #тег1 https://e.org/x?y t.to a/b x@y #1 `/code`"
    assert sent(text)[1] == [
        ("bot_command", "/eval@tensor_tutor_bot"),
        ("bot_command", "/y"),
        ("mention", "@somebody"),
        ("hashtag", "#тег1"),
        ("url", "https://e.org/x?y"),
        ("url", "t.to"),
        ("code", "/code"),
    ]


def test_long_text_goes_in_two_messages_cut_at_a_line() -> None:
    line = "x" * 999
    first, second = compose("\n".join([line] * 5), Client.DESKTOP)
    assert (first.text, second.text) == ("\n".join([line] * 4), line)


def test_long_line_is_cut_but_never_an_emoji() -> None:
    parts = compose("x" + "😀" * 3000, Client.TERMINAL)
    assert [units(part.text) for part in parts] == [TEXT_MAX - 1, 1906]
    assert "".join(part.text for part in parts) == "x" + "😀" * 3000


def test_long_code_stays_code_in_both_messages() -> None:
    first, second = compose("```\n" + "  y\n" * 1500 + "```", Client.TERMINAL)
    assert [e.type for part in (first, second) for e in part.entities] == ["pre", "pre"]


def test_nothing_but_white_space_is_no_message() -> None:
    assert compose(" \n ", Client.TERMINAL) == ()
