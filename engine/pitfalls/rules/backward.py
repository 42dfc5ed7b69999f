"""What `backward()` refuses: a result of many numbers, a graph that is gone, or none at all."""

from __future__ import annotations

import ast

from engine.pitfalls.facts.code import head, statement, text
from engine.pitfalls.facts.gradients import result_of_backward
from engine.pitfalls.facts.values import tensor_at
from engine.pitfalls.repair.mending import mended, with_expression
from engine.pitfalls.rule import Example, Finding, Rule, Scene
from engine.records import Certainty


def _look_at_many(scene: Scene) -> Finding | None:
    result = result_of_backward(scene)
    if result is None:
        return None
    value = tensor_at(scene, result)
    known = value is not None and value.numel() != 1
    failing = statement(scene)
    assert failing is not None
    certainty = Certainty.PROVED if known else Certainty.LIKELY
    values = {"name": text(result)}
    if head(failing) != [failing]:
        return Finding(certainty, values)
    total = ast.Call(ast.Attribute(result, "sum", ast.Load()), [], [])
    fix = text(with_expression(failing, result, total))
    _, trial = mended(scene, [(failing, fix)], failing)
    return Finding(certainty, values, fix, trial, proves=True)


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
