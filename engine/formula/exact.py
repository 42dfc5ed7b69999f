"""The exact witness: a formula's value to fifty digits, where torch's float64 has sixteen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final

import numpy as np
from mpmath import mp, mpf

from engine.formula.exact_scalars import ON_NUMBERS, bounded, relation
from engine.formula.limits import DIGITS
from engine.formula.tree import Apply, Array, Compare, Constant, Index, Name, Node, Number, Point

Value = Any  # mpf, or a numpy array of them (mpmath has no types)
Values = Mapping[str, Value]


def exact(node: Node, values: Values, digits: int = DIGITS) -> Value:
    """The value of a node at `values`: an mpf, or an array of them, right to about `digits`.

    Real arithmetic with the infinities and nan of floats: log(0) = -inf, 1/0 = inf,
    0 · inf = nan; log(-1), sqrt(-1) and (-8)^(1/3) are nan, as in torch. Zero has no sign.
    Beyond e^±1000000 a number counts as infinite, or as 0: far outside what torch holds, and
    exp(exp(exp(100))) ends at once. Shapes that do not fit raise ValueError, an index outside
    IndexError, a name without a value KeyError.

    >>> third = Apply("div", (Number(Fraction(1)), Name("x")))
    >>> str(exact(third, {"x": mpf(3)}, digits=20))[:12]
    '0.3333333333'
    """
    with mp.workdps(digits):
        return _value(node, values)


def values_of(point: Point, digits: int = DIGITS) -> Values:
    """A point as `exact` wants it: numbers where a shape is (), else arrays of them.

    >>> values_of({"x": Array((2,), (Fraction(1), Fraction(2)))})["x"].shape
    (2,)
    """
    with mp.workdps(digits):
        return {name: _array(value) for name, value in point.items()}


def _value(node: Node, values: Values) -> Value:
    match node:
        case Number(value=value):
            return _fraction(value)
        case Constant(name=name):
            return +(mp.pi if name == "pi" else mp.e)
        case Name(name=name):
            return values[name]
        case Array():
            return _array(node)
        case Index(base=base, where=where):
            return _value(base, values)[where]
        case Compare(relation=sign, left=left, right=right):
            return _each(relation(sign), _value(left, values), _value(right, values))
        case Apply(op="placed", args=(value, Index(base=base, where=where))):
            return _placed(_value(value, values), _value(base, values), where)
        case Apply(op=op, args=args, dim=dim):
            return EXACT[op](dim, *(_value(each, values) for each in args))
    raise TypeError(node)


def _fraction(value: Fraction) -> Value:
    return mpf(value.numerator) / value.denominator


def _array(array: Array) -> Value:
    numbers = [_fraction(each) for each in array.values]
    if not array.shape:
        return numbers[0]
    found = np.empty(len(numbers), dtype=object)
    found[:] = numbers
    return found.reshape(array.shape)


def _each(function: Callable[..., Value], *args: Value) -> Value:
    """Element by element, broadcasting as torch does."""
    if not any(isinstance(arg, np.ndarray) for arg in args):
        return function(*args)
    return np.frompyfunc(function, len(args), 1)(*args)


def _elementwise(function: Callable[..., Value]) -> Callable[..., Value]:
    return lambda dim, *args: _each(function, *args)


def _lines(x: Value, dim: int | None) -> tuple[Value, tuple[int, ...]]:
    """The elements that belong together in rows, and the shape of what they become."""
    x = np.asarray(x, dtype=object)
    if dim is None:
        return x.reshape(1, -1), ()
    if x.ndim:
        x = np.moveaxis(x, dim, -1)
    elif dim not in (0, -1):
        raise IndexError(f"a number has no axis {dim}")
    return x.reshape(-1, x.shape[-1] if x.ndim else 1), x.shape[:-1]


def _packed(numbers: list[Value], shape: tuple[int, ...]) -> Value:
    if not shape:
        return numbers[0]
    found = np.empty(len(numbers), dtype=object)
    found[:] = numbers
    return found.reshape(shape)


def _reducing(function: Callable[[list[Value]], Value]) -> Callable[..., Value]:
    def reduced(dim: int | None, x: Value) -> Value:
        rows, shape = _lines(x, dim)
        return _packed([bounded(function(list(row))) for row in rows], shape)

    return reduced


def _along(function: Callable[[list[Value]], list[Value]], default: int | None = -1) -> Any:
    """Every row becomes a row: softmax along the last axis unless told otherwise."""

    def applied(dim: int | None, x: Value) -> Value:
        dim = default if dim is None else dim
        rows, _ = _lines(x, dim)
        flat = [each for row in rows for each in function(list(row))]
        if not isinstance(x, np.ndarray):
            return flat[0]
        if dim is None:
            return _packed(flat, x.shape)
        return np.moveaxis(_packed(flat, np.moveaxis(x, dim, -1).shape), -1, dim)

    return applied


def _sum(row: list[Value]) -> Value:
    return sum(row, start=mpf(0))


def _prod(row: list[Value]) -> Value:
    found = mpf(1)
    for each in row:
        found = bounded(found * each)
    return found


def _logsumexp(row: list[Value]) -> Value:
    top = _folded("max")(row)
    if not mp.isfinite(top):
        return top
    return top + mp.log(_sum([ON_NUMBERS["exp"](each - top) for each in row]))


def _softmax(row: list[Value]) -> list[Value]:
    top = _folded("max")(row)
    powers = [ON_NUMBERS["exp"](each - top) for each in row]
    total = _sum(powers)
    return [each / total for each in powers]


def _log_softmax(row: list[Value]) -> list[Value]:
    total = _logsumexp(row)
    return [each - total for each in row]


def _norm(row: list[Value]) -> Value:
    return mp.sqrt(_sum([bounded(each * each) for each in row]))


def _others(row: list[Value]) -> list[Value]:
    return [_prod([*row[:place], *row[place + 1 :]]) for place in range(len(row))]


def _folded(op: str) -> Callable[[list[Value]], Value]:
    def folded(row: list[Value]) -> Value:
        found, *rest = row
        for each in rest:
            found = ON_NUMBERS[op](found, each)
        return found

    return folded


def _extreme(op: str) -> Callable[..., Value]:
    def extreme(dim: int | None, *args: Value) -> Value:
        if len(args) == 1:
            return _reducing(_folded(op))(dim, args[0])
        found, *rest = args
        for each in rest:
            found = _each(ON_NUMBERS[op], found, each)
        return found

    return extreme


def _matmul(dim: int | None, left: Value, right: Value) -> Value:
    return _each(bounded, np.matmul(left, right))


def _dot(dim: int | None, left: Value, right: Value) -> Value:
    if np.ndim(left) != 1 or np.ndim(right) != 1:
        raise ValueError("dot() takes two vectors")
    return _matmul(dim, left, right)


def _like(dim: int | None, x: Value, model: Value) -> Value:
    if not np.ndim(model):
        return x
    return np.broadcast_to(np.asarray(x, dtype=object), np.shape(model)).copy()


def _unlike(dim: int | None, x: Value, model: Value) -> Value:
    """The reverse of broadcasting: axes that were put in front or stretched are added up."""
    shape = np.shape(model)
    extra = np.ndim(x) - len(shape)
    if extra < 0:
        raise ValueError(f"shape {np.shape(x)} cannot be added up to {shape}")
    stretched = [extra + i for i, size in enumerate(shape) if size == 1 != np.shape(x)[extra + i]]
    if not np.ndim(x):
        return x
    x = x.sum(axis=tuple(stretched), keepdims=True) if stretched else x
    x = x.sum(axis=tuple(range(extra))) if extra else x
    return x if np.shape(x) else _number_of(x)


def _number_of(x: Value) -> Value:
    return x.item() if isinstance(x, np.ndarray) else x


def _back(dim: int | None, x: Value, model: Value) -> Value:
    if dim is not None and np.ndim(model):
        x = np.expand_dims(np.asarray(x, dtype=object), dim)
    return _like(None, x, model)


def _placed(x: Value, base: Value, where: tuple[int, ...]) -> Value:
    found = np.empty(np.shape(base), dtype=object)
    found.fill(mpf(0))
    found[where] = x
    return found


def _count(dim: int | None, x: Value) -> Value:
    return mpf(np.size(x) if dim is None else np.shape(x)[dim] if np.ndim(x) else 1)


def _transpose(dim: int | None, x: Value) -> Value:
    return np.swapaxes(x, -1, -2)


EXACT: Final[dict[str, Callable[..., Value]]] = {
    **{name: _elementwise(function) for name, function in ON_NUMBERS.items()},
    "max": _extreme("max"),
    "min": _extreme("min"),
    "sum": _reducing(_sum),
    "mean": _reducing(lambda row: _sum(row) / len(row) if row else mp.nan),
    "prod": _reducing(_prod),
    "norm": _reducing(_norm),
    "logsumexp": _reducing(_logsumexp),
    "softmax": _along(_softmax),
    "log_softmax": _along(_log_softmax),
    "dot": _dot,
    "matmul": _matmul,
    "transpose": _transpose,
    "outer": lambda dim, u, v: _each(ON_NUMBERS["mul"], u[:, None], v[None, :]),
    "like": _like,
    "unlike": _unlike,
    "along": _back,
    "placed": lambda dim, *args: _misplaced(),
    "count": _count,
    "others": _along(_others, None),
}


def _misplaced() -> Value:
    raise ValueError("placed() puts a value where an Index is")
