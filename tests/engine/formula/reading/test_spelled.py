"""A text keeps its length in our spelling, so that columns stay where they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.formula.reading.spelled import spelled


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("x·y × z", "x*y * z"),
        ("x − 1 — 2", "x - 1 - 2"),
        ("x÷2", "x/2"),
        ("４２ｘ", "42x"),
        ("x\u00a0\u200by", "x  y"),
        ("𝑥₁", "x1"),
        ("e^{x}", "e^(x)"),
        ("x²⁻ˣ", "x²⁻ˣ"),
        ("f′(x)", "f'(x)"),
        ("x\r\ny\u2028z", "x \ny\nz"),
        ("привет π", "привет π"),
        ("½ … ™", "½ … ™"),
    ],
)
def test_spelling(text: str, ours: str) -> None:
    assert spelled(text) == ours


@given(st.text())
def test_every_character_stays_in_its_place(text: str) -> None:
    assert len(spelled(text)) == len(text)


@given(st.text())
def test_our_spelling_stays_as_it_is(text: str) -> None:
    assert spelled(spelled(text)) == spelled(text)
