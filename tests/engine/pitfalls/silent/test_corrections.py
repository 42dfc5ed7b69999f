"""What the seminar says and torch does otherwise is told where a cell proves it."""

from __future__ import annotations

import pytest
import torch

from engine.records import CellReport
from tests.engine.notebook.cells import Session, notes

INDEXED = "x = torch.arange(12).view(2, 3, 2)\nindices = torch.tensor([0, 1, 0])\n"
LINE = "x.take_along_dim(indices.view(-1, 1, 1), dim=2)"


def run(cell: str) -> CellReport:
    return Session().run(cell)


def corrections(cell: str) -> set[str]:
    return {key for key in notes(run(cell)) if key.startswith("correction.")}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("y = torch.ones(3)\nz = y.detach()", {"correction.detach_copy"}),
        ("y = torch.ones(3)\nz = y.detach().clone()", set()),
        ("y = torch.ones(3)\nz = y.detach() + 1", set()),
        ("y = torch.ones(3)\nprint(y.detach())", set()),
        (
            "w = torch.tensor(1.0, requires_grad=True)\nf = w + 1\nf.backward()\nf.backward()",
            {"correction.second_backward"},
        ),
        (
            "w = torch.tensor(1.0, requires_grad=True)\nf = w * w\n"
            "f.backward(retain_graph=True)\nf.backward()",
            set(),
        ),
        (
            "w = torch.tensor(1.0, requires_grad=True)\nf = w + 1\nf.backward()\n"
            "f = w + 1\nf.backward()",
            set(),
        ),
        (
            "w = torch.tensor(1.0, requires_grad=True)\nf = w * w\nf.backward()\nf.backward()",
            set(),
        ),
        (f"{INDEXED}#{LINE}", {"correction.take_along_dim"}),
        (f"{INDEXED}{LINE}", {"correction.take_along_dim"}),
        (f"{INDEXED}x.take_along_dim(indices.view(1, 1, -1), dim=2)", set()),
        (f"x = torch.ones(3, 1, 2)\nindices = torch.zeros(3).long()\n{LINE}", set()),
    ],
)
def test_correction_is_made_only_where_it_is_proved(cell: str, expected: set[str]) -> None:
    assert corrections(cell) == expected


def test_line_that_is_proposed_runs_and_has_the_shape_told() -> None:
    values = notes(run(f"{INDEXED}#{LINE}"))["correction.take_along_dim"]
    names = {"x": torch.arange(12).view(2, 3, 2), "indices": torch.tensor([0, 1, 0])}

    assert str(tuple(eval(values["code"], names).shape)) == values["shape"]


@pytest.mark.parametrize(
    ("cell", "changed"),
    [
        ("x = torch.ones(3)\nz = x.detach()\nz[0] = 5", ("z", "x")),
        ("x = torch.ones(3)\nz = x.data\nx.add_(1)", ("x", "z")),
        ("x = torch.ones(3)\nz = x.detach()\nz += 1", ("z", "x")),
        ("x = torch.ones(3)\nz = x.detach()\nz = z + 1", None),
        ("x = torch.ones(3)\nz = x.detach().clone()\nz[0] = 5", None),
        ("x = torch.ones(3)\nx[0] = 5\nz = x.detach()", None),
        ("x = torch.ones(3)\nz = x.detach()\nz.requires_grad_()", None),
    ],
)
def test_shared_memory_is_told_when_it_is_written_to(
    cell: str, changed: tuple[str, str] | None
) -> None:
    found = notes(run(cell)).get("note.shared_memory")

    assert (found and (found["changed"], found["other"])) == changed
