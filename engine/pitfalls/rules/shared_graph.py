"""A part of a graph that an earlier `backward()` has been through: shared, or carried on."""

from __future__ import annotations

import ast
from typing import Any

from engine.pitfalls.facts.code import (
    Loop,
    calls,
    loop_around,
    mentions,
    own,
    receiver,
    scope,
    statement,
    targets,
    text,
)
from engine.pitfalls.facts.gradients import resets_gradient, result_of_backward
from engine.pitfalls.facts.graph import freed_below, is_freed, nodes
from engine.pitfalls.facts.values import tensor_at
from engine.pitfalls.repair.mending import mended
from engine.pitfalls.rule import NEVER, Example, Finding, Rule, Scene
from engine.pitfalls.rules.second_backward import SECOND
from engine.records import Certainty

CALLS = 20  # of `backward()` whose graphs are compared


def _look_at_carried(scene: Scene) -> Finding | None:
    """`h = f(h)` or `total += loss` in a loop with a `backward()` in each turn."""
    result, loop, failing = result_of_backward(scene), loop_around(scene), statement(scene)
    if result is None or loop is None or failing is None:
        return None
    behind = _nodes_behind(scene, result)
    for name in sorted(_carried(loop)):
        part = tensor_at(scene, ast.Name(name, ast.Load()))
        if part is not None and behind & freed_below(part):
            shown, trial = _cut(scene, loop, name, result, failing)
            return Finding(Certainty.LIKELY, {"name": name}, shown, trial, proves=True)
    return None


def _nodes_behind(scene: Scene, result: ast.expr) -> set[Any]:
    """The graph of a result, or of the tensors that it is written with: `out.sum()`."""
    value = tensor_at(scene, result)
    if value is not None:
        return {*nodes(value)}
    parts = [tensor_at(scene, ast.Name(name, ast.Load())) for name in mentions(result)]
    return {node for part in parts if part is not None for node in nodes(part)}


def _carried(loop: Loop) -> set[str]:
    """Names whose new value is made from the old one in every turn."""
    found: set[str] = set()
    for node in own(loop.body):
        if isinstance(node, ast.AugAssign):
            found |= {*targets(node)}
        elif isinstance(node, ast.Assign):
            found |= {*targets(node)} & mentions(node.value)
    return found


def _cut(
    scene: Scene, loop: Loop, name: str, result: ast.expr, failing: ast.stmt
) -> tuple[str, str]:
    """The loop with the graph of the last turn cut off."""
    sums = [
        node
        for node in own(loop.body)
        if isinstance(node, ast.AugAssign)
        and targets(node) == [name]
        and isinstance(node.value, ast.Name)
    ]
    if sums and text(result) == name:
        loss = text(sums[0].value)
        edits = [(sums[0], f"{name} += {loss}.item()"), (failing, f"{loss}.backward()")]
    else:
        edits = [(loop.body[0], f"{name} = {name}.detach()\n{text(loop.body[0])}")]
    return mended(scene, edits, failing)


def _look_at_shared(scene: Scene) -> Finding | None:
    """Two results of which one has freed the part that both share."""
    result, failing = result_of_backward(scene), statement(scene)
    value = tensor_at(scene, result)
    if result is None or failing is None or value is None:
        return None
    gone = freed_below(value)
    for call in calls(scope(scene), "backward")[:CALLS]:
        taken = receiver(call)
        if taken is None or text(taken) == text(result) or call.lineno > failing.lineno:
            continue
        other = tensor_at(scene, taken)
        if other is not None and any(is_freed(node) for node in {*nodes(other)} & gone):
            return _shared(scene, call, taken, result, failing)
    return None


def _shared(
    scene: Scene, call: ast.Call, first: ast.expr, second: ast.expr, failing: ast.stmt
) -> Finding:
    values = {"first": text(first), "second": text(second)}
    statements = [node for node in own(scope(scene)) if isinstance(node, ast.stmt)]
    found = (node for node in statements if isinstance(node, ast.Expr) and node.value is call)
    holder = next(found, None)
    between = [node for node in statements if call.lineno < node.lineno < failing.lineno]
    # With a step of its own for each result, as in a GAN, their sum is something else.
    if holder is None or holder is failing or calls(between, "step") or resets_gradient(between):
        return Finding(Certainty.LIKELY, values)
    fix = f"({text(first)} + {text(second)}).backward()"
    edits = [(holder, "pass"), (failing, fix)]
    return Finding(Certainty.LIKELY, values, *mended(scene, edits, failing), proves=True)


SHARED_GRAPH: tuple[Rule, ...] = (
    Rule(
        "shared_graph",
        SECOND,
        _look_at_shared,
        (
            Example(
                "w = torch.tensor([1.0, 2.0], requires_grad=True)\n"
                "h = w.exp()\n"
                "a = h.sum()\n"
                "b = (h ** 2).sum()\n"
                "a.backward()\n"
                "b.backward()",
                "w = torch.tensor([1.0, 2.0], requires_grad=True)\n"
                "h = w.exp()\n"
                "a = h.sum()\n"
                "b = (h ** 2).sum()\n"
                "(a + b).backward()",
            ),
        ),
        alone=NEVER,
    ),
    Rule(
        "carried_graph",
        SECOND,
        _look_at_carried,
        (
            Example(
                "W = torch.eye(2, requires_grad=True)\n"
                "h = torch.ones(2)\n"
                "for step in range(3):\n"
                "    h = torch.tanh(W @ h)\n"
                "    loss = h.sum()\n"
                "    loss.backward()",
                "W = torch.eye(2, requires_grad=True)\n"
                "h = torch.ones(2)\n"
                "for step in range(3):\n"
                "    h = torch.tanh(W @ h.detach())\n"
                "    loss = h.sum()\n"
                "    loss.backward()",
            ),
            Example(
                "w = torch.tensor(1.0, requires_grad=True)\n"
                "total = 0\n"
                "for step in range(3):\n"
                "    loss = (w - step) ** 2\n"
                "    total += loss\n"
                "    total.backward()",
                "w = torch.tensor(1.0, requires_grad=True)\n"
                "total = 0\n"
                "for step in range(3):\n"
                "    loss = (w - step) ** 2\n"
                "    loss.backward()\n"
                "    total += loss.item()",
            ),
        ),
        alone=NEVER,
    ),
)
