"""Tensors taken for numbers, lists or functions; lists and arrays taken for tensors; devices."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from torch import Tensor

from engine.pitfalls.facts.code import called, calls, head, receiver, statement
from engine.pitfalls.facts.trusted import is_tensor
from engine.pitfalls.repair.replay import culprit, known
from engine.pitfalls.repair.rewriting import atom, rewritten
from engine.pitfalls.rule import Example, Finding, Rule, Scene
from engine.pitfalls.rules.shapes import PROVED, shape_text
from engine.records import Json


def _tensor(node: ast.AST, scene: Scene) -> Tensor | None:
    value = known(node, scene)
    return value if is_tensor(value) else None


def _many(scene: Scene) -> Finding | None:
    """`x.item()`, `float(x)`, `int(x)` of many numbers."""
    for call in calls(head(statement(scene)), "item", "float", "int", "complex"):
        given = receiver(call) if called(call) == "item" else next(iter(call.args), None)
        tensor = _tensor(given, scene) if given else None
        if given is not None and tensor is not None and tensor.numel() != 1:
            text = ast.unparse(given)
            values: dict[str, Json] = {
                "text": text, "shape": shape_text(tensor), "count": tensor.numel()
            }  # fmt: skip
            return Finding(PROVED, values, rewritten(scene, call, f"{atom(text)}.tolist()"))
    return None


def _truth(scene: Scene) -> Finding | None:
    """A tensor asked whether it is true: by `and`, `or`, `not`, `if`, `while`."""
    node = statement(scene)
    for part, joined in _asked(node):
        tensor = _tensor(part, scene)
        if tensor is not None and tensor.numel() != 1:
            text = ast.unparse(part)
            values: dict[str, Json] = {"text": text, "shape": shape_text(tensor)}
            # A loop that waits for all, or for any: only its author knows.
            fix = (
                ""
                if isinstance(node, ast.While) and (joined or part is node.test)
                else _asked_all(scene, part, joined, text)
            )
            return Finding(PROVED, values, fix)
    return None


def _asked(node: ast.stmt | None) -> Iterator[tuple[ast.expr, ast.BoolOp | None]]:
    """Expressions whose truth is asked for, with the `and` or `or` that asks."""
    if node is None:
        return
    for part in head(node):
        for item in ast.walk(part):
            match item:
                case ast.BoolOp(values=values):
                    yield from ((value, item) for value in values)
                case ast.UnaryOp(op=ast.Not(), operand=operand):
                    yield operand, None
                case ast.IfExp(test=test):
                    yield test, None
                case ast.Call(func=ast.Name(id="bool"), args=[given]):
                    yield given, None
    if isinstance(node, (ast.If, ast.While, ast.Assert)):
        yield node.test, None


def _asked_all(scene: Scene, part: ast.expr, joined: ast.BoolOp | None, text: str) -> str:
    if joined is not None:
        sign = " & " if isinstance(joined.op, ast.And) else " | "
        code = sign.join(atom(ast.unparse(item)) for item in joined.values)
        one = isinstance(statement(scene), (ast.If, ast.While, ast.Assert))
        return rewritten(scene, joined, f"({code}).all()" if one else code)
    return f"{atom(text)}.all()" if isinstance(part, ast.Compare) else ""


def _index(scene: Scene) -> Finding | None:
    """`range(n)` and `items[i]` with a tensor that is no single integer."""
    for node in head(statement(scene)):
        for item in ast.walk(node):
            match item:
                case ast.Call(func=ast.Name(id="range"), args=args):
                    given = args
                case ast.Subscript(slice=index):
                    given = [index]
                case _:
                    continue
            for part in given:
                tensor = _tensor(part, scene)
                whole = tensor is not None and not tensor.is_floating_point()
                if tensor is not None and not (whole and tensor.numel() == 1):
                    text = ast.unparse(part)
                    dtype = str(tensor.dtype).removeprefix("torch.")
                    values: dict[str, Json] = {
                        "text": text, "shape": shape_text(tensor), "dtype": dtype
                    }  # fmt: skip
                    single = tensor.numel() == 1 and isinstance(item, ast.Call)
                    fix = rewritten(scene, part, f"int({text})") if single else ""
                    return Finding(PROVED, values, fix)
    return None


def _attribute(scene: Scene) -> Finding | None:
    """`x.shape()`: an attribute is read, not called."""
    for node in head(statement(scene)):
        for item in ast.walk(node):
            if not isinstance(item, ast.Call):
                continue
            match item.func:
                case ast.Attribute(value=owner, attr=name):
                    tensor = _tensor(owner, scene)
                    if tensor is None or callable(getattr(Tensor, name, None)):
                        continue
                    code = ast.unparse(item.func)
                    if item.args and name == "shape":
                        code = f"{code}[{ast.unparse(item.args[0])}]"
                    if name == "grad" and tensor.grad is None:
                        code = ""
                    values: dict[str, Json] = {"text": ast.unparse(item), "name": name}
                    return Finding(PROVED, values, code and rewritten(scene, item, code))
    return None


def _called_tensor(scene: Scene) -> Finding | None:
    """`x(0)`: a tensor is no function; often a function's name was given to a tensor."""
    for node in head(statement(scene)):
        for item in ast.walk(node):
            if isinstance(item, ast.Call) and _tensor(item.func, scene) is not None:
                text = ast.unparse(item.func)
                fix = ""
                if len(item.args) == 1 and not item.keywords:
                    fix = rewritten(scene, item, f"{text}[{ast.unparse(item.args[0])}]")
                return Finding(PROVED, {"text": text, "call": ast.unparse(item)}, fix)
    return None


def _devices(scene: Scene) -> Finding | None:
    found = culprit(scene)
    if found is None:
        return None
    tensors = list(found.tensors)
    if found.layer is not None:
        tensors += [
            (f"{found.label}.{name}", value) for name, value in found.layer.named_parameters()
        ]
    for right, other in tensors[1:]:
        left, one = tensors[0]
        if other.device != one.device:
            values: dict[str, Json] = {
                "left": left, "left_device": str(one.device),
                "right": right, "right_device": str(other.device),
            }  # fmt: skip
            return Finding(PROVED, values)
    return None


CONVERSIONS: Final = (
    Rule(
        "number_of_many",
        r"a Tensor with \d+ elements cannot be converted to Scalar"
        r"|only one element tensors can be converted to Python scalars",
        _many,
        (
            Example("x = torch.ones(3)\nx.item()", "x = torch.ones(3)\nx.tolist()"),
            Example("x = torch.ones(3)\ny = float(x)", "x = torch.ones(3)\ny = float(x.sum())"),
        ),
    ),
    Rule(
        "truth_of_many",
        r"Boolean value of Tensor with (more than one|no) values? is ambiguous",
        _truth,
        (
            Example(
                "x = torch.arange(5)\nmask = x > 1 and x < 4",
                "x = torch.arange(5)\nmask = (x > 1) & (x < 4)",
            ),
            Example(
                "x = torch.ones(3)\nif x > 0:\n    print(x)",
                "x = torch.ones(3)\nif (x > 0).all():\n    print(x)",
            ),
        ),
    ),
    Rule(
        "tensor_as_index",
        r"only integer tensors of a single element can be converted to an index",
        _index,
        (
            Example(
                "n = torch.tensor(3.)\nfor i in range(n):\n    print(i)",
                "n = torch.tensor(3.)\nfor i in range(int(n)):\n    print(i)",
            ),
            Example(
                "names = ['a', 'b']\ni = torch.tensor([0, 1])\nnames[i]",
                "names = ['a', 'b']\ni = torch.tensor([0, 1])\n[names[k] for k in i]",
            ),
        ),
    ),
    Rule(
        "attribute_called",
        r"'(torch\.(Size|dtype|device)|Tensor|bool|NoneType|int)' object is not callable",
        _attribute,
        (
            Example("x = torch.ones(2, 3)\nx.shape(0)", "x = torch.ones(2, 3)\nx.shape[0]"),
            Example("x = torch.ones(2, 3)\ny = x.T()", "x = torch.ones(2, 3)\ny = x.T"),
            Example("x = torch.ones(3)\nx.requires_grad()", "x = torch.ones(3)\nx.requires_grad"),
        ),
        alone=r"'torch\.(Size|dtype|device)' object is not callable",
    ),
    Rule(
        "tensor_called",
        r"'Tensor' object is not callable",
        _called_tensor,
        (Example("x = torch.ones(3)\nx(0)", "x = torch.ones(3)\nx[0]"),),
    ),
    Rule(
        "devices_differ",
        r"Expected all tensors to be on the same device|is not on the expected device",
        _devices,
        (
            Example(
                "x = torch.ones(3)\ny = torch.ones(3, device='meta')\nx + y",
                "x = torch.ones(3)\ny = torch.ones(3)\nx + y",
            ),
            Example(
                "layer = nn.Linear(3, 2, device='meta')\nx = torch.ones(5, 3)\nlayer(x)",
                "layer = nn.Linear(3, 2)\nx = torch.ones(5, 3)\nlayer(x)",
            ),
        ),
    ),
)
