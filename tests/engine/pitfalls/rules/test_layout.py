"""Another shape for the same numbers: near misses included."""

from __future__ import annotations

import pytest

from tests.engine.pitfalls.explained import explained, told


@pytest.mark.parametrize(
    ("cell", "slug", "fix"),
    [
        ("x = torch.ones(2, 3).T\nprint(x.view(-1))", "view_of_strides", "print(x.reshape(-1))"),
        ("x = torch.arange(12)\ny = x.view(5, 3)", "view_of_count", "y = x.view(-1, 3)"),
        ("x = torch.arange(12)\nx.view((5, 3))", "view_of_count", "x.view(-1, 3)"),
        ("x = torch.arange(10)\nx.view(3, 4)", "view_of_count", ""),
        ("x = torch.ones(3)\nx.expand(3, 2)", "expand_sizes", "x.unsqueeze(1).expand(3, 2)"),
        ("x = torch.ones(3)\nx.expand(4)", "expand_sizes", ""),
        ("x = torch.zeros(2, 3)\nx[:, 0] = torch.ones(3)", "part_of_shape", ""),
    ],
)
def test_shape_is_mended_where_the_sizes_say_how(cell: str, slug: str, fix: str) -> None:
    assert told(cell) == (slug, "proved", fix)


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ("x = torch.zeros(2, 3)\nx[:, 0] = torch.ones(3)", "x[:, 0]"),
        ("x = torch.zeros(2, 3)\ni = 1\nx[(i + 1) - (i)] = torch.ones(2)", "x[i + 1 - i]"),
        ("x = torch.zeros(2, 3)\nx[0, 1, 2]", "x[0, 1, 2]"),
    ],
)
def test_place_is_told_as_it_is_written(cell: str, place: str) -> None:
    assert explained(cell).values["place"] == place
