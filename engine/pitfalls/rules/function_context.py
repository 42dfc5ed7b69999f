"""What a student's own Function keeps for its backward pass, and how it is told to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from engine.pitfalls.facts.code import calls, own, statement
from engine.pitfalls.facts.function_class import arguments_of, function_class, method_of
from engine.pitfalls.rule import NEVER, Example, Finding, Rule, Scene
from engine.pitfalls.rules.function_examples import OLDER, power
from engine.records import Certainty, Json

_PROVED = Certainty.PROVED
_CONTEXT: Final = ("ctx", "self", "context")


def _number_saved(scene: Scene) -> Finding | None:
    told = re.search(r"argument (\d+) is of type (\w+)", scene.message)
    kind = function_class(scene)
    saved = calls(ast.walk(kind), "save_for_backward") if kind else []
    if told is None or kind is None or not saved:
        return None
    number, given = int(told[1]), saved[0].args
    whole = number < len(given) and not isinstance(given[number], ast.Starred)
    text = ast.unparse(given[number]) if whole else ", ".join(map(ast.unparse, given))
    values: dict[str, Json] = {"name": kind.name, "text": text, "type": told[2]}
    return Finding(_PROVED, values)


def _input_returned(scene: Scene) -> Finding | None:
    kind = function_class(scene)
    forward = method_of(kind, "forward")
    if kind is None or forward is None:
        return None
    for node, name in _returns_of_input(forward):
        values: dict[str, Json] = {"name": kind.name, "input": name, "code": ast.unparse(node)}
        return Finding(_PROVED, values)
    return None


def _returns_of_input(forward: ast.FunctionDef) -> Iterator[tuple[ast.stmt, str]]:
    """`return tensor`, or `out = tensor` where `out` is returned; with the argument's name."""
    names = {item.arg for item in forward.args.args}
    returned = set()
    for node in own(forward.body):
        match node:
            case ast.Return(value=ast.Name(id=name)):
                returned.add(name)
                if name in names:
                    yield node, name
    for node in own(forward.body):
        match node:
            case ast.Assign(targets=[ast.Name(id=out)], value=ast.Name(id=name)) if (
                out in returned and name in names
            ):
                yield node, name


def _ctx_beside_setup(scene: Scene) -> Finding | None:
    kind = function_class(scene)
    forward, setup = method_of(kind, "forward"), method_of(kind, "setup_context")
    if kind is None or forward is None or setup is None:
        return None
    names = [item.arg for item in forward.args.args]
    if not names or names[0] not in _CONTEXT:
        return None
    values: dict[str, Json] = {
        "name": kind.name, "ctx": names[0], "mended": f"forward({', '.join(names[1:])})"
    }  # fmt: skip
    return Finding(_PROVED, values)


def _too_few(scene: Scene) -> Finding | None:
    """`P.apply(x)` where `forward` takes two: `ctx` is not what is wrong."""
    kind = function_class(scene)
    told = re.search(r"argument: '(\w+)'", scene.message)
    if kind is None or told is None or method_of(kind, "setup_context") is None:
        return None
    names = arguments_of(kind)
    if told[1] not in names or names[0] in _CONTEXT:
        return None
    values: dict[str, Json] = {
        "name": kind.name, "argument": told[1], "arguments": ", ".join(names)
    }  # fmt: skip
    return Finding(_PROVED, values)


def _ctx_missing(scene: Scene) -> Finding | None:
    kind = function_class(scene)
    forward = method_of(kind, "forward")
    if kind is None or forward is None or method_of(kind, "setup_context"):
        return None
    names = [item.arg for item in forward.args.args]
    if names[:1] and names[0] in _CONTEXT:
        return None
    values: dict[str, Json] = {
        "name": kind.name, "mended": f"forward(ctx, {', '.join(names)})"
    }  # fmt: skip
    return Finding(_PROVED, values)


def _nothing_saved(scene: Scene) -> Finding | None:
    kind = function_class(scene)
    node = statement(scene)
    if kind is None or node is None or ".saved_tensors" not in ast.unparse(node):
        return None
    place = "setup_context" if method_of(kind, "setup_context") else "forward"
    if calls(ast.walk(method_of(kind, place) or kind), "save_for_backward"):
        return None
    return Finding(_PROVED, {"name": kind.name, "place": place, "code": ast.unparse(node)})


def _attribute_missing(scene: Scene) -> Finding | None:
    kind = function_class(scene)
    told = re.search(r"has no attribute '(\w+)'", scene.message)
    if kind is None or told is None:
        return None
    attributes = [node for node in ast.walk(kind) if isinstance(node, ast.Attribute)]
    stored = {node.attr for node in attributes if isinstance(node.ctx, ast.Store)}
    if told[1] in stored:
        return None
    place = "setup_context" if method_of(kind, "setup_context") else "forward"
    return Finding(_PROVED, {"name": kind.name, "attribute": told[1], "place": place})


FUNCTION_CONTEXT: Final = (
    Rule(
        "number_saved",
        r"save_for_backward can only save variables, but argument \d+ is of type",
        _number_saved,
        (power(setup="tensor, p = inputs\n        ctx.save_for_backward(tensor, p)"),),
    ),
    Rule(
        "input_returned",
        r"An input that has been returned as-is as output is being saved for backward",
        _input_returned,
        (
            power(
                forward="out = tensor\n"
                "        for _ in range(p - 1):\n            out = out * tensor\n"
                "        return out",
                use="Power.apply(x, 1)",
            ),
        ),
    ),
    Rule(
        "ctx_beside_setup",
        r"TypeError: missing a required argument: '\w+'",
        _ctx_beside_setup,
        (power(arguments="ctx, tensor, p"),),
    ),
    Rule(
        "apply_arguments",
        r"TypeError: missing a required argument: '\w+'",
        _too_few,
        (power(use="Power.apply(x)"),),
        alone=NEVER,
    ),
    Rule(
        "ctx_missing",
        r"TypeError: \w+\.forward\(\) takes \d+ positional arguments? but \d+ (was|were) given",
        _ctx_missing,
        (
            Example(
                OLDER.format(arguments="tensor"),
                OLDER.format(arguments="ctx, tensor"),
            ),
        ),
        alone=NEVER,
    ),
    Rule(
        "nothing_saved",
        r"ValueError: not enough values to unpack \(expected \d+, got 0\)",
        _nothing_saved,
        (power(setup="..."), power(setup="ctx.p = inputs[1]")),
        alone=NEVER,
    ),
    Rule(
        "ctx_attribute",
        r"AttributeError: '\w+Backward' object has no attribute '\w+'",
        _attribute_missing,
        (power(setup="ctx.save_for_backward(inputs[0])"),),
    ),
)
