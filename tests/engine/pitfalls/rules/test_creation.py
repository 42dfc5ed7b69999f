"""Lists and arrays that do not become tensors."""

from __future__ import annotations

import pytest

from tests.engine.pitfalls.explained import explained, told


@pytest.mark.parametrize(
    ("cell", "slug", "fix"),
    [
        ("a = [torch.ones(2)] * 3\nx = torch.tensor(a)", "tensor_of_tensors", "x = torch.stack(a)"),
        ("a = [torch.ones(2), 3]\nx = torch.tensor(a)", "tensor_of_tensors", ""),
    ],
)
def test_tensors_of_a_list_are_stacked_when_they_are_equal(cell: str, slug: str, fix: str) -> None:
    assert told(cell) == (slug, "proved", fix)


def test_reversed_array_is_copied() -> None:
    cell = "a = np.arange(3)\nx = torch.from_numpy(a[::-1])"

    assert told(cell) == ("negative_stride", "likely", "x = torch.from_numpy(a[::-1].copy())")


def test_uneven_rows_are_counted() -> None:
    assert explained("torch.tensor([[1, 2], [3], 4])").values["lengths"] == "2, 1, —"
