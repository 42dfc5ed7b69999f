"""Element types that do not fit: whole numbers where real ones are wanted, and the reverse."""

from __future__ import annotations

import ast
from typing import Any, Final

import torch
from torch import Tensor

from engine.pitfalls.repair.operation import Operation
from engine.pitfalls.repair.replay import culprit
from engine.pitfalls.repair.rewriting import atom, with_operand
from engine.pitfalls.rule import Example, Finding, Rule, Scene
from engine.pitfalls.rules.shapes import PROVED
from engine.records import Json

CAST: Final = {
    torch.float32: ".float()", torch.float64: ".double()", torch.int64: ".long()",
    torch.float16: ".half()", torch.bfloat16: ".bfloat16()",
}  # fmt: skip


def dtype_text(tensor: Tensor) -> str:
    """A dtype without its package.

    >>> dtype_text(torch.ones(1))
    'float32'
    """
    return str(tensor.dtype).removeprefix("torch.")


def _product(scene: Scene) -> Finding | None:
    found = culprit(scene)
    if found is None:
        return None
    tensors = list(found.tensors)
    if found.layer is not None:
        weight: Any = found.layer.weight
        tensors = [*tensors[:1], (f"{found.label}.weight", weight)]
    if len(tensors) < 2 or tensors[0][1].dtype == tensors[1][1].dtype:
        return None
    (left, one), (right, other) = tensors[:2]
    values: dict[str, Json] = {
        "left": left, "left_dtype": dtype_text(one),
        "right": right, "right_dtype": dtype_text(other),
    }  # fmt: skip
    return Finding(PROVED, values, _cast(scene, found, tensors))


def _cast(scene: Scene, found: Operation, tensors: list[tuple[str, Tensor]]) -> str:
    """The integer tensor made real, or the input given the type of the layer's weights."""
    (_, one), (_, other) = tensors[:2]
    if found.layer is not None:
        number, wanted = 0, other.dtype
    elif one.is_floating_point() and not other.is_floating_point():
        number, wanted = 1, one.dtype
    elif other.is_floating_point() and not one.is_floating_point():
        number, wanted = 0, other.dtype
    else:
        number, wanted = 1, one.dtype
    return with_operand(scene, found, number, CAST.get(wanted, f".to({wanted})"))


def _changed(scene: Scene) -> Finding | None:
    """`x += 0.5` of integers: the result has no place in the tensor."""
    found = culprit(scene)
    if found is None or not found.name.endswith(("=", "_")) or not found.tensors:
        return None
    text, tensor = found.tensors[0]
    if tensor.is_floating_point():
        return None
    values: dict[str, Json] = {"text": text, "dtype": dtype_text(tensor)}
    fix = ""
    if isinstance(found.node, ast.AugAssign):
        fix = f"{text} = {text} {found.name.removesuffix('=')} {atom_or_number(found.texts[1])}"
    elif isinstance(found.node, ast.Call) and found.name.endswith("_"):
        fix = f"{text} = {text}.float()\n{ast.unparse(found.node)}"
    return Finding(PROVED, values, fix)


def atom_or_number(text: str) -> str:
    """An operand in brackets unless it needs none.

    >>> atom_or_number("0.5"), atom_or_number("a + b")
    ('0.5', '(a + b)')
    """
    return text if isinstance(ast.parse(text, mode="eval").body, ast.Constant) else atom(text)


def _integers(scene: Scene) -> Finding | None:
    found = culprit(scene)
    if found is None or not found.tensors:
        return None
    text, tensor = found.tensors[0]
    if tensor.is_floating_point() or tensor.is_complex() or found.name.endswith("_"):
        return None
    values: dict[str, Json] = {"text": text, "dtype": dtype_text(tensor), "name": found.name}
    return Finding(PROVED, values, with_operand(scene, found, 0, ".float()"))


DTYPES: Final = (
    Rule(
        "integers_in_place",
        r"result type \w+ can't be cast to the desired output type",
        _changed,
        (
            Example("x = torch.arange(3)\nx += 0.5", "x = torch.arange(3)\nx = x + 0.5"),
            Example(
                "x = torch.arange(3)\nx.mul_(torch.rand(3))",
                "x = torch.arange(3).float()\nx.mul_(torch.rand(3))",
            ),
        ),
    ),
    Rule(
        "product_dtypes",
        r"expected m1 and m2 to have the same dtype|mat1 and mat2 must have the same dtype"
        r"|expected both vectors to have same dtype|addmv input tensors must have the same dtype"
        r"|expected scalar type \w+ but found|Input type \(.*\) and (bias|weight) type",
        _product,
        (
            Example(
                "x = torch.ones(2, 3)\nw = torch.ones(3, 2, dtype=torch.long)\ny = x @ w",
                "x = torch.ones(2, 3)\nw = torch.ones(3, 2, dtype=torch.long)\ny = x @ w.float()",
            ),
            Example(
                "a = torch.ones(2, 3)\nv = torch.arange(3)\na @ v",
                "a = torch.ones(2, 3)\nv = torch.arange(3)\na @ v.float()",
            ),
            Example(
                "u = torch.ones(3)\nv = torch.arange(3)\ntorch.dot(u, v)",
                "u = torch.ones(3)\nv = torch.arange(3)\ntorch.dot(u, v.float())",
            ),
            Example(
                "a = torch.ones(2, 2, 3)\nb = torch.ones(2, 3, 2).double()\na @ b",
                "a = torch.ones(2, 2, 3)\nb = torch.ones(2, 3, 2).double()\na @ b.float()",
            ),
            Example(
                "layer = nn.Linear(3, 2)\nx = torch.from_numpy(np.ones((5, 3)))\nlayer(x)",
                "layer = nn.Linear(3, 2)\nx = torch.from_numpy(np.ones((5, 3)))\nlayer(x.float())",
            ),
            Example(
                "layer = nn.Conv2d(1, 1, 3)\nx = torch.ones(1, 1, 5, 5).double()\nlayer(x)",
                "layer = nn.Conv2d(1, 1, 3)\nx = torch.ones(1, 1, 5, 5).double()\nlayer(x.float())",
            ),
        ),
    ),
    Rule(
        "integers_given",
        r"could not infer output dtype|std and var only support floating point"
        r"|Expected a floating point or complex tensor as input|not implemented for 'Long'"
        r"|input tensor must be either float or double dtype",
        _integers,
        (
            Example("x = torch.arange(3)\nx.mean()", "x = torch.arange(3)\nx.float().mean()"),
            Example("x = torch.arange(3)\nx.std()", "x = torch.arange(3)\nx.float().std()"),
            Example(
                "x = torch.arange(3)\ntorch.linalg.norm(x)",
                "x = torch.arange(3)\ntorch.linalg.norm(x.float())",
            ),
            Example(
                "x = torch.arange(3)\nF.softmax(x, dim=0)",
                "x = torch.arange(3)\nF.softmax(x.float(), dim=0)",
            ),
            Example(
                "x = torch.arange(3)\nx.quantile(0.5)",
                "x = torch.arange(3)\nx.float().quantile(0.5)",
            ),
        ),
    ),
)
