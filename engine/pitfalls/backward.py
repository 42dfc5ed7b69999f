"""What `backward()` refuses: a result of many numbers, a graph that is gone, or none at all."""

from __future__ import annotations

import ast

from engine.pitfalls.code import result_of_backward, text
from engine.pitfalls.rule import Example, Finding, Rule, Scene
from engine.pitfalls.values import tensor_at
from engine.records import Certainty


def _look_at_many(scene: Scene) -> Finding | None:
    result = result_of_backward(scene)
    if result is None:
        return None
    value = tensor_at(scene, result)
    known = value is not None and value.numel() != 1
    shape = str(tuple(value.shape)) if value is not None else ""
    return Finding(
        Certainty.PROVED if known else Certainty.LIKELY,
        {"name": text(result), "shape": shape},
        f"{_in_brackets(result)}.sum().backward()",
    )


def _in_brackets(node: ast.expr) -> str:
    simple = isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript))
    return text(node) if simple else f"({text(node)})"


BACKWARD: tuple[Rule, ...] = (
    Rule(
        "backward_of_many",
        r"RuntimeError: grad can be implicitly created only for scalar outputs",
        _look_at_many,
        (
            Example(
                "x = torch.tensor([1.0, 2.0], requires_grad=True)\n"
                "loss = (x - 3) ** 2\n"
                "loss.backward()",
                "x = torch.tensor([1.0, 2.0], requires_grad=True)\n"
                "loss = (x - 3) ** 2\n"
                "loss.sum().backward()",
            ),
        ),
    ),
)
