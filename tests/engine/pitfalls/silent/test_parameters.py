"""Gradients that are no longer finite, and where."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from engine.pitfalls.silent.parameters import leaves
from tests.engine.notebook.cells import Session, notes

ZEROS = "x = torch.zeros(3, requires_grad=True)"


def bad(*cells: str) -> tuple[str, str] | None:
    """The suspect and the values where the gradient of the last cell is bad."""
    session = Session()
    for cell in cells:
        report = session.run(cell)
        assert report.failure is None
    found = [(k, v["values"]) for k, v in notes(report).items() if k.startswith("note.bad")]
    return found[0] if found else None


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (f"{ZEROS}\n(x ** 2).sum().sqrt().backward()", ("note.bad_gradient_sqrt", "0")),
        (f"{ZEROS}\n((x ** 2).sum() ** 0.5).backward()", ("note.bad_gradient_sqrt", "0")),
        (f"{ZEROS}\n(x / x).sum().backward()", ("note.bad_gradient_division", "0")),
        (
            "x = torch.tensor([0.0, 4.0], requires_grad=True)\nx.log().sum().backward()",
            ("note.bad_gradient_log", "0"),
        ),
        (
            "x = torch.tensor([0.0, 4.0], requires_grad=True)\n"
            "torch.where(x > 0, torch.sqrt(x), torch.zeros(2)).sum().backward()",
            ("note.bad_gradient_where", "0"),
        ),
        (f"{ZEROS}\n(x.detach().reciprocal() * x).sum().backward()", ("note.bad_gradient", "0")),
        # The same with nothing wrong.
        (f"{ZEROS}\ntorch.linalg.norm(x).backward()", None),
        ("x = torch.ones(3, requires_grad=True)\n(x ** 2).sum().sqrt().backward()", None),
        (
            "x = torch.tensor([float('nan')], requires_grad=True)\n(x * 2).sum().backward()",
            None,
        ),
    ],
)
def test_bad_gradient_of_a_finite_leaf_is_told(cell: str, expected: tuple[str, str] | None) -> None:
    assert bad(cell) == expected


def test_gradient_that_was_bad_before_is_not_told_again() -> None:
    assert bad(f"{ZEROS}\nx.sqrt().sum().backward()", "y = x * 2\ny.sum().backward()") is None


def test_parameters_of_models_are_found_past_what_they_override() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(2, 1)

        def parameters(self, recurse: bool = True) -> Any:
            raise AssertionError

    net = Net()
    net.fc(torch.ones(2)).sum().backward()

    found = {name for name, _, _ in leaves({"net": net, "same": net, "_": net.fc.weight})}
    assert found == {"net.fc.weight", "net.fc.bias"}
