"""Losses cut off from their parameters, and losses of all pairs."""

from __future__ import annotations

import pytest

from tests.engine.notebook.cells import Session, notes

DATA = "p = torch.rand(4, 1, requires_grad=True)\ny = torch.rand(4)\n"
WEIGHT = "w = torch.ones(3, requires_grad=True)\n"


def keys(cell: str) -> set[str]:
    report = Session().run(cell)
    assert report.failure is None
    return {key for key in notes(report) if key in ("note.loss_of_pairs", "note.lost_graph")}


@pytest.mark.parametrize(
    "loss",
    [
        "F.mse_loss(p, y)",
        "nn.functional.l1_loss(y, p)",
        "((p - y) ** 2).mean()",
        "torch.mean((p - y) ** 2)",
        "(y - p).abs().sum()",
        "criterion = nn.MSELoss()\nloss = criterion(p, y)",
    ],
)
def test_loss_of_all_pairs_is_told(loss: str) -> None:
    found = notes(Session().run(DATA + loss))["note.loss_of_pairs"]

    assert (found["size"], found["pairs"]) == (4, 16)


@pytest.mark.parametrize(
    "loss",
    [
        "F.mse_loss(p.squeeze(1), y)",
        "((p - y.view(-1, 1)) ** 2).mean()",
        "((p - y[:, None]) ** 2).mean()",
        "((y[:, None] - y[None]) ** 2).mean()",
        "((p - p.mean()) ** 2).mean()",
        "(p - y).shape",
        "F.mse_loss(torch.rand(1, 1), torch.rand(1))",
    ],
)
def test_loss_of_equal_shapes_or_of_wanted_pairs_is_not(loss: str) -> None:
    assert keys(DATA + loss) == set()


@pytest.mark.parametrize(
    "made",
    [
        "torch.tensor((w ** 2).sum().item(), requires_grad=True)",
        "(w ** 2).sum().detach().requires_grad_()",
        "torch.tensor(float((w ** 2).sum()), requires_grad=True)",
    ],
)
def test_loss_made_anew_has_lost_its_graph(made: str) -> None:
    assert keys(f"{WEIGHT}loss = {made}\nloss.backward()") == {"note.lost_graph"}


@pytest.mark.parametrize(
    "cell",
    [
        "loss = (w ** 2).sum()\nloss.backward()\nprint(loss.item())",
        "x = torch.tensor(2.0, requires_grad=True)\nx.backward()",
        "x = torch.tensor([1.0, 2.0], requires_grad=True)\nf = (x * w[:2].detach()).sum()\n"
        "f.backward()",
    ],
)
def test_ordinary_loss_has_not(cell: str) -> None:
    assert keys(WEIGHT + cell) == set()
