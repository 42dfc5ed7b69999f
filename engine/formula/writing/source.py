"""A formula of numbers, and its derivative, as plain Python on floats."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final, cast

from engine.formula.tree import Formula, Node
from engine.formula.writing.safe_floats import SAFE, divide, power
from engine.formula.writing.straight import Language, straight_line, variables

Floats = Callable[..., float]


def python_source(formula: Formula, derivative: Node | None = None) -> str:
    """Source of `f`, and with a derivative of `df`: floats in the order of the inputs, a float out.

    Straight lines at full speed; where Python would raise (log of 0, a division by 0, overflow)
    the same is computed again by functions that answer inf or nan, as torch does. To be run by
    `compiled`, which has those functions.

    Raises:
        NotScalar: the formula is of vectors or matrices.

    >>> from fractions import Fraction
    >>> from engine.formula.tree import Apply, Name, Number
    >>> cube = Formula("f", ("x",), Apply("pow", (Name("x"), Number(Fraction(3)))))
    >>> print(python_source(cube))
    def f(x):
        return (x * x) * x
    """
    functions = [_function("f", formula.body, formula.inputs)]
    if derivative is not None:
        functions.append(_function("df", derivative, formula.inputs))
    return "\n\n\n".join(functions)


def compiled(
    source: str, known: Mapping[str, object] = MappingProxyType({})
) -> Mapping[str, Floats]:
    """The functions of a source made of PYTHON and CAREFUL, `f` and `df` of `python_source`.

    It may use what is `known` besides.

    >>> from engine.formula.tree import Apply, Name
    >>> f = compiled(python_source(Formula("f", ("x",), Apply("log", (Name("x"),)))))["f"]
    >>> f(1.0), f(0.0), f(-1.0)
    (0.0, -inf, nan)
    """
    space: dict[str, object] = {**_NAMESPACE, **known}
    before = set(space)
    exec(compile(source, "<formula>", "exec"), space)
    return {name: cast(Floats, space[name]) for name in space.keys() - before}


def _function(title: str, body: Node, names: Sequence[str]) -> str:
    arguments = ", ".join(variables(names).values())
    block = _returned(body, names, PYTHON)
    if not _MAY_RAISE.search("\n".join(block)):
        return "\n".join([f"def {title}({arguments}):", *(f"    {line}" for line in block)])
    rows = [
        "    try:",
        *(f"        {line}" for line in block),
        "    except (ArithmeticError, ValueError):",
        *(f"        {line}" for line in _returned(body, names, CAREFUL)),
    ]
    return "\n".join([f"def {title}({arguments}):", *rows])


def _returned(body: Node, names: Sequence[str], language: Language) -> list[str]:
    (part,) = straight_line([body], names, language)
    return [*part.lines, f"return {bare(part.value)}"]


def bare(text: str) -> str:
    """An expression without the brackets around all of it.

    >>> bare("(x + y)"), bare("(x + y) * (x - y)")
    ('x + y', '(x + y) * (x - y)')
    """
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if not depth and place < len(text) - 1:
            return text
    return text[1:-1] if text.startswith("(") else text


def _number(value: float) -> str:
    return repr(value) if value >= 0 or math.isnan(value) else f"({value!r})"


_CALLS: Final = (
    "sin cos tan asin acos atan sinh cosh tanh exp log log2 log10 log1p expm1 sqrt abs erf"
)

_TEMPLATES: Final[dict[str, str]] = {
    **{name: f"{name}({{0}})" for name in _CALLS.split()},
    "neg": "(-{0})",
    "add": "({0} + {1})",
    "sub": "({0} - {1})",
    "mul": "({0} * {1})",
    "div": "({0} / {1})",
    "pow": "power({0}, {1})",
    "rsqrt": "(1.0 / sqrt({0}))",
    "floor": "float(floor({0}))",
    "ceil": "float(ceil({0}))",
    "sign": "(1.0 if {0} > 0.0 else -1.0 if {0} < 0.0 else 0.0)",
    "relu": "(0.0 if {0} < 0.0 else {0})",
    "leaky_relu": "({0} if {0} > 0.0 else {1} * {0})",
    "elu": "({0} if {0} > 0.0 else {1} * expm1({0}))",
    "gelu": "(0.5 * {0} * erfc(-0.7071067811865476 * {0}))",
    "silu": "({0} / (1.0 + exp(-{0})))",
    "sigmoid": "(1.0 / (1.0 + exp(-{0})))",
    "softplus": "((0.0 if {0} < 0.0 else {0}) + log1p(exp(-abs({0}))))",
    "max": "({0} if {0} > {1} or {0} != {0} else {1})",
    "min": "({0} if {0} < {1} or {0} != {0} else {1})",
    "where": "({1} if {0} else {2})",
    "zeroed": "(0.0 if {1} == 0.0 else {0})",
    # Of a number alone these say little; an infinity gives nan in torch.
    "norm": "abs({0})",
    "softmax": "({0} - {0} + 1.0)",
    "log_softmax": "({0} - {0})",
}

_QUOTIENT: Final = re.compile(r"\((1\.0|\{0\}) / (.*)\)")
_GUARDED: Final = re.compile(rf"\b({'|'.join(SAFE)})\(")


def _careful(template: str) -> str:
    guarded = _GUARDED.sub(r"safe_\1(", template)
    return _QUOTIENT.sub(r"divide(\1, \2)", guarded)


_ASSIGN: Final = "{name} = {text}"
PYTHON: Final = Language(_TEMPLATES, _number, _ASSIGN, _ASSIGN)
CAREFUL: Final = replace(
    PYTHON, templates={op: _careful(template) for op, template in _TEMPLATES.items()}
)
_MAY_RAISE: Final = re.compile(rf" / |\b({'|'.join(SAFE)})\(")
_MATH: Final = [*_CALLS.split(), "floor", "ceil", "erfc"]
_NAMESPACE: Final[dict[str, object]] = {
    "__builtins__": {
        "ArithmeticError": ArithmeticError,
        "ValueError": ValueError,
        "float": float,
        "range": range,
    },
    **{name: getattr(math, name) for name in _MATH if name != "abs"},
    **{f"safe_{name}": function for name, function in SAFE.items()},
    "abs": abs,
    "inf": math.inf,
    "nan": math.nan,
    "divide": divide,
    "power": power,
}
