"""Loops that cannot end: an interrupted cell, and what would have ended it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, Final

from engine.pitfalls.facts.code import (
    assigned,
    calls,
    loop_around,
    mentions,
    own,
    text,
)
from engine.pitfalls.facts.gradients import grad_of, resets_gradient
from engine.pitfalls.facts.trusted import is_tensor
from engine.pitfalls.repair.mending import mended, with_expression
from engine.pitfalls.rule import NEVER, Example, Finding, Rule, Scene
from engine.pitfalls.rules.loop_examples import BISECTION, newton
from engine.records import Certainty

INTERRUPTED: Final = r"^KeyboardInterrupt"


def while_around(scene: Scene) -> ast.While | None:
    loop = loop_around(scene)
    return loop if isinstance(loop, ast.While) else None


def numbers(scene: Scene, node: ast.AST) -> Iterator[Any]:
    """Live numbers that a piece of code reads: tensors of one element, Python's floats."""
    for name in sorted(mentions(node)):
        value = scene.names.get(name)
        if type(value) is float or (is_tensor(value) and value.numel() == 1):
            yield value


def are_fractional(scene: Scene, node: ast.AST) -> bool:
    found = [*numbers(scene, node)]
    return any(type(v) is float or v.dtype.is_floating_point for v in found)


def _look_at_floor(scene: Scene) -> Finding | None:
    """`mid = (left + right) // 2` between fractions: the middle of [0, 1] becomes 0."""
    loop = while_around(scene)
    for node in own(loop.body) if loop is not None else []:
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp)):
            continue
        floor = node.value
        if isinstance(floor.op, ast.FloorDiv) and (not scene.names or _fractions(scene, loop)):
            new = with_expression(node, floor, ast.BinOp(floor.left, ast.Div(), floor.right))
            assert loop is not None
            fix, trial = mended(scene, [(node, text(new))], loop)
            return Finding(Certainty.LIKELY, {"code": text(node)}, fix, trial, proves=True)
    return None


def _fractions(scene: Scene, loop: ast.While | None) -> bool:
    """Whether the loop waits for something smaller than any step of whole numbers."""
    assert loop is not None
    small = [
        item.value
        for item in ast.walk(loop.test)
        if isinstance(item, ast.Constant) and type(item.value) is float
    ]
    return bool(small) or are_fractional(scene, loop.test)


def _look_at_gradient(scene: Scene) -> Finding | None:
    """`backward()` in each turn, and nothing that sets the gradient back."""
    loop = while_around(scene)
    if loop is None or not calls(loop.body, "backward") or resets_gradient(loop.body):
        return None
    inside = assigned_anew(loop)
    for item in own(loop.body):
        owner = grad_of(item)
        if not isinstance(owner, ast.Name) or owner.id in inside:
            continue
        holder = [node for node in loop.body if item in ast.walk(node)][-1]
        edit = f"{text(holder)}\n{owner.id}.grad = None"
        values = {"name": owner.id}
        fix, trial = mended(scene, [(holder, edit)], loop)
        return Finding(Certainty.LIKELY, values, fix, trial, proves=True)
    return None


def assigned_anew(loop: ast.While) -> set[str]:
    """Names that a loop binds to new objects: a new tensor has no gradient yet."""
    return {
        name for node in own(loop.body) if isinstance(node, ast.Assign) for name in assigned([node])
    }


LOOPS: tuple[Rule, ...] = (
    Rule(
        "floor_division",
        INTERRUPTED,
        _look_at_floor,
        (
            Example(
                BISECTION.format(ends="-10.0, 10.0", tol="1e-5", divide="//"),
                BISECTION.format(ends="-10.0, 10.0", tol="1e-5", divide="/"),
            ),
        ),
        alone=NEVER,
    ),
    Rule(
        "gradient_never_reset",
        INTERRUPTED,
        _look_at_gradient,
        (
            Example(
                newton("x -= val / x.grad", reset="pass"),
                newton("x -= val / x.grad"),
            ),
        ),
        alone=NEVER,
    ),
)
