"""Steps of descent or of Newton's method in a student's code: `x = x - …x.grad…`."""

from __future__ import annotations

import ast

from engine.pitfalls.code import (
    assignments,
    grad_of,
    loop_around,
    own,
    resets_gradient,
    scope,
    text,
    under_no_grad,
)
from engine.pitfalls.mending import in_place_step, mended, updates
from engine.pitfalls.rule import Scene


def steps_outside(scene: Scene) -> tuple[str, list[ast.Assign]]:
    """A parameter and its updates `x = x - …` that run with gradients on; none: no such name."""
    return _steps(scene, quiet=False)


def steps_inside(scene: Scene) -> tuple[str, list[ast.Assign]]:
    """A parameter and its updates `x = x - …` that stand in `no_grad`."""
    return _steps(scene, quiet=True)


def _steps(scene: Scene, *, quiet: bool) -> tuple[str, list[ast.Assign]]:
    assert scene.tree is not None
    loop = loop_around(scene)
    last = loop.end_lineno if loop and loop.end_lineno else scene.line
    with_gradient = _names_with_gradient(scene)
    for update in updates(scope(scene)):
        name = text(update.targets[0])
        if (
            name in with_gradient
            and update.lineno <= last
            and under_no_grad(scene.tree, update) is quiet
        ):
            same = updates(scope(scene), name)
            return name, [item for item in same if item.lineno <= last]
    return "", []


def _names_with_gradient(scene: Scene) -> set[str]:
    grads = [grad_of(node) for node in own(scope(scene))]
    return {node.id for node in grads if isinstance(node, ast.Name)}


def mended_steps(
    scene: Scene, name: str, found: list[ast.Assign], failing: ast.stmt
) -> tuple[str, str]:
    """The lines to show and those to try when every step changes the parameter in place."""
    edits = []
    for update in found:
        step = in_place_step(update)
        if step is None:
            return "", ""
        edits.append(_edit(scene, name, update, text(step)))
    fix, trial = mended(scene, edits, failing)
    created = [item for item in assignments(scope(scene), name) if item not in found]
    if not created:  # in an earlier cell, and it is no leaf any more
        trial = f"{name} = {name}.detach().requires_grad_()\n{trial}"
    return fix, trial


def _edit(scene: Scene, name: str, update: ast.Assign, step: str) -> tuple[ast.stmt, str]:
    assert scene.tree is not None
    reset = "" if resets_gradient(scope(scene)) else f"\n{name}.grad = None"
    holder = next(
        (
            node
            for node in own(scope(scene))
            if isinstance(node, ast.With) and node.body == [update]
        ),
        None,
    )
    if holder is not None:
        head = text(holder).splitlines()[0]
        return holder, f"{head}\n    {step}{reset}"
    if under_no_grad(scene.tree, update):
        return update, step
    return update, f"with torch.no_grad():\n    {step}{reset}"
