"""Every operation of formulas on mpmath's numbers and on numpy arrays of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from mpmath import mp, mpf

from engine.formula.exact_scalars import ON_NUMBERS, bounded

Value = Any  # mpf, or a numpy array of them (mpmath has no types)


def each(function: Callable[..., Value], *args: Value) -> Value:
    """Element by element, broadcasting as torch does."""
    if not any(isinstance(arg, np.ndarray) for arg in args):
        return function(*args)
    return np.frompyfunc(function, len(args), 1)(*args)


def _elementwise(function: Callable[..., Value]) -> Callable[..., Value]:
    return lambda dim, *args: each(function, *args)


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


def packed(numbers: list[Value], shape: tuple[int, ...]) -> Value:
    """Numbers as an array; of shape () as the number itself."""
    if not shape:
        return numbers[0]
    found = np.empty(len(numbers), dtype=object)
    found[:] = numbers
    return found.reshape(shape)


def _reducing(function: Callable[[list[Value]], Value]) -> Callable[..., Value]:
    def reduced(dim: int | None, x: Value) -> Value:
        rows, shape = _lines(x, dim)
        return packed([bounded(function(list(row))) for row in rows], shape)

    return reduced


def _along(function: Callable[[list[Value]], list[Value]], default: int | None = -1) -> Any:
    """Every row becomes a row: softmax along the last axis unless told otherwise."""

    def applied(dim: int | None, x: Value) -> Value:
        dim = default if dim is None else dim
        rows, _ = _lines(x, dim)
        flat = [number for row in rows for number in function(list(row))]
        if not isinstance(x, np.ndarray):
            return flat[0]
        if dim is None:
            return packed(flat, x.shape)
        return np.moveaxis(packed(flat, np.moveaxis(x, dim, -1).shape), -1, dim)

    return applied


def _sum(row: list[Value]) -> Value:
    return sum(row, start=mpf(0))


def _prod(row: list[Value]) -> Value:
    found = mpf(1)
    for number in row:
        found = bounded(found * number)
    return found


def _logsumexp(row: list[Value]) -> Value:
    top = _folded("max")(row)
    if not mp.isfinite(top):
        return top
    return top + mp.log(_sum([ON_NUMBERS["exp"](number - top) for number in row]))


def _softmax(row: list[Value]) -> list[Value]:
    top = _folded("max")(row)
    powers = [ON_NUMBERS["exp"](number - top) for number in row]
    total = _sum(powers)
    return [number / total for number in powers]


def _log_softmax(row: list[Value]) -> list[Value]:
    total = _logsumexp(row)
    return [number - total for number in row]


def _norm(row: list[Value]) -> Value:
    return mp.sqrt(_sum([bounded(number * number) for number in row]))


def _others(row: list[Value]) -> list[Value]:
    return [_prod([*row[:place], *row[place + 1 :]]) for place in range(len(row))]


def _folded(op: str) -> Callable[[list[Value]], Value]:
    def folded(row: list[Value]) -> Value:
        found, *rest = row
        for number in rest:
            found = ON_NUMBERS[op](found, number)
        return found

    return folded


def _extreme(op: str) -> Callable[..., Value]:
    def extreme(dim: int | None, *args: Value) -> Value:
        if len(args) == 1:
            return _reducing(_folded(op))(dim, args[0])
        found, *rest = args
        for number in rest:
            found = each(ON_NUMBERS[op], found, number)
        return found

    return extreme


def _matmul(dim: int | None, left: Value, right: Value) -> Value:
    return each(bounded, np.matmul(left, right))


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


def placed(x: Value, base: Value, where: tuple[int, ...]) -> Value:
    """Zeros of the shape of `base`, and x where `base[where]` is."""
    found = np.empty(np.shape(base), dtype=object)
    found.fill(mpf(0))
    found[where] = x
    return found


def _count(dim: int | None, x: Value) -> Value:
    return mpf(np.size(x) if dim is None else np.shape(x)[dim] if np.ndim(x) else 1)


def _transpose(dim: int | None, x: Value) -> Value:
    return np.swapaxes(x, -1, -2)


def _misplaced(dim: int | None, *args: Value) -> Value:
    raise ValueError("placed() puts a value where an Index is")


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
    "outer": lambda dim, u, v: each(ON_NUMBERS["mul"], u[:, None], v[None, :]),
    "like": _like,
    "unlike": _unlike,
    "along": _back,
    "placed": _misplaced,
    "count": _count,
    "others": _along(_others, None),
}
