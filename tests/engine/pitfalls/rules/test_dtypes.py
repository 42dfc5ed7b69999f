"""Element types: which tensor is cast, and to what."""

from __future__ import annotations

import pytest

from tests.engine.pitfalls.explained import told


@pytest.mark.parametrize(
    ("cell", "slug", "fix"),
    [
        (
            "w = torch.arange(6).view(2, 3)\nx = torch.ones(3, 2)\ny = w @ x",
            "product_dtypes",
            "y = w.float() @ x",
        ),
        (
            "w = torch.ones(2, 3)\nx = torch.ones(3, 2).double()\nw @ (x + 1)",
            "product_dtypes",
            "w @ (x + 1).float()",
        ),
        (
            "net = nn.Sequential(nn.Linear(3, 2))\nx = torch.ones(5, 3).double()\nnet(x)",
            "product_dtypes",
            "net(x.float())",
        ),
        ("x = torch.arange(3)\nx /= 2", "integers_in_place", "x = x / 2"),
        ("x = torch.arange(3)\ny = (x * 2).mean()", "integers_given", "y = (x * 2).float().mean()"),
    ],
)
def test_one_operand_is_cast(cell: str, slug: str, fix: str) -> None:
    assert told(cell) == (slug, "proved", fix)


def test_floats_of_other_operations_are_left_to_their_own_message() -> None:
    cell = "x = torch.arange(3)\nx.normal_()"

    assert told(cell)[1] == "usual"
