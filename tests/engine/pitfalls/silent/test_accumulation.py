"""Gradients that add up are seen, and only where one was there."""

from __future__ import annotations

import pytest
import torch

from engine.pitfalls.silent.accumulation import CALLS, watching
from engine.pitfalls.silent.parameters import Snapshot
from tests.engine.notebook.cells import Session, notes

LEAF = "x = torch.tensor(2.0, requires_grad=True)"
NOTES = ("note.gradients_kept", "note.gradients_summed")


def said(*cells: str) -> dict[str, str]:
    """What the last cell is told of gradients: the names by the note."""
    session = Session()
    for cell in cells:
        report = session.run(cell)
        assert report.failure is None
    return {key: value["names"] for key, value in notes(report).items() if key in NOTES}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ((f"{LEAF}\n(x ** 2).backward()\n(x ** 3).backward()",), {NOTES[1]: "x.grad"}),
        ((LEAF, "(x ** 2).backward()", "(x ** 2).backward()"), {NOTES[0]: "x.grad"}),
        ((f"{LEAF}\nfor _ in range(3):\n    (x ** 2).backward()",), {NOTES[1]: "x.grad"}),
        (
            (f"{LEAF}\nf = x * x\nf.backward(retain_graph=True)\nf.backward()",),
            {NOTES[1]: "x.grad"},
        ),
        (
            (
                "net = nn.Linear(2, 1)\nx = torch.ones(3, 2)",
                "net(x).sum().backward()",
                "net(x).sum().backward()",
            ),
            {NOTES[0]: "net.weight.grad, net.bias.grad"},
        ),
        (
            (
                f"{LEAF}\nopt = torch.optim.SGD([x], lr=0.1)\n"
                "for _ in range(3):\n    x.exp().backward()\n    opt.step()",
            ),
            {NOTES[1]: "x.grad"},
        ),
        # Innocent: parts of one batch, one call by several paths, another leaf, a gradient
        # that was set back.
        (
            (
                f"{LEAF}\nopt = torch.optim.SGD([x], lr=0.1)\n"
                "for part in range(3):\n    (x.exp() / 3).backward()\nopt.step()",
            ),
            {},
        ),
        ((f"{LEAF}\n(x * x + x).backward()",), {}),
        ((LEAF, "(x / x + x).backward()"), {}),
        ((f"{LEAF}\ny = x.detach().requires_grad_()\nx.exp().backward()\ny.exp().backward()",), {}),
        ((LEAF, "x.exp().backward()", "x.grad = None\nx.exp().backward()"), {}),
        ((LEAF, "x.exp().backward()", "x.grad.zero_()\nx.exp().backward()"), {}),
        ((LEAF, "x.exp().backward()", "x.grad = None", "x.exp().backward()"), {}),
        (
            (
                f"{LEAF}\nopt = torch.optim.SGD([x], lr=0.1)",
                "for _ in range(3):\n    opt.zero_grad()\n    x.exp().backward()\n    opt.step()",
            ),
            {},
        ),
        (
            (
                LEAF,
                "def clean():\n    x.grad = None",
                "x.exp().backward()",
                "clean()\nx.exp().backward()",
            ),
            {},
        ),
    ],
)
def test_only_gradients_that_were_added_to_are_told(
    cells: tuple[str, ...], expected: dict[str, str]
) -> None:
    assert said(*cells) == expected


def test_backward_is_torchs_own_again_whatever_the_cell_does() -> None:
    original = torch.autograd.backward
    session = Session()
    for cell in (
        "x.backward()",
        "raise SystemExit  # backward",
        "b = torch.autograd.backward  # backward",
    ):
        session.run(cell)
        assert torch.autograd.backward is original


def test_watching_ends_after_some_calls() -> None:
    snapshot, x = Snapshot(), torch.tensor(1.0, requires_grad=True)
    with watching(snapshot):
        for _ in range(CALLS + 5):
            (x * 2).backward()  # type: ignore[no-untyped-call]

    assert len(snapshot.added) == CALLS - 1
