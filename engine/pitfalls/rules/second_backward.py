"""`backward()` through a graph that is gone: one message, five causes."""

from __future__ import annotations

import ast
from typing import Final

from engine.pitfalls.facts.code import (
    assigned,
    assignments,
    calls,
    history,
    loop_around,
    mentions,
    own,
    receiver,
    scope,
    statement,
    text,
)
from engine.pitfalls.facts.gradients import result_of_backward
from engine.pitfalls.facts.graph import may_be_walked
from engine.pitfalls.facts.values import tensor_at
from engine.pitfalls.repair.mending import mended
from engine.pitfalls.repair.steps import at_fault, name_of, steps
from engine.pitfalls.rule import Example, Finding, Rule, Scene
from engine.pitfalls.rules.loop_examples import newton, newton_of
from engine.records import Certainty

SECOND: Final = r"Trying to backward through the graph a second time"


def _look_at_update(scene: Scene) -> Finding | None:
    """`x = x - val / x.grad` outside `no_grad`: the new x remembers the graph of its step."""
    result, failing = result_of_backward(scene), statement(scene)
    if result is None or failing is None:
        return None
    found = steps(scene, quiet=False)
    made = mentions(result).union(*(mentions(item.value) for item in history(scene, result)))
    names = [name_of(step) for step in found if name_of(step) in made and _remembers(scene, step)]
    if not names:
        return None
    step = next(item for item in reversed(found) if name_of(item) == names[0])
    return at_fault(scene, step, found, failing)


def _remembers(scene: Scene, step: ast.Assign) -> bool:
    """Whether what a step makes knows how it was computed."""
    value = tensor_at(scene, step.targets[0])
    if value is not None:
        return value.grad_fn is not None
    return not calls([step.value], "detach", "item", "requires_grad_")


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
    bound = assigned([scene.tree] if scene.tree else [])
    elsewhere = text(result) not in bound and loop_around(scene) is None
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


SECOND_BACKWARD: tuple[Rule, ...] = (
    Rule(
        "update_keeps_graph",
        SECOND,
        _look_at_update,
        (
            Example(
                newton_of("    x = x - val / x.grad\n    val = poly(x)\n"),
                newton("x -= val / x.grad"),
            ),
        ),
    ),
    Rule(
        "stale_value",
        SECOND,
        _look_at_stale,
        (
            Example(
                newton_of(
                    "    with torch.no_grad():\n        x -= val / x.grad\n    x.grad = None\n"
                ),
                newton("x -= val / x.grad"),
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
)

# Asked after the rules of a shared graph: a call that fails half-way leaves it freed as well.
TWICE: tuple[Rule, ...] = (
    Rule(
        "backward_twice",
        SECOND,
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
