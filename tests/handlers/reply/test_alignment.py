"""The table and the words around it, as a phone shows them."""

from __future__ import annotations

import re
from ast import literal_eval

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.local.html import parse
from engine.axes.alignment import align_matmul
from engine.broadcasting import compare
from engine.records import Broadcast, Note, Operand
from handlers.reply import alignment as look
from handlers.reply.mono import COLUMNS
from handlers.words import LANGUAGES, Words
from tests.engine.shapes import Shape, matrices, related, shapes

MINUS = "−"
HOSTILE = "<b>&amp; </pre>\x00\u202e"


def compared(operator: str, *shapes: Shape, names: tuple[str, ...] = tuple("xyzw")) -> Broadcast:
    return compare(operator, [Operand(n, s) for n, s in zip(names, shapes, strict=False)])


def table(found: Broadcast, language: str = "ru") -> list[str]:
    return parse(look.table(found, Words()(language))).text.splitlines()


def blocks(found: Broadcast, language: str = "ru") -> list[str]:
    """Everything that may be said of it."""
    say = Words()(language)
    said = [look.headline(found, say), look.short(found, say), *look.notes(found, say)]
    if found.result is None:
        said += [look.why(found, say), look.repaired(found, say)]
        said += [part for part in (look.question(found, say), look.torch_says(found, say)) if part]
    return [parse(part).text for part in said]


def test_axes_run_down_from_the_last() -> None:
    assert table(compared("+", (5, 2, 4, 1), (3, 1, 1))) == [
        "ось   x   y   итог",
        " -1   1   1      1   ✓",
        " -2   4   1      4   ✓",
        " -3   2   3      —   ✗",
        " -4   5          5   ✓",
    ]


def test_inner_axis_of_a_product_comes_first() -> None:
    assert table(compared("@", (7, 5, 3), (4, 2))) == [
        "  ось   x   y   итог",
        "общая   3   4      —   ✗",
        "   -1       2      2   ✓",
        "   -2   5          5   ✓",
        "   -3   7          7   ✓",
    ]


def test_many_operands_go_on_below() -> None:
    lines = table(compared("+", *[(100_000, 1)] * 3, names=("weights", "biases", "inputs")))

    assert lines == [
        "ось  weights  biases  inputs",
        " -1        1       1       1",
        " -2   100000  100000  100000",
        "",
        "ось    итог",
        " -1       1  ✓",
        " -2  100000  ✓",
    ]


def test_without_axes_there_is_no_table() -> None:
    assert table(compared("+", (), ())) == []
    assert table(compared("@", (), (3,))) == []


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["+", "@", "+="]),
    st.one_of(related(2), matrices()),
    st.lists(st.text("xyw_名é" + HOSTILE, min_size=1, max_size=30), min_size=2, max_size=2),
    st.sampled_from([1, 10**6, 2**60]),
    st.sampled_from(LANGUAGES),
)
def test_any_table_fits_a_phone(
    operator: str, pair: list[Shape], names: list[str], scale: int, language: str
) -> None:
    wide = [shape and (shape[0] * scale, *shape[1:]) for shape in pair]
    lines = table(compared(operator, *wide, names=tuple(names)), language)

    assert all(len(line) <= COLUMNS for line in lines)
    assert all(re.search(r"[✓✗]", line[:-1]) is None for line in lines)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["+", "-", "*", "@", "+=", "<"]),
    st.one_of(related(2), matrices(), st.lists(shapes(), min_size=2, max_size=2)),
    st.sampled_from([("x", "m"), (HOSTILE, "y"), ("x" * 500, "y" * 500)]),
    st.sampled_from(LANGUAGES),
)
def test_everything_has_words_and_is_html(
    operator: str, pair: list[Shape], names: tuple[str, str], language: str
) -> None:
    for text in blocks(compared(operator, *pair, names=names), language):
        assert text.strip()
        assert "{" not in text


@pytest.mark.parametrize(
    ("operator", "pair", "headline"),
    [
        ("+", ((5, 2, 4, 1), (3, 1, 1)), "❌ Размеры не подходят: 2 и 3 на оси −3"),
        ("+", ((5, 3, 4, 1), (3, 1, 1)), "✅ Размеры подходят, итог (5, 3, 4, 1)"),
        ("+", ((0,), (2, 2)), "❌ Размеры не подходят: 0 и 2 на оси −1"),
        ("@", ((2, 3), (4, 5)), "❌ Размеры не подходят: на общей оси 3 и 4"),
        ("@", ((2, 1), (4, 5)), "❌ Размеры не подходят: на общей оси 1 и 4"),
        ("@", ((5, 2, 3), (4, 3, 2)), "❌ Размеры не подходят: 5 и 4 на оси −3"),
        (
            "@",
            ((), (3,)),
            "❌ Матричному произведению нужны оси, а у числа и у 0-мерного тензора их нет",
        ),
        ("+=", ((3,), (2, 3)), "❌ На месте не получится: у x остаётся shape (3,)"),
        ("+=", ((3,), (2, 4)), "❌ Размеры не подходят: 3 и 4 на оси −1"),
    ],
)
def test_verdict_stands_first(operator: str, pair: tuple[Shape, Shape], headline: str) -> None:
    assert blocks(compared(operator, *pair))[0] == headline


def test_in_place_clash_is_told_of_the_axis_that_fits_nowhere() -> None:
    found = compared("+=", (2, 1), (3, 4))  # on axis -1 the left would have to grow

    assert blocks(found)[0] == "❌ Размеры не подходят: 2 и 3 на оси −2"


def test_three_sizes_name_the_first_two() -> None:
    assert blocks(compared("+", (2,), (1,), (3,)))[0] == "❌ Размеры не подходят: 2 и 3 на оси −1"


def test_lone_repair_explains_by_the_last_axis() -> None:
    found = compared("-", (32, 10), (32,), names=("x", "m"))
    say = Words()("ru")

    assert parse(look.why(found, say)).text.startswith("Оси сравниваются с последней, поэтому m")
    assert (
        "x.mean(dim=1, keepdim=True)"
        in parse(look.question(found, say) or look.table(found, say)).text
    )


def test_two_meanings_bring_the_question_back() -> None:
    found = compared("+", (5, 2, 4, 1), (3, 1, 1))
    asked = look.question(found, Words()("ru"))

    assert asked is not None
    assert parse(asked).text.endswith("Какой оси x должна соответствовать ось размера 3?")


@pytest.mark.parametrize(
    ("operator", "pair", "ending"),
    [
        ("*", ((2, 3), (3, 4)), "поэлементное или матричное?"),
        ("+", ((4,), (3,)), "Нужны все пары или размеры должны были совпасть?"),
        ("@", ((10, 3), (10, 3)), "Вдоль какой оси нужно складывать?"),
        ("+=", ((3,), (2, 3)), "изменить сам x или получить новый тензор?"),
    ],
)
def test_question_suits_the_repairs(operator: str, pair: tuple[Shape, Shape], ending: str) -> None:
    asked = look.question(compared(operator, *pair), Words()("ru"))

    assert asked is not None
    assert parse(asked).text.endswith(ending)


@pytest.mark.parametrize(
    ("operator", "pair"), [("+", ((5, 3), (5,))), ("@", ((4, 5), (3, 4))), ("+", ((5, 2), (3, 4)))]
)
def test_nothing_is_asked_where_nothing_is_to_choose(
    operator: str, pair: tuple[Shape, Shape]
) -> None:
    assert look.question(compared(operator, *pair), Words()("ru")) is None


def test_nothing_to_repair_is_said() -> None:
    assert "замены здесь не нашлось" in look.repaired(compared("+", (5, 2), (3, 4)), Words()("ru"))


@pytest.mark.parametrize(
    "pair", [((5, 3), (4, 2)), ((3, 4, 5), (3,)), ((4,), (3, 5, 2)), ((2, 3, 4, 5), (7, 2))]
)
def test_what_would_go_with_each_operand_of_a_product_does(pair: tuple[Shape, Shape]) -> None:
    found = compared("@", *pair)
    said = look.repaired(found, Words()("ru"))

    to_the_right, to_the_left = re.findall(r"<code>(\([\d, ]+\))</code>", said)
    assert found.repairs == ()
    assert align_matmul(pair[0], literal_eval(to_the_right)).result is not None
    assert align_matmul(literal_eval(to_the_left), pair[1]).result is not None


def test_forecast_is_not_called_checked() -> None:
    found = compared("-", (50_000, 768), (50_000,))

    assert "проверено запуском" not in look.repaired(found, Words()("ru"))
    assert "проверено запуском" in look.repaired(compared("-", (5, 3), (5,)), Words()("ru"))


def test_torchs_line_is_folded_with_its_way_of_counting() -> None:
    torchs = look.torch_says(compared("+", (5, 2, 4, 1), (3, 1, 1)), Words()("ru"))

    assert torchs is not None
    assert torchs.startswith("<blockquote expandable>")
    assert "must match the size of tensor b (3) at non-singleton dimension 1" in torchs
    assert torchs.endswith("это та же ось −3.</blockquote>")


def test_torch_naming_another_axis_is_said_otherwise() -> None:
    torchs = look.torch_says(compared("+", (2, 3), (4, 3), (7,)), Words()("ru"))

    assert torchs is not None
    assert "это ось −2" in torchs


def test_axes_in_a_note_have_a_proper_minus() -> None:
    note = Note("repair.along_axes", {"name": "<x>", "axes": [-3, -1]})

    assert look.said(note, Words()("ru")) == "оси <code>&lt;x&gt;</code> встают на места −3, −1"
