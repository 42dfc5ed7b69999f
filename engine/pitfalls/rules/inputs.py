"""Nothing that a result is made from requires a gradient."""

from __future__ import annotations

import ast
from types import FunctionType, ModuleType
from typing import Final

from torch import nn

from engine.pitfalls.facts.code import (
    assigned,
    called,
    history,
    mentions,
    own,
    scope,
    statement,
    targets,
    text,
)
from engine.pitfalls.facts.gradients import (
    NO_GRADIENT,
    NO_GRADIENT_ALONE,
    NO_GRAPH,
    asked_for,
    grad_of,
)
from engine.pitfalls.facts.trusted import is_tensor
from engine.pitfalls.facts.values import tensor_at
from engine.pitfalls.repair.mending import mended, with_expression
from engine.pitfalls.repair.trial import runs
from engine.pitfalls.rule import Example, Finding, Rule, Scene
from engine.records import Certainty

_MAKERS: Final = ("tensor", "ones", "zeros", "rand", "randn", "full", "arange", "linspace", "eye")


def _look_at_inputs(scene: Scene) -> Finding | None:
    """Nothing that the result is made from requires a gradient."""
    wanted, failing = asked_for(scene), statement(scene)
    if wanted is None or failing is None:
        return None
    made = history(scene, wanted)
    names = sorted(mentions(wanted).union(*(mentions(item.value) for item in made)))
    tensors = {name: tensor_at(scene, ast.Name(name, ast.Load())) for name in names}
    if any(value is not None and value.requires_grad for value in tensors.values()):
        return None
    if left_out(scene, wanted):
        return None
    born = [item for item in made if _is_made(item)]
    read = {grad_of(node).id for node in own(scope(scene)) if isinstance(grad_of(node), ast.Name)}  # type: ignore[union-attr]
    leaves = [item for item in born if read & {*targets(item)}] or born
    if not leaves:
        return None
    values = {"name": ", ".join(dict.fromkeys(targets(item)[0] for item in leaves))}
    sure = all(is_known(scene, name, born) for name in names)
    if len(leaves) > 1:
        return Finding(Certainty.LIKELY, values) if sure else None
    edit = _asking(leaves[0])
    _, trial = mended(scene, [(leaves[0], edit)], failing)
    if not sure:  # what a function of the student's does inside, only a run can tell
        unknown = [name for name in names if not is_known(scene, name, born)]
        if not all(_is_closed(scene, name) for name in unknown) or not runs(trial, scene.names):
            return None
    return Finding(Certainty.LIKELY, values, edit, trial, proves=True)


def left_out(scene: Scene, wanted: ast.expr) -> str | None:
    """A tensor of the same scope that requires a gradient and does not enter the result."""
    made = history(scene, wanted)
    names = mentions(wanted).union(*(mentions(item.value) for item in made))
    for name in sorted(assigned(scope(scene)) - names):
        value = tensor_at(scene, ast.Name(name, ast.Load()))
        if value is not None and value.is_leaf and value.requires_grad:
            return name
    return None


def _asking(node: ast.Assign) -> str:
    """`x = torch.tensor(1.0)` with `requires_grad=True`."""
    call = node.value
    assert isinstance(call, ast.Call)
    others = [word for word in call.keywords if word.arg != "requires_grad"]
    asking = ast.keyword("requires_grad", ast.Constant(True))
    return text(with_expression(node, call, ast.Call(call.func, call.args, [*others, asking])))


def is_known(scene: Scene, name: str, born: list[ast.Assign]) -> bool:
    """Whether a name stands for nothing that could bring a graph of its own."""
    if not scene.names:
        made = {target for item in born for target in targets(item)}
        return name in made or name in ("torch", "F", "nn", "math", "np")
    value = scene.names.get(name)
    return is_tensor(value) or type(value) in (int, float, bool, ModuleType)


def _is_closed(scene: Scene, name: str) -> bool:
    """Whether a function of the user's computes with nothing but its arguments."""
    value = scene.names.get(name)
    if type(value) is not FunctionType or value.__closure__:
        return False
    inside = [scene.names.get(item) for item in value.__code__.co_names]
    return not any(is_tensor(item) or isinstance(item, nn.Module) for item in inside)


def _is_made(node: ast.Assign) -> bool:
    """Whether a statement makes one tensor from numbers: `x = torch.tensor(1.0)`."""
    call = node.value
    return (
        isinstance(call, ast.Call)
        and len(targets(node)) == 1
        and called(call) in _MAKERS
        and text(call.func).partition(".")[0] in ("torch", *_MAKERS)
    )


INPUTS: tuple[Rule, ...] = (
    Rule(
        "nothing_requires_grad",
        f"{NO_GRAPH}|{NO_GRADIENT}",
        _look_at_inputs,
        (
            Example(
                "x = torch.tensor(2.0)\ny = x ** 2\ny.backward()\nx.grad",
                "x = torch.tensor(2.0, requires_grad=True)\ny = x ** 2\ny.backward()\nx.grad",
            ),
            Example(
                "w = torch.ones(3, requires_grad=False)\n(w * 2).sum().backward()",
                "w = torch.ones(3, requires_grad=True)\n(w * 2).sum().backward()",
            ),
        ),
        alone=f"{NO_GRAPH}|{NO_GRADIENT_ALONE}",
    ),
)
