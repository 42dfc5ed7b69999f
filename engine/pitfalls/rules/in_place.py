"""Changes in place that autograd forbids: of a leaf, of a view of a leaf."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from engine.pitfalls.facts.code import (
    called,
    calls,
    head,
    own,
    receiver,
    scope,
    siblings,
    statement,
    text,
)
from engine.pitfalls.facts.gradients import grad_of, under_no_grad
from engine.pitfalls.facts.values import tensor_at
from engine.pitfalls.repair.mending import mended
from engine.pitfalls.repair.trial import runs
from engine.pitfalls.rule import NEVER, Example, Finding, Rule, Scene
from engine.records import Certainty

CHANGES: Final = 10  # that are tried one by one
_SIMPLE: Final = (ast.AugAssign, ast.Assign, ast.Expr)
_LEAF = r"RuntimeError: a leaf Variable that requires grad is being used in an in-place"
_NEEDED = r"RuntimeError: one of the variables needed for gradient computation has been modified by"
_VIEW = r"RuntimeError: a view of a leaf Variable that requires grad is being used in an in-place"


def changed_in_place(node: ast.stmt | None) -> Iterator[ast.expr]:
    """What a statement changes in place: `x += 1`, `x.zero_()`, `x[0] = 1`, `torch.relu_(x)`."""
    for item in own(head(node)):
        if isinstance(item, ast.AugAssign):
            yield item.target
        elif isinstance(item, ast.Assign):
            yield from (place for place in item.targets if isinstance(place, ast.Subscript))
        elif isinstance(item, ast.Call) and _ends_in_place(called(item)):
            taken = receiver(item)
            if taken is not None and not _is_library(taken):
                yield taken
            elif item.args:
                yield item.args[0]


def _ends_in_place(name: str) -> bool:
    return name.endswith("_") and not name.endswith("__") and name != "requires_grad_"


def _is_library(node: ast.expr) -> bool:
    return text(node) in ("torch", "F", "nn.init", "torch.nn.functional", "torch.nn.init")


def _look_at_step(scene: Scene) -> Finding | None:
    """`w -= lr * w.grad` outside `no_grad`, with the steps that stand right below it."""
    first = statement(scene)
    if not (isinstance(first, ast.AugAssign) and _is_step(first)):
        return None
    block = siblings(scene, first)
    steps = [first]
    for node in block[block.index(first) + 1 :]:
        if not (isinstance(node, ast.AugAssign) and _is_step(node)):
            break
        steps.append(node)
    lines = "\n".join(f"    {text(step)}" for step in steps)
    resets = "\n".join(f"{text(step.target)}.grad = None" for step in steps)
    return Finding(
        _certainty(scene, first.target),
        {"name": text(first.target), "code": text(first)},
        f"with torch.no_grad():\n{lines}\n{resets}",
    )


def _is_step(node: ast.AugAssign) -> bool:
    grads = [grad_of(item) for item in ast.walk(node.value)]
    return any(item is not None and text(item) == text(node.target) for item in grads)


def _look_at_leaf(scene: Scene) -> Finding | None:
    for place in changed_in_place(statement(scene)):
        if not isinstance(place, ast.Subscript):
            return _finding(scene, place, place)
    return None


def _look_at_view(scene: Scene) -> Finding | None:
    for place in changed_in_place(statement(scene)):
        base = place
        while isinstance(base, ast.Subscript):
            base = base.value
        if base is not place:
            return _finding(scene, place, base)
    return None


def _look_at_needed(scene: Scene) -> Finding | None:
    """A change in place of what `backward()` had kept: the change that, undone, lets it pass."""
    failing = statement(scene)
    if failing is None:
        return None
    changing = [
        node
        for node in own(scope(scene))
        if isinstance(node, ast.AugAssign | ast.Assign | ast.Expr)
    ]
    for node in [item for item in changing if any(changed_in_place(item))][:CHANGES]:
        changed = [*changed_in_place(node)]
        if node is failing:
            continue
        values = {"name": text(changed[0]), "code": text(node)}
        edit = _out_of_place(node)
        if edit is None or scene.tree is None or under_no_grad(scene.tree, node):
            continue
        _, trial = mended(scene, [(node, edit)], failing)
        if not scene.names or runs(trial, scene.names):
            return Finding(Certainty.LIKELY, values, edit, trial, proves=True)
    return None


def _out_of_place(node: ast.stmt) -> str | None:
    """`y = y + 1` for `y += 1`, `y = y.exp()` for `y.exp_()`; None for other forms."""
    match node:
        case ast.AugAssign(target=ast.Name(id=name)):
            value = ast.BinOp(ast.Name(name, ast.Load()), node.op, node.value)
            return f"{name} = {text(value)}"
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)))):
            call = node.value
            assert isinstance(call, ast.Call)
            words = [text(item) for item in [*call.args, *call.keywords]]
            return f"{name} = {name}.{called(call)[:-1]}({', '.join(words)})"
        case (
            ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name))])
            | ast.AugAssign(target=ast.Subscript(value=ast.Name(id=name)))
        ):
            return f"{name} = {name}.clone()\n{text(node)}"
    return None


def _look_at_early(scene: Scene) -> Finding | None:
    """The weights are changed, quietly, before `backward()` has used them."""
    failing = statement(scene)
    if failing is None or scene.tree is None:
        return None
    for node in reversed([item for item in own(scope(scene)) if isinstance(item, ast.stmt)]):
        if node.lineno >= failing.lineno or not isinstance(node, (ast.AugAssign, ast.Expr)):
            continue
        quiet = under_no_grad(scene.tree, node) and any(changed_in_place(node))
        if quiet or calls([node], "step"):
            return Finding(Certainty.LIKELY, {"code": text(node)})
    return None


def _finding(scene: Scene, place: ast.expr, leaf: ast.expr) -> Finding:
    node = statement(scene)
    assert node is not None
    return Finding(
        _certainty(scene, leaf),
        {"name": text(leaf), "place": text(place), "code": text(node)},
        "with torch.no_grad():\n" + _indented(text(node)),
    )


def _indented(lines: str) -> str:
    return "\n".join(f"    {line}" for line in lines.splitlines())


def _certainty(scene: Scene, leaf: ast.expr) -> Certainty:
    value = tensor_at(scene, leaf)
    proved = value is not None and value.is_leaf and value.requires_grad
    return Certainty.PROVED if proved else Certainty.LIKELY


IN_PLACE: tuple[Rule, ...] = (
    Rule(
        "step_in_place",
        _LEAF,
        _look_at_step,
        (
            Example(
                "w = torch.tensor(1.0, requires_grad=True)\nf = w + 1\nf.backward()\nw -= w.grad",
                "w = torch.tensor(1.0, requires_grad=True)\n"
                "f = w + 1\n"
                "f.backward()\n"
                "with torch.no_grad():\n"
                "    w -= w.grad\n"
                "w.grad = None",
            ),
        ),
        alone=NEVER,
    ),
    Rule(
        "leaf_in_place",
        _LEAF,
        _look_at_leaf,
        (
            Example(
                "w = torch.zeros(3, requires_grad=True)\nw += 1",
                "w = torch.zeros(3, requires_grad=True)\nwith torch.no_grad():\n    w += 1",
            ),
        ),
    ),
    Rule(
        "leaf_view_in_place",
        _VIEW,
        _look_at_view,
        (
            Example(
                "w = torch.zeros(3, requires_grad=True)\nw[0] = 5",
                "w = torch.zeros(3, requires_grad=True)\nwith torch.no_grad():\n    w[0] = 5",
            ),
        ),
    ),
    Rule(
        "needed_value_changed",
        _NEEDED,
        _look_at_needed,
        (
            Example(
                "x = torch.tensor([1.0, 2.0], requires_grad=True)\n"
                "y = x.exp()\n"
                "y += 1\n"
                "y.sum().backward()",
                "x = torch.tensor([1.0, 2.0], requires_grad=True)\n"
                "y = x.exp()\n"
                "y = y + 1\n"
                "y.sum().backward()",
            ),
            Example(
                "x = torch.tensor([1.0, 2.0], requires_grad=True)\n"
                "y = torch.sigmoid(x)\n"
                "z = y * y\n"
                "y.mul_(2)\n"
                "z.sum().backward()",
                "x = torch.tensor([1.0, 2.0], requires_grad=True)\n"
                "y = torch.sigmoid(x)\n"
                "z = y * y\n"
                "y = y.mul(2)\n"
                "z.sum().backward()",
            ),
        ),
    ),
    Rule(
        "weights_changed_early",
        _NEEDED,
        _look_at_early,
        (
            Example(
                "w = torch.ones(3, requires_grad=True)\n"
                "loss = (w ** 2).sum()\n"
                "with torch.no_grad():\n"
                "    w += 1\n"
                "loss.backward()",
                "w = torch.ones(3, requires_grad=True)\n"
                "loss = (w ** 2).sum()\n"
                "loss.backward()\n"
                "with torch.no_grad():\n"
                "    w += 1",
            ),
            Example(
                "model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))\n"
                "optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\n"
                "loss = model(torch.ones(4, 2)).sum()\n"
                "loss.backward(retain_graph=True)\n"
                "optimizer.step()\n"
                "loss.backward()",
                "model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))\n"
                "optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\n"
                "for step in range(2):\n"
                "    loss = model(torch.ones(4, 2)).sum()\n"
                "    optimizer.zero_grad()\n"
                "    loss.backward()\n"
                "    optimizer.step()",
            ),
        ),
    ),
)
