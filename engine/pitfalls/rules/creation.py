"""Lists, arrays and numbers that do not become tensors."""

from __future__ import annotations

import ast
import re
from typing import Final

from engine.pitfalls.facts.code import called, calls, head, statement
from engine.pitfalls.facts.trusted import is_tensor
from engine.pitfalls.repair.replay import known
from engine.pitfalls.repair.rewriting import atom, rewritten
from engine.pitfalls.rule import NEVER, Example, Finding, Rule, Scene
from engine.pitfalls.rules.shapes import PROVED, shape_text
from engine.records import Certainty, Json

_LIKELY = Certainty.LIKELY


def _of_tensors(scene: Scene) -> Finding | None:
    """`torch.tensor([a, b])` of tensors that are no numbers."""
    for call in calls(head(statement(scene)), "tensor", "Tensor", "FloatTensor"):
        items = known(call.args[0], scene) if call.args else None
        if not isinstance(items, (list, tuple)):
            continue
        large = [item for item in items if is_tensor(item) and item.numel() != 1]
        if large:
            text = ast.unparse(call.args[0])
            equal = {item.shape for item in large} == {large[0].shape} and len(large) == len(items)
            fix = rewritten(scene, call, f"torch.stack({text})") if equal else ""
            return Finding(PROVED, {"text": text, "shape": shape_text(large[0])}, fix)
    return None


def _ragged(scene: Scene) -> Finding | None:
    for call in calls(head(statement(scene)), "tensor", "Tensor", "as_tensor", "FloatTensor"):
        rows = known(call.args[0], scene) if call.args else None
        if not isinstance(rows, (list, tuple)):
            continue
        lengths = [len(row) if isinstance(row, (list, tuple)) else None for row in rows]
        if len(set(lengths)) > 1:
            shown = ["—" if length is None else str(length) for length in lengths[:8]]
            values: dict[str, Json] = {
                "text": ast.unparse(call.args[0])[:80], "lengths": ", ".join(shown)
            }  # fmt: skip
            return Finding(PROVED, values)
    return None


def _reversed(scene: Scene) -> Finding | None:
    for call in calls(head(statement(scene)), "from_numpy", "tensor", "as_tensor", "Tensor"):
        if call.args:
            text = ast.unparse(call.args[0])
            fix = rewritten(scene, call.args[0], f"{atom(text)}.copy()")
            return Finding(_LIKELY, {"text": text}, fix)
    return None


def _not_tensor(scene: Scene) -> Finding | None:
    """`torch.sqrt(4)`, `torch.mean([1., 2.])`: a function of tensors is given something else."""
    told = re.search(r"(\w+)\(\): argument '\w+' \(position 1\) must be Tensor, not", scene.message)
    for call in calls(head(statement(scene)), told[1]) if told else []:
        value = known(call.args[0], scene) if call.args else None
        if type(value) in (int, float, list, tuple):
            text = ast.unparse(call.args[0])
            kind = type(value).__name__
            values: dict[str, Json] = {"text": text, "kind": kind, "name": called(call)}
            real = repr(float(value)) if type(value) is int else text
            return Finding(PROVED, values, rewritten(scene, call.args[0], f"torch.tensor({real})"))
    return None


CREATION: Final = (
    Rule(
        "tensor_of_tensors",
        r"only one element tensors can be converted to Python scalars",
        _of_tensors,
        (
            Example(
                "a = torch.ones(2)\nb = torch.zeros(2)\nx = torch.tensor([a, b])",
                "a = torch.ones(2)\nb = torch.zeros(2)\nx = torch.stack([a, b])",
            ),
        ),
    ),
    Rule(
        "rows_differ",
        r"expected sequence of length \d+ at dim|TypeError: not a sequence"
        r"|'list' object cannot be interpreted as an integer",
        _ragged,
        (
            Example("x = torch.tensor([[1, 2], [3]])", "x = torch.tensor([[1, 2], [3, 0]])"),
            Example("x = torch.tensor([[1, 2], 3])", "x = torch.tensor([[1, 2], [3, 3]])"),
            Example("x = torch.tensor([1, [2, 3]])", "x = torch.tensor([1, 2, 3])"),
        ),
        alone=r"expected sequence of length \d+ at dim",
    ),
    Rule(
        "negative_stride",
        r"At least one stride in the given numpy array is negative",
        _reversed,
        (
            Example(
                "a = np.arange(3)[::-1]\nx = torch.from_numpy(a)",
                "a = np.arange(3)[::-1]\nx = torch.from_numpy(a.copy())",
            ),
        ),
    ),
    Rule(
        "not_a_tensor",
        r"\w+\(\): argument '\w+' \(position 1\) must be Tensor, not (int|float|list|tuple)",
        _not_tensor,
        (
            Example("torch.sqrt(4)", "torch.sqrt(torch.tensor(4.0))"),
            Example("torch.mean([1.0, 2.0])", "torch.mean(torch.tensor([1.0, 2.0]))"),
        ),
        alone=NEVER,
    ),
)
