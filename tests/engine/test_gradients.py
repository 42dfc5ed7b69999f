"""A text of a formula comes back explained, whatever it is."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from engine.formula.exact import exact, values_of
from engine.formula.writing.text import text_of
from engine.gradients import warm
from engine.jail.pool import Pool
from engine.records import GradientReport, Job, Outcome, from_data
from engine.witnesses.autograd import autograd
from engine.witnesses.case import case_of, numbers_of
from engine.witnesses.claims import point_text
from engine.witnesses.kinks import specials
from tests.engine.formula.formulas import Example, scalar_examples, tensor_examples
from tests.engine.witnesses.asked import derivatives, gradient, report

EPS = torch.finfo(torch.float64).eps
SEMINAR = "f(x,y)=x^2+xy+(x+y)^2 at x=2, y=2"


@settings(max_examples=300, deadline=None)
@given(scalar_examples())
def test_exact_agrees_with_torch_as_far_as_rounding_allows(example: Example) -> None:
    """|torch - exact| ≤ 1e3·eps·(1 + condition), kinks apart.

    The condition is that of the formula as it is computed: how much of a rounding error of
    12 digits at every step arrives, found by computing it with so few.
    """
    found = case_of(example.formula, derivatives(example.formula), example.point)
    if any(True for _ in specials(found)):
        return
    heard = autograd(found.function, found.tensors)
    values = values_of(found.point)
    if not mp.isfinite(exact(example.formula.body, values)):
        return  # no value, no derivative
    for name, node in found.derivatives.items():
        (ours,) = numbers_of(heard.partials[name])
        right = exact(node, values)
        if not (mp.isfinite(right) and mp.isfinite(ours)):
            continue
        size = max(1, abs(right))
        errors = [abs(exact(node, values, d) - right) * mpf(10) ** d for d in (11, 12, 13)]
        if not all(map(mp.isfinite, errors)):
            continue  # nothing is left of so few digits
        condition = max(errors) / size
        assert abs(ours - right) <= 1e3 * EPS * (1 + condition) * size


HOSTILE = [
    "x^1000 * (x + y)^900 at x=1, y=1",
    "x^1000 * (x + y)^900 at x=2, y=3 order 4",
    "exp(exp(exp(x))) at x=10",
    "0^0 + x at x=1",
    "x^x at x=0",
    "x^x at x=-1",
    "x^y at x=0, y=0",
    "sqrt(x^2) at x=0",
    "log(-1) + x at x=1",
    "1/0 + x at x=1",
    "x/0 at x=0",
    "1e999 * x at x=1e999",
    "x at x=1e-999",
    "sin(x) at x=1e300",
    "9^999^999 * x at x=1",
    "-" * 30 + "x at x=1",
    "(" * 30 + "x" + ")" * 30 + " at x=1",
    "abs(" * 30 + "x" + ")" * 30 + " at x=0",
    "+".join(["sin(x)*y"] * 35) + " at x=1, y=2 order 4 hessian jacobian check 2x",
    "*".join(f"(x+{n})" for n in range(60)) + " at x=1 hessian",
    "a*b*c*d*p*q*r*s at a=1,b=2,c=3,d=4,p=5,q=6,r=7,s=8 order 4 hessian",
    "max(x, y, z, x, y, z) at x=1, y=1, z=1 hessian",
    "7" * 50 + " * x at x=" + "9" * 50,
    "erf(gelu(softplus(x))) at x=-1e10 order 4",
    "where(x > 0, where(y > 0, log(x), 1/y), sqrt(y)) at x=0, y=0",
    "tan(x) at x=1.5707963267948966 order 4",
    "dot([1, 2] * x, [3, x]) + sum(softmax([1, 2]) * x) at x=2 hessian",
    "sum([1, 2] * x) + prod([1, 2] + x) at x=2 order 3",
    "",
    "at x=2",
    "check 2x",
    "градиент",
    "x + " * 400,
    "🙂",
]
_ROW = ", ".join(str(n) for n in range(256))
VECTORS = [
    "f(x) = 5 at x=[1, 2] hessian",
    f"sum(x^3) at x=[{_ROW}] hessian",
    f"sum(softmax(x)^2) at x=[{_ROW}] hessian jacobian",
    f"prod(x) at x=[{_ROW}]",
    f"norm(x) at x=[{', '.join(['0'] * 256)}]",
    f"max(x) at x=[{', '.join(['0'] * 256)}]",
    f"x at x=[{_ROW}]",
    f"sum(gelu(outer) + erf(x)) at x=[{_ROW}]",
    f"sum(logsumexp(x) + log(x) * sqrt(x)) at x=[{_ROW}]",
    f"dot(x, y) + dot(z, x) at x=[{_ROW}], y=[{_ROW}], z=[{_ROW}] order 2",
    "sum(x @ x @ x) at x=[[" + "], [".join([", ".join(["1"] * 16)] * 16) + "]] hessian",
]


@pytest.mark.parametrize("text", [*HOSTILE, *VECTORS], ids=lambda text: text[:40])
def test_hostile_text_gets_an_answer(text: str) -> None:
    found = report(text)

    assert (found.gradient is None) != (found.mistake is None)


@settings(max_examples=25, deadline=None)
@given(st.one_of(scalar_examples(40), tensor_examples(40)))
def test_every_formula_gets_an_answer(example: Example) -> None:
    point = point_text(example.point)
    names = ", ".join(example.formula.inputs)
    found = report(f"f({names}) = {text_of(example.formula.body)} at {point} order 2")

    assert found.mistake is None or found.mistake.note.key.startswith("mistake.")


@pytest.mark.parametrize("count", [5, 6, 8, 24])
def test_derivatives_that_grow_too_deep_are_left_out(count: int) -> None:
    product = "*".join(f"(x + {number}*y)" for number in range(1, count + 1))
    found = gradient(f"{product} at x=2, y=3 order 4")
    assert [table.title.key for table in found.tables] in (["table.order"], [])
    assert found.partials[0].value


def test_warming_up_runs_no_backward(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("backward in the zygote")

    monkeypatch.setattr(torch.autograd, "grad", refuse)
    monkeypatch.setattr(torch.Tensor, "backward", refuse)
    warm()


async def test_desk_answers(pool: Pool) -> None:
    result = await pool.run(Job("gradients.explain", {"text": SEMINAR}, "anna"))
    answer = from_data(GradientReport, result.data)

    assert result.outcome is Outcome.OK
    assert answer.gradient is not None
    assert answer.gradient == gradient(SEMINAR)


async def test_desk_gives_up_what_sympy_cannot_simplify(pool: Pool) -> None:
    """The deadline is a timer, and a jail must let it be armed."""
    text = "1/(x^5+y^7+1) + 1/(x^3+y^2+7) + 1/(x^9+y+2) + 1/(x^2+y^9+11) at x=1, y=2"
    result = await pool.run(Job("gradients.explain", {"text": text}, "anna"))

    assert result.outcome is Outcome.OK
    assert from_data(GradientReport, result.data).gradient is not None
