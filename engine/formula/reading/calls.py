"""Functions by all the names that students give them, and their arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from engine.formula.operations import OPERATIONS, Acts
from engine.formula.tree import Apply, Constant, Node, Number

_ALIASES: Final = {
    "ln": "log",
    "lg": "log10",
    "log_2": "log2",
    "log_10": "log10",
    "tg": "tan",
    "arctg": "atan",
    "arctan": "atan",
    "arcsin": "asin",
    "arccos": "acos",
    "sh": "sinh",
    "ch": "cosh",
    "th": "tanh",
    "fabs": "abs",
    "modulus": "abs",
    "absolute": "abs",
    "sgn": "sign",
    "σ": "sigmoid",
    "expit": "sigmoid",
    "swish": "silu",
    "leakyrelu": "leaky_relu",
    "logsoftmax": "log_softmax",
    "maximum": "max",
    "minimum": "min",
    "amax": "max",
    "amin": "min",
    "clip": "clamp",
    "product": "prod",
    "average": "mean",
    "корень": "sqrt",
    "синус": "sin",
    "косинус": "cos",
    "тангенс": "tan",
    "логарифм": "log",
    "экспонента": "exp",
    "модуль": "abs",
}
_ONE: Final = Number(Fraction(1))
_HALF_PI: Final = Apply("div", (Constant("pi"), Number(Fraction(2))))
_BUILT: Final[dict[str, Callable[[Node], Node]]] = {
    "ctg": lambda x: Apply("div", (_ONE, Apply("tan", (x,)))),
    "cot": lambda x: Apply("div", (_ONE, Apply("tan", (x,)))),
    "cth": lambda x: Apply("div", (_ONE, Apply("tanh", (x,)))),
    "coth": lambda x: Apply("div", (_ONE, Apply("tanh", (x,)))),
    "sec": lambda x: Apply("div", (_ONE, Apply("cos", (x,)))),
    "csc": lambda x: Apply("div", (_ONE, Apply("sin", (x,)))),
    "cosec": lambda x: Apply("div", (_ONE, Apply("sin", (x,)))),
    "arcctg": lambda x: Apply("sub", (_HALF_PI, Apply("atan", (x,)))),
    "arccot": lambda x: Apply("sub", (_HALF_PI, Apply("atan", (x,)))),
    "square": lambda x: Apply("pow", (x, Number(Fraction(2)))),
    "exp2": lambda x: Apply("pow", (Number(Fraction(2)), x)),
    "reciprocal": lambda x: Apply("div", (_ONE, x)),
}
_WRITTEN: Final = {name for name, operation in OPERATIONS.items() if operation.written} | {"pow"}
# Without brackets: the functions of mathematics, not those of torch.
_BARE_NAMES = "sin cos tan asin acos atan sinh cosh tanh exp log log2 log10 sqrt abs sign"
_BARE: Final = frozenset(_BARE_NAMES.split())
INVERTIBLE: Final = frozenset({"sin", "cos", "tan", "sinh", "cosh", "tanh"})
MODULES: Final = frozenset(
    {"torch", "np", "numpy", "math", "F", "nn", "functional", "special", "linalg", "jnp"}
)
_DIM: Final = frozenset({"dim", "axis"})
_KEYWORDS: Final[dict[str, tuple[str, ...]]] = {  # by name what stands behind the first argument
    "clamp": ("min", "max"),
    "leaky_relu": ("negative_slope",),
    "elu": ("alpha",),
    "where": ("input", "other"),
    "pow": ("exponent",),
}


@dataclass(frozen=True, slots=True)
class Function:
    """A function as it was named; `op` is empty for one that is built of others."""

    name: str
    op: str

    @property
    def bare(self) -> bool:
        """Whether its argument may stand without brackets: `sin x`."""
        return not self.op or self.op in _BARE


class Unfit(Exception):
    """Arguments that a function does not take."""

    def __init__(self, key: str, **values: str | int) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def function(name: str) -> Function | None:
    """The function of that name, however it is capitalised.

    >>> function("ReLU"), function("lg"), function("foo")
    (Function(name='relu', op='relu'), Function(name='lg', op='log10'), None)
    """
    plain = name.lower()
    op = _ALIASES.get(plain, plain)
    if op in _WRITTEN:
        return Function(plain, op)
    return Function(plain, "") if plain in _BUILT else None


def function_names() -> list[str]:
    """Every name by which a function can be called."""
    return [*_WRITTEN, *_ALIASES, *_BUILT]


def applied(
    named: Function, args: Sequence[Node], keywords: Mapping[str, Node], *, torchs: bool = False
) -> Node:
    """The node of a call; raises `Unfit` for arguments that the function does not take.

    With `torchs` a number behind the first argument of `max` is its `dim`, as torch has it.
    """
    if not named.op:
        _count(named, len(args) + len(keywords), 1, 1)
        return _BUILT[named.name](args[0])
    dim, others = _dimension(named, keywords)
    placed = _placed(named, args, others)
    if None in placed:
        return _clamped_above(named, placed)
    given = [arg for arg in placed if arg is not None]
    if dim is None and (_takes_dim(named) if torchs else _along(named)):
        given, dim = _dimension_behind(named, given)
    operation = OPERATIONS[named.op]
    _count(named, len(given), operation.least, operation.most)
    if dim is not None and len(given) > 1:
        raise Unfit("mistake.dim", name=named.name)
    return Apply(named.op, tuple(given), dim)


def _along(named: Function) -> bool:
    return OPERATIONS[named.op].acts in (Acts.REDUCES, Acts.ALONG)


def _takes_dim(named: Function) -> bool:
    return _along(named) or named.op in ("max", "min")


def _dimension(named: Function, keywords: Mapping[str, Node]) -> tuple[int | None, dict[str, Node]]:
    dims = [value for name, value in keywords.items() if name in _DIM]
    if dims and (not _takes_dim(named) or len(dims) > 1):
        raise Unfit("mistake.keyword_argument", name=named.name, argument="dim")
    others = {name: value for name, value in keywords.items() if name not in _DIM}
    return (_whole(named, dims[0]) if dims else None), others


def _whole(named: Function, node: Node) -> int:
    match node:
        case Number(Fraction(denominator=1) as value) if abs(value) < 10:
            return int(value)
    raise Unfit("mistake.dim_whole", name=named.name)


def _placed(
    named: Function, args: Sequence[Node], keywords: Mapping[str, Node]
) -> Sequence[Node | None]:
    """The arguments by position, those given by name in their places."""
    placed: list[Node | None] = list(args)
    for name, value in keywords.items():
        known = _KEYWORDS.get(named.op, ())
        place = 1 + known.index(name) if name in known else 0
        if not place or (place < len(placed) and placed[place] is not None) or not args:
            raise Unfit("mistake.keyword_argument", name=named.name, argument=name)
        placed += [None] * (place + 1 - len(placed))
        placed[place] = value
    return placed


def _clamped_above(named: Function, args: Sequence[Node | None]) -> Node:
    """`clamp(x, max=1)` has no lower bound."""
    match args:
        case [x, None, most] if named.op == "clamp" and x and most:
            return Apply("min", (x, most))
    operation, given = OPERATIONS[named.op], len(args) - args.count(None)
    raise _miscounted(named, given, operation.least, operation.most)


def _dimension_behind(named: Function, args: list[Node]) -> tuple[list[Node], int | None]:
    """`sum(x, 1)`, as torch has it."""
    match args:
        case [x, Number(Fraction(numerator=2, denominator=1))] if named.op == "norm":
            return [x], None  # the Euclidean norm by its number
        case [x, Number() as dim] if named.op != "norm":
            return [x], _whole(named, dim)
    return args, None


def _count(named: Function, given: int, least: int, most: int) -> None:
    if not least <= given <= most:
        raise _miscounted(named, given, least, most)


def _miscounted(named: Function, given: int, least: int, most: int) -> Unfit:
    wanted = str(least) if least == most else f"{least}–{most}"
    return Unfit("mistake.arguments", name=named.name, given=given, wanted=wanted)
