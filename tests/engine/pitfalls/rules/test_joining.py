"""Tensors put together: which two differ, and where they would fit."""

from __future__ import annotations

import pytest

from tests.engine.pitfalls.explained import explained, told


@pytest.mark.parametrize(
    ("cell", "slug", "fix"),
    [
        (
            "x = [torch.ones(2, 3), torch.ones(2, 4)]\ny = torch.cat(x)",
            "cat_sizes",
            "y = torch.cat(x, dim=1)",
        ),
        ("torch.cat([torch.ones(2, 3), torch.ones(4)])", "cat_ranks", ""),
        ("x = torch.ones(2)\ntorch.cat([x, torch.tensor(1.)])", "cat_numbers", ""),
        ("x = torch.ones(2)\ny = torch.ones(2, 3)\ntorch.stack([x, y])", "stack_sizes", ""),
    ],
)
def test_tensors_are_joined_where_they_fit(cell: str, slug: str, fix: str) -> None:
    assert told(cell) == (slug, "proved", fix)


def test_place_in_a_list_is_told() -> None:
    values = explained("parts = [torch.ones(2)] * 3 + [torch.ones(5)]\ntorch.stack(parts)").values

    assert (values["left"], values["right"], values["right_shape"]) == (
        "parts[0]",
        "parts[3]",
        "(5,)",
    )
