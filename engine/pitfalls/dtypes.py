"""Element types that do not fit: whole numbers where real ones are wanted, and the reverse."""

from __future__ import annotations

import ast
import re
from typing import Any, Final

import torch
from torch import Tensor

from engine.pitfalls.replay import Operation, atom, culprit, rewritten
from engine.pitfalls.rule import Example, Finding, Rule, Scene
from engine.pitfalls.shapes import PROVED, shape_text
from engine.records import Json

_CAST: Final = {
    torch.float32: ".float()", torch.float64: ".double()", torch.int64: ".long()",
    torch.float16: ".half()", torch.bfloat16: ".bfloat16()",
}  # fmt: skip
_CLASSES = ("cross_entropy", "CrossEntropyLoss", "nll_loss", "NLLLoss")
_LOSSES = (
    "binary_cross_entropy", "BCELoss", "binary_cross_entropy_with_logits", "BCEWithLogitsLoss",
    "mse_loss", "MSELoss", "l1_loss", "L1Loss",
)  # fmt: skip


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
    return _with_operand(scene, found, number, _CAST.get(wanted, f".to({wanted})"))


def _with_operand(scene: Scene, found: Operation, number: int, change: str) -> str:
    """The failing statement with a method called on one of its tensors."""
    text = found.tensors[number][0]
    nodes = [node for node in _operands(found.node) if ast.unparse(node) == text]
    return rewritten(scene, nodes[0], atom(text) + change) if nodes else ""


def _operands(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.AugAssign(value=value):
            return [value]
        case ast.Call(func=ast.Attribute(value=owner), args=args):
            return [owner, *args]
        case ast.Call(args=args):
            return [*args]
        case ast.Subscript(slice=index):
            return [index]
    return []


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
    return Finding(PROVED, values, _with_operand(scene, found, 0, ".float()"))


def _loss(scene: Scene) -> Finding | None:
    found = culprit(scene)
    if found is None or found.name not in _LOSSES or len(found.tensors) < 2:
        return None
    (_, given), (text, target) = found.tensors[:2]
    if target.is_floating_point():
        return None
    values: dict[str, Json] = {
        "text": text, "dtype": dtype_text(target), "wanted": dtype_text(given)
    }  # fmt: skip
    cast = _CAST.get(given.dtype, f".to({given.dtype})")
    return Finding(PROVED, values, _with_operand(scene, found, 1, cast))


def _target(scene: Scene) -> tuple[Operation, tuple[str, Tensor], tuple[str, Tensor]] | None:
    found = culprit(scene)
    if found is None or found.name not in _CLASSES or len(found.tensors) < 2:
        return None
    return found, found.tensors[0], found.tensors[1]


def _class_dtype(scene: Scene) -> Finding | None:
    taken = _target(scene)
    if taken is None:
        return None
    found, _, (text, target) = taken
    values: dict[str, Json] = {"text": text, "dtype": dtype_text(target)}
    return Finding(PROVED, values, _with_operand(scene, found, 1, ".long()"))


def _class_shape(scene: Scene) -> Finding | None:
    taken = _target(scene)
    if taken is None:
        return None
    found, (logits, given), (text, target) = taken
    values: dict[str, Json] = {
        "logits": logits, "logits_shape": shape_text(given),
        "text": text, "shape": shape_text(target),
    }  # fmt: skip
    return Finding(PROVED, values, _class_repair(scene, found, given, target))


def _class_repair(scene: Scene, found: Operation, given: Tensor, target: Tensor) -> str:
    if given.ndim == 2 and tuple(target.shape) == (given.shape[0], 1):
        return _with_operand(scene, found, 1, ".squeeze(1)")
    if given.ndim == 3 and tuple(target.shape) == tuple(given.shape[:2]):
        return _with_operand(scene, found, 0, ".transpose(1, 2)")
    if given.shape == target.shape and given.ndim == 2:
        return _with_operand(scene, found, 1, ".argmax(dim=1)")
    if given.ndim == 1 and target.shape == given.shape:
        return ""
    return ""


def _class_number(scene: Scene) -> Finding | None:
    taken = _target(scene)
    told = re.search(r"Target (-?\d+) is out of bounds", scene.message)
    if taken is None or told is None:
        return None
    _, (logits, given), (text, _) = taken
    count = given.shape[1 if given.ndim > 1 else 0]
    values: dict[str, Json] = {
        "text": text, "number": int(told[1]), "logits": logits, "count": count, "last": count - 1
    }  # fmt: skip
    return Finding(PROVED, values)


def _as_index(scene: Scene) -> Finding | None:
    found = culprit(scene)
    if found is not None and isinstance(found.node, ast.Subscript) and _is_real(found):
        text = found.texts[1]
        fix = rewritten(scene, found.node.slice, f"int({text})")
        return Finding(PROVED, {"text": text, "dtype": "float"}, fix)
    if found is None or len(found.tensors) < 2:
        return None
    text, index = found.tensors[1]
    if not index.is_floating_point():
        return None
    values: dict[str, Json] = {"text": text, "dtype": dtype_text(index)}
    return Finding(PROVED, values, _with_operand(scene, found, 1, ".long()"))


def _is_real(found: Operation) -> bool:
    return type(found.values[1]) is float


DTYPES: Final = (
    Rule(
        "target_dtype",
        r"Found dtype (Long|Int|Bool|Byte) but expected (Float|Double)"
        r"|result type \w+ can't be cast to the desired output type|not implemented for 'Long'",
        _loss,
        (
            Example(
                "p = torch.full((4,), 0.5)\ny = torch.ones(4, dtype=torch.long)\n"
                "F.binary_cross_entropy(p, y)",
                "p = torch.full((4,), 0.5)\ny = torch.ones(4, dtype=torch.long)\n"
                "F.binary_cross_entropy(p, y.float())",
            ),
            Example(
                "z = torch.zeros(4)\ny = torch.ones(4, dtype=torch.long)\n"
                "loss = F.binary_cross_entropy_with_logits(z, y)",
                "z = torch.zeros(4)\ny = torch.ones(4, dtype=torch.long)\n"
                "loss = F.binary_cross_entropy_with_logits(z, y.float())",
            ),
        ),
        alone=r"Found dtype|result type \w+ can't be cast",
    ),
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
    Rule(
        "class_dtype",
        r"expected target dtype to be Long or Byte",
        _class_dtype,
        (
            Example(
                "logits = torch.zeros(4, 3)\ny = torch.ones(4)\nF.cross_entropy(logits, y)",
                "logits = torch.zeros(4, 3)\ny = torch.ones(4)\nF.cross_entropy(logits, y.long())",
            ),
        ),
    ),
    Rule(
        "class_shape",
        r"0D or 1D target tensor expected|Expected target size \[.*\], got"
        r"|Expected input batch_size \(\d+\) to match target batch_size"
        r"|Expected floating point type for target with class probabilities",
        _class_shape,
        (
            Example(
                "logits = torch.zeros(4, 3)\ny = torch.ones(4, 1).long()\n"
                "F.cross_entropy(logits, y)",
                "logits = torch.zeros(4, 3)\ny = torch.ones(4, 1).long()\n"
                "F.cross_entropy(logits, y.squeeze(1))",
            ),
            Example(
                "logits = torch.zeros(2, 5, 3)\ny = torch.ones(2, 5).long()\n"
                "F.cross_entropy(logits, y)",
                "logits = torch.zeros(2, 5, 3)\ny = torch.ones(2, 5).long()\n"
                "F.cross_entropy(logits.transpose(1, 2), y)",
            ),
            Example(
                "logits = torch.zeros(4, 3)\ny = torch.ones(5).long()\nF.cross_entropy(logits, y)",
                "logits = torch.zeros(4, 3)\ny = torch.ones(4).long()\nF.cross_entropy(logits, y)",
            ),
            Example(
                "logits = torch.zeros(4, 3)\ny = F.one_hot(torch.tensor([0, 1, 2, 0]))\n"
                "F.cross_entropy(logits, y)",
                "logits = torch.zeros(4, 3)\ny = F.one_hot(torch.tensor([0, 1, 2, 0]))\n"
                "F.cross_entropy(logits, y.argmax(dim=1))",
            ),
        ),
    ),
    Rule(
        "class_number",
        r"Target -?\d+ is out of bounds",
        _class_number,
        (
            Example(
                "logits = torch.zeros(2, 3)\ny = torch.tensor([1, 3])\nF.cross_entropy(logits, y)",
                "logits = torch.zeros(2, 3)\ny = torch.tensor([0, 2])\nF.cross_entropy(logits, y)",
            ),
        ),
    ),
    Rule(
        "real_index",
        r"tensors used as indices must be long|Expected dtype int32/int64 for index"
        r"|dtype of indices should be Long|are valid indices \(got float\)",
        _as_index,
        (
            Example(
                "x = torch.ones(3)\ni = torch.tensor([0., 2.])\nx[i]",
                "x = torch.ones(3)\ni = torch.tensor([0., 2.])\nx[i.long()]",
            ),
            Example(
                "x = torch.ones(3)\ni = torch.tensor([0., 2.])\nx.gather(0, i)",
                "x = torch.ones(3)\ni = torch.tensor([0., 2.])\nx.gather(0, i.long())",
            ),
            Example("x = torch.ones(4)\nx[len(x) / 2]", "x = torch.ones(4)\nx[len(x) // 2]"),
        ),
    ),
)
