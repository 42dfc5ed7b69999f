"""A graph lost on the way: a value taken out of it, a step without a derivative."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from types import ModuleType
from typing import Final

from engine.pitfalls.facts.code import (
    called,
    functions_called,
    history,
    mentions,
    own,
    receiver,
    statement,
    text,
)
from engine.pitfalls.facts.gradients import NO_GRAPH, result_of_backward
from engine.pitfalls.facts.trusted import is_tensor
from engine.pitfalls.facts.values import tensor_at
from engine.pitfalls.repair.mending import mended, with_expression
from engine.pitfalls.rule import Example, Finding, Rule, Scene
from engine.records import Certainty

_NUMBER = r"AttributeError: '(?:float|int|numpy\.\w+)' object has no attribute 'backward'"
_CUTS: Final = ("item", "detach", "numpy", "tolist")
_AWAY: Final = ("numpy", "tolist")  # what follows computes with something else than tensors
_STEPS: Final = ("argmax", "argmin", "argsort", "long", "int", "bool", "gt", "lt", "ge", "le", "eq")


def _look_at_cut(scene: Scene) -> Finding | None:
    """`.item()`, `.detach()`, `.data`, `torch.tensor(x)` on the way to the result."""
    result, failing = result_of_backward(scene), statement(scene)
    if result is None or failing is None:
        return None
    places = [(failing, result), *((item, item.value) for item in history(scene, result))]
    found = [(node, *cut) for node, value in places for cut in _cuts(scene, value)]
    if not found:
        return _look_at_returned(scene, result)
    _, cut, whole = max(found, key=lambda item: _needs_gradient(scene, item[2]) is True)
    values = {"cut": text(cut), "whole": text(whole)}
    first = {id(node): (node, cut, whole) for node, cut, whole in reversed(found)}
    if any(isinstance(c, ast.Call) and called(c) in _AWAY for _, c, _ in first.values()):
        return Finding(Certainty.LIKELY, values)
    edits = [(node, text(with_expression(node, cut, whole))) for node, cut, whole in first.values()]
    edits.sort(key=lambda edit: edit[0].lineno)
    return Finding(Certainty.LIKELY, values, *mended(scene, edits, failing), proves=True)


def _look_at_returned(scene: Scene, result: ast.expr) -> Finding | None:
    """A function of the same cell that returns its value without a graph."""
    for function in functions_called(scene, result):
        for node in own(function.body):
            if isinstance(node, ast.Return) and node.value is not None:
                for cut, whole in _cuts(scene, node.value):
                    values = {"cut": text(cut), "whole": text(whole)}
                    return Finding(Certainty.LIKELY, values)
    return None


def _cuts(scene: Scene, node: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Expressions that cut the graph off, and what they cut it from."""
    for item in own([node]):
        whole: ast.expr | None = None
        if isinstance(item, ast.Call) and called(item) in _CUTS:
            whole = receiver(item)
        elif isinstance(item, ast.Call) and _copies(item):
            whole = item.args[0]
        elif isinstance(item, ast.Attribute) and item.attr == "data":
            whole = item.value
        while isinstance(whole, ast.Call) and called(whole) in _CUTS:
            whole = receiver(whole)
        if whole is None or not isinstance(item, ast.expr) or not mentions(whole):
            continue
        if _needs_gradient(scene, whole) is not False:
            yield item, whole


def _copies(node: ast.Call) -> bool:
    made = called(node) in ("tensor", "as_tensor", "float") and receiver(node) is not None
    plain = text(node.func) in ("float", "torch.tensor", "tensor")
    return (made or plain) and text(node.func) != "torch.float" and len(node.args) == 1


def _needs_gradient(scene: Scene, node: ast.expr) -> bool | None:
    """Whether any live tensor in an expression requires a gradient; None: not to be told."""
    values = [scene.names.get(name) for name in mentions(node)]
    if any(is_tensor(value) and value.requires_grad for value in values):
        return True
    known = scene.names and all(is_tensor(value) or _is_number(value) for value in values)
    return False if known else None


def _is_number(value: object) -> bool:
    """Whether a value is made of plain numbers, or is a module to compute with."""
    if type(value) in (list, tuple):
        return all(type(item) in (int, float, bool) for item in value)  # type: ignore[attr-defined]
    return type(value) in (int, float, bool, ModuleType)


def _look_at_step(scene: Scene) -> Finding | None:
    """`argmax`, a comparison, `.long()`: nothing to differentiate."""
    result = result_of_backward(scene)
    if result is None:
        return None
    value = tensor_at(scene, result)
    whole = value is not None and not value.dtype.is_floating_point
    for node in [result, *(item.value for item in reversed(history(scene, result)))]:
        for item in own([node]):
            if not isinstance(item, (ast.Compare, ast.Call)) or not mentions(item):
                continue
            flat = isinstance(item, ast.Compare) or called(item) in _STEPS
            if flat and _needs_gradient(scene, item) is not False:
                certainty = Certainty.PROVED if whole else Certainty.LIKELY
                return Finding(certainty, {"code": text(item)})
    return None


LOST_GRAPH: tuple[Rule, ...] = (
    Rule(
        "graph_cut",
        f"{NO_GRAPH}|{_NUMBER}",
        _look_at_cut,
        (
            Example(
                "x = torch.tensor([1.0, 2.0], requires_grad=True)\n"
                "y = (x ** 2).sum().item()\n"
                "y.backward()",
                "x = torch.tensor([1.0, 2.0], requires_grad=True)\n"
                "y = (x ** 2).sum()\n"
                "y.backward()",
            ),
            Example(
                "w = torch.tensor([1.0, 2.0], requires_grad=True)\n"
                "pred = w.detach() * 3\n"
                "loss = ((pred - 1) ** 2).mean()\n"
                "loss.backward()",
                "w = torch.tensor([1.0, 2.0], requires_grad=True)\n"
                "pred = w * 3\n"
                "loss = ((pred - 1) ** 2).mean()\n"
                "loss.backward()",
            ),
            Example(
                "x = torch.tensor(2.0, requires_grad=True)\ny = x ** 3\ntorch.tensor(y).backward()",
                "x = torch.tensor(2.0, requires_grad=True)\ny = x ** 3\ny.backward()",
            ),
            Example(
                "x = torch.tensor(2.0, requires_grad=True)\ny = x.data ** 3\ny.backward()",
                "x = torch.tensor(2.0, requires_grad=True)\ny = x ** 3\ny.backward()",
            ),
        ),
    ),
    Rule(
        "no_derivative",
        NO_GRAPH,
        _look_at_step,
        (
            Example(
                "scores = torch.tensor([0.2, 0.8], requires_grad=True)\n"
                "wrong = (scores > 0.5).float().sum()\n"
                "wrong.backward()",
                "scores = torch.tensor([0.2, 0.8], requires_grad=True)\n"
                "loss = torch.sigmoid(10 * (scores - 0.5)).sum()\n"
                "loss.backward()",
            ),
            Example(
                "scores = torch.tensor([0.2, 0.8], requires_grad=True)\n"
                "best = scores.argmax()\n"
                "best.backward()",
                "scores = torch.tensor([0.2, 0.8], requires_grad=True)\n"
                "best = scores.max()\n"
                "best.backward()",
            ),
        ),
    ),
)
