"""Points as students give them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from mpmath import mp, mpf

from engine.formula.request import Request, read_request
from engine.formula.tree import Array
from engine.records import Note
from engine.records.gradients import Misread

Values = dict[str, Array]


def point(text: str) -> Values:
    read = read_request(text)
    assert isinstance(read, Request), read
    return dict(read.point)


def numbers(**values: int | str) -> Values:
    return {name: Array((), (Fraction(value),)) for name, value in values.items()}


@pytest.mark.parametrize(
    "given",
    [
        "at x=2, y=3",
        "при x=2, y=3",
        "при x = 2 и y = 3",
        "в точке x=2, y=3",
        "в точке (2, 3)",
        "в точке (2; 3)",
        "в точке M(2, 3)",
        "at (2, 3)",
        "at f(2, 3)",
        "at [2, 3]",
        "at point (2,3)",
        "at 2, 3",
        "at (x=2, y=3)",
        "при (x, y) = (2, 3)",
        "(x, y) = (2, 3)",
        "x=2 y=3",
        "x=2, y=3",
        ", x = 2, y = 3",
        "; x=2; y=3",
        "@ x=2, y=3",
        "@x=2,y=3",
        "\nx=2\ny=3",
        "\nпри x=2\n\ny=3",
        "где x=2, y=3",
        "at y=3, x=2",
        "at x₀=2, y₀=3",
        "at x0=2, y_0=3",
        "at x=2.0, y=3.",
        "at x=1+1, y=6/2",
        "at х=2, у=3",
        "at x=2, y=3, y=3",
        "hessian at x=2, y=3",
    ],
)
def test_a_point_in_every_spelling(given: str) -> None:
    assert point(f"f(x, y) = x^2 + xy {given}") == numbers(x=2, y=3)


@pytest.mark.parametrize(
    ("given", "values"),
    [
        ("x=2,5", numbers(x="2.5")),
        ("x=2,5, y=3", numbers(x="2.5", y=3)),
        ("x=2,y=3", numbers(x=2, y=3)),
        ("x=(2,5)", {"x": Array((2,), (Fraction(2), Fraction(5)))}),
        ("x=-2", numbers(x=-2)),
        ("x=−2", numbers(x=-2)),
        ("x=1e-3", numbers(x="0.001")),
        ("x=1/3", numbers(x="1/3")),
        ("x=0.1", numbers(x="0.1")),
        ("x=2^-3", numbers(x="1/8")),
        ("x=½", numbers(x="1/2")),
        ("x=y=2", numbers(x=2, y=2)),
        ("x=|-3|", numbers(x=3)),
        ("x=[1, 2, 3]", {"x": Array((3,), (Fraction(1), Fraction(2), Fraction(3)))}),
        ("x=(1; 2)", {"x": Array((2,), (Fraction(1), Fraction(2)))}),
        ("x=torch.tensor([1., 2])", {"x": Array((2,), (Fraction(1), Fraction(2)))}),
        ("x=np.array([0.5, 2])", {"x": Array((2,), (Fraction(1, 2), Fraction(2)))}),
        ("x=[[1,2],[3,4]]", {"x": Array((2, 2), tuple(map(Fraction, (1, 2, 3, 4))))}),
        ("x=[(1,2),(3,4)]", {"x": Array((2, 2), tuple(map(Fraction, (1, 2, 3, 4))))}),
        ("x=[[1],[2]]", {"x": Array((2, 1), (Fraction(1), Fraction(2)))}),
        ("x=[2]", {"x": Array((1,), (Fraction(2),))}),
        ("x=[2,]", {"x": Array((1,), (Fraction(2),))}),
    ],
)
def test_values(given: str, values: Values) -> None:
    assert point(f"f(x, y) = x + y at {given}") == values


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ("pi/2", lambda: mp.pi / 2),
        ("2π", lambda: 2 * mp.pi),
        ("√2", lambda: mp.sqrt(2)),
        ("-sqrt(2)/2", lambda: -mp.sqrt(2) / 2),
        ("e", lambda: mp.e),
        ("e^2", lambda: mp.exp(2)),
        ("ln 3", lambda: mp.log(3)),
        ("2^0.5", lambda: mp.sqrt(2)),
        ("sin(1)", lambda: mp.sin(1)),
    ],
)
def test_an_irrational_value_has_more_than_fifty_digits(given: str, right: object) -> None:
    (value,) = point(f"x^2 at x={given}")["x"].values
    assert callable(right)
    with mp.workdps(70):
        assert abs(mpf(value.numerator) / value.denominator - right()) < mpf(10) ** -57


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("x^2 at 2", numbers(x=2)),
        ("x^2 at (2)", numbers(x=2)),
        ("x^2 в точке -2.", numbers(x=-2)),
        ("sum(x) at (1, 2)", {"x": Array((2,), (Fraction(1), Fraction(2)))}),
        ("sum(x) at [1, 2]", {"x": Array((2,), (Fraction(1), Fraction(2)))}),
        (
            "dot(x, y) at ([1, 2], [3, 4])",
            {
                "x": Array((2,), (Fraction(1), Fraction(2))),
                "y": Array((2,), (Fraction(3), Fraction(4))),
            },
        ),
        ("x + y at x=2", numbers(x=2)),
        ("x + y", {}),
        ("x^2 at", {}),
    ],
)
def test_values_by_position(text: str, values: Values) -> None:
    assert point(text) == values


@pytest.mark.parametrize(
    ("text", "key", "fault"),
    [
        ("x^2 at y=2", "no_input", "y"),
        ("x^2 at x=2, x=3", "two_values", "x"),
        ("x^2 at x=2, x₀=3", "two_values", "x₀"),
        ("x^2 at x=", "no_value", "x"),
        ("x + y at x=, y=2", "no_value", "x"),
        ("x^2 at x=a", "no_number", "a"),
        ("x + y at x=y", "no_number", "y"),
        ("x^2 at x=relux", "no_number", "relux"),
        ("x^2 at x=1/0", "no_number", "1/0"),
        ("x^2 at x=√(-1)", "no_number", "√(-1)"),
        ("x^2 at x=sum(1)", "no_number", "sum(1)"),
        ("x^2 at x=2 3", "no_sign", "3"),
        ("x + y at (1, 2, 3)", "places", "1, 2, 3"),
        ("x + y at 1", "places", "1"),
        ("x + y at (x, y) = (1, 2, 3)", "places", "(x, y) = (1, 2, 3)"),
        ("x^2 at x=[1, [2]]", "ragged", "[1, [2]]"),
        ("x^2 at x=[[1, 2], [3]]", "ragged", "[[1, 2], [3]]"),
        ("x^2 at x=[]", "empty_list", "[]"),
        ("x^2 at x=9^9^9", "exponent", "9^9^9"),
        ("x^2 at x=1e9999", "ten", "1e9999"),
        ("x^2 at x=exp(exp(9^9))", "number", "exp(exp(9^9))"),
        ("x^2 at x=(1, 2", "unclosed", "("),
        ("x^2 + e at e=2", "taken", "e"),
        ("x[2] at x=[1, 2]", "index_range", "x[2]"),
        ("x[-3] at x=[1, 2]", "index_range", "x[-3]"),
        ("x[0, 0] at x=[1, 2]", "index_axes", "x[0, 0]"),
        ("x[0] at x=2", "index_axes", "x[0]"),
    ],
)
def test_mistakes(text: str, key: str, fault: str) -> None:
    read = read_request(text)

    assert isinstance(read, Misread)
    assert read.note.key == f"mistake.{key}"
    assert read.line[read.start : read.end] == fault


def test_all_values_together_are_limited() -> None:
    names = "abcdk"
    row = "[" + ",".join("1" * 250) + "]"

    read = read_request(f"{'+'.join(names)} at {'='.join(names)}={row}")

    assert isinstance(read, Misread)
    assert read.note == Note("mistake.sizes", {"count": 1250, "most": 1024})
