"""`x.grad` is None where a number was expected: five reasons for it."""

from __future__ import annotations

import ast
from types import FunctionType
from typing import Final

from engine.pitfalls.facts.code import (
    assignments,
    called,
    calls,
    history,
    mentions,
    own,
    receiver,
    scope,
    statement,
    text,
)
from engine.pitfalls.facts.gradients import (
    NO_GRADIENT,
    NO_GRADIENT_ALONE,
    NO_GRAPH,
    missing_gradient,
    resets_gradient,
    result_of_backward,
)
from engine.pitfalls.facts.graph import reaches
from engine.pitfalls.facts.values import tensor_at
from engine.pitfalls.repair.mending import mended, with_expression
from engine.pitfalls.repair.steps import at_fault, name_of, steps
from engine.pitfalls.rule import NEVER, Example, Finding, Rule, Scene
from engine.pitfalls.rules.inputs import is_known, left_out
from engine.records import Certainty

_BRINGING: Final = ("backward", "zero_grad", "grad")


def _look_at_update(scene: Scene) -> Finding | None:
    """`w = w - w.grad`: the new w is the result of an operation and gets no gradient."""
    owner, failing = missing_gradient(scene), statement(scene)
    value, found = tensor_at(scene, owner), steps(scene, quiet=False)
    if owner is None or failing is None or (value is not None and value.grad_fn is None):
        return None
    for step in reversed(found):
        if name_of(step) == text(owner):
            return at_fault(scene, step, found, failing)
    return None


def _look_at_birth(scene: Scene) -> Finding | None:
    """`w = torch.randn(3, requires_grad=True) * 0.1`: the leaf is lost at once."""
    owner, failing = missing_gradient(scene), statement(scene)
    value = tensor_at(scene, owner)
    if not isinstance(owner, ast.Name) or failing is None:
        return None
    if value is not None and value.grad_fn is None:
        return None
    for made in assignments(scope(scene), owner.id):
        for call in [node for node in own([made.value]) if isinstance(node, ast.Call)]:
            kept = [word for word in call.keywords if word.arg != "requires_grad"]
            if call is made.value or len(kept) == len(call.keywords):
                continue
            new = with_expression(made.value, call, ast.Call(call.func, call.args, kept))
            edit = f"{owner.id} = ({text(new)}).requires_grad_()"
            _, trial = mended(scene, [(made, edit)], failing)
            values = {"name": owner.id, "code": text(made)}
            return Finding(Certainty.LIKELY, values, edit, trial, proves=True)
    return None


def _look_at_computed(scene: Scene) -> Finding | None:
    """The gradient of a value in the middle is not kept."""
    owner, failing = missing_gradient(scene), statement(scene)
    value = tensor_at(scene, owner)
    if not isinstance(owner, ast.Name) or failing is None or value is None:
        return None
    if value.grad_fn is None:
        return None
    values = {"name": owner.id}
    made = assignments(scope(scene), owner.id)
    if not made:
        return Finding(Certainty.PROVED, values)
    edit = f"{text(made[-1])}\n{owner.id}.retain_grad()"
    _, trial = mended(scene, [(made[-1], edit)], failing)
    return Finding(Certainty.PROVED, values, edit, trial)


def _look_at_first(scene: Scene) -> Finding | None:
    """`x.grad` is asked for before any `backward()`."""
    owner, node = missing_gradient(scene), statement(scene)
    if owner is None or node is None or _may_have_had_one(scene, node):
        return None
    value = tensor_at(scene, owner)
    if value is not None and not (value.is_leaf and value.requires_grad):
        return None
    if not assignments(scope(scene), text(owner)):  # made where backward may have been called
        return Finding(Certainty.USUAL)
    certainty = Certainty.LIKELY if value is None else Certainty.PROVED
    values = {"name": text(owner)}
    if not (calls([node], "zero_") and resets_gradient([node])):
        return Finding(certainty, values)
    return Finding(certainty, values, f"{text(owner)}.grad = None")


def _may_have_had_one(scene: Scene, node: ast.stmt) -> bool:
    """Whether the code above may have brought a gradient, or taken it away."""
    assert scene.tree is not None
    above = [item for item in ast.walk(scene.tree) if getattr(item, "lineno", 0) < node.lineno]
    if any(isinstance(item, ast.Call) and called(item) in _BRINGING for item in above):
        return True
    if any(resets_gradient([item]) for item in above if isinstance(item, (ast.Assign, ast.Delete))):
        return True
    functions = [scene.names.get(text(item.func)) for item in above if isinstance(item, ast.Call)]
    return any(type(item) is FunctionType and "torch" not in item.__module__ for item in functions)


def _backward_before(scene: Scene, node: ast.stmt) -> list[ast.Call]:
    """Calls above a statement that bring a gradient or take it away again."""
    found = calls(scope(scene), "backward", "zero_grad")
    return [call for call in found if call.lineno < node.lineno]


def _look_at_unused(scene: Scene) -> Finding | None:
    """The result whose `backward()` was called does not depend on x."""
    result = result_of_backward(scene)
    if result is not None:
        return _look_at_left_out(scene, result)
    owner, node = missing_gradient(scene), statement(scene)
    value = tensor_at(scene, owner)
    if owner is None or node is None or value is None:
        return None
    if not (value.is_leaf and value.requires_grad):
        return None
    before = _backward_before(scene, node)
    first = min((call.lineno for call in before), default=node.lineno)
    if any(made.lineno > first for made in assignments(scope(scene), text(owner))):
        return None  # a new tensor under the old name
    results = [receiver(call) for call in before]
    walked = [(item, tensor_at(scene, item)) for item in results if item is not None]
    if not walked or any(tensor is None or reaches(tensor, value) for _, tensor in walked):
        return None
    return Finding(Certainty.PROVED, {"name": text(owner), "result": text(walked[-1][0])})


def _look_at_left_out(scene: Scene, result: ast.expr) -> Finding | None:
    """Nothing that a result is made from requires a gradient, and a tensor beside it does."""
    made = history(scene, result)
    names = mentions(result).union(*(mentions(item.value) for item in made))
    tensors = [tensor_at(scene, ast.Name(name, ast.Load())) for name in names]
    name = left_out(scene, result)
    if name is None or any(value is not None and value.requires_grad for value in tensors):
        return None
    if not all(is_known(scene, item, made) for item in names):
        return None
    return Finding(Certainty.LIKELY, {"name": name, "result": text(result)})


NO_GRADIENT_RULES: tuple[Rule, ...] = (
    Rule(
        "update_drops_leaf",
        NO_GRADIENT,
        _look_at_update,
        (
            Example(
                "w = torch.tensor(1.0, requires_grad=True)\n"
                "f = w + 1\n"
                "f.backward()\n"
                "w = w - w.grad\n"
                "f = w + 1\n"
                "f.backward()\n"
                "w = w - w.grad",
                "w = torch.tensor(1.0, requires_grad=True)\n"
                "f = w + 1\n"
                "f.backward()\n"
                "with torch.no_grad():\n"
                "    w -= w.grad\n"
                "w.grad = None\n"
                "f = w + 1\n"
                "f.backward()\n"
                "with torch.no_grad():\n"
                "    w -= w.grad\n"
                "w.grad = None",
            ),
            Example(
                "w = torch.tensor([1.0, 2.0], requires_grad=True)\n"
                "for step in range(3):\n"
                "    loss = (w * torch.ones(2)).sum()\n"
                "    loss.backward()\n"
                "    w = w - 0.1 * w.grad",
                "w = torch.tensor([1.0, 2.0], requires_grad=True)\n"
                "for step in range(3):\n"
                "    loss = (w * torch.ones(2)).sum()\n"
                "    loss.backward()\n"
                "    with torch.no_grad():\n"
                "        w -= 0.1 * w.grad\n"
                "    w.grad = None",
            ),
        ),
        alone=NO_GRADIENT_ALONE,
    ),
    Rule(
        "leaf_lost_at_birth",
        NO_GRADIENT,
        _look_at_birth,
        (
            Example(
                "w = torch.randn(3, requires_grad=True) * 0.1\n"
                "loss = (w ** 2).sum()\n"
                "loss.backward()\n"
                "w.grad.norm()",
                "w = (torch.randn(3) * 0.1).requires_grad_()\n"
                "loss = (w ** 2).sum()\n"
                "loss.backward()\n"
                "w.grad.norm()",
            ),
        ),
        alone=NEVER,
    ),
    Rule(
        "gradient_of_computed",
        NO_GRADIENT,
        _look_at_computed,
        (
            Example(
                "x = torch.tensor(2.0, requires_grad=True)\n"
                "y = x * 3\n"
                "z = y ** 2\n"
                "z.backward()\n"
                "y.grad + 1",
                "x = torch.tensor(2.0, requires_grad=True)\n"
                "y = x * 3\n"
                "y.retain_grad()\n"
                "z = y ** 2\n"
                "z.backward()\n"
                "y.grad + 1",
            ),
        ),
        alone=NO_GRADIENT_ALONE,
    ),
    Rule(
        "gradient_before_backward",
        NO_GRADIENT,
        _look_at_first,
        (
            Example(
                "x = torch.tensor(2.0, requires_grad=True)\n"
                "for _ in range(3):\n"
                "    x.grad.zero_()\n"
                "    y = x ** 2\n"
                "    y.backward()",
                "x = torch.tensor(2.0, requires_grad=True)\n"
                "for _ in range(3):\n"
                "    x.grad = None\n"
                "    y = x ** 2\n"
                "    y.backward()",
            ),
            Example(
                "x = torch.tensor(2.0, requires_grad=True)\ny = x ** 2\nx - y / x.grad",
                "x = torch.tensor(2.0, requires_grad=True)\n"
                "y = x ** 2\n"
                "y.backward()\n"
                "x - y / x.grad",
            ),
        ),
        alone=NO_GRADIENT_ALONE,
    ),
    Rule(
        "gradient_unused",
        f"{NO_GRADIENT}|{NO_GRAPH}",
        _look_at_unused,
        (
            Example(
                "a = torch.tensor(2.0, requires_grad=True)\n"
                "b = torch.tensor(3.0, requires_grad=True)\n"
                "f = a ** 2 + 1\n"
                "f.backward()\n"
                "a.grad + b.grad",
                "a = torch.tensor(2.0, requires_grad=True)\n"
                "b = torch.tensor(3.0, requires_grad=True)\n"
                "f = a ** 2 + b\n"
                "f.backward()\n"
                "a.grad + b.grad",
            ),
            Example(
                "w = torch.zeros(2, requires_grad=True)\n"
                "x = torch.ones(2)\n"
                "loss = (x ** 2).sum()\n"
                "loss.backward()",
                "w = torch.zeros(2, requires_grad=True)\n"
                "x = torch.ones(2)\n"
                "loss = ((w - x) ** 2).sum()\n"
                "loss.backward()",
            ),
        ),
        alone=NEVER,
    ),
)
