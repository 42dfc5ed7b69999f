"""Text of a user's program: harmless, short enough, escaped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from bot.local.html import parse
from handlers.reply.text import (
    clip,
    harmless,
    one_line,
    pre,
    shown_units,
    stacked,
    trim,
    units,
)

ANY_TEXT = st.text(st.characters(codec=None), max_size=300)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;http://x\x07link\x1b]8;;\x07", "link"),
        ("a\x00b\x07", "ab"),
        ("50%\r100%", "100%"),
        ("100%\r", "100%"),
        ("one\r\ntwo", "one\ntwo"),
        ("abc\u202edef", "abc\\u202edef"),
        ("x\u200by", "x\\u200by"),
        ("\ud83d", "\\ud83d"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("a\tb", "a\tb"),
    ],
)
def test_text_is_made_harmless(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_length_is_counted_in_utf16_units() -> None:
    assert units("я😀") == 3
    assert shown_units(Markup("<b>&lt;😀</b>")) == 3


def test_text_that_fits_is_shown_whole() -> None:
    shown = trim("one\ntwo\n", room=100)

    assert (shown.text, shown.hidden, shown.cut) == ("one\ntwo", 0, False)


def test_columns_stay_in_line() -> None:
    assert trim("a\tb\naaa\tb", room=100).text == "a       b\naaa     b"


def test_long_text_is_cut_after_a_whole_line() -> None:
    shown = trim("\n".join(["x" * 30] * 10), room=100)

    assert (shown.text, shown.hidden, shown.cut) == ("\n".join(["x" * 30] * 3), 7, True)


def test_number_of_lines_is_bounded() -> None:
    shown = trim("\n".join("x" * 10_000), room=10_000, lines=40, end=False)

    assert (shown.text.count("\n"), shown.hidden) == (39, 9_960)


def test_of_a_long_text_beginning_and_end_are_shown() -> None:
    shown = trim("\n".join(f"epoch {n}" for n in range(1000)), room=2_000, lines=40)

    lines = shown.text.split("\n")
    assert lines[:2] + lines[31:34] + lines[-1:] == [
        *("epoch 0", "epoch 1", "epoch 31", "⋮", "epoch 992", "epoch 999"),
    ]
    assert (len(lines), shown.hidden) == (41, 960)


def test_end_that_does_not_fit_leaves_room_for_the_beginning() -> None:
    shown = trim("\n".join(["first", *["x" * 900] * 100]), room=2_000)

    assert shown.text.startswith("first\nxxx")
    assert units(shown.text) <= 2_000


def test_line_without_end_is_cut_in_the_middle() -> None:
    shown = trim("x" * 10_000, room=100)

    assert (shown.text, shown.hidden, shown.cut) == ("x" * 99 + "…", 0, True)


def test_long_line_leaves_room_for_others() -> None:
    shown = trim("x" * 10_000 + "\nend", room=2_000)

    assert shown.text.endswith("…\nend")
    assert shown.cut


@given(ANY_TEXT, st.integers(1, 200) | st.integers(400, 800))
def test_shown_text_fits_its_room(text: str, room: int) -> None:
    shown = trim(text, room)

    assert units(shown.text) <= room
    assert parse(pre(f".{shown.text}.")).text == f".{shown.text}."


@given(ANY_TEXT, st.integers(1, 50))
def test_clipped_text_fits_its_room(text: str, room: int) -> None:
    assert units(clip(harmless(text), room)) <= room
    assert "\n" not in one_line(text, room)


def test_blocks_that_do_not_fit_are_left_out_whole() -> None:
    blocks = [Markup("<b>first</b>"), Markup("<pre>second</pre>"), Markup("third")]

    assert stacked(blocks, room=13) == Markup("<b>first</b>\n\n<pre>second</pre>")
    assert stacked(blocks, room=12) == Markup("<b>first</b>")
