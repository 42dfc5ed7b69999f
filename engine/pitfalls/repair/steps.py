"""Steps of descent or of Newton's method in a student's code: `x = x - …x.grad…`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Final

from engine.pitfalls.facts.code import assignments, loop_around, own, scope, siblings, text
from engine.pitfalls.facts.gradients import grad_of, is_no_grad, resets_gradient, under_no_grad
from engine.pitfalls.repair.mending import Edits, in_place_step, mended, updates, with_lines
from engine.pitfalls.rule import Finding, Scene
from engine.records import Certainty

STEPS: Final = 20  # a cell of more is none that a repair would help


def steps(scene: Scene, *, quiet: bool) -> list[ast.Assign]:
    """The updates `x = x - …` of parameters up to the failing line or the end of its loop.

    `quiet`: those that stand in `no_grad`, else those outside.
    """
    assert scene.tree is not None
    loop = loop_around(scene)
    last = loop.end_lineno if loop and loop.end_lineno else scene.line
    grads = [grad_of(node) for node in own(scope(scene))]
    with_gradient = {node.id for node in grads if isinstance(node, ast.Name)}
    found = [
        update
        for update in updates(scope(scene))
        if name_of(update) in with_gradient
        and update.lineno <= last
        and under_no_grad(scene.tree, update) is quiet
    ]
    return found if len(found) <= STEPS else []


def name_of(step: ast.Assign) -> str:
    """The parameter that a step changes."""
    return text(step.targets[0])


def at_fault(
    scene: Scene, step: ast.Assign, found: Sequence[ast.Assign], failing: ast.stmt
) -> Finding:
    """The step as the mistake, mended with all the steps beside it: a run of that proves it."""
    values = {"name": name_of(step), "code": text(step)}
    return Finding(Certainty.LIKELY, values, *_mended(scene, found, failing), proves=True)


def _mended(scene: Scene, found: Sequence[ast.Assign], failing: ast.stmt) -> tuple[str, str]:
    """The lines to show and those to try when every step changes its parameter in place."""
    edits: list[tuple[ast.stmt, str]] = []
    done: set[ast.stmt] = set()
    for update in found:
        if update not in done:
            group, new = _edited(scene, update, found)
            done |= {*group}
            edits += new
    if not edits:
        return "", ""
    fix, trial = mended(scene, edits, failing)
    for name in _names(found):
        if all(item in found for item in assignments(scope(scene), name)):
            # Made in an earlier cell, and no leaf any more.
            trial = f"{name} = {name}.detach().requires_grad_()\n{trial}"
    return fix, trial


def _edited(
    scene: Scene, update: ast.Assign, found: Sequence[ast.Assign]
) -> tuple[list[ast.Assign], Edits]:
    """The steps that stand together with one, and what to write for them."""
    block = siblings(scene, update)
    holder = next(
        (w for w in own(scope(scene)) if isinstance(w, ast.With) and w.body is block), None
    )
    quiet = holder is not None and is_no_grad(holder)
    group = [item for item in found if item in block] if quiet else _in_a_row(block, update, found)
    changed = {item: in_place_step(item) for item in group}
    lines = [text(step) for step in changed.values() if step is not None]
    if len(lines) < len(group):
        return group, []
    resets = "" if resets_gradient(scope(scene)) else _resets(group)
    if quiet and holder is not None:
        return group, [(holder, with_lines(holder, [*zip(group, lines, strict=True)]) + resets)]
    assert scene.tree is not None
    if under_no_grad(scene.tree, update):
        return group, [*zip(group, lines, strict=True)]
    body = "\n".join(f"    {line}" for line in lines)
    first = (group[0], f"with torch.no_grad():\n{body}{resets}")
    return group, [first, *((item, "") for item in group[1:])]


def _in_a_row(
    block: Sequence[ast.stmt], first: ast.Assign, found: Sequence[ast.Assign]
) -> list[ast.Assign]:
    row: list[ast.Assign] = []
    for node in block[block.index(first) :]:
        if not (isinstance(node, ast.Assign) and node in found):
            break
        row.append(node)
    return row


def _resets(found: Iterable[ast.Assign]) -> str:
    return "".join(f"\n{name}.grad = None" for name in _names(found))


def _names(found: Iterable[ast.Assign]) -> list[str]:
    return [*dict.fromkeys(name_of(step) for step in found)]
