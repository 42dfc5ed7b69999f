"""Mistakes in a student's own `torch.autograd.Function`."""

from __future__ import annotations

import ast
import linecache
import re
from collections.abc import Iterator
from types import FunctionType, MethodType
from typing import Any, Final

import torch

from engine.pitfalls.code import called, calls, head, own, receiver, statement
from engine.pitfalls.replay import rewritten
from engine.pitfalls.rule import NEVER, Example, Finding, Rule, Scene
from engine.records import Certainty, Json

_PROVED, _LIKELY = Certainty.PROVED, Certainty.LIKELY
_META = type(torch.autograd.Function)
_CUTS = ("detach", "item", "numpy", "tolist")
_members = type.__dict__["__dict__"].__get__


def function_class(scene: Scene) -> ast.ClassDef | None:
    """The student's Function that an error is about: named in it, or used on its line."""
    told = re.search(r"(\w+)Backward\b", scene.message)
    if told:
        return _definition(scene, told[1])
    around = [node for node in _classes(scene.tree) if _spans(node, scene.line)]
    if around:
        return around[-1]
    names = list(dict.fromkeys(_used(scene)))
    return next((found for name in names if (found := _definition(scene, name))), None)


def _classes(tree: ast.AST | None) -> list[ast.ClassDef]:
    nodes = ast.walk(tree) if tree else ()
    return [node for node in nodes if isinstance(node, ast.ClassDef)]


def _spans(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def _used(scene: Scene) -> Iterator[str]:
    """Names of classes that the failing line applies: `P.apply`, `P()`, or `p = P.apply`."""
    for node in own(head(statement(scene))):
        if isinstance(node, ast.Name):
            value = scene.names.get(node.id)
            owner = value.__self__ if type(value) is MethodType else value
            yield _name_of(owner) if type(owner) is _META else node.id


def _name_of(kind: Any) -> str:
    return str(type.__dict__["__name__"].__get__(kind))


def _definition(scene: Scene, name: str) -> ast.ClassDef | None:
    """The class as it is written in this cell, or in the cell that defined the live one."""
    here = [node for node in _classes(scene.tree) if node.name == name]
    if here:
        return here[-1]
    kind = scene.names.get(name)
    if type(kind) is not _META:
        return None
    found = [node for node in _classes(_source_of(kind)) if node.name == name]
    return found[-1] if found else None


def _source_of(kind: type) -> ast.AST | None:
    for member in _members(kind).values():
        function = member.__func__ if type(member) is staticmethod else member
        if type(function) is FunctionType:
            lines = linecache.cache.get(function.__code__.co_filename)
            try:
                return ast.parse("".join(lines[2])) if lines and len(lines) == 4 else None
            except SyntaxError:
                return None
    return None


def _method(kind: ast.ClassDef | None, name: str) -> ast.FunctionDef | None:
    body = kind.body if kind else []
    found = [node for node in body if isinstance(node, ast.FunctionDef) and node.name == name]
    return found[-1] if found else None


def _arguments(kind: ast.ClassDef) -> list[str]:
    """What `apply` takes: the arguments of `forward`, without `ctx` of the older form."""
    forward = _method(kind, "forward")
    names = [item.arg for item in forward.args.args] if forward else []
    return names if _method(kind, "setup_context") else names[1:]


def _is_unfilled(function: ast.FunctionDef | None) -> bool:
    """Whether nothing but a docstring and `...` or `pass` is written there."""
    body = function.body if function else []
    return bool(body) and all(
        isinstance(node, ast.Pass)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in body
    )


def _unfilled_backward(scene: Scene) -> Finding | None:
    kind = function_class(scene)
    if kind is None or not _is_unfilled(_method(kind, "backward")):
        return None
    values: dict[str, Json] = {"name": kind.name, "count": len(_arguments(kind))}
    return Finding(_PROVED, values)


def _count(scene: Scene) -> Finding | None:
    kind = function_class(scene)
    told = re.search(r"expected (\d+), got (\d+)", scene.message)
    if kind is None or told is None:
        return None
    values: dict[str, Json] = {
        "name": kind.name, "expected": int(told[1]), "got": int(told[2]),
        "arguments": ", ".join(_arguments(kind)),
    }  # fmt: skip
    return Finding(_PROVED, values)


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
    forward = _method(kind, "forward")
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
    forward, setup = _method(kind, "forward"), _method(kind, "setup_context")
    if kind is None or forward is None or setup is None:
        return None
    names = [item.arg for item in forward.args.args]
    if not names or names[0] not in ("ctx", "self", "context"):
        return None
    values: dict[str, Json] = {
        "name": kind.name, "ctx": names[0], "mended": f"forward({', '.join(names[1:])})"
    }  # fmt: skip
    return Finding(_PROVED, values)


def _ctx_missing(scene: Scene) -> Finding | None:
    kind = function_class(scene)
    forward = _method(kind, "forward")
    if kind is None or forward is None or _method(kind, "setup_context"):
        return None
    names = [item.arg for item in forward.args.args]
    if names[:1] == ["ctx"]:
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
    place = "setup_context" if _method(kind, "setup_context") else "forward"
    if calls(ast.walk(_method(kind, place) or kind), "save_for_backward"):
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
    place = "setup_context" if _method(kind, "setup_context") else "forward"
    return Finding(_PROVED, {"name": kind.name, "attribute": told[1], "place": place})


def _legacy(scene: Scene) -> Finding | None:
    for node in own(head(statement(scene))):
        match node:
            case ast.Call(func=ast.Call(func=ast.Name(id=name), args=[]), args=args):
                live = type(scene.names.get(name)) is _META
                given = ", ".join(map(ast.unparse, args))
                fix = rewritten(scene, node, f"{name}.apply({given})")
                values: dict[str, Json] = {"name": name, "code": ast.unparse(node)}
                return Finding(_PROVED if live else _LIKELY, values, fix)
    return None


def _for_number(scene: Scene) -> Finding | None:
    kind = function_class(scene)
    told = re.search(r"at position (\d+)", scene.message)
    if kind is None or told is None:
        return None
    names, number = _arguments(kind), int(told[1])
    argument = names[number - 1] if number <= len(names) else str(number)
    values: dict[str, Json] = {
        "name": kind.name, "argument": argument, "arguments": ", ".join(names), "number": number
    }  # fmt: skip
    return Finding(_PROVED, values)


def _gradient_shape(scene: Scene) -> Finding | None:
    kind = function_class(scene)
    told = re.search(r"at index (\d+) - got (\[.*?\]) but expected .* (\[.*\])", scene.message)
    if kind is None or told is None:
        return None
    names, number = _arguments(kind), int(told[1])
    argument = names[number] if number < len(names) else str(number)
    values: dict[str, Json] = {
        "name": kind.name, "argument": argument, "got": told[2], "expected": told[3]
    }  # fmt: skip
    return Finding(_PROVED, values)


def _graph_cut(scene: Scene) -> Finding | None:
    """`detach` in `backward`, where a second derivative is asked for."""
    if scene.tree is None or "create_graph" not in ast.unparse(scene.tree):
        return None
    names = {node.id for node in ast.walk(scene.tree) if isinstance(node, ast.Name)}
    for name in sorted(names):
        backward = _method(_definition(scene, name), "backward")
        for node in ast.walk(backward) if backward else ():
            if isinstance(node, ast.Call) and called(node) in _CUTS and receiver(node):
                return Finding(_LIKELY, {"name": name, "code": ast.unparse(node)})
    return None


def _endless(scene: Scene) -> Finding | None:
    """A function that calls itself whatever it is given."""
    for node in ast.walk(scene.tree) if scene.tree else ():
        if isinstance(node, ast.FunctionDef) and _spans(node, scene.line):
            again = _call_of_itself(scene, node)
            stops = any(
                isinstance(item, (ast.If, ast.IfExp, ast.BoolOp)) for item in own(node.body)
            )
            if again and not stops:
                return Finding(_LIKELY, {"name": node.name, "code": ast.unparse(again)})
    return None


def _call_of_itself(scene: Scene, function: ast.FunctionDef) -> ast.Call | None:
    kinds = {node.name for node in _classes(scene.tree) if function in node.body}
    for call in calls(function.body, function.name, "apply"):
        owner = receiver(call)
        of_class = isinstance(owner, ast.Name) and owner.id in kinds
        if of_class or (owner is None and called(call) == function.name):
            return call
    return None


def _number_returned(scene: Scene) -> Finding | None:
    kind = function_class(scene)
    forward = _method(kind, "forward")
    if kind is None or forward is None:
        return None
    for node in forward.body:
        match node:
            case ast.Assign(value=ast.Constant(value=value)) if type(value) in (int, float):
                return Finding(_LIKELY, {"name": kind.name, "code": ast.unparse(node)})
    return None


_POWER = """\
class Power(torch.autograd.Function):
    @staticmethod
    def forward({arguments}):
        {forward}

    @staticmethod
    def setup_context(ctx, inputs, output):
        {setup}

    @staticmethod
    def backward(ctx, grad_output):
        {backward}

x = torch.tensor([-2.0, 3.0], requires_grad=True)
{use}"""
_RIGHT: Final = {
    "arguments": "tensor, p",
    "forward": "out = torch.ones_like(tensor)\n"
    "        for _ in range(p):\n            out = out * tensor\n        return out",
    "setup": "tensor, ctx.p = inputs\n        ctx.save_for_backward(tensor)",
    "backward": "tensor, = ctx.saved_tensors\n"
    "        return grad_output * ctx.p * tensor ** (ctx.p - 1), None",
    "use": "Power.apply(x, 2).sum().backward()",
}


def _power(**parts: str) -> Example:
    """The seminar's exercise with some of its parts written wrong, and as it should be."""
    right = (
        _RIGHT if "use" not in parts else _RIGHT | {"use": _RIGHTLY.get(parts["use"], parts["use"])}
    )
    return Example(_POWER.format(**_RIGHT | parts), _POWER.format(**right))


_TWICE = (
    "slope, = torch.autograd.grad(Power.apply(x, 3).sum(), x, create_graph=True)\n"
    "torch.autograd.grad(slope.sum(), x)"
)
_RIGHTLY: Final = {"Power()(x, 2)": "Power.apply(x, 2)"}
_OLDER = """\
class Double(torch.autograd.Function):
    @staticmethod
    def forward({arguments}):
        return 2 * tensor

    @staticmethod
    def backward(ctx, grad_output):
        return 2 * grad_output

x = torch.tensor([-2.0, 3.0], requires_grad=True)
Double.apply(x).sum().backward()"""
_COUNT = r"returned an incorrect number of gradients"

FUNCTIONS: Final = (
    Rule(
        "unfilled_backward",
        _COUNT,
        _unfilled_backward,
        (_power(backward="..."),),
        alone=NEVER,
    ),
    Rule(
        "gradient_count",
        _COUNT,
        _count,
        (_power(backward="return grad_output * ctx.p"),),
    ),
    Rule(
        "number_saved",
        r"save_for_backward can only save variables, but argument \d+ is of type",
        _number_saved,
        (_power(setup="tensor, p = inputs\n        ctx.save_for_backward(tensor, p)"),),
    ),
    Rule(
        "input_returned",
        r"An input that has been returned as-is as output is being saved for backward",
        _input_returned,
        (
            _power(
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
        (_power(arguments="ctx, tensor, p"),),
    ),
    Rule(
        "ctx_missing",
        r"TypeError: \w+\.forward\(\) takes \d+ positional arguments? but \d+ (was|were) given",
        _ctx_missing,
        (
            Example(
                _OLDER.format(arguments="tensor"),
                _OLDER.format(arguments="ctx, tensor"),
            ),
        ),
        alone=NEVER,
    ),
    Rule(
        "nothing_saved",
        r"ValueError: not enough values to unpack \(expected \d+, got 0\)",
        _nothing_saved,
        (_power(setup="..."), _power(setup="ctx.p = inputs[1]")),
        alone=NEVER,
    ),
    Rule(
        "ctx_attribute",
        r"AttributeError: '\w+Backward' object has no attribute '\w+'",
        _attribute_missing,
        (_power(setup="ctx.save_for_backward(inputs[0])"),),
    ),
    Rule(
        "legacy_call",
        r"Legacy autograd function with non-static forward",
        _legacy,
        (_power(use="Power()(x, 2)"),),
    ),
    Rule(
        "gradient_for_number",
        r"returned a gradient different than None at position \d+",
        _for_number,
        (_power(backward="return None, grad_output"),),
    ),
    Rule(
        "gradient_shape",
        r"returned an invalid gradient at index \d+ - got \[.*\] but expected shape compatible",
        _gradient_shape,
        (_power(backward="return torch.ones(3), None"),),
    ),
    Rule(
        "backward_cuts_graph",
        r"element 0 of tensors does not require grad",
        _graph_cut,
        (
            _power(
                backward="tensor = ctx.saved_tensors[0].detach()\n"
                "        return grad_output * ctx.p * tensor ** (ctx.p - 1), None",
                use=_TWICE,
            ),
        ),
        alone=NEVER,
    ),
    Rule(
        "recursion_without_end",
        r"RecursionError: maximum recursion depth exceeded",
        _endless,
        (
            _power(forward="return tensor * Power.apply(tensor, p - 1)"),
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
            _power(
                forward="out = 1\n"
                "        for _ in range(p):\n            out = out * tensor\n        return out",
                use="Power.apply(x, 0).sum()",
            ),
        ),
        alone=NEVER,
    ),
)
