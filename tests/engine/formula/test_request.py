"""A whole request is read, or told what is wrong with it and where; nothing raises or hangs."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.formula.limits import CHARACTERS, DEPTH
from engine.formula.request import Request, Want, read_formula, read_request
from engine.formula.sizes import DEEPEST
from engine.formula.tree import Formula
from engine.records import Note
from engine.records.gradients import Misread
from tests.engine.formula.asking import read


def mistake(text: str) -> Misread:
    found = read_request(text)
    assert isinstance(found, Misread), found
    return found


def notes(text: str) -> list[Note]:
    return list(read(text).notes)


def test_everything_at_once() -> None:
    request = read("f(x, y) = x² + xy при x=2, y=3 check x: 2x + y hessian порядок 2")

    assert (request.formula.title, request.formula.inputs) == ("f", ("x", "y"))
    assert {name: value.values for name, value in request.point.items()} == {
        "x": (Fraction(2),),
        "y": (Fraction(3),),
    }
    assert [(claim.name, claim.text) for claim in request.claims] == [("x", "2x + y")]
    assert request.wants == {Want.HESSIAN, Want.ORDER}
    assert request.order == 2
    assert request.notes == ()
    assert request.missing == ()


@pytest.mark.parametrize(
    ("text", "inputs"),
    [
        ("f(y, x) = x + y", ("y", "x")),
        ("b + a", ("b", "a")),
        ("f(x, y) = x", ("x", "y")),
        ("f(x) = ax at a=2", ("x", "a")),
        ("f(x₁, x₂) = x₁x₂", ("x1", "x2")),
        ("loss = (w*x - y)^2", ("w", "x", "y")),
    ],
)
def test_inputs_are_in_the_order_of_the_head_else_of_appearance(
    text: str, inputs: tuple[str, ...]
) -> None:
    assert read(text).formula.inputs == inputs


@pytest.mark.parametrize(
    ("text", "title"), [("x^2", "f"), ("y = x^2", "y"), ("g(x) = x^2", "g"), ("loss=x^2", "loss")]
)
def test_title(text: str, title: str) -> None:
    assert read(text).formula.title == title


def test_inputs_without_a_value_are_missing() -> None:
    assert read("x + y + z at y=1").missing == ("x", "z")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x^2", []),
        ("f(x, y) = 2xy", []),
        ("x + xy", [Note("note.product", {"text": "xy", "read": "x·y"})]),
        ("sigmoid(wx + b)", [Note("note.product", {"text": "wx", "read": "w·x"})]),
        ("sinx", [Note("note.product", {"text": "sinx", "read": "sin x"})]),
        ("xsinx", [Note("note.product", {"text": "xsinx", "read": "x·sin x"})]),
        ("ln2x", [Note("note.product", {"text": "ln2x", "read": "ln(2·x)"})]),
        ("f(x, y) = e^xy", [Note("note.exponent", {"text": "e^xy", "read": "e^x·y"})]),
        ("1/2x", [Note("note.division", {"text": "1/2x", "read": "(1/2)·x"})]),
        ("1/2(x+1)", [Note("note.division", {"text": "1/2(…)", "read": "(1/2)·(…)"})]),
        ("1/2 x", []),
        ("1/2·x", []),
        ("e^2x", [Note("note.exponent", {"text": "e^2x", "read": "e^2·x"})]),
        ("x^2y", []),
        ("sin x y", [Note("note.argument", {"text": "x y"})]),
        ("sin x/2", [Note("note.argument", {"text": "x"})]),
        ("sin 2x", []),
        ("х² + у + х", [Note("note.cyrillic", {"letters": "х, у"})]),
        ("x^2 при x=2", []),
    ],
)
def test_notes_say_how_what_has_two_readings_was_read(text: str, wanted: list[Note]) -> None:
    assert notes(text) == wanted


MISTAKES = [
    # text, key, the part of it at fault
    ("", "empty", ""),
    ("at x=2", "empty", "at x=2"),
    ("x^2 + sinn(x)", "unknown_name", "sinn"),
    ("relux", "unknown_name", "relux"),
    ("2·softmx(x)", "unknown_name", "softmx"),
    ("f(x) = x·y", "unknown", "y"),
    ("f(alpha) = alfa + 1", "unknown_name", "alfa"),
    ("x·длина", "russian", "длина"),
    ("sin + 1", "function_alone", "sin"),
    ("max x", "function_alone", "max"),
    ("x.sum", "function_alone", "sum"),
    ("1 + sin(x, y)", "arguments", "sin(x, y)"),
    ("where(x > 0, x)", "arguments", "where(x > 0, x)"),
    ("softmax(x, y)", "arguments", "softmax(x, y)"),
    ("where(x > 0, other=1)", "arguments", "where(x > 0, other=1)"),
    ("clamp(max=1)", "keyword_argument", "clamp(max=1)"),
    ("sin(x, dim=0)", "keyword_argument", "sin(x, dim=0)"),
    ("clamp(x, min=0, min=1)", "two_values", "min"),
    ("sum(x, dim=y)", "dim_whole", "sum(x, dim=y)"),
    ("max(x, y, dim=0)", "dim", "max(x, y, dim=0)"),
    ("where(x, 1, 2)", "condition", "where(x, 1, 2)"),
    ("where(0 < x < 1, x, 0)", "chain", "< x <"),
    ("x > 0", "comparison", ">"),
    ("x^2 = 4", "equation", "="),
    ("2(x + 1", "unclosed", "("),
    ("x + 1)", "unopened", ")"),
    ("(x + 1]", "other_bracket", "]"),
    ("|x + 1", "unclosed", "|"),
    ("x + ", "ends", ""),
    ("x */ 2", "no_operand", "/"),
    ("x^()", "no_operand", ")"),
    ("x 2", "no_sign", "2"),
    ("3(x + 2,5)", "comma", ","),
    ("x # y", "character", "#"),
    ("x + 🙂", "character", "🙂"),
    ("x^2\ny^2", "second_formula", "y"),
    ("def f(x): return x", "program", "def"),
    ("import torch", "program", "import"),
    ("lambda x: x", "program", "lambda"),
    ("x; print(x)", "program", ";"),
    ("'x' + x", "program", "'"),
    ("print(x)", "program", "print"),
    ("x**2 if y", "program", "if"),
    ("loss.backward()", "attribute", ".backward"),
    ("x.grad + 1", "attribute", ".grad"),
    ("x[i]", "index_whole", "i"),
    ("x[0.5]", "index_whole", "0.5"),
    ("x[1:2]", "index_whole", "1"),
    ("x[123456]", "index", "123456"),
    ("9**9**9", "exponent", "9**9**9"),
    ("x + x^5000", "exponent", "x^5000"),
    ("2^5000 x", "exponent", "2^5000"),
    ("x^(10^10^10)", "exponent", "10^10^10"),
    ("x·1e5000", "ten", "1e5000"),
    ("x + exp(exp(9^9))", "number", "x + exp(exp(9^9))"),
    (f"x + {'1' * 51}", "digits", "1" * 51),
    ("[[1, 2], [3]] @ x", "ragged", "[[1, 2], [3]]"),
    ("[] @ x", "empty_list", "[]"),
    ("[[[1]]] @ x", "rank", "["),
    ("[a] @ x", "list_of_formulas", "a"),
    ("jacobian [x + y, xy]", "list_of_formulas", "x + y"),
    ("sin⁻¹x", "inverse", "sin⁻¹"),
    ("f(sin) = 2", "taken", "sin"),
    ("f(pi) = pi", "taken", "pi"),
    ("weight_of_the_first_layer^2", "long_name", "weight_of_the_first_layer"),
    ("2 + 3", "no_inputs", "2 + 3"),
    ("a + b + c + d + k + l + m + n + o", "inputs", "a + b + c + d + k + l + m + n + o"),
    ("x^2 at x=1 order 9", "order", "9"),
    ("x^2 order 1.5", "order", "1.5"),
    ("x^2 check", "claim_empty", "check"),
    ("x + y check 1", "which", "1"),
    ("x^2 check z: 2x", "no_input", "z"),
    ("x^2 check x: 2z", "unknown", "z"),
]


@pytest.mark.parametrize(("text", "key", "fault"), MISTAKES)
def test_a_mistake_is_named_where_it_stands(text: str, key: str, fault: str) -> None:
    found = mistake(text)

    assert found.note.key == f"mistake.{key}"
    assert found.line[found.start : found.end] == fault


@pytest.mark.parametrize(
    ("text", "line", "start"),
    [
        ("f(x) =\n  x^2 + sinn(x)\n", "  x^2 + sinn(x)", 8),
        ("x² − х·relux(x)", "x² − х·relux(x)", 7),
        ("２ｘ\u00a0＋ $ y 2", "２ｘ\u00a0＋ $ y 2", 9),
        ("x^2 + 1\r\nx = 1 + y", "x = 1 + y", 8),
    ],
)
def test_columns_are_those_of_the_text_as_it_was_sent(text: str, line: str, start: int) -> None:
    found = mistake(text)

    assert (found.line, found.start) == (line, start)


def test_what_could_be_meant_is_said() -> None:
    assert mistake("sinn(x)").note.values == {"name": "sinn", "nearest": "sin"}
    assert mistake("f(alpha) = alfa").note.values == {"name": "alfa", "nearest": "alpha"}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("(" * 10_000 + "x" + ")" * 10_000, "characters"),
        ("x+" * 5_000_000, "characters"),
        ("(" * 900 + "x" + ")" * 900, "deep"),
        ("[" * 41, "deep"),
        ("-" * 1900 + "x", "deep"),
        ("√" * 1900 + "x", "deep"),
        ("|" * 1900 + "x", "deep"),
        ("x" + "^x" * 900, "deep"),
        ("sin " * 400 + "x", "deep"),
        ("x" + "+x" * 900, "nodes"),
        ("x" + ".T" * 900, "nodes"),
        ("x" + "+x" * DEEPEST, "long_formula"),
        ("x" + "²" * 1900, "digits"),
        ("9^9^9^9 x", "exponent"),
        ("((9^999)^999)^999 x", "exponent"),
        ("exp(exp(exp(exp(1000)))) x", "number"),
        ("·".join(["9^999"] * 40) + "·x", "number"),
        ("1e999999 x", "ten"),
        ("sum(x) at x=[" + "1," * 256 + "1]", "size"),
        ("\0", "character"),
        ("\ud83d", "character"),
    ],
)
def test_what_is_too_much_is_refused_at_once(text: str, key: str) -> None:
    assert mistake(text).note.key == f"mistake.{key}"


def test_what_is_just_not_too_much_is_read() -> None:
    read("(" * (DEPTH - 2) + "x" + ")" * (DEPTH - 2))
    read("x" + "+x" * (DEEPEST - 2))
    read("x^1000 + 9^300")
    read("x" + " " * (CHARACTERS - 1))


def test_a_formula_alone() -> None:
    found = read_formula("f(x) = x^2 at x=1")

    assert isinstance(found, Formula)
    assert found == read("f(x) = x²").formula


_PIECES = (
    "x y xy a е х f(x) = ( ) [ ] , , ; : . ' + - * / ^ ** ² ⁻¹ ˣ ᵀ √ | ‖ < == 1 2,5 1e3 9^9 sin "
    "sin² max where( sum( .sum( dim= e pi π @ at при в точке check проверь hessian order 2 \n # "
    "def ∂f/∂x df/dx torch. F. [1,2] [[1,2],[3,4]] x=2 y = T .T по grad \u00a0 ½ and и"
)
PIECES = st.lists(st.sampled_from(_PIECES.split(" ")), max_size=30)


@settings(max_examples=1000, deadline=None)
@given(PIECES.map(" ".join) | PIECES.map("".join))
def test_pieces_of_formulas_in_any_order_raise_nothing(text: str) -> None:
    assert isinstance(read_request(text), (Request, Misread))


@settings(max_examples=1000, deadline=None)
@given(st.text(max_size=60))
def test_any_text_raises_nothing(text: str) -> None:
    found = read_request(text)

    assert isinstance(found, (Request, Misread))
    if isinstance(found, Misread):
        assert found.line in text
        assert 0 <= found.start <= found.end <= len(found.line)
