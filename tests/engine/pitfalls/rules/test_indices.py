"""Indices and axes that a tensor has not."""

from __future__ import annotations

import pytest

from tests.engine.pitfalls.explained import told


@pytest.mark.parametrize(
    ("cell", "slug", "fix"),
    [
        ("x = torch.ones(2, 3)\nx[0, 3]", "index_out", "x[0, -1]"),
        ("x = torch.ones(3)\nfor i in range(4):\n    x[i]", "index_out", ""),
        ("x = torch.ones(2, 3)\nx.softmax(dim=2)", "axis_out", "x.softmax(dim=-1)"),
        ("x = torch.ones(2, 3)\nx[0, 0, 0]", "too_many_indices", ""),
        ("x = torch.ones(4)\nx[len(x) / 2]", "real_index", "x[int(len(x) / 2)]"),
    ],
)
def test_last_element_or_axis_is_offered_for_one_too_many(cell: str, slug: str, fix: str) -> None:
    assert told(cell) == (slug, "proved", fix)
