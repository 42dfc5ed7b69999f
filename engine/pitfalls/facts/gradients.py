"""What code says about gradients: where they are off, asked for, reset."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from engine.pitfalls.facts.code import (
    Function,
    Loop,
    called,
    calls,
    head,
    last_word,
    own,
    receiver,
    statement,
    text,
)
from engine.pitfalls.facts.values import tensor_at
from engine.pitfalls.rule import Scene

NO_GRAPH: Final = r"RuntimeError: element 0 of tensors does not require grad"
NO_GRADIENT: Final = (
    r"AttributeError: 'NoneType' object has no attribute '\w+'"
    r"|TypeError: unsupported operand type\(s\) for .*'NoneType'"
)
NO_GRADIENT_ALONE: Final = (
    r"AttributeError: 'NoneType' object has no attribute '(?:zero_|detach_)'"
    r"|TypeError: .* 'Tensor' and 'NoneType'|TypeError: .* 'NoneType' and 'Tensor'"
)
NO_GRAD: Final = ("no_grad", "inference_mode")


def result_of_backward(scene: Scene) -> ast.expr | None:
    """`f` of the failing `f.backward()` or `autograd.grad(f, …)`; None: not to be told."""
    inside = head(statement(scene))
    for call in calls(inside, "backward"):
        taken = receiver(call)
        if taken is not None and text(taken) not in ("torch.autograd", "autograd"):
            return taken
    return next((call.args[0] for call in calls(inside, "grad", "backward") if call.args), None)


def missing_gradient(scene: Scene) -> ast.expr | None:
    """`x` of an `x.grad` in the failing statement that is None, as far as is known."""
    node = statement(scene)
    for item in own([node] if node is not None and not isinstance(node, Loop) else []):
        owner = grad_of(item)
        if owner is not None and isinstance(item, ast.expr) and tensor_at(scene, item) is None:
            return owner
    return None


def asked_for(scene: Scene) -> ast.expr | None:
    """What a gradient was wanted of or for: `f` of `f.backward()`, `x` of `x.grad`."""
    result = result_of_backward(scene)
    return result if result is not None else missing_gradient(scene)


def is_no_grad(node: ast.AST) -> bool:
    """Whether a statement turns gradients off for its body."""
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return any(_turns_off(item.context_expr) for item in node.items)
    if isinstance(node, Function):
        return any(_turns_off(item) for item in node.decorator_list)
    return False


def _turns_off(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return last_word(node) in NO_GRAD
    if called(node) == "set_grad_enabled":
        return bool(node.args) and isinstance(node.args[0], ast.Constant) and not node.args[0].value
    return called(node) in NO_GRAD


def under_no_grad(tree: ast.Module, wanted: ast.AST) -> bool:
    """Whether gradients are turned off where a node stands."""
    return wanted in _quiet(tree)


@lru_cache(maxsize=1)
def _quiet(tree: ast.Module) -> set[ast.AST]:
    """Every node below a `with torch.no_grad():`, or in a function that is decorated so."""
    found: set[ast.AST] = set()
    waiting: list[tuple[ast.AST, bool]] = [(tree, False)]
    for node, off in waiting:
        if off:
            found.add(node)
        inside = is_no_grad(node) or (off and not isinstance(node, Function))
        waiting += [(child, inside) for child in ast.iter_child_nodes(node)]
    return found


def grad_of(node: ast.AST) -> ast.expr | None:
    """`x` when the node is `x.grad` or `x.grad.data`, else None."""
    if isinstance(node, ast.Attribute) and node.attr == "data":
        node = node.value
    return node.value if isinstance(node, ast.Attribute) and node.attr == "grad" else None


def resets_gradient(nodes: Iterable[ast.AST]) -> bool:
    """Whether any gradient is set back: `zero_grad()`, `x.grad.zero_()`, `x.grad = None`…"""
    return any(_resets(node) for node in own(nodes))


def _resets(node: ast.AST) -> bool:
    match node:
        case ast.Call():
            taken = receiver(node)
            of_gradient = taken is not None and grad_of(taken) is not None
            given = any(grad_of(item) is not None for item in node.args)
            changes = called(node).endswith("_")
            return called(node) == "zero_grad" or (changes and (of_gradient or given))
        case ast.Assign() | ast.Delete():
            return any(grad_of(item) is not None for item in node.targets)
        case ast.AugAssign():
            return grad_of(node.target) is not None
    return False
