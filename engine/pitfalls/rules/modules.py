"""Modules of one's own, and what their layers wait for."""

from __future__ import annotations

import ast
from typing import Final

from engine.pitfalls.facts.code import path_to
from engine.pitfalls.repair.replay import culprit
from engine.pitfalls.rule import Example, Finding, Rule, Scene
from engine.pitfalls.rules.shapes import PROVED, shape_text
from engine.records import Certainty, Json

_CHANNELS: Final = ("Conv1d", "Conv2d")


def _no_super(scene: Scene) -> Finding | None:
    """`__init__` that sets a layer before `super().__init__()` was called."""
    around = path_to(scene.tree, scene.line) if scene.tree else ()
    kinds = [node for node in around if isinstance(node, ast.ClassDef)]
    inits = [node for node in around if isinstance(node, ast.FunctionDef)]
    if not kinds or not inits or inits[-1].name != "__init__":
        return None
    called = [node for node in ast.walk(inits[-1]) if isinstance(node, ast.Call)]
    parent = next((node for node in called if ast.unparse(node.func).endswith("__init__")), None)
    values: dict[str, Json] = {"name": kinds[-1].name}
    if parent is not None and parent.lineno <= scene.line:
        return None
    return Finding(Certainty.LIKELY, values)


def _channels(scene: Scene) -> Finding | None:
    found = culprit(scene)
    if found is None or found.name not in _CHANNELS or found.layer is None or not found.tensors:
        return None
    text, given = found.tensors[0]
    axis = -3 if found.name == "Conv2d" else -2
    wanted = found.layer.in_channels
    if given.ndim < -axis or given.shape[axis] == wanted:
        return None
    values: dict[str, Json] = {
        "layer": found.label, "in_channels": int(wanted), "text": text,  # type: ignore[arg-type]
        "shape": shape_text(given), "size": given.shape[axis],
    }  # fmt: skip
    return Finding(PROVED, values)


_NET = """\
class Net(nn.Module):
    def __init__(self):
{lines}
    def forward(self, x):
        return self.fc(x)
net = Net()"""
_LAYER = "        self.fc = nn.Linear(2, 1)\n"

MODULES: Final = (
    Rule(
        "super_not_called",
        r"AttributeError: cannot assign (module|parameters) before Module\.__init__\(\) call",
        _no_super,
        (
            Example(
                _NET.format(lines=_LAYER),
                _NET.format(lines=f"        super().__init__()\n{_LAYER}"),
            ),
            Example(
                _NET.format(lines=f"{_LAYER}        super().__init__()\n"),
                _NET.format(lines=f"        super().__init__()\n{_LAYER}"),
            ),
        ),
    ),
    Rule(
        "channels_differ",
        r"Given groups=\d+, weight of size \[.*\], expected input\[.*\] to have \d+ channels",
        _channels,
        (
            Example(
                "conv = nn.Conv2d(3, 8, 3)\nx = torch.ones(4, 1, 28, 28)\nconv(x)",
                "conv = nn.Conv2d(1, 8, 3)\nx = torch.ones(4, 1, 28, 28)\nconv(x)",
            ),
            Example(
                "conv = nn.Conv2d(3, 8, 3)\nimage = torch.ones(28, 28, 3)\nconv(image)",
                "conv = nn.Conv2d(3, 8, 3)\nimage = torch.ones(28, 28, 3)\n"
                "conv(image.permute(2, 0, 1))",
            ),
        ),
    ),
)
