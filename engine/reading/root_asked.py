"""Whether a message asks for the root of a formula, and what its words say of the formula."""

from __future__ import annotations

import re
from typing import Final

from engine.reading.among_words import SQUARE_ROOT, WONDERS
from engine.reading.formula_text import DERIVATIVE

_ASKS: Final = re.compile(  # "корень из 2" and "square root" are a function
    r"(?<![\w.])(?:(?<!квадратный )(?<!кубический )кор(?:ень|ни|ня|ней)\b(?!\s+(?:из|\S+ степ))"
    r"|(?:ноль|нуль|ноли|нули|нулей|нуля|ноля)\s+(?:функ|многочл|полин|уравн|у\b|для\b|[a-z(\d])"
    r"|реши(?:ть|те)?\b|решени[ея]\s+уравнен"
    r"|(?<!square )(?<!cube )(?<!cubic )roots?\b(?!\s+(?:mean|cause|dir))"
    r"|zeroe?s?\s+of\b|solve\b|solutions?\s+(?:of|to)\b)",
    re.IGNORECASE,
)
_SPEAKS: Final = re.compile(r"(?<![\w.])(?:уравнени[ея]|equation)\b", re.IGNORECASE)
_ASKS_WHERE: Final = re.compile(r"когда|где\b|как(?:ом|их)\b|where\b|when\b|which\b", re.IGNORECASE)
_IS_ZERO: Final = re.compile(
    r"\s(?:обраща\w+ся\s+в|равн\w+|equals?(?:\s+to)?|is(?:\s+equal\s+to)?)"
    r"\s+(?:н[оу]ль|нулю|zero)\b",
    re.IGNORECASE,
)
_VANISHES: Final = re.compile(  # where is x^2 - 2 zero
    r"\b(?:where|when)\s+(?:is|does)\s+(.+?)\s+(?:equal\s+)?(?:zero|vanish)\b", re.IGNORECASE
)
_IS: Final = re.compile(r"\s(?:равн\w+|equals?(?:\s+to)?)\s+(?=[-−–]?\d)", re.IGNORECASE)
_OWNER: Final = re.compile(r"(?<!\w)у\s+(?=[a-zа-я(])", re.IGNORECASE)  # `корень у x^2 - 2`
_SUBJECT: Final = re.compile(  # `при каком x`, `по x`, `for x`: its letter is no factor
    r"(?<!\w)(?:(?:при\s+)?как(?:ом|их)(?:\s+значени\w+)?|относительно|по|which|for|wrt"
    r"|values?\s+of)\s+[a-zх]\b(?!\s*(?:[-+*/^=(\[∈²³]|(?:in|from|on|от|на|из)\b)|\d)[:,]?",
    re.IGNORECASE,
)
_IN_CODE: Final = re.compile(  # `root = tree.root`, `np.roots([1, 2])`, `torch.zeros(2)`
    r"\b(?:roots?|zeroe?s?|solve|корень|корни)(?:[.(\[_]|\s*[=*/+^@])"
    r"|[-+*/.=(@\[]\s*(?:roots?|zeroe?s?|solve)\b|\b(?:def|import|return|print)\b",
    re.IGNORECASE,
)
_OTHER_TASK: Final = re.compile(
    r"задач|задани|упражнен|ошибк|проблем|issue|problem|exercise|task\b|error", re.IGNORECASE
)


def asks_for_root(text: str) -> bool:
    """Whether a message asks for a root in so many words.

    >>> asks_for_root("корни x^2 - 2"), asks_for_root("where is x^2 - 2 zero?")
    (True, True)
    >>> asks_for_root("корень из 2"), asks_for_root("root = tree.root")
    (False, False)
    """
    where = _VANISHES.search(text) or (_IS_ZERO.search(text) and _ASKS_WHERE.search(text))
    return (bool(where) or _ASKS.search(text) is not None) and not _is_about_another(text)


def speaks_of_equation(text: str) -> bool:
    """Whether it calls something an equation, which may be that of a line.

    >>> speaks_of_equation("уравнение x^2 = 2"), speaks_of_equation("x^2 = 2")
    (True, False)
    """
    return _SPEAKS.search(text) is not None and not _is_about_another(text)


def _is_about_another(text: str) -> bool:
    others = (_IN_CODE, WONDERS, DERIVATIVE, _OTHER_TASK)
    return any(each.search(text) for each in others)


def in_signs(text: str) -> str:
    """What words say of the formula, as signs.

    >>> in_signs("при каком x x^2 - корень из 2 равно нулю")
    '  x^2 - sqrt 2 = 0'
    """
    text = _OWNER.sub("для ", _SUBJECT.sub(" ", SQUARE_ROOT.sub("sqrt", text)))
    return _IS.sub(" = ", _IS_ZERO.sub(" = 0", _VANISHES.sub(r"\1 = 0", text)))
