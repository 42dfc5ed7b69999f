"""The words of /root: what stands before a formula, and what the numbers behind it are."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from engine.formula.reading.rounding import Dtype
from engine.formula.reading.sections import LEADING


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


class Part(StrEnum):
    """What a part behind the formula says."""

    BRACKET = "bracket"  # two numbers
    START = "start"  # one, or a bracket where it says "from ... to ..."
    TOLERANCE = "tolerance"
    POINT = "point"  # values of the other inputs
    DTYPE = "dtype"
    POLITE = "polite"  # says nothing


PASSED: Final = LEADING - {"у"} | _words(
    "корень корни корней корня ноль нуль нули нулей нуля нулю решение решения реши решить "
    "решите уравнение уравнения уравнению многочлена полинома её его функции пожалуйста "
    "root roots zero zeros zeroes solve solution solutions equation polynomial an where"
)
ROOT_SIGN: Final = _words("корень корня корнем корню")  # before "из"
SQUARE: Final = _words("квадратный квадратного квадратным квадратному")
NOUNS: Final = _words(
    "отрезок отрезке отрезка отрезку интервал интервале интервала промежуток промежутке "
    "промежутка участок участке сегмент сегменте диапазон диапазоне пределах "
    "interval bracket range segment"
)
_INTERVALS: Final = _words("on between между within") | NOUNS
_BEFORE_INTERVALS: Final = _words("на в во in")  # words of their own, too
_STARTS: Final = _words(
    "from start starting begin beginning guess initial near around "
    "от из начиная начать начни старт стартуя начало начальное начальным начальной приближение "
    "около возле вблизи"
)
_TOLERANCES: Final = _words(
    "tol tolerance eps epsilon ε accuracy precision xtol "
    "точность точностью точности погрешность погрешностью допуск допуском"
)
_POINTS: Final = _words(
    "at при где пусть если point when given where for точке точка по wrt относительно"
)
DTYPES: Final[dict[str, Dtype]] = {
    "float32": "float32",
    "float64": "float64",
    "double": "float64",
}
_POLITE: Final = _words(
    "пожалуйста please спасибо thanks методом ньютона бисекцией newton bisection"
)
PARTS: Final = {
    **dict.fromkeys(_POLITE, Part.POLITE),
    **dict.fromkeys(_POINTS, Part.POINT),
    **dict.fromkeys(_STARTS, Part.START),
    **dict.fromkeys(_TOLERANCES, Part.TOLERANCE),
    **dict.fromkeys(_INTERVALS, Part.BRACKET),
    **dict.fromkeys([*DTYPES, "dtype"], Part.DTYPE),
}
# Words that mean a part only before a number, a bracket or a word of that part.
LOOSE: Final = {
    **dict.fromkeys(_BEFORE_INTERVALS, Part.BRACKET),
    **dict.fromkeys(["с", "со"], Part.START),
}
INFINITE: Final = _words("inf infinity nan oo ∞ бесконечность бесконечности")
JOINING: Final = _words("и and с со with в во in на on the an x")
TO: Final = _words("to до по and и till until")  # between two numbers
FILLING: Final = {  # behind the word of a part
    Part.BRACKET: NOUNS | _words("the closed open от from с between между x ∈"),
    Part.START: _words(
        "with at from с со из от the point точка точки точке точку приближение приближения "
        "приближением значения значение guess value"
    ),
    Part.TOLERANCE: _words("до of to"),
    Part.POINT: _words("в во the in и and точке"),
}
