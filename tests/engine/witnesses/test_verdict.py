"""Who is believed, and why: at kinks, ties, jumps, poles, and where digits are lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from mpmath import mp, mpf

from engine.records import WitnessKind
from engine.witnesses.case import Case, case_of
from engine.witnesses.testimony import hear
from engine.witnesses.verdict import judge
from tests.engine.formula.formulas import Example, scalar_examples
from tests.engine.witnesses.asked import case, derivatives, keys

EXACT, AUTOGRAD = WitnessKind.EXACT, WitnessKind.AUTOGRAD
DIFFERENCES, SINGLE = WitnessKind.DIFFERENCES, WitnessKind.SINGLE

DISPUTES = {
    "relu(x) at x=0": (AUTOGRAD, ["why.kink"]),
    "clamp(x, 0, 1) at x=1": (AUTOGRAD, ["why.kink"]),
    "x + relu(x - 2) at x=2": (AUTOGRAD, ["why.kink"]),
    "max(x, y, z) at x=2, y=2, z=2": (AUTOGRAD, ["why.tie"]),
    "floor(x) at x=2": (AUTOGRAD, ["why.jump"]),
    "sign(x) at x=0": (AUTOGRAD, ["why.jump"]),
    "where(x > 0, x + 1, x) at x=0": (AUTOGRAD, ["why.jump"]),
    "sqrt(x) at x=0": (EXACT, ["why.steep"]),
    "x^(1/3) at x=0": (EXACT, ["why.steep"]),
    "x^x at x=0": (None, ["why.steep"]),
    "where(x > 0, sqrt(x), 0) at x=0": (EXACT, ["why.zero_times_inf", "why.two_slopes"]),
    "sqrt(x^2) at x=0": (EXACT, ["why.zero_times_inf", "why.two_slopes"]),
    "sqrt(sum(x * x)) at x=[0, 0]": (EXACT, ["why.zero_times_inf", "why.two_slopes"]),
    "log(x) at x=-1": (None, ["why.domain"]),
    "x * sqrt(1 - x) at x=2": (None, ["why.domain"]),
    "x + sign(x*log(-x)) at x=1": (None, ["why.domain"]),
    "1/x at x=0": (None, ["why.pole"]),
    "log(x) at x=0": (None, ["why.pole"]),
    "x/x at x=0": (None, ["why.undefined"]),
    "exp(x) at x=1000": (EXACT, ["why.overflow"]),
    "exp(x) at x=100": (EXACT, ["why.overflow"]),  # float32 alone
    "1/(1 + exp(-x)) at x=-800": (EXACT, ["why.overflow"]),
    "log(exp(x)) at x=800": (EXACT, ["why.overflow"]),
    "exp(exp(exp(x))) at x=10": (EXACT, ["why.too_large"]),
    "log(exp(x)) at x=-800": (EXACT, ["why.underflow"]),
    "(1 - cos(x))/x^2 at x=0.00000001": (EXACT, ["why.cancellation"]),
    "(1 - cos(x))/x^2 at x=0.01": (EXACT, ["why.cancellation"]),  # float32 alone
    "tan(3^(8x)) at x=2.659": (EXACT, ["why.sensitive"]),
    "sqrt(x^4) at x=0": (DIFFERENCES, ["why.zero_times_inf", "why.removable"]),
    "sin(1000000x) at x=1": (EXACT, ["why.step"]),
    "log(x) at x=0.000001": (EXACT, ["why.step"]),
    "cosh(floor(x/y)) + x*y at x=1, y=0.027": (EXACT, ["why.drowned"]),
    "1000000000000 + x at x=1": (EXACT, ["why.rounding"]),
    "relu(x) - relu(-x) at x=0": (DIFFERENCES, ["why.kinks_cancel"]),
    "abs(x) * sign(x) at x=0": (DIFFERENCES, ["why.kinks_cancel"]),
    "clamp(x, 0, 0) at x=0": (DIFFERENCES, ["why.kinks_cancel"]),
    "where(x == 2, 5, x^2) at x=2": (AUTOGRAD, ["why.hole"]),
    "x^(4/3) at x=0": (EXACT, ["why.edge"]),
    "log1p(x) at x=-1": (None, ["why.pole"]),
    "log(0x) at x=1": (None, ["why.pole"]),
    "log(floor(x)) at x=0.5": (None, ["why.pole"]),
    "tan(pi/2 * x) at x=1": (None, ["why.pole"]),
    "1/sin(pi * x) at x=1": (None, ["why.pole"]),
    "log(softmax(x)[0]) at x=[-1000, 0]": (EXACT, ["why.underflow"]),
    "sin(x) at x=1e22": (EXACT, ["why.unexplained"]),
    "sqrt(x) at x=1e-320": (EXACT, ["why.unexplained"]),
}
REMARKS = {
    "abs(x) at x=0": ["note.kink"],
    "max(x, y) at x=2, y=2": ["note.tie"],
    "max(x, 2y) at x=4, y=2": ["note.tie"],
    "max(x) at x=[1, 3, 3]": ["note.tie"],
    "norm(x) at x=[0, 0]": ["note.kink"],
    "x^x at x=-1": ["note.domain"],
    "sign(x)^2 at x=0": ["note.jump"],
}
QUIET = [
    "x^2 + xy + (x + y)^2 at x=2, y=2",
    "x * abs(x) at x=0",
    "relu(x)^2 at x=0",
    "floor(x) at x=2.5",
    "max(x, y) at x=2, y=3",
    "softmax(x)[0] at x=[1, 2, 3]",
    "cos(x) at x=1.5707963267948966",
    "where(x > 0, sqrt(x), 0) at x=4",
    "elu(x) at x=0",
    "abs(x)^3 at x=0",
    "max(x, x) at x=3",
    "sign(x) * x^2 at x=0",
    "sin(pi * x) at x=1",
    "sum(A @ x) at A=[[1, 2], [3, 4]], x=[5, 6]",
]


@pytest.mark.parametrize("text", DISPUTES)
def test_reason_and_the_believed(text: str) -> None:
    believed, reasons = DISPUTES[text]
    testimony = judge(case(text)).testimony

    assert keys(testimony.reasons) == reasons
    assert testimony.believed is believed


@pytest.mark.parametrize("text", REMARKS)
def test_agreement_by_luck_is_remarked_on(text: str) -> None:
    verdict = judge(case(text))

    assert verdict.testimony.believed is None
    assert keys(verdict.notes) == REMARKS[text]


@pytest.mark.parametrize("text", QUIET)
def test_agreement_of_the_smooth_is_silent(text: str) -> None:
    verdict = judge(case(text))

    assert verdict.testimony.believed is None
    assert verdict.testimony.reasons == verdict.notes == ()
    assert [w.kind for w in verdict.testimony.witnesses] == [EXACT, AUTOGRAD, DIFFERENCES]


def test_reason_is_not_looked_for_in_what_takes_too_long() -> None:
    zeros = "], [".join([", ".join(["0"] * 16)] * 16)
    testimony = judge(case(f"sum(relu(x)) + sum(x @ x @ x @ x) at x=[[{zeros}]]")).testimony

    assert keys(testimony.reasons) == ["why.not_searched"]
    assert testimony.believed is EXACT


def test_seminars_function() -> None:
    verdict = judge(case("f(x,y)=x^2+xy+(x+y)^2 at x=2, y=2"))

    assert (verdict.value, *verdict.partials.values()) == (24, 14, 10)
    assert {witness.partials for witness in verdict.testimony.witnesses} == {("14", "10")}
    assert 0 < float(verdict.testimony.error) < 1e-9
    assert verdict.testimony.step == "1e-5"


def test_what_a_kink_is_told_with() -> None:
    (note,) = judge(case("3x + 2*relu(x - y) at x=1, y=1")).testimony.reasons

    assert note.values == {
        "title": "f",
        "name": "x",
        "text": "relu(x - y)",
        "left": "3",
        "right": "5",
        "torch": "3",
    }


TOLD = {
    "where(x > 0, sqrt(x), 0) at x=0": ("where(x > 0, sqrt(x), 0)", "0", "inf"),
    "floor(x) * x at x=0": ("floor(x) · x", "-1", "0"),
    "abs(x^2) + relu(x) + abs(x^2) at x=0": ("relu(x)", "0", "1"),
    "sign(x) * x at x=0": ("sign(x) · x", "-1", "1"),
    "max(x, x^2) at x=0": ("max(x, x²)", "0", "1"),
}


@pytest.mark.parametrize("text", TOLD)
def test_kink_is_told_of_what_bends(text: str) -> None:
    verdict = judge(case(text))
    note = (*verdict.testimony.reasons, *verdict.notes)[-1].values

    assert (note["text"], note["left"], note["right"]) == TOLD[text]


def test_hole_is_told_with_the_value_in_it() -> None:
    (note,) = judge(case("abs(sign(x)) at x=0")).notes

    assert (note.values["left"], note.values["here"], note.values["right"]) == ("1", "0", "1")


def test_too_large_is_no_pole() -> None:
    assert keys(judge(case("1/exp(x) at x=-2000000")).testimony.reasons) == ["why.too_large"]


def test_value_of_no_derivative_is_not_the_formulas() -> None:
    verdict = judge(case("log(x) at x=-1"))

    assert mp.isnan(verdict.partials["x"])
    assert verdict.derived == {"x": False}
    assert verdict.testimony.error == ""


def test_what_a_tie_is_told_with() -> None:
    (note,) = judge(case("sum(max(x, y)) at x=5, y=5")).notes

    assert (note.values["count"], note.values["torch"]) == (2, "0.5")


def test_what_left_its_domain_is_named() -> None:
    (note,) = judge(case("y + log(x - y) at x=1, y=3")).testimony.reasons

    assert note.values == {"text": "log(x - y)", "argument": "x - y", "value": "-2"}


def test_branch_not_taken_is_named() -> None:
    note, _ = judge(case("1 + where(x > 0, sqrt(x), 0) at x=0")).testimony.reasons

    assert note.values == {"text": "sqrt(x)", "slope": "inf"}


def test_lost_digits_are_counted() -> None:
    (note,) = judge(case("(1 - cos(x))/x^2 at x=0.00000001")).testimony.reasons

    assert note.values == {"text": "1 - cos(x)", "digits": 16, "dtype": "float64", "has": 16}


def test_float32_is_heard_only_where_it_differs() -> None:
    (note,) = judge(case("exp(x) at x=100")).testimony.reasons
    last = judge(case("exp(x) at x=100")).testimony.witnesses[-1]

    assert note.values["dtype"] == "float32"
    assert (last.kind, last.value) == (SINGLE, "inf")


# About one formula in a thousand has a reason that we do not find: no test of chance.
@settings(max_examples=300, deadline=None, derandomize=True)
@given(scalar_examples())
def test_no_dispute_is_left_unexplained(example: Example) -> None:
    found = case_of(example.formula, derivatives(example.formula), example.point)

    assert "why.unexplained" not in keys(judge(found).testimony.reasons)


@settings(max_examples=300, deadline=None)
@given(scalar_examples())
def test_derived_formula_is_the_slope_seen_with_fifty_digits(example: Example) -> None:
    """mpmath's own numerical differentiation is the oracle; kinks have tests of their own."""
    found = case_of(example.formula, derivatives(example.formula), example.point)
    heard = hear(found)
    for place, slope in heard.said[EXACT].slopes.items():
        oracle = _slope(found, place)
        if oracle is not None and mp.isfinite(slope):
            assert abs(oracle - slope) <= mpf("1e-8") * max(1, abs(slope)), place


def _slope(found: Case, place: tuple[str, int]) -> mpf | None:
    """mpmath.diff at 50 digits, None where left and right do not settle on one slope."""
    function = found.shifted(place)
    step = mpf("1e-20") * found.size(place)
    with mp.workdps(50):
        if abs(function(mpf(0))) > mpf("1e20"):
            return None  # so small a step is lost beside it
        both = [mp.diff(function, 0, direction=side, h=step) for side in (-1, 1)]
    if not all(map(mp.isfinite, both)) or abs(both[0] - both[1]) > mpf("1e-9") * max(
        1, *map(abs, both)
    ):
        return None
    return both[0]
