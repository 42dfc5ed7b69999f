"""What fifty digits say of a point: a root and its multiplicity, a pole, a jump, nothing."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from engine.formula.tree import Apply, Formula, Name, Node
from engine.roots.exact_root import Kind, exact_root
from engine.roots.underflow import underflows
from tests.engine.roots.asking import formula

Bracket = tuple[float, float] | None
EXAMPLES: Final = settings(max_examples=100, deadline=None)

NINTH: Final = "x^9 - 9x^8 + 36x^7 - 84x^6 + 126x^5 - 126x^4 + 84x^3 - 36x^2 + 9x - 1"  # (x - 1)^9

ROOTS: Final[list[tuple[str, float, Bracket, str, int]]] = [
    ("x^2 - 2", 1.4, None, "1.4142135623730950488016887242096980785696718753769", 1),
    ("x^2 - 2", math.nan, (1.0, 2.0), "1.4142135623730950488016887242096980785696718753769", 1),
    ("sin(x)", 3.14, None, "3.1415926535897932384626433832795028841971693993751", 1),
    ("log(x) - 1", 2.7, None, "2.7182818284590452353602874713526624977572470936999", 1),
    ("x", 1e-30, None, "0", 1),
    ("sin(x)", 1e-9, (-1.0, 2.0), "0", 1),
    ("x - 1e-20", 0.0, None, "1e-20", 1),
    ("1e12x - 1", 0.0, None, "1e-12", 1),
    ("1e20(x - 1/4)", 0.2, None, "0.25", 1),
    ("1e-20(x - 3)", 10.0, None, "3", 1),
    ("(x - 1)^2", 1.003, None, "1", 2),
    ("x^2 - 2x + 1", 1.003, None, "1", 2),
    ("x^3", 1e-3, None, "0", 3),
    ("x^3 - 3x^2 + 3x - 1", 1.001, None, "1", 3),
    ("(x - 1)^20", 1.5, None, "1", 20),
    (NINTH, 1.02, None, "1", 9),
    ("(x^6 - 6x^5 + 15x^4 - 20x^3 + 15x^2 - 6x + 1)*exp(sin(x))", 1.01, None, "1", 6),
    ("x^6 - 6x^5 + 15x^4 - 20x^3 + 15x^2 - 6x + 1", 1.13831203069495, None, "1", 6),
    ("1 - cos(x)", 0.01, None, "0", 2),
    ("abs(x)", 1e-9, None, "0", 1),
    ("abs(x - 1/4)", 0.2, None, "0.25", 1),
    ("max(x - 1, 2 - 2x)", 1.1, None, "1", 1),
    ("sqrt(x)", 0.0, (0.0, 1.0), "0", 0),
    ("sqrt(x)", 1e-17, None, "0", 0),
    ("sqrt(x - 1/4)", 0.2501, None, "0.25", 0),
    ("sign(x)*abs(x)^(1/3)", 1e-5, (-1.0, 2.0), "0", 0),
    ("sign(x)", 0.0, (-1.0, 1.0), "0", 1),
    ("sign(x)*(x^2 + 1)", 0.5, (0.0, 1.0), "0", 1),
    ("relu(x)", -1.0, None, "-1", 1),
    ("tanh(1e17(x - 1/4))", 0.3, (0.0, 1.0), "0.25", 1),
    ("cos(x) - 1 + x^2/2", 0.1, None, "0", 4),
    ("sign(x - 1/4)", 0.25, (0.0, 2.0), "0.25", 1),
    ("x^1.5", 2e-4, None, "0", 0),
    ("abs(x)^2.5", 6e-3, None, "0", 0),
    ("abs(x - 1/4)^2.01", 0.26, None, "0.25", 2),
    ("1e300x^5 - 1", 0.3, (0.0, 1.0), "1e-60", 1),
    ("1e300x^5 - 1", 4e-6, (0.0, 1.0), "1e-60", 1),
    ("1e300x^5 - 1", 4e-6, (-2.0, 1.0), "1e-60", 1),
    ("1e300x^5 + 1", 0.3, (-1.0, 2.0), "-1e-60", 1),
    ("x(1e200x^2 + 1)", 1e-30, None, "0", 1),
    ("log(x + e) - 1", -4e-6, None, "0", 1),
    ("(log(x + e) - 1)^2", 0.005, None, "0", 2),
    ("(x - 1)(x - 1.0000001)", 0.9980469249019173, None, "1", 1),
    ("(x - 1)^2 - 1e-50", 1.0, (1.0, 2.0), "1.0000000000000000000000001", 1),
    ("log(abs(x))", 0.5, (-0.5, 3.0), "1", 1),
]


@pytest.mark.parametrize(("text", "near", "bracket", "root", "multiplicity"), ROOTS)
def test_roots_are_known_to_fifty_digits(
    text: str, near: float, bracket: Bracket, root: str, multiplicity: int
) -> None:
    found = exact_root(formula(text), near, bracket)
    assert (found.kind, found.multiplicity) == (Kind.ROOT, multiplicity)
    with mp.workdps(60):
        digits = 1e-22 if multiplicity > 4 else 6e-50
        assert abs(found.value - mpf(root)) <= digits * max(1, abs(mpf(root)))


@pytest.mark.parametrize(
    ("text", "near", "bracket", "kind"),
    [
        ("tan(x)", 1.57, (1.0, 2.0), Kind.POLE),
        ("1/x", 0.0, (-1.0, 1.0), Kind.POLE),
        ("1/x", 1e-9, (-1.0, 2.0), Kind.POLE),
        ("1/x", 1e6, None, Kind.POLE),
        ("1/(x - 1/3)^3 + 7", 0.3333, (0.0, 1.0), Kind.POLE),
        ("floor(x) - 0.5", 1.0, (0.3, 3.0), Kind.JUMP),
        ("where(x < 0, -1, 1)", 0.0, (-1.0, 2.0), Kind.JUMP),
        ("where(x < 1/3, -1, 1)", 0.3, (-1.0, 2.0), Kind.JUMP),
        ("sign(x) + 1/10", 0.0, (-1.0, 2.0), Kind.JUMP),
        ("x + floor(x) - 3", 1.99999964, (-1.0, 5.0), Kind.JUMP),
        ("1/(x - 1) + 1/(x + 1)", 1.0, (-3.0, 4.0), Kind.POLE),
        ("sign(x)*log(abs(x))", 0.0, (-0.5, 0.7), Kind.POLE),
        ("x*(floor(x) - 0.5)", 1.000001, (-0.5, 2.0), Kind.JUMP),
        ("where(x < 0, x, 1)", 0.3, (-1.0, 2.0), Kind.JUMP),
        ("1e200x^2 + 1e-200", 1e-30, None, Kind.NONE),
        ("(x - 1e-104)^2 + 1e-214", 1e-104, None, Kind.NONE),
        ("exp(x)", -12.0, None, Kind.NONE),
        ("exp(x)", -1000.0, None, Kind.NONE),
        ("exp(x)", -1e9, (-1e9, 0.0), Kind.NONE),
        ("x*exp(-x)", 15.0, None, Kind.NONE),
        ("x^2 + 1", 0.3, None, Kind.NONE),
        ("x^2 + 1e-30", 0.0, None, Kind.NONE),
        ("1/x^2", 0.1, None, Kind.NONE),
        ("0x + 5", 1.0, None, Kind.NONE),
        ("cos(x) + 2", 3.0, (0.0, 4.0), Kind.NONE),
    ],
)
def test_what_is_no_root_is_told(text: str, near: float, bracket: Bracket, kind: Kind) -> None:
    found = exact_root(formula(text), near, bracket)
    assert (found.kind, found.multiplicity) == (kind, 1)
    assert mp.isnan(found.value) == (kind is Kind.NONE)


@pytest.mark.parametrize("near", [0.5, 4e-6, 4e-69, 1e-130])
def test_a_root_next_to_zero_is_not_zero(near: float) -> None:
    found = exact_root(formula("1e200x^3 - 1e-200"), near, (0.0, 0.5))
    assert (found.kind, found.multiplicity) == (Kind.ROOT, 1)
    with mp.workdps(200):
        assert abs(found.value / mp.cbrt(mpf(10) ** -400) - 1) < mpf(10) ** -49


def test_a_root_smaller_than_any_float_is_zero_to_them() -> None:
    found = exact_root(formula("x - 1e-500"), 0.5, (-1.0, 1.0))
    assert (found.kind, float(found.value)) == (Kind.ROOT, 0.0)


@pytest.mark.parametrize("near", [0.3333333333333333, 0.33333492279052734])
def test_a_root_too_steep_for_floats_is_no_jump(near: float) -> None:
    found = exact_root(formula("tanh(1e17(x - 1/3))"), near, (0.0, 1.5))
    assert found.kind is Kind.ROOT
    with mp.workdps(60):
        assert abs(found.value - mpf(1) / 3) < mpf(10) ** -49


@EXAMPLES
@given(
    st.decimals("-100", "100", places=3),
    st.integers(-100, 10),
    st.integers(-250, 250),
    st.sampled_from([1, 2, 3, 4, 7]),
    st.sampled_from(["", "*(2 + tanh(x))", "*(1 + abs(x))", "/(1 + x^2)"]),
    st.floats(-1e-4, 1e-4),
)
def test_roots_of_any_size_in_f_of_any_size_are_found(
    digits: Decimal, size: int, scale: int, multiplicity: int, factor: str, off: float
) -> None:
    root = digits.scaleb(size)
    text = f"1e{scale}*(x - ({root:e}))^{multiplicity}{factor}"
    found = exact_root(formula(text), float(root) * (1 + off))
    assert (found.kind, found.multiplicity) == (Kind.ROOT, multiplicity)
    with mp.workdps(60):
        assert abs(found.value - mpf(str(root))) <= mpf(10) ** -40 * abs(mpf(str(root)))


def test_without_a_point_nothing_is_said() -> None:
    assert exact_root(formula("x"), math.nan).kind is Kind.UNKNOWN


def test_too_much_work_is_refused() -> None:
    body: Node = Name("x")
    for _ in range(11):  # 2^11 terms, and as many factors in the derivative
        body = Apply("add", (body, body))
    huge = Formula("f", ("x",), Apply("sin", (body,)))
    assert exact_root(huge, 1.0, slope=Apply("cos", (body,))).kind is Kind.UNKNOWN


def test_zeros_of_underflow_are_told_from_others() -> None:
    vanishing = formula("x*exp(-x)").body
    assert underflows(vanishing, {"x": mpf(10) ** 9})
    assert not underflows(vanishing, {"x": mpf(0)})
    assert not underflows(formula("relu(x)*exp(x)").body, {"x": mpf(-1)})
