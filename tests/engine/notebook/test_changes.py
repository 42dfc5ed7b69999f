"""What happened to the names of a session is seen without comparing values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from engine.notebook.changes import changed, marks_of

Names = dict[str, Any]


def session() -> Names:
    w = torch.ones(2, requires_grad=True)
    v = torch.ones(2, requires_grad=True)
    (v * v).sum().backward()  # type: ignore[no-untyped-call]
    with torch.inference_mode():
        frozen = torch.ones(2)
    return {"w": w, "v": v, "x": torch.ones(3), "model": torch.nn.Linear(2, 1), "frozen": frozen,
            "items": [1], "n": 1, "_": 5}  # fmt: skip


def nothing(names: Names) -> None:
    (names["x"] * 2 + names["n"]).sum()


def train(names: Names) -> None:
    names["model"](torch.ones(2)).sum().backward()
    torch.optim.SGD(names["model"].parameters(), 0.1).step()


@pytest.mark.parametrize(
    ("act", "names"),
    [
        (nothing, []),
        (lambda names: names["x"].add_(1), ["x"]),
        (lambda names: names["x"].view(-1).__setitem__(0, 5), ["x"]),
        (lambda names: names["frozen"].sum(), []),
        (lambda names: names["items"].append(2), ["items"]),
        (lambda names: names.update(n=2), ["n"]),
        (lambda names: names.update(_=6), []),
        (lambda names: names.update(new=2), ["new"]),
        (lambda names: (names["w"] * 2).sum().backward(), ["w.grad"]),
        (lambda names: (names["v"] * 2).sum().backward(), ["v.grad"]),
        (train, ["model.weight", "model.weight.grad", "model.bias", "model.bias.grad"]),
    ],
)
def test_changes_are_seen(act: Callable[[Names], object], names: list[str]) -> None:
    live = session()
    before = marks_of(live)
    act(live)
    assert changed(before, marks_of(live)) == names
