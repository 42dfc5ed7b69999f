"""Another shape, a longer tensor, an index: near misses included."""

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
        (
            "x = [torch.ones(2, 3), torch.ones(2, 4)]\ny = torch.cat(x)",
            "cat_sizes",
            "y = torch.cat(x, dim=1)",
        ),
        ("torch.cat([torch.ones(2, 3), torch.ones(4)])", "cat_ranks", ""),
        ("x = torch.ones(2)\ntorch.cat([x, torch.tensor(1.)])", "cat_numbers", ""),
        ("x = torch.ones(2)\ny = torch.ones(2, 3)\ntorch.stack([x, y])", "stack_sizes", ""),
        ("x = torch.ones(2, 3)\nx[0, 3]", "index_out", "x[0, -1]"),
        ("x = torch.ones(3)\nfor i in range(4):\n    x[i]", "index_out", ""),
        ("x = torch.ones(2, 3)\nx.softmax(dim=2)", "axis_out", "x.softmax(dim=-1)"),
        ("x = torch.ones(2, 3)\nx[0, 0, 0]", "too_many_indices", ""),
        ("x = torch.zeros(2, 3)\nx[:, 0] = torch.ones(3)", "part_of_shape", ""),
    ],
)
def test_mistake_is_told_and_mended_where_the_shapes_say_how(
    cell: str, slug: str, fix: str
) -> None:

    assert told(cell) == (slug, "proved", fix)


def test_place_in_a_list_is_told() -> None:
    values = explained("parts = [torch.ones(2)] * 3 + [torch.ones(5)]\ntorch.stack(parts)").values

    assert (values["left"], values["right"], values["right_shape"]) == (
        "parts[0]",
        "parts[3]",
        "(5,)",
    )
