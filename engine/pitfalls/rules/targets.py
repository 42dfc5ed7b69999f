"""Targets of a loss: their element type, their shape, the number of a class."""

from __future__ import annotations

import ast
import re
from typing import Final

from torch import Tensor, nn

from engine.pitfalls.facts.code import calls, head, statement
from engine.pitfalls.facts.trusted import is_tensor
from engine.pitfalls.repair.operation import Operation
from engine.pitfalls.repair.replay import culprit, known
from engine.pitfalls.repair.rewriting import rewritten, with_operand
from engine.pitfalls.rule import NEVER, Example, Finding, Rule, Scene
from engine.pitfalls.rules.dtypes import CAST, dtype_text
from engine.pitfalls.rules.shapes import PROVED, shape_text
from engine.records import Json

_LAYERS: Final = (
    nn.MSELoss, nn.L1Loss, nn.BCELoss, nn.BCEWithLogitsLoss, nn.CrossEntropyLoss, nn.NLLLoss
)  # fmt: skip
_CLASSES = ("cross_entropy", "CrossEntropyLoss", "nll_loss", "NLLLoss")


_LOSSES = (
    "binary_cross_entropy", "BCELoss", "binary_cross_entropy_with_logits", "BCEWithLogitsLoss",
    "mse_loss", "MSELoss", "l1_loss", "L1Loss",
)  # fmt: skip


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
    cast = CAST.get(given.dtype, f".to({given.dtype})")
    return Finding(PROVED, values, with_operand(scene, found, 1, cast))


def _loss_sizes(scene: Scene) -> Finding | None:
    """`BCELoss` of (N, 1) and (N,)."""
    found = culprit(scene)
    if found is None or found.name not in _LOSSES or len(found.tensors) < 2:
        return None
    (logits, given), (text, target) = found.tensors[:2]
    if given.shape == target.shape:
        return None
    values: dict[str, Json] = {
        "logits": logits, "logits_shape": shape_text(given),
        "text": text, "shape": shape_text(target),
    }  # fmt: skip
    column = tuple(given.shape) == (*target.shape, 1)
    return Finding(PROVED, values, with_operand(scene, found, 1, ".unsqueeze(1)") if column else "")


def _swapped(scene: Scene) -> Finding | None:
    """`cross_entropy(y, logits)`: numbers of classes where the prediction should be."""
    taken = _target(scene)
    if taken is None:
        return None
    found, (first, given), (second, target) = taken
    if given.is_floating_point() or not target.is_floating_point() or given.ndim >= target.ndim:
        return None
    if not isinstance(found.node, ast.Call) or len(found.node.args) < 2:
        return None
    one, other, *rest = found.node.args
    call = ast.Call(found.node.func, [other, one, *rest], found.node.keywords)
    fix = rewritten(scene, found.node, ast.unparse(call))
    return Finding(PROVED, {"first": first, "second": second, "dtype": dtype_text(given)}, fix)


def _not_created(scene: Scene) -> Finding | None:
    """`nn.MSELoss(a, b)`: tensors given to the class and not to its object."""
    for call in calls(head(statement(scene)), *(kind.__name__ for kind in _LAYERS)):
        kind = known(call.func, scene)
        if kind not in _LAYERS or not any(is_tensor(known(item, scene)) for item in call.args):
            continue
        created = ast.Call(call.func, [], call.keywords)
        fix = rewritten(scene, call, ast.unparse(ast.Call(created, call.args, [])))
        return Finding(PROVED, {"code": ast.unparse(call), "name": ast.unparse(call.func)}, fix)
    return None


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
    return Finding(PROVED, values, with_operand(scene, found, 1, ".long()"))


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
        return with_operand(scene, found, 1, ".squeeze(1)")
    if given.ndim == 3 and tuple(target.shape) == tuple(given.shape[:2]):
        return with_operand(scene, found, 0, ".transpose(1, 2)")
    if given.shape == target.shape and given.ndim == 2:
        return with_operand(scene, found, 1, ".argmax(dim=1)")
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


TARGETS: Final = (
    Rule(
        "loss_not_created",
        r"Boolean value of Tensor with (more than one|no) values? is ambiguous",
        _not_created,
        (
            Example(
                "p, y = torch.ones(3), torch.zeros(3)\nloss = nn.MSELoss(p, y)",
                "p, y = torch.ones(3), torch.zeros(3)\nloss = nn.MSELoss()(p, y)",
            ),
            Example(
                "z, y = torch.zeros(4, 3), torch.tensor([0, 1, 2, 0])\n"
                "loss = nn.CrossEntropyLoss(z, y)",
                "z, y = torch.zeros(4, 3), torch.tensor([0, 1, 2, 0])\n"
                "loss = nn.CrossEntropyLoss()(z, y)",
            ),
        ),
        alone=NEVER,
    ),
    Rule(
        "loss_arguments_swapped",
        r"not implemented for '(Long|Int)'|Expected target size|Expected input batch_size"
        r"|0D or 1D target tensor expected",
        _swapped,
        (
            Example(
                "logits = torch.zeros(4, 3)\ny = torch.tensor([0, 1, 2, 0])\n"
                "F.cross_entropy(y, logits)",
                "logits = torch.zeros(4, 3)\ny = torch.tensor([0, 1, 2, 0])\n"
                "F.cross_entropy(logits, y)",
            ),
        ),
        alone=NEVER,
    ),
    Rule(
        "loss_sizes",
        r"Using a target size \(.*\) that is different to the input size"
        r"|Target size \(.*\) must be the same as input size",
        _loss_sizes,
        (
            Example(
                "model = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())\nx = torch.ones(8, 2)\n"
                "y = torch.ones(8)\nloss = nn.BCELoss()(model(x), y)",
                "model = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())\nx = torch.ones(8, 2)\n"
                "y = torch.ones(8)\nloss = nn.BCELoss()(model(x), y.unsqueeze(1))",
            ),
            Example(
                "z = torch.ones(8, 1)\ny = torch.ones(8)\n"
                "loss = F.binary_cross_entropy_with_logits(z, y)",
                "z = torch.ones(8, 1)\ny = torch.ones(8)\n"
                "loss = F.binary_cross_entropy_with_logits(z, y.unsqueeze(1))",
            ),
        ),
    ),
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
)
