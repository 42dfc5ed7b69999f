"""What `backward` of a student's own Function returns."""

from __future__ import annotations

import ast
import re
from typing import Final

from engine.pitfalls.facts.code import called, receiver
from engine.pitfalls.facts.function_class import (
    arguments_of,
    definition,
    function_class,
    is_unfilled,
    method_of,
)
from engine.pitfalls.rule import NEVER, Finding, Rule, Scene
from engine.pitfalls.rules.function_examples import TWICE, power
from engine.records import Certainty, Json

_PROVED, _LIKELY = Certainty.PROVED, Certainty.LIKELY
_CUTS = ("detach", "item", "numpy", "tolist")
_COUNT = r"returned an incorrect number of gradients"


def _unfilled_backward(scene: Scene) -> Finding | None:
    kind = function_class(scene)
    if kind is None or not is_unfilled(method_of(kind, "backward")):
        return None
    values: dict[str, Json] = {"name": kind.name, "count": len(arguments_of(kind))}
    return Finding(_PROVED, values)


def _told(scene: Scene, words: str) -> tuple[ast.ClassDef, re.Match[str]] | None:
    """The Function that an error is about, and what the message says of it."""
    kind, said = function_class(scene), re.search(words, scene.message)
    return None if kind is None or said is None else (kind, said)


def _count(scene: Scene) -> Finding | None:
    if (told := _told(scene, r"expected (\d+), got (\d+)")) is None:
        return None
    kind, said = told
    values: dict[str, Json] = {
        "name": kind.name, "expected": int(said[1]), "got": int(said[2]),
        "arguments": ", ".join(arguments_of(kind)),
    }  # fmt: skip
    return Finding(_PROVED, values)


def _for_number(scene: Scene) -> Finding | None:
    if (told := _told(scene, r"at position (\d+)")) is None:
        return None
    kind, said = told
    names, number = arguments_of(kind), int(said[1])
    argument = names[number - 1] if number <= len(names) else str(number)
    values: dict[str, Json] = {
        "name": kind.name, "argument": argument, "arguments": ", ".join(names), "number": number
    }  # fmt: skip
    return Finding(_PROVED, values)


def _gradient_shape(scene: Scene) -> Finding | None:
    if (told := _told(scene, r"at index (\d+) - got (\[.*?\]) but expected .* (\[.*\])")) is None:
        return None
    kind, said = told
    names, number = arguments_of(kind), int(said[1])
    argument = names[number] if number < len(names) else str(number)
    values: dict[str, Json] = {
        "name": kind.name, "argument": argument, "got": said[2], "expected": said[3]
    }  # fmt: skip
    return Finding(_PROVED, values)


def _graph_cut(scene: Scene) -> Finding | None:
    """`detach` in `backward`, where a second derivative is asked for."""
    if scene.tree is None or "create_graph" not in ast.unparse(scene.tree):
        return None
    names = {node.id for node in ast.walk(scene.tree) if isinstance(node, ast.Name)}
    for name in sorted(names):
        backward = method_of(definition(scene, name), "backward")
        for node in ast.walk(backward) if backward else ():
            if isinstance(node, ast.Call) and called(node) in _CUTS and receiver(node):
                return Finding(_LIKELY, {"name": name, "code": ast.unparse(node)})
    return None


FUNCTION_GRADIENTS: Final = (
    Rule(
        "unfilled_backward",
        _COUNT,
        _unfilled_backward,
        (power(backward="..."),),
        alone=NEVER,
    ),
    Rule(
        "gradient_count",
        _COUNT,
        _count,
        (power(backward="return grad_output * ctx.p"),),
    ),
    Rule(
        "gradient_for_number",
        r"returned a gradient different than None at position \d+",
        _for_number,
        (power(backward="return None, grad_output"),),
    ),
    Rule(
        "gradient_shape",
        r"returned an invalid gradient at index \d+ - got \[.*\] but expected shape compatible",
        _gradient_shape,
        (power(backward="return torch.ones(3), None"),),
    ),
    Rule(
        "backward_cuts_graph",
        r"element 0 of tensors does not require grad",
        _graph_cut,
        (
            power(
                backward="tensor = ctx.saved_tensors[0].detach()\n"
                "        return grad_output * ctx.p * tensor ** (ctx.p - 1), None",
                use=TWICE,
            ),
        ),
        alone=NEVER,
    ),
)
