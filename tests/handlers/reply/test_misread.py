"""A mistake in a text, pointed at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from bot.local.html import parse
from engine.records import Misread, Note
from handlers.reply.misread import misread, pointed
from handlers.reply.mono import COLUMNS
from handlers.words import Words

SAY = Words()("ru")
NOTE = Note("mistake.negative", {"size": "-1", "text": "<b>"})


def test_words_come_first_and_the_place_is_marked() -> None:
    said = misread(Misread(NOTE, "(2, -1)", 4, 6), SAY)

    assert parse(said).text.startswith("Размер не бывает отрицательным: -1 в <b>.")
    assert said.endswith("\n<pre>(2, -1)\n    ^^</pre>")


def test_place_behind_the_line_is_marked_behind_it() -> None:
    assert pointed("x +", 3, 3) == ("x +", "   ^")


def test_line_that_is_no_longer_there_is_not_shown() -> None:
    assert "<pre>" not in misread(Misread(NOTE, "", 0, 0), SAY)


@pytest.mark.parametrize("start", [0, 30, 200, 395])
def test_of_a_long_line_the_place_is_shown(start: int) -> None:
    line = "".join(f"{number:04}" for number in range(100))

    shown, mark = pointed(line, start, start + 4)

    assert len(shown) <= COLUMNS
    assert shown[mark.index("^") : len(mark)] == line[start : start + 4]


@given(st.text(st.characters(codec=None), max_size=80), st.integers(-5, 90), st.integers(-5, 90))
def test_anything_is_shown_as_one_line_and_its_mark(line: str, start: int, end: int) -> None:
    said = misread(Misread(NOTE, line, start, end), SAY)

    assert parse(Markup(said)).text
    assert set(pointed(line, start, end)[1]) <= {" ", "^"}
