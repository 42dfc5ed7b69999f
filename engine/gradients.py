"""The gradient of a formula in a text: its value, its derivatives, and who says so."""

from __future__ import annotations

from engine.formula.request import read_request
from engine.records import Answer, Call, GradientReport, Misread, to_data
from engine.witnesses.answer import gradient_of

__all__ = ["explain", "warm"]


def explain(call: Call) -> Answer:
    """The desk job "gradients.explain": {"text"} -> a `GradientReport`.

    For f: ℝⁿ → ℝ at a point x it tells f(x) and every ∂f/∂x_j, by three witnesses that know
    nothing of one another: the derived formula with 50 digits; torch's backward pass; and
    (f(x + h·e_j) - f(x - h·e_j)) / 2h. For f: ℝⁿ → ℝᵐ it tells the Jacobian J_ij = ∂f_i/∂x_j.

    Whatever is wrong with the text comes back in the report; nothing is raised.
    """
    return Answer(to_data(_report(call.data["text"])))


def _report(text: str) -> GradientReport:
    request = read_request(text)
    if isinstance(request, Misread):
        return GradientReport(None, request)
    found = gradient_of(request)
    return (
        GradientReport(None, found) if isinstance(found, Misread) else GradientReport(found, None)
    )


def warm() -> None:
    """First uses of the reader, sympy and mpmath, paid once in the zygote.

    No backward: a text without a point never comes to one.
    """
    _report("f(x, y) = x^2 + xy + (x + y)^2 + exp(sin(x))/y check x: 2x")
