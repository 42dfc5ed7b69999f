"""Targets of a loss are brought to what it wants."""

from __future__ import annotations

import pytest

from tests.engine.pitfalls.explained import told


@pytest.mark.parametrize(
    ("cell", "slug", "fix"),
    [
        (
            "crit = nn.BCEWithLogitsLoss()\nz = torch.zeros(4)\ny = torch.ones(4).long()\n"
            "loss = crit(z, y)",
            "target_dtype",
            "loss = crit(z, y.float())",
        ),
        (
            "crit = nn.CrossEntropyLoss()\nz = torch.zeros(4, 3)\ny = torch.ones(4)\ncrit(z, y)",
            "class_dtype",
            "crit(z, y.long())",
        ),
    ],
)
def test_target_is_cast(cell: str, slug: str, fix: str) -> None:
    assert told(cell) == (slug, "proved", fix)
