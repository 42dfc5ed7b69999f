"""What /root is asked is read, or told what is wrong with it and where; nothing raises or hangs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf

from engine.formula.exact import exact
from engine.formula.reading.root_words import Part
from engine.formula.root_request import RootRequest, read_root
from engine.formula.tree import Array, Name, Number, walk
from engine.formula.writing.text import text_of
from engine.records import Note
from engine.records.gradients import Misread

Pair = tuple[Fraction, Fraction]


def read(text: str) -> RootRequest:
    found = read_root(text)
    assert isinstance(found, RootRequest), found
    return found


def mistake(text: str) -> Misread:
    found = read_root(text)
    assert isinstance(found, Misread), found
    return found


def value(request: RootRequest, x: int) -> float:
    (name,) = request.formula.inputs
    found = exact(request.formula.body, {name: mpf(x)})
    assert isinstance(found, mpf)
    return float(found)


@pytest.mark.parametrize(
    "text",
    [
        "x**7+5*x**3+17*x-9 on -10 10 from 10",
        "x**7+5*x**3+17*x−9 on −10 10 from 10",
        "x ** 7 + 5 * x ** 3 + 17 * x - 9 on -10 10 from 10",
        "x^7+5·x^3+17×x – 9 on –10 10 from 10",
        "x⁷ + 5x³ + 17x — 9 на [−10; 10] от 10",
        "х^7 + 5х^3 + 17х - 9 на отрезке [-10, 10], начиная с 10",
        "x^7+5x^3+17x-9\non -10\u00a010\nfrom 10",
        "x^7+5x^3+17x-9 from 10 on -10 10.",
        "x^7 + 5x^3 + 17x = 9 x0=10 on -10…10",
        "f(x) = x**7+5*x**3+17*x-9 ON -10 10 FROM 10",
        "найди корень уравнения x^7+5x^3+17x-9=0 на [-10,10] из точки x=10",
        "x^7+5x^3+17x-9 НА [-10, 10] ОТ 10",
        "a*x^7+5x^3+17x-9 on -10 10 from 10 at a=1",
    ],
)
def test_the_polynomial_of_the_course_however_it_is_typed(text: str) -> None:
    request = read(text)

    assert [value(request, x) for x in (-2, 0, 1, 3)] == [-211, -9, 14, 2364]
    assert request.bracket == (Fraction(-10), Fraction(10))
    assert request.start == 10
    assert request.tol is None


PI = math.pi


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ("on -10 10", -10, 10),
        ("on [0,1]", 0, 1),
        ("on (0, 2)", 0, 2),
        ("on: 0 2", 0, 2),
        ("на [0, 1]", 0, 1),
        ("на [0, 1)", 0, 1),
        ("на (0; 1]", 0, 1),
        ("на отрезке [-10; 10]", -10, 10),
        ("на интервале (0, 3)", 0, 3),
        ("на -10 10", -10, 10),
        ("на отрезке от 0 до 1", 0, 1),
        ("в пределах от 0 до 1", 0, 1),
        ("между 0 и 1", 0, 1),
        ("between 0 and 1", 0, 1),
        ("in (0, 2)", 0, 2),
        ("in the interval [0, 2]", 0, 2),
        ("within 0 2", 0, 2),
        ("от 0 до 1", 0, 1),
        ("с 0 до 1", 0, 1),
        ("from 0 to 1", 0, 1),
        (", x from 0 to 1", 0, 1),
        (", x ∈ [0, 1]", 0, 1),
        ("for x in [0, 1]", 0, 1),
        (", [0, 1]", 0, 1),
        ("[0, 1]", 0, 1),
        ("при 0 < x < 2", 0, 2),
        (", 0 <= x <= 2", 0, 2),
        ("for 2 > x > 0", 0, 2),
        ("on 0 pi/2", 0, PI / 2),
        ("on -pi, pi", -PI, PI),
        ("on -pi pi", -PI, PI),
        ("on 0 2 pi", 0, 2 * PI),
        ("on 0 2pi", 0, 2 * PI),
        ("on -sqrt(2) sqrt(2)", -math.sqrt(2), math.sqrt(2)),
        ("on -10 - 1 5", -11, 5),
        ("on 1 + 1 3", 2, 3),
        ("on (-10) 10", -10, 10),
        ("on 1/2 3/4", 0.5, 0.75),
        ("on 1e-3 1e3", 1e-3, 1e3),
        ("on -10..10", -10, 10),
        ("на (−1…3)", -1, 3),
        ("на 0,5 2", 0.5, 2),
        ("на [0,5; 1,5]", 0.5, 1.5),
        ("на [0,5; 1]", 0.5, 1),
    ],
)
def test_a_bracket(said: str, low: float, high: float) -> None:
    request = read(f"x^3 - 2 {said}")

    assert request.bracket is not None
    assert tuple(map(float, request.bracket)) == (low, high)
    assert request.notes == ()
    assert request == read(f"x^3 - 2{said}" if said[0] == "," else f"x^3-2, {said}")


@pytest.mark.parametrize(
    ("said", "bracket", "note"),
    [
        ("on 0 -1", (-1, 0), Note("note.swapped", {"low": "-1", "high": "0"})),
        ("on 0 - 1", (-1, 0), Note("note.swapped", {"low": "-1", "high": "0"})),
        ("on [10, -10]", (-10, 10), Note("note.swapped", {"low": "-10", "high": "10"})),
        (
            "on -10 -1",
            (-10, -1),
            Note("note.bracket", {"text": "-10 -1", "low": "-10", "high": "-1"}),
        ),
        ("на 0,1", (0, 1), Note("note.bracket", {"text": "0,1", "low": "0", "high": "1"})),
        ("on -1,1", (-1, 1), Note("note.bracket", {"text": "-1,1", "low": "-1", "high": "1"})),
    ],
)
def test_how_a_doubtful_bracket_was_read_is_said(
    said: str, bracket: tuple[int, int], note: Note
) -> None:
    request = read(f"x^3 - 2 {said}")

    assert request.bracket == tuple(map(Fraction, bracket))
    assert request.notes == (note,)


@pytest.mark.parametrize(
    "said",
    [
        "from 10",
        "from: 10",
        "from x = 10",
        "start 10",
        "start = 10",
        "starting at 10",
        "initial guess 10",
        "near 10",
        "от 10",
        "из 10",
        "из точки 10",
        "из точки x=10",
        "начиная с 10",
        "начиная с точки x0 = 10",
        "начальное приближение 10",
        "с начальным приближением 10",
        "x0 = 10",
        ", x0=10",
        "x₀ = 10",
        "\nx_0 = 10",
        "около 10",
        "from 2·5",
        "from sqrt(100)",
    ],
)
def test_a_start(said: str) -> None:
    request = read(f"x^3 - 2 {said}")

    assert request.start == 10
    assert request.bracket is None
    assert request.notes == ()


@pytest.mark.parametrize("said", ["at x=1", "при x = 1", "at 1", "x^2 - 2, x = 1"])
def test_a_value_of_the_only_unknown_is_the_start(said: str) -> None:
    request = read(said if "," in said else f"x^2 - 2 {said}")

    assert request.start == 1
    assert request.formula.inputs == ("x",)
    assert request.notes == (Note("note.start", {"name": "x", "value": "1"}),)


@pytest.mark.parametrize(
    "said",
    [
        "tol 1e-8",
        "tol=1e-8",
        "tol: 1e-8",
        "tol 10^-8",
        "tol 10**-8",
        "tol 10⁻⁸",
        "tolerance 1e-8",
        "eps 1e-8",
        "точность 1e-8",
        "с точностью 1e-8",
        "с точностью до 1e−8",
        "и с точностью 1/10^8",
    ],
)
def test_a_tolerance(said: str) -> None:
    assert read(f"x^3 - 2 {said}").tol == Fraction(1, 10**8)


@pytest.mark.parametrize(
    ("said", "dtype"),
    [
        ("", "float64"),
        ("float32", "float32"),
        ("float64", "float64"),
        ("torch.float32", "float32"),
        ("dtype=torch.float32", "float32"),
        ("в float32", "float32"),
    ],
)
def test_a_dtype(said: str, dtype: str) -> None:
    assert read(f"x^3 - 2 {said}").dtype == dtype
    assert read(f"x^3 - 2 {said} from 1").dtype == dtype


def test_what_is_not_given_is_none() -> None:
    request = read("x^2 - 2")

    assert (request.bracket, request.start, request.tol) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("f(x) = x^2 - 2", "f(x) = x² - 2"),
        ("y = x^2-2", "y(x) = x² - 2"),
        ("p(t) = t^3 - 2", "p(t) = t³ - 2"),
        ("f(beta) = 2 beta - 3", "f(beta) = 2beta - 3"),
        ("x^2 = 2", "f(x) = x² - 2"),
        ("x^2 == 2", "f(x) = x² - 2"),
        ("x^2 = 2x + 1", "f(x) = x² - (2x + 1)"),
        ("cos(x) = x", "f(x) = cos(x) - x"),
        ("x = cos(x)", "f(x) = x - cos(x)"),
        ("x = 2", "f(x) = x - 2"),
        ("2x = 4", "f(x) = 2x - 4"),
        ("x^2 - 2 = 0", "f(x) = x² - 2"),
        ("0 = x^2 - 2", "f(x) = x² - 2"),
        ("f(x) = x^2 - 2 = 0", "f(x) = x² - 2"),
        ("y = x^2 = 4", "y(x) = x² - 4"),
        ("y = x^2 - 2\ny = 0", "f(x) = x² - 2"),
        ("y = x^2, y = 2", "f(x) = 2 - x²"),
        ("where(x > 0, x, -x) = 1", "f(x) = where(x > 0, x, -x) - 1"),
        ("|x| - 2", "f(x) = abs(x) - 2"),
        ("a*x^2 - 2 at a=3", "f(x) = 3x² - 2"),
        ("a*x^2 - 2, a=-3", "f(x) = (-3)x² - 2"),
        ("a*x^2 + b*x at a=3 и b=2", "f(x) = 3x² + 2x"),
        ("a*x^2 + b*x при a=3, b=1/2", "f(x) = 3x² + 0.5x"),
        ("x^n - 2 at n=3", "f(x) = x³ - 2"),
        ("a*x^2 - 2 at x=1, a=3", "f(x) = 3x² - 2"),
        ("a*x^2 - 2 at x=1", "f(a) = a1² - 2"),
        ("x - eps at eps=0.1", "f(x) = x - 0.1"),
        ("корень(x) - 2", "f(x) = sqrt(x) - 2"),
        ("корень из x - 2", "f(x) = sqrt(x) - 2"),
        ("x^2 - корень из 2", "f(x) = x² - sqrt(2)"),
        ("квадратный корень из x = 2", "f(x) = sqrt(x) - 2"),
        ("sin x = 0,5", "f(x) = sin(x) - 0.5"),
    ],
)
def test_functions_equations_and_values(text: str, formula: str) -> None:
    found = read(text).formula
    body = text_of(found.body)

    assert f"{found.title}({found.inputs[0]}) = {body}" == formula or _same(body, formula)


def _same(body: str, formula: str) -> bool:
    """Whether two texts differ only in how a product is set."""
    wanted = formula.partition("= ")[2]
    plain = [text.replace(" · ", "").replace("(", "").replace(")", "") for text in (body, wanted)]
    return plain[0] == plain[1]


@pytest.mark.parametrize(
    "text",
    [
        "найди корень x^2 - 2",
        "Найдите корни функции x^2 - 2",
        "реши уравнение x^2 - 2 = 0",
        "корень уравнения: x^2 - 2",
        "solve x^2 - 2",
        "root of x^2 - 2",
        "find the zero of x^2 - 2",
        "ноль x^2 - 2",
        "x^2 - 2 = 0?",
        "x^2 - 2, пожалуйста",
        "solve x^2 - 2 for x",
        "найди x: x^2 - 2 = 0",
        "\n\nx^2 - 2\n",
    ],
)
def test_words_around_are_passed(text: str) -> None:
    found = read(text)

    assert text_of(found.formula.body) == "x² - 2"
    assert found.notes == ()


def test_cyrillic_letters_of_the_formula_are_noted_those_of_words_are_not() -> None:
    assert read("х^2 - 2 с точностью 1e-8").notes == (Note("note.cyrillic", {"letters": "х"}),)
    assert read("x^2 - 2 с точностью 1e-8").notes == ()


MISTAKES = [
    # text, key, the part of it at fault
    ("", "root_empty", ""),
    ("on 0 1", "root_empty", "on 0 1"),
    ("найди корень", "root_empty", "найди корень"),
    ("x^2 = 2 = 3", "root_equals", "="),
    ("f(x) = x^2 = 2 = 3", "root_equals", "="),
    ("(x^2 = 2)", "root_equals", "="),
    ("x^2 =", "root_side", "="),
    ("= 2", "root_side", "="),
    ("f(x) =", "root_side", "="),
    ("a*x^2 - 2", "unknowns", "a*x^2 - 2"),
    ("k*t^2 - b*t at k=1", "unknowns", "k*t^2 - b*t"),
    ("2 + 3", "root_no_unknown", "2 + 3"),
    ("a*b at a=1, b=2", "root_no_unknown", "a*b"),
    ("f(x) = 3", "root_no_unknown", "3"),
    ("A @ x", "root_tensor", "A @ x"),
    ("norm([1, 2])·x", "root_tensor", "norm([1, 2])·x"),
    ("sum(x) - 2", "root_tensor", "sum(x) - 2"),
    ("x[0] - 2", "root_tensor", "x[0] - 2"),
    ("a*x - 2 at a=[1,2]", "root_tensor", "[1,2]"),
    ("x^2-2 at x=[1,2]", "root_tensor", "[1,2]"),
    ("x^2-2 tol 0", "tol_range", "0"),
    ("x^2-2 tol -1", "tol_range", "-1"),
    ("x^2-2 tol 2", "tol_range", "2"),
    ("x^2-2 tol 1e-301", "tol_range", "1e-301"),
    ("x^2-2 tol", "tol_one", "tol"),
    ("x^2-2 tol 1 2", "tol_one", "1 2"),
    ("x^2-2 on 1 1", "bracket_same", "1 1"),
    ("x^2-2 on 1 1+1e-400", "bracket_same", "1 1+1e-400"),
    ("x^2-2 on 1 1+1e-9 float32", "bracket_same", "1 1+1e-9"),
    ("x^2-2 on 0 inf", "infinite", "inf"),
    ("x^2-2 на (-∞, 0)", "infinite", "∞"),
    ("x^2-2 from nan", "infinite", "nan"),
    ("x^2-2 on 0 1e400", "beyond", "0 1e400"),
    ("x^2-2 on 0 1e40 float32", "beyond", "0 1e40"),
    ("x^2-2 from 1e400", "beyond", "1e400"),
    ("a*x at a=1e400", "beyond", "1e400"),
    ("x^2-2 on 0 x", "bound_unknown", "x"),
    ("x^2-2 from x", "bound_unknown", "x"),
    ("x^2-2 on 5", "bracket_two", "5"),
    ("x^2-2 on", "bracket_two", "on"),
    ("x^2-2 on 0 1 2", "bracket_two", "0 1 2"),
    ("x^2-2 on 0, 1, 2", "bracket_two", "0, 1, 2"),
    ("x^2-2 on 5 - 1 + 2", "bracket_two", "5 - 1 + 2"),
    ("x^2-2 on -1 2 -1", "bracket_two", "-1 2 -1"),
    ("x^2-2 при x > 0", "bracket_two", "x > 0"),
    ("x^2-2 при 0 < x > 2", "bracket_two", "0 < x > 2"),
    ("x^2-2 from", "start_one", "from"),
    ("x^2-2 from on 0 1", "start_one", "from"),
    ("x^2-2 from 1 2", "start_one", "1 2"),
    ("x^2-2 from 1, 2", "start_one", "1, 2"),
    ("x^2-2 from 1 from 2", "root_twice", "from 2"),
    ("x^2-2 on 0 1 on 0 2", "root_twice", "on 0 2"),
    ("x^2-2 at x=1 from 2", "root_twice", "from 2"),
    ("x^2-2 quickly", "root_word", "quickly"),
    ("x^2-2 быстро", "root_word", "быстро"),
    ("x^2-2 on 0 1 quickly", "root_word", "quickly"),
    ("x^2-2 on [0, 1] quickly", "root_word", "quickly"),
    ("x^2-2 on [0, 1] [1, 2]", "root_twice", "[1, 2]"),
    ("x^2-2 от 1 быстро", "root_word", "быстро"),
    ("x^2-2 точность 5 знаков", "root_word", "знаков"),
    ("x^2-2 float32 быстро", "root_word", "быстро"),
    ("x^2-2 dtype=int8", "root_word", "int8"),
    ("x^2-2 on 0 9**9**9", "exponent", "9**9**9"),
    ("x^2-2 on 0 1/0", "no_number", "1/0"),
    ("x^2-2 on (0 1", "unclosed", "("),
    ("(x^2-2 on 0 1", "unclosed", "("),
    ("x^2 > 2", "comparison", ">"),
    ("x^2 - sinn(x)", "unknown_name", "sinn"),
    ("x^n - 2 at n=5000", "exponent", "5000"),
    ("x^2\ny^2", "second_formula", "y"),
    ("x^2 at y=1", "no_input", "y"),
    ("def f(x): return x", "program", "def"),
]


@pytest.mark.parametrize(("text", "key", "fault"), MISTAKES)
def test_a_mistake_is_named_where_it_stands(text: str, key: str, fault: str) -> None:
    found = mistake(text)

    assert found.note.key == f"mistake.{key}"
    assert found.line[found.start : found.end] == fault


@pytest.mark.parametrize("text", ["a*x^2 - 2", "k*t^2 - b*t", "a*x + b*y + c = 0", "w*x - y = 1"])
def test_the_example_for_several_unknowns_is_read(text: str) -> None:
    example = mistake(text).note.values["example"]

    assert isinstance(example, str)
    assert len(read(example).formula.inputs) == 1


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("(" * 10_000 + "x" + ")" * 10_000, "characters"),
        ("(" * 900 + "x" + ")" * 900, "deep"),
        ("x" + "+x" * 900, "nodes"),
        ("x=" + "x+" * 200 + "1=" + "x+" * 200 + "1", "root_equals"),
        ("x+" * 200 + "x=" + "x+" * 200 + "x", "nodes"),
        ("x=" * 900 + "x", "root_equals"),
        ("x on " + "1 " * 900, "bracket_two"),
        ("x on " + "1 " * 50, "bracket_two"),
        ("x on " + "- " * 900, "bracket_two"),
        ("x on " + "exp(1)^" * 8 + "1 2", "exponent"),
        ("x from " + "√" * 900 + "1", "deep"),
        ("x " + "on " * 600, "bracket_two"),
        ("x from " + "9^" * 300 + "9", "deep"),
        ("корень из " * 190 + "x", "deep"),
        ("найди " * 300, "root_empty"),
        ("x " + "float32 " * 240, "root_twice"),
        ("a^a^a^a·x at a=999", "exponent"),
        ("\ud83d", "character"),
    ],
)
def test_what_is_too_much_is_refused_at_once(text: str, key: str) -> None:
    assert mistake(text).note.key == f"mistake.{key}"


_PIECES = (
    "x y xy a е х f(x) = ( ) [ ] , ; : . ' + - * / ^ ** ² ⁻¹ ᵀ √ | < == 1 2,5 1e3 9^9 sin where( "
    "sum( e pi π @ at при в на на: on from to до от из с со и and between между x0 = tol eps "
    "точность до float32 torch. dtype= inf ∞ ∈ for найди корень квадратный solve root of начиная "
    "точки отрезке .. … -10 10 0 \n # по wrt x= a=3 at a=[1,2] please quickly быстро 1e400 1e-400"
)
PIECES = st.lists(st.sampled_from(_PIECES.split(" ")), max_size=25)


@settings(max_examples=1000, deadline=None)
@given(PIECES.map(" ".join) | PIECES.map("".join))
def test_pieces_of_requests_in_any_order_raise_nothing(text: str) -> None:
    _is_answered(text)


@settings(max_examples=1000, deadline=None)
@given(st.text(max_size=60) | st.text(max_size=40).map("x^2 - 2 on ".__add__))
def test_any_text_raises_nothing(text: str) -> None:
    _is_answered(text)


def _is_answered(text: str) -> None:
    found = read_root(text)
    if isinstance(found, Misread):
        assert found.line in text
        assert 0 <= found.start <= found.end <= len(found.line)
        return
    assert isinstance(found, RootRequest)
    names = {node.name for node in walk(found.formula.body) if isinstance(node, Name)}
    assert names == set(found.formula.inputs)
    assert len(found.formula.inputs) == 1
    assert not any(isinstance(node, Array) for node in walk(found.formula.body))
    if found.bracket:
        assert found.bracket[0] < found.bracket[1]


@dataclass(frozen=True, slots=True)
class Meant:
    """A request as it was made up, and as it was written."""

    text: str
    coefficients: tuple[int, ...]
    bracket: Pair | None
    start: Fraction | None
    tol: Fraction | None
    dtype: str


NUMBERS = st.one_of(
    st.integers(-1000, 1000).map(lambda n: (str(n), Fraction(n))),
    st.integers(-10_000, 10_000).map(lambda n: (f"{n / 100:.2f}", Fraction(f"{n / 100:.2f}"))),
    st.tuples(st.integers(-50, 50), st.integers(1, 9)).map(
        lambda parts: (f"{parts[0]}/{parts[1]}", Fraction(*parts))
    ),
    st.integers(1, 9).map(lambda n: (f"2^{n}", Fraction(2) ** n)),
    st.integers(1, 9).map(lambda n: (f"{n}e-2", Fraction(n, 100))),
)
BRACKETS = st.sampled_from(
    [
        "on {0} {1}",
        "on {0}, {1}",
        "on [{0}, {1}]",
        "на [{0}; {1}]",
        "на отрезке [{0}, {1}]",
        "между {0} и {1}",
        "between {0} and {1}",
        "от {0} до {1}",
        "from {0} to {1}",
        "in ({0}, {1})",
    ]
)
STARTS = st.sampled_from(["from {}", "от {}", "начиная с {}", "из точки {}", "x0 = {}", "start {}"])
TOLERANCES = st.sampled_from(["tol {}", "с точностью {}", "eps={}", "точность {}"])


@st.composite
def requests(draw: st.DrawFn) -> Meant:
    coefficients = tuple(draw(st.lists(st.integers(-9, 9), min_size=2, max_size=5)))
    if not any(coefficients[1:]):
        coefficients = (*coefficients, 1)
    parts: dict[Part, str] = {}
    bracket, start, tol = None, None, None
    if draw(st.booleans()):
        (low, first), (high, second) = draw(st.tuples(NUMBERS, NUMBERS))
        if first != second:
            bracket = (min(first, second), max(first, second))
            parts[Part.BRACKET] = draw(BRACKETS).format(low, high)
    if draw(st.booleans()):
        written, start = draw(NUMBERS)
        parts[Part.START] = draw(STARTS).format(written)
    if draw(st.booleans()):
        digits = draw(st.integers(1, 40))
        tol = Fraction(1, 10**digits)
        written = draw(st.sampled_from([f"1e-{digits}", f"10^-{digits}", f"10**(-{digits})"]))
        parts[Part.TOLERANCE] = draw(TOLERANCES).format(written)
    dtype = draw(st.sampled_from(["float64", "float64", "float32"]))
    if dtype == "float32":
        parts[Part.DTYPE] = dtype
    text = draw(st.sampled_from([" ", ", ", "\n"])).join(
        [_written(draw, coefficients), *draw(st.permutations(list(parts.values())))]
    )
    minus = draw(st.sampled_from("-−–"))
    return Meant(text.replace("-", minus), coefficients, bracket, start, tol, dtype)


def _written(draw: st.DrawFn, coefficients: Sequence[int]) -> str:
    times, power = draw(st.sampled_from(["*", "·", " * ", ""])), draw(st.sampled_from(["^", "**"]))
    terms = [f"({c}){times or '*'}x{power}{at}" for at, c in enumerate(coefficients) if c]
    side = " + ".join(terms)
    return draw(st.sampled_from(["{}", "f(x) = {}", "{} = 0", "y = {}", "реши {} = 0"])).format(
        side
    )


@settings(max_examples=500, deadline=None)
@given(requests())
def test_what_was_meant_is_read(meant: Meant) -> None:
    request = read(meant.text)

    assert request.bracket == meant.bracket
    assert request.start == meant.start
    assert request.tol == meant.tol
    assert request.dtype == meant.dtype
    for x in (-2, 1, 3):
        assert value(request, x) == sum(c * x**at for at, c in enumerate(meant.coefficients))


def test_a_value_is_a_number_in_the_tree() -> None:
    assert Number(Fraction(-3, 2)) in walk(read("a*x - 1 at a=-3/2").formula.body)
