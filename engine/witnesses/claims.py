"""A student's own derivative beside the right one: equal, or where not, and what it is instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any, Final

import torch
from mpmath import mp, mpf

from engine.derivation import TooLong
from engine.formula.exact import exact, values_of
from engine.formula.figures import figure
from engine.formula.request import Claim
from engine.formula.tensors import tensors_of
from engine.formula.tree import Array, Formula, Node, Point
from engine.formula.writing.text import text_of
from engine.formula.writing.torch_function import torch_function
from engine.records import Check, Note
from engine.witnesses.agreement import Compared, compared, random_points, same, scalar
from engine.witnesses.case import case_of
from engine.witnesses.examples import of_numbers
from engine.witnesses.mistakes import guesses
from engine.witnesses.sides import close, sides

POINTS: Final = 20  # that must agree
TRIES: Final = 80
GUESS_POINTS: Final = 6
SMALL: Final = (2, 1, 3, -1, 0, 5)  # values of a counter-example that can be done in the head
SMALL_MOST: Final = 40
APART: Final = 25  # digits that tell two numbers apart
RELATIVE: Final = 1e-9  # float64 against float64, see testimony.RELATIVE


def check(claim: Claim, formula: Formula, derivatives: Mapping[str, Node], point: Point) -> Check:
    """Whether `claim` is ∂f/∂name: by trying it, with fifty digits.

    Of numbers: at twenty random points where f and the right one have a value, and at `point`.
    Of vectors and matrices: at `point` alone, by torch; without a point nothing is decided.

    >>> from engine.formula.request import read_request
    >>> asked = read_request("f(x) = x^2 check x: x^2")
    >>> two_x = read_request("f(x) = 2x").formula.body
    >>> found = check(asked.claims[0], asked.formula, {"x": two_x}, {})
    >>> found.equal, found.counter, found.claimed, found.right, found.hint.key
    (False, 'x = 1', '1', '2', 'hint.itself')
    """
    if not scalar(point) or not of_numbers(formula):
        return _of_tensors(claim, formula, derivatives[claim.name], point)
    right = derivatives[claim.name]
    tried = list(_tried(claim.body, right, formula))
    whole = point if len(point) == len(formula.inputs) else None
    differing = next((here for here in tried if not here.same), None)
    own = compared(claim.body, right, whole) if whole else None
    if differing is None:
        return _nowhere_different(claim, formula, own, len(tried))
    there = _with_slope(own, formula, claim.name)
    shown = _shown(claim, right, formula, there) or differing
    return _wrong(claim, shown, _hint(claim, formula, derivatives, tried))


def _tried(claim: Node, right: Node, formula: Formula) -> Iterator[Compared]:
    """Random points where the formula has a derivative: a claim without a value there is wrong."""
    found = 0
    for point in random_points(formula.inputs, TRIES):
        here = compared(claim, right, point)
        if mp.isfinite(here.right) and mp.isfinite(exact(formula.body, values_of(point))):
            yield here
            found += 1
        if found == POINTS:
            return


def _with_slope(own: Compared | None, formula: Formula, name: str) -> Compared | None:
    """The student's point with the slope that f has there; None where it has none.

    The derived formula goes by conventions at kinks: relu(x) - relu(-x) at 0.
    """
    if own is None or own.same:
        return own
    case = case_of(formula, {}, own.point)
    left, right = sides(case.shifted((name, 0)), case.size((name, 0)))
    slopes = (left.slope, right.slope)
    if any(each is None or not mp.isfinite(each) for each in slopes) or not close(*slopes):
        return None
    return own if close(left.slope, own.right) else replace(own, right=left.slope)


def _nowhere_different(claim: Claim, formula: Formula, own: Compared | None, count: int) -> Check:
    there = _with_slope(own, formula, claim.name)
    if there is not None and not there.same:
        return _wrong(claim, there, Note("hint.only_there"))
    text = text_of(claim.body)
    if count == POINTS:
        return Check(claim.name, text, True, "", "", "", None)
    return Check(claim.name, text, None, "", "", "", Note("hint.undefined"))


def _wrong(claim: Claim, here: Compared, hint: Note | None) -> Check:
    at, text = point_text(here.point), text_of(claim.body)
    numbers = (figure(here.left), figure(here.right))
    if len(set(numbers)) == 1:  # six digits do not tell them apart
        numbers = (mp.nstr(here.left, APART), mp.nstr(here.right, APART))
    return Check(claim.name, text, False, at, *numbers, hint)


def _shown(claim: Claim, right: Node, formula: Formula, own: Compared | None) -> Compared | None:
    """The student's own point where the two differ there, else one of small whole numbers."""
    names = formula.inputs
    if own is not None and not own.same:
        return own
    for numbers in list(product(SMALL, repeat=len(names)))[:SMALL_MOST] if len(names) < 4 else ():
        point = {n: Array((), (Fraction(x),)) for n, x in zip(names, numbers, strict=True)}
        here = _with_slope(compared(claim.body, right, point), formula, claim.name)
        if here is not None and not here.same:
            return here
    return None


def point_text(point: Point) -> str:
    """A point as a student writes it.

    >>> point_text({"x": Array((), (Fraction(2),)), "y": Array((2,), (Fraction(1), Fraction(3)))})
    'x = 2, y = [1, 3]'
    """
    return ", ".join(f"{name} = {figure(_numbers(array))}" for name, array in point.items())


def _numbers(array: Array) -> Any:
    return values_of({"x": array})["x"]


def _hint(
    claim: Claim, formula: Formula, derivatives: Mapping[str, Node], tried: Sequence[Compared]
) -> Note | None:
    some = tried[:GUESS_POINTS]
    if len(some) < GUESS_POINTS:
        return None
    try:
        for guess in guesses(formula, claim.name, derivatives):
            if all(_is(guess.wrong, here) for here in some):
                return guess.note
    except TooLong:
        return None
    return _factor(tried)


def _is(wrong: Node, here: Compared) -> bool:
    return same(exact(wrong, values_of(here.point)), here.left)


def _factor(tried: Sequence[Compared]) -> Note | None:
    """claim = k · right everywhere, k a simple fraction."""
    if any(here.right == 0 != here.left for here in tried):
        return None
    ratios = [here.left / here.right for here in tried if here.right != 0]
    if len(ratios) < GUESS_POINTS or not all(same(ratios[0], each) for each in ratios):
        return None
    if not mp.isfinite(ratios[0]) or ratios[0] in (0, 1):
        return None
    near = Fraction(float(ratios[0])).limit_denominator(100)
    exactly = same(mpf(near.numerator) / near.denominator, ratios[0])
    return Note("hint.factor", {"factor": str(near) if exactly else figure(ratios[0])})


def _of_tensors(claim: Claim, formula: Formula, right: Node, point: Point) -> Check:
    text = text_of(claim.body)
    if len(point) != len(formula.inputs):
        return Check(claim.name, text, None, "", "", "", Note("hint.point"))
    tensors = [tensors_of(point)[name] for name in formula.inputs]
    expected = torch_function(Formula("f", formula.inputs, right))(*tensors)
    try:
        given = torch_function(Formula("f", formula.inputs, claim.body))(*tensors)
    except (RuntimeError, IndexError, TypeError, ValueError) as error:
        hint = Note("hint.fails", {"error": f"{type(error).__name__}: {error}"})
        return Check(claim.name, text, False, "", "", figure(expected), hint)
    return _compared_tensors(claim, text, given, expected, point)


def _compared_tensors(
    claim: Claim, text: str, given: torch.Tensor, expected: torch.Tensor, point: Point
) -> Check:
    values = (figure(given), figure(expected))
    if given.shape != expected.shape:
        shapes = {"claimed": str(tuple(given.shape)), "right": str(tuple(expected.shape))}
        return Check(claim.name, text, False, "", *values, Note("hint.shape", shapes))
    if not bool(torch.isfinite(given).all() and torch.isfinite(expected).all()):
        return Check(claim.name, text, None, "", *values, Note("hint.undefined"))
    size = max(1.0, float(expected.abs().max()) if expected.numel() else 1.0)
    close = torch.allclose(given, expected, rtol=RELATIVE, atol=RELATIVE * size)
    hint = None
    if not close and torch.allclose(given, -expected, rtol=RELATIVE, atol=RELATIVE * size):
        hint = Note("hint.sign")
    shown = ("", "", "") if close else (point_text(point), *values)
    return Check(claim.name, text, close, *shown, hint)
