"""The gradient of a formula in a text: its value, its derivatives, and who says so."""

from __future__ import annotations

from engine.derivation import derivative
from engine.formula.request import Request, read_request
from engine.plots.derivation import draw_derivation, too_wide
from engine.records import Answer, Call, Gradient, GradientReport, Misread, to_data
from engine.witnesses.answer import gradient_of, shapes_of

__all__ = ["explain", "warm"]


def explain(call: Call) -> Answer:
    """The desk job "gradients.explain": {"text"} -> a `GradientReport`.

    For f: ℝⁿ → ℝ at a point x it tells f(x) and every ∂f/∂x_j, by three witnesses that know
    nothing of one another: the derived formula with 50 digits; torch's backward pass; and
    (f(x + h·e_j) - f(x - h·e_j)) / 2h. For f: ℝⁿ → ℝᵐ it tells the Jacobian J_ij = ∂f_i/∂x_j.

    Whatever is wrong with the text comes back in the report; nothing is raised.
    """
    request = read_request(call.data["text"])
    if isinstance(request, Misread):
        return Answer(to_data(GradientReport(None, request)))
    found = gradient_of(request)
    if isinstance(found, Misread):
        return Answer(to_data(GradientReport(None, found)))
    return Answer(to_data(GradientReport(found, None)), _pictures(request, found))


def _pictures(request: Request, found: Gradient) -> tuple[bytes, ...]:
    """The derivatives as formulas on a page, where one of them is too wide for text."""
    if not too_wide(partial.form for partial in found.partials):
        return ()
    formula, shapes = request.formula, shapes_of(request)
    nodes = {each.name: derivative(formula, each.name, shapes) for each in found.partials}
    return (draw_derivation(formula.title, nodes),)


def warm() -> None:
    """First uses of the reader, sympy and mpmath, paid once in the zygote.

    No backward: a text without a point never comes to one.
    """
    text = "f(x, y) = x^2 + xy + (x + y)^2 + exp(sin(x))/y check x: 2x"
    explain(Call({"text": text}, (), {}, lambda event: None))
