"""What goes to sympy, as what, and what does not go there."""

from __future__ import annotations

import pytest
import sympy

from engine.formula.tree import Array, Index, Name, Node
from engine.formula.writing.to_sympy import to_sympy
from tests.engine.formula.formulas import apply, number

X = Name("x")


@pytest.mark.parametrize(
    "body",
    [
        apply("dot", X, X),
        apply("sum", Array((2,), (number(1).value, number(2).value))),
        Index(X, (0,)),
        apply("pow", number(9), apply("pow", number(9), number(9))),
        apply("pow", X, number(10**9)),
        apply("pow", number("1e1000"), number("99.5")),
        apply("div", X, number(0)),
        apply("sqrt", number(-2)),
        apply("pow", number("1.0000001"), number(1000)),
        apply("mul", X, Index(Array((1,), (number(1).value,)), (3,))),
        apply("mul", X, apply("log", apply("exp", apply("exp", number(9))))),
    ],
)
def test_vectors_infinities_and_endless_numbers_do_not_go_there(body: Node) -> None:
    assert to_sympy(body) is None


def test_a_tower_of_powers_ends_at_once() -> None:
    body: Node = number("1e900")
    for _ in range(30):
        body = apply("pow", body, 999)
    assert to_sympy(apply("mul", X, body)) is None


def test_a_tower_of_exponentials_ends_at_once() -> None:
    body: Node = number(3)
    for _ in range(4):
        body = apply("exp", body)
    assert to_sympy(apply("sign", apply("sub", body, number(2)))) is None


def test_on_a_number_alone_softmax_is_one_and_max_is_itself() -> None:
    assert to_sympy(
        apply("mul", apply("softmax", X), apply("max", apply("sum", X)))
    ) == sympy.Symbol("x", real=True)


def test_activations_stay_closed() -> None:
    assert str(to_sympy(apply("relu", apply("abs", X)))) == "relu(Abs(x))"
