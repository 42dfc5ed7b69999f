"""What succeeds is looked at cheaply, without noise and without harm."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.jail.pool import Pool
from engine.pitfalls.silent.notes import before, notes_after
from engine.records import CellReport, Job, from_data
from tests.engine.notebook.cells import Session

SEMINAR = json.loads((Path(__file__).parents[2] / "seminar_cells.json").read_text())


@pytest.mark.parametrize("source", ["x = 1", "torch.ones(3) @ w", "print('loss')"])
def test_cell_without_telling_words_is_not_looked_at(source: str) -> None:
    assert before(source, {"x": torch.ones(1, requires_grad=True)}) is None


def test_seminar_is_told_of_its_own_slips_and_of_nothing_else() -> None:
    session, said = Session(), []
    for cell in SEMINAR:
        report = session.run(cell["source"])
        said += [note.key for note in report.notes if not note.key.startswith("note.unfilled")]

    assert said == [
        "correction.take_along_dim",
        "correction.detach_copy",
        "correction.graph_cycle",
        "note.not_run",
        "note.not_run",
    ]


HOSTILE = """
class Odd(torch.Tensor):
    @classmethod
    def __torch_function__(cls, *args, **kwargs): 1 / 0
class Net(nn.Module):
    def __getattribute__(self, name): 1 / 0
class Any:
    __class__ = property(lambda self: 1 / 0)
    def __getattr__(self, name): 1 / 0
    def __eq__(self, other): 1 / 0
odd = torch.Tensor._make_subclass(Odd, torch.ones(2))
net = nn.Module.__new__(Net)
anything = Any()
globals()[3] = odd
x = torch.zeros(2, requires_grad=True)
x.sqrt().sum().backward()
z = anything.__class__ if False else x.detach()
(z - odd if False else x).sum().backward()
"""


def test_hostile_values_do_not_hide_what_is_told() -> None:
    report = Session().run(HOSTILE)

    assert report.failure is None, report.failure
    assert "note.bad_gradient_sqrt" in {note.key for note in report.notes}


@pytest.mark.parametrize("value", [None, 3, object(), torch.ones(2).numpy()])
def test_names_of_any_kind_are_passed_over(value: Any) -> None:
    code = "f.backward()\nz = y.detach()\nF.mse_loss(f, y)\nf.take_along_dim(y.view(-1,1,1), dim=2)"
    snapshot = before(code, {"f": value, "y": value})

    assert snapshot is not None
    assert notes_after(code, ast.parse(code), {"f": value, "y": value}, snapshot) == []


async def test_note_and_explanation_come_out_of_a_real_jail(pool: Pool) -> None:
    async def run(source: str) -> CellReport:
        result = await pool.run(Job("cell.evaluate", {"source": source}, "quiet"))
        return from_data(CellReport, result.data)

    await run("x = torch.ones(4, 1, requires_grad=True)\ny = torch.ones(4)\nx.sum().backward()")
    told = {note.key for note in (await run("((x - y) ** 2).mean().backward()")).notes}
    failed = await run("layer = nn.Linear(3, 2)\nlayer(x)")

    assert told == {"note.loss_of_pairs", "note.gradients_kept"}
    assert failed.explanation is not None
    assert failed.explanation.values["layer"] == "layer"
