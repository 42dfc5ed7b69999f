"""`backward()` through a graph that is gone: one message, five causes."""

from __future__ import annotations

import ast
from typing import Any

from engine.pitfalls.code import (
    Loop,
    assigned,
    assignments,
    calls,
    history,
    loop_around,
    mentions,
    own,
    receiver,
    result_of_backward,
    scope,
    statement,
    targets,
    text,
)
from engine.pitfalls.graph import freed_below, is_freed, may_be_walked, nodes
from engine.pitfalls.mending import mended
from engine.pitfalls.rule import NEVER, Example, Finding, Rule, Scene
from engine.pitfalls.steps import mended_steps, steps_outside
from engine.pitfalls.values import tensor_at
from engine.records import Certainty

_SECOND = r"Trying to backward through the graph a second time"


def _look_at_update(scene: Scene) -> Finding | None:
    """`x = x - val / x.grad` outside `no_grad`: the new x remembers the graph of its step."""
    result, failing = result_of_backward(scene), statement(scene)
    if result is None or failing is None:
        return None
    name, found = steps_outside(scene)
    if not found or not _may_feed(scene, name, result):
        return None
    fix, trial = mended_steps(scene, name, found, failing)
    values = {"name": name, "code": text(found[-1])}
    return Finding(Certainty.LIKELY, values, fix, trial, proves=True)


def _may_feed(scene: Scene, name: str, result: ast.expr) -> bool:
    """Whether the result is made from the name, as far as the code or the graph tells."""
    made = mentions(result).union(*(mentions(item.value) for item in history(scene, result)))
    return name in made


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


def _look_at_stale(scene: Scene) -> Finding | None:
    """A value from before the loop whose `backward()` is called in every turn."""
    result, loop, failing = result_of_backward(scene), loop_around(scene), statement(scene)
    if result is None or loop is None or failing is None:
        return None
    inside = assigned(loop.body)
    stale = [name for name in _feeding(scene, result, inside) if name not in inside]
    for name in stale:
        value = tensor_at(scene, ast.Name(name, ast.Load()))
        walked = value is not None and may_be_walked(value)
        if not walked and (value is not None or text(result) != name):
            continue
        made = assignments(scope(scene), name)
        values = {"name": name}
        if not made:
            return Finding(Certainty.LIKELY, values)
        if text(result) == name and isinstance(loop, ast.While):
            edit = (loop.body[-1], f"{text(loop.body[-1])}\n{text(made[-1])}")
        else:
            edit = (loop.body[0], f"{text(made[-1])}\n{text(loop.body[0])}")
        return Finding(Certainty.LIKELY, values, *mended(scene, [edit], failing), proves=True)
    return None


def _feeding(scene: Scene, result: ast.expr, inside: set[str]) -> list[str]:
    """Names that the result is made from, through assignments of the loop."""
    names = sorted(mentions(result))
    for item in history(scene, result):
        if inside & assigned([item]):
            names += sorted(mentions(item.value))
    return [*dict.fromkeys(names)]


def _look_at_twice(scene: Scene) -> Finding | None:
    """The same result, not computed anew between two calls."""
    result, failing = result_of_backward(scene), statement(scene)
    if result is None or failing is None:
        return None
    value = tensor_at(scene, result)
    earlier = _earlier(scene, text(result), failing)
    made = assignments(scope(scene), text(result))
    # Made in another cell, where it may have been walked already.
    elsewhere = not made and loop_around(scene) is None
    if (value is not None and not may_be_walked(value)) or not (earlier or elsewhere):
        return None
    values = {"name": text(result)}
    if not made or loop_around(scene):
        return Finding(Certainty.LIKELY, values)
    again = f"{text(made[-1])}\n{text(failing)}"
    _, trial = mended(scene, [(failing, again)], failing)
    return Finding(Certainty.LIKELY, values, again, trial, proves=True)


def _earlier(scene: Scene, result: str, failing: ast.stmt) -> ast.Call | None:
    """The call of `backward()` on the same result before the failing one."""
    found = None
    for node in own(scope(scene)):
        if getattr(node, "lineno", failing.lineno) >= failing.lineno:
            continue
        if isinstance(node, ast.Assign) and result in map(text, node.targets):
            found = None
        elif isinstance(node, ast.Call) and calls([node], "backward"):
            taken = receiver(node)
            found = node if taken is not None and text(taken) == result else found
    return found


def _look_at_shared(scene: Scene) -> Finding | None:
    """Two results of which one has freed the part that both share."""
    result, failing = result_of_backward(scene), statement(scene)
    value = tensor_at(scene, result)
    if result is None or failing is None or value is None:
        return None
    gone = freed_below(value)
    for call in calls(scope(scene), "backward"):
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
    statements = [node for node in own(scope(scene)) if isinstance(node, ast.Expr)]
    holder = next((node for node in statements if node.value is call), None)
    if holder is None or holder is failing:
        return Finding(Certainty.LIKELY, values)
    fix = f"({text(first)} + {text(second)}).backward()"
    edits = [(holder, "pass"), (failing, fix)]
    return Finding(Certainty.LIKELY, values, *mended(scene, edits, failing), proves=True)


_NEWTON = """\
def poly(x):
    return x ** 7 + 5 * x ** 3 + 17 * x - 9

x = torch.tensor(1.0, requires_grad=True)
val = poly(x)
while val.abs() > 1e-5:
    val.backward()
{step}"""

_STEP = """\
    with torch.no_grad():
        x -= val / x.grad
    x.grad = None
    val = poly(x)
x"""

SECOND_BACKWARD: tuple[Rule, ...] = (
    Rule(
        "update_keeps_graph",
        _SECOND,
        _look_at_update,
        (
            Example(
                _NEWTON.format(step="    x = x - val / x.grad\n    val = poly(x)"),
                _NEWTON.format(step=_STEP),
            ),
        ),
    ),
    Rule(
        "stale_value",
        _SECOND,
        _look_at_stale,
        (
            Example(
                _NEWTON.format(step=_STEP.replace("    val = poly(x)\n", "")),
                _NEWTON.format(step=_STEP),
            ),
            Example(
                "w = torch.ones(3, requires_grad=True)\n"
                "x = torch.arange(3.0)\n"
                "y = torch.exp(w * x)\n"
                "for step in range(5):\n"
                "    loss = (y - 1).pow(2).sum()\n"
                "    loss.backward()",
                "w = torch.ones(3, requires_grad=True)\n"
                "x = torch.arange(3.0)\n"
                "for step in range(5):\n"
                "    y = torch.exp(w * x)\n"
                "    loss = (y - 1).pow(2).sum()\n"
                "    loss.backward()",
            ),
        ),
    ),
    Rule(
        "shared_graph",
        _SECOND,
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
        _SECOND,
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
    Rule(
        "backward_twice",
        _SECOND,
        _look_at_twice,
        (
            Example(
                "x = torch.tensor(2.0, requires_grad=True)\nf = x ** 2\nf.backward()\nf.backward()",
                "x = torch.tensor(2.0, requires_grad=True)\n"
                "f = x ** 2\n"
                "f.backward(retain_graph=True)\n"
                "f.backward()",
            ),
        ),
    ),
)
