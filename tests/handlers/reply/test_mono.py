"""Monospaced lines: none is wider than a phone, nothing is lost in breaking them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handlers.reply.mono import COLUMNS, fits, grid, rounded, wrapped

WORDS = st.lists(st.text("xy²+-·()1234567890", min_size=1, max_size=50), min_size=1, max_size=30)


@given(WORDS, st.sampled_from(["", "  ", "    "]))
def test_wrapped_lines_fit_and_lose_nothing(words: list[str], indent: str) -> None:
    lines = wrapped(" ".join(words), indent, lines=1000)

    assert fits(lines)
    assert all(line.startswith(indent) for line in lines)
    assert "".join("".join(lines).split()) == "".join(words)


def test_more_lines_than_wanted_end_in_a_mark() -> None:
    lines = wrapped("x² + " * 40, lines=3)

    assert len(lines) == 3
    assert lines[-1].endswith(" …")
    assert fits(lines)


def test_columns_of_a_grid_stand_below_each_other() -> None:
    lines = grid([["", "x", "long"], ["a name", "12", "3"], ["b", "1", "-4.5"]])

    assert lines == ["         x  long", "a name  12     3", "b        1  -4.5"]


def test_one_character_too_many_does_not_fit() -> None:
    assert fits(["x" * COLUMNS])
    assert not fits(["x", "x" * (COLUMNS + 1)])


def test_numbers_lose_digits_until_the_line_fits() -> None:
    assert rounded("f = [0.123456, 0.123456]") == "f = [0.123456, 0.123456]"
    assert rounded("f'(x) = [0.0900306, 0.244728, 0.665241]") == "f'(x) = [0.09003, 0.2447, 0.6652]"


def test_line_that_never_fits_keeps_its_digits() -> None:
    long = ", ".join(["0.123456"] * 9)

    assert rounded(long) == long


def test_names_and_whole_numbers_are_not_rounded() -> None:
    text = "x1.5 1234567 0.123456789012345678901234567890"

    assert rounded(text) == "x1.5 1234567 0.12346"
