"""How a student's own Function is called, and calls itself."""

from __future__ import annotations

import ast
from typing import Final

from engine.pitfalls.facts.code import called, calls, head, own, receiver, statement
from engine.pitfalls.facts.function_class import FUNCTION, classes, function_class, method_of, spans
from engine.pitfalls.repair.rewriting import rewritten
from engine.pitfalls.rule import NEVER, Example, Finding, Rule, Scene
from engine.pitfalls.rules.function_examples import power
from engine.records import Certainty, Json

_PROVED, _LIKELY = Certainty.PROVED, Certainty.LIKELY
# A call that stands below one of these may not be made.
_STOPPING: Final = (
    ast.If, ast.IfExp, ast.BoolOp, ast.For, ast.While, ast.Try, ast.Match, ast.comprehension
)  # fmt: skip


def _legacy(scene: Scene) -> Finding | None:
    for node in own(head(statement(scene))):
        match node:
            case (
                ast.Call(func=ast.Call(func=ast.Name(id=name), args=[]), args=args)
                | ast.Call(func=ast.Name(id=name), args=[_, *_] as args)
            ):
                live = type(scene.names.get(name)) is FUNCTION
                if not live and isinstance(node.func, ast.Name):
                    continue
                given = ", ".join(map(ast.unparse, args))
                fix = rewritten(scene, node, f"{name}.apply({given})")
                values: dict[str, Json] = {"name": name, "code": ast.unparse(node)}
                return Finding(_PROVED if live else _LIKELY, values, fix)
    return None


def _endless(scene: Scene) -> Finding | None:
    """A function that calls itself whatever it is given."""
    for node in ast.walk(scene.tree) if scene.tree else ():
        if isinstance(node, ast.FunctionDef) and spans(node, scene.line):
            again = _call_of_itself(scene, node)
            stops = any(isinstance(item, _STOPPING) for item in own(node.body))
            if again and not stops:
                return Finding(_LIKELY, {"name": node.name, "code": ast.unparse(again)})
    return None


def _call_of_itself(scene: Scene, function: ast.FunctionDef) -> ast.Call | None:
    kinds = {node.name for node in classes(scene.tree) if function in node.body}
    for call in calls(function.body, function.name, "apply"):
        owner = receiver(call)
        of_class = isinstance(owner, ast.Name) and owner.id in kinds
        if of_class or (owner is None and called(call) == function.name):
            return call
    return None


def _number_returned(scene: Scene) -> Finding | None:
    kind = function_class(scene)
    forward = method_of(kind, "forward")
    if kind is None or forward is None:
        return None
    returned = {
        node.value.id
        for node in own(forward.body)
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Name)
    }
    for node in forward.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=value)) if (
                type(value) in (int, float) and name in returned
            ):
                return Finding(_LIKELY, {"name": kind.name, "code": ast.unparse(node)})
    return None


FUNCTIONS: Final = (
    Rule(
        "legacy_call",
        r"Legacy autograd function with non-static forward"
        r"|AttributeError: '\w+' object has no attribute '\w+'",
        _legacy,
        (power(use="Power()(x, 2)"), power(use="Power(x, 2).sum()")),
        alone="Legacy autograd function",
    ),
    Rule(
        "recursion_without_end",
        r"RecursionError: maximum recursion depth exceeded",
        _endless,
        (
            power(forward="return tensor * Power.apply(tensor, p - 1)"),
            Example(
                "def power(x, p):\n    return x * power(x, p - 1)\n\npower(torch.ones(2), 3)",
                "def power(x, p):\n    if p == 0:\n        return torch.ones_like(x)\n"
                "    return x * power(x, p - 1)\n\npower(torch.ones(2), 3)",
            ),
        ),
    ),
    Rule(
        "number_returned",
        r"AttributeError: '(int|float)' object has no attribute",
        _number_returned,
        (
            power(
                forward="out = 1\n"
                "        for _ in range(p):\n            out = out * tensor\n        return out",
                use="Power.apply(x, 0).sum()",
            ),
        ),
        alone=NEVER,
    ),
)
