"""Conditions of loops that never come true: too fine, exact, or never computed anew."""

from __future__ import annotations

import ast
from types import FunctionType
from typing import Final

import torch

from engine.pitfalls.facts.code import (
    assigned,
    assignments,
    called,
    calls,
    mentions,
    own,
    receiver,
    scope,
    text,
)
from engine.pitfalls.facts.trusted import is_tensor
from engine.pitfalls.repair.mending import mended, with_expression
from engine.pitfalls.repair.trial import runs
from engine.pitfalls.rule import NEVER, Example, Finding, Rule, Scene
from engine.pitfalls.rules.loop_examples import BISECTION, FLOATS, newton
from engine.pitfalls.rules.loops import INTERRUPTED, are_fractional, numbers, while_around
from engine.records import Certainty

_TOLERANCE: Final = {torch.float32: 1e-5, torch.float64: 1e-10}  # what a dtype can reach
_PURE: Final = ("abs", "item", "detach", "backward", "norm", "sum", "max", "min", "print")


def _look_at_tolerance(scene: Scene) -> Finding | None:
    """A tolerance that is finer than the numbers can be; only a run can tell."""
    loop = while_around(scene)
    if loop is None:
        return None
    kinds = [v.dtype if is_tensor(v) else torch.float64 for v in numbers(scene, loop)]
    coarse = max((_TOLERANCE.get(kind, 1e-5) for kind in kinds), default=None)
    tolerance = _tolerance(scene, loop.test)
    if coarse is None or tolerance is None or not 0 < tolerance[1] < coarse:
        return None
    node, value = tolerance
    fix, trial = mended(scene, [_loosened(scene, loop, node, coarse)], loop)
    if not runs(trial, scene.names):
        return None
    kind = str(next(k for k in kinds if _TOLERANCE.get(k, 1e-5) == coarse)).removeprefix("torch.")
    values = {"tolerance": f"{value:g}", "dtype": kind, "coarse": f"{coarse:g}"}
    return Finding(Certainty.LIKELY, values, fix, trial, proves=True)


def _loosened(scene: Scene, loop: ast.While, node: ast.expr, coarse: float) -> tuple[ast.stmt, str]:
    """The tolerance made coarser where it gets its name, else in the loop itself."""
    if isinstance(node, ast.Name) and (made := assignments(scope(scene), node.id)):
        return made[-1], f"{node.id} = {coarse!r}"
    test = with_expression(loop.test, node, ast.Constant(coarse))
    return loop, text(ast.While(test, loop.body, loop.orelse))


def _tolerance(scene: Scene, test: ast.expr) -> tuple[ast.expr, float] | None:
    """The right side of `… > tol`, and its number."""
    for item in ast.walk(test):
        if isinstance(item, ast.Compare) and isinstance(item.ops[0], (ast.Gt, ast.GtE)):
            node = item.comparators[0]
            value = scene.names.get(node.id) if isinstance(node, ast.Name) else _constant(node)
            if type(value) is float:
                return node, value
    return None


def _constant(node: ast.expr) -> float | None:
    """The number of `1e-10`, `0.1 ** 8` or `10 ** -8`."""
    match node:
        case ast.Constant(value=float() as value):
            return value
        case ast.BinOp(
            left=ast.Constant(value=int() | float() as base),
            op=ast.Pow(),
            right=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as power)),
        ) if 0 < power < 100 and 1 < base < 100:
            return float(base) ** -power
    return None


def _look_at_zero(scene: Scene) -> Finding | None:
    """`while val != 0`: a fraction seldom is exactly zero."""
    loop = while_around(scene)
    match loop.test if loop is not None else None:
        case ast.Compare(left=left, ops=[ast.NotEq()], comparators=[ast.Constant(value=0)]):
            pass
        case _:
            return None
    assert loop is not None
    if scene.names and not are_fractional(scene, left):
        return None
    test = ast.Compare(
        ast.Call(ast.Name("abs", ast.Load()), [left], []), [ast.Gt()], [ast.Constant(1e-5)]
    )
    new = text(ast.While(test, loop.body, loop.orelse))
    values = {"code": text(loop.test)}
    return Finding(Certainty.LIKELY, values, *mended(scene, [(loop, new)], loop), proves=True)


def _look_at_condition(scene: Scene) -> Finding | None:
    """Nothing in the loop changes what its condition reads."""
    loop = while_around(scene)
    if loop is None or isinstance(loop.test, ast.Constant) or _may_leave(loop):
        return None
    read = mentions(loop.test)
    if (
        read & assigned(loop.body)
        or read & _touched(scene, loop)
        or _asks_outside(scene, loop.test)
    ):
        return None
    values = {"code": text(loop.test)}
    made = [
        item
        for name in sorted(read)
        for item in assignments(scope(scene), name)
        if mentions(item.value) & _changing(scene, loop)
    ]
    hidden = any(isinstance(n, ast.Call) and _is_function(scene, n.func) for n in own(loop.body))
    if not made:
        return None if hidden else Finding(Certainty.LIKELY, values)
    edit = (loop.body[-1], f"{text(loop.body[-1])}\n{text(made[-1])}")
    fix, trial = mended(scene, [edit], loop)
    if hidden and not runs(trial, scene.names):  # a function may change what it does not return
        return None
    return Finding(Certainty.LIKELY, values, fix, trial, proves=True)


def _may_leave(loop: ast.While) -> bool:
    leaving = (ast.Break, ast.Return, ast.Raise, ast.Yield, ast.YieldFrom, ast.Await)
    return any(isinstance(node, leaving) for node in own(loop.body)) or bool(
        calls(loop.body, "next", "step", "exit")
    )


def _asks_outside(scene: Scene, test: ast.expr) -> bool:
    """Whether a condition asks something whose answer may change by itself: time, a random one."""
    unknown = [
        item for item in ast.walk(test) if isinstance(item, ast.Call) and called(item) not in _PURE
    ]
    return not all(_is_function(scene, item.func) for item in unknown)


def _is_function(scene: Scene, node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and type(scene.names.get(node.id)) is FunctionType


def _touched(scene: Scene, loop: ast.While) -> set[str]:
    """Names whose objects the loop may change: by a method, an index, an attribute, a call."""
    found: set[str] = set()
    for node in own(loop.body):
        if isinstance(node, ast.Call):
            if called(node) in _PURE or _is_function(scene, node.func):
                continue
            place = receiver(node)
            found |= mentions(place) if place is not None else set()
            found = found.union(*(mentions(item) for item in node.args))
        elif isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store):
            found |= mentions(node.value)
    return found


def _changing(scene: Scene, loop: ast.While) -> set[str]:
    return assigned(loop.body) | _touched(scene, loop)


_STEP = "x -= val / x.grad"
_OTHER = "x ** 5 + 3 * x ** 3 + 11 * x - 20"

CONDITIONS: tuple[Rule, ...] = (
    Rule(
        "tolerance_too_fine",
        INTERRUPTED,
        _look_at_tolerance,
        (
            Example(
                BISECTION.format(ends=FLOATS, tol="1e-10", divide="/"),
                BISECTION.format(ends=FLOATS, tol="1e-05", divide="/"),
            ),
            Example(
                BISECTION.format(ends="-10.0, 10.0", tol="1e-17", divide="/"),
                BISECTION.format(ends="-10.0, 10.0", tol="1e-10", divide="/"),
            ),
        ),
        alone=NEVER,
    ),
    Rule(
        "exact_zero",
        INTERRUPTED,
        _look_at_zero,
        (
            Example(
                newton(_STEP, poly=_OTHER, test="val != 0"),
                newton(_STEP, poly=_OTHER, test="abs(val) > 1e-5"),
            ),
        ),
        alone=NEVER,
    ),
    Rule(
        "condition_never_changes",
        INTERRUPTED,
        _look_at_condition,
        (
            Example(
                "x = 1.0\nval = x ** 2 - 2\nwhile abs(val) > 1e-5:\n    x -= val / (2 * x)",
                "x = 1.0\n"
                "val = x ** 2 - 2\n"
                "while abs(val) > 1e-5:\n"
                "    x -= val / (2 * x)\n"
                "    val = x ** 2 - 2",
            ),
        ),
        alone=NEVER,
    ),
)
