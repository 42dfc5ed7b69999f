"""The exact witness: a formula's value to fifty digits, where torch's float64 has sixteen."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from mpmath import mp, mpf

from engine.formula.exact_arrays import EXACT, Value, each, packed, placed
from engine.formula.exact_scalars import relation
from engine.formula.limits import DIGITS
from engine.formula.tree import Apply, Array, Compare, Constant, Index, Name, Node, Number, Point

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
        return _value(node, values, {})


def parts_of(node: Node, values: Values, digits: int = DIGITS) -> dict[int, Value]:
    """The values of a node and of all that is beneath it, by identity: `parts[id(node)]`.

    >>> three = Number(Fraction(3))
    >>> str(parts_of(Apply("neg", (three,)), {})[id(three)])
    '3.0'
    """
    known: dict[int, Value] = {}
    with mp.workdps(digits):
        _value(node, values, known)
    return known


def values_of(point: Point, digits: int = DIGITS) -> Values:
    """A point as `exact` wants it: numbers where a shape is (), else arrays of them.

    >>> values_of({"x": Array((2,), (Fraction(1), Fraction(2)))})["x"].shape
    (2,)
    """
    with mp.workdps(digits):
        return {name: _array(value) for name, value in point.items()}


def _value(node: Node, values: Values, known: dict[int, Value]) -> Value:
    """The value; a part that a derivative shares is computed once."""
    if id(node) not in known:
        known[id(node)] = _computed(node, values, known)
    return known[id(node)]


def _computed(node: Node, values: Values, known: dict[int, Value]) -> Value:
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
            return _element(_value(base, values, known), where)
        case Compare(relation=sign, left=left, right=right):
            return each(relation(sign), *(_value(side, values, known) for side in (left, right)))
        case Apply(op="placed", args=(value, Index(base=base, where=where))):
            return placed(_value(value, values, known), _value(base, values, known), where)
        case _:
            args = (_value(arg, values, known) for arg in node.args)
            return EXACT[node.op](node.dim, *args)


def _element(base: Value, where: tuple[int, ...]) -> Value:
    if isinstance(base, mpf):
        raise IndexError("a number has no elements")
    return base[where]


def _fraction(value: Fraction) -> Value:
    return mpf(value.numerator) / value.denominator


def _array(array: Array) -> Value:
    return packed([_fraction(number) for number in array.values], array.shape)
