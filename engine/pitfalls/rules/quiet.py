"""What was computed under `no_grad` and should not have been: a step, a result."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from engine.pitfalls.facts.code import (
    functions_called,
    history,
    last_word,
    mentions,
    own,
    scope,
    statement,
    targets,
    text,
)
from engine.pitfalls.facts.gradients import (
    NO_GRAD,
    NO_GRADIENT,
    NO_GRAPH,
    asked_for,
    is_no_grad,
    result_of_backward,
    under_no_grad,
)
from engine.pitfalls.facts.values import tensor_at
from engine.pitfalls.repair.mending import Edits, mended
from engine.pitfalls.repair.steps import at_fault, name_of, steps
from engine.pitfalls.rule import Example, Finding, Rule, Scene
from engine.pitfalls.rules.loop_examples import newton, newton_of
from engine.records import Certainty


def _look_at_update(scene: Scene) -> Finding | None:
    """`with torch.no_grad(): x = x - …`: the new x does not require a gradient."""
    wanted, failing = asked_for(scene), statement(scene)
    found = steps(scene, quiet=True)
    if wanted is None or failing is None:
        return None
    made = mentions(wanted).union(*(mentions(item.value) for item in history(scene, wanted)))
    for step in reversed(found):
        value = tensor_at(scene, ast.Name(name_of(step), ast.Load()))
        if name_of(step) in made and (value is None or not value.requires_grad):
            return at_fault(scene, step, found, failing)
    return None


def _look_at_quiet_result(scene: Scene) -> Finding | None:
    """The result itself is computed in `no_grad`."""
    result, failing = result_of_backward(scene), statement(scene)
    if result is None or failing is None or scene.tree is None:
        return None
    quiet = [item for item in history(scene, result) if under_no_grad(scene.tree, item)]
    if not quiet:
        functions = [item for item in functions_called(scene, result) if is_no_grad(item)]
        if not functions:
            return None
        values = {"name": text(result), "code": f"{functions[0].name}(…)"}
        return Finding(Certainty.LIKELY, {**values, "switch": _switch(functions[0])})
    edits: Edits = []
    for holder in [node for node in own(scope(scene)) if isinstance(node, ast.With)]:
        inside = [item for item in holder.body if item in quiet]
        if inside:
            # `backward()` itself belongs outside as well.
            out = holder.body if failing in holder.body else inside
            edits = [*edits, (holder, _moved_out(holder, out))]
    values = {"name": targets(quiet[-1])[0], "code": text(quiet[-1])}
    values["switch"] = _switch(scene.tree)
    if not edits:
        return Finding(Certainty.LIKELY, values)
    return Finding(Certainty.LIKELY, values, *mended(scene, edits, failing), proves=True)


def _switch(node: ast.AST) -> str:
    """What turns the gradients off there."""
    words = {last_word(item) for item in ast.walk(node)}
    return "inference_mode" if words & {*NO_GRAD} == {"inference_mode"} else "no_grad"


def _moved_out(holder: ast.With, inside: Sequence[ast.stmt]) -> str:
    outside = "\n".join(text(item) for item in inside)
    if len(inside) == len(holder.body):
        return outside
    kept = [item for item in holder.body if item not in inside]
    head = text(holder).splitlines()[0]
    body = "\n".join(f"    {line}" for item in kept for line in text(item).splitlines())
    return f"{head}\n{body}\n{outside}"


QUIET: tuple[Rule, ...] = (
    Rule(
        "update_in_no_grad",
        f"{NO_GRAPH}|{NO_GRADIENT}",
        _look_at_update,
        (
            Example(
                "w = torch.tensor(1.0, requires_grad=True)\n"
                "f = w + 1\n"
                "f.backward()\n"
                "with torch.no_grad():\n"
                "    w = w - w.grad\n"
                "f = w + 1\n"
                "f.backward()",
                "w = torch.tensor(1.0, requires_grad=True)\n"
                "f = w + 1\n"
                "f.backward()\n"
                "with torch.no_grad():\n"
                "    w -= w.grad\n"
                "w.grad = None\n"
                "f = w + 1\n"
                "f.backward()",
            ),
            Example(
                newton("x = x - val / x.grad"),
                newton("x -= val / x.grad"),
            ),
            Example(
                "w = torch.tensor(1.0, requires_grad=True)\n"
                "for _ in range(3):\n"
                "    loss = (w - 3) ** 2\n"
                "    loss.backward()\n"
                "    with torch.no_grad():\n"
                "        w = w - 0.1 * w.grad\n"
                "    w.grad.zero_()",
                "w = torch.tensor(1.0, requires_grad=True)\n"
                "for _ in range(3):\n"
                "    loss = (w - 3) ** 2\n"
                "    loss.backward()\n"
                "    with torch.no_grad():\n"
                "        w -= 0.1 * w.grad\n"
                "    w.grad.zero_()",
            ),
        ),
        alone=NO_GRAPH,
    ),
    Rule(
        "result_in_no_grad",
        NO_GRAPH,
        _look_at_quiet_result,
        (
            Example(
                newton_of(
                    "    with torch.no_grad():\n        x -= val / x.grad\n"
                    "        val = poly(x)\n    x.grad = None\n"
                ),
                newton("x -= val / x.grad"),
            ),
            Example(
                "w = torch.tensor([1.0, 2.0], requires_grad=True)\n"
                "with torch.no_grad():\n"
                "    loss = (w ** 2).sum()\n"
                "loss.backward()",
                "w = torch.tensor([1.0, 2.0], requires_grad=True)\n"
                "loss = (w ** 2).sum()\n"
                "loss.backward()",
            ),
        ),
    ),
)
