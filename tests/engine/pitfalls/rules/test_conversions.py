"""Tensors where numbers, truths or functions are wanted: one message, several causes."""

from __future__ import annotations

import pytest

from tests.engine.notebook.cells import Session
from tests.engine.pitfalls.explained import explained, told


@pytest.mark.parametrize(
    ("cell", "slug", "fix"),
    [
        ("x = torch.ones(3)\ny = float(x + 1)", "number_of_many", "y = (x + 1).tolist()"),
        (
            "x = torch.arange(5)\nif x > 1 and x < 4:\n    pass",
            "truth_of_many",
            "((x > 1) & (x < 4)).all()",
        ),
        ("x = torch.ones(3)\nwhile not x > 2:\n    pass", "truth_of_many", "(x > 2).all()"),
        ("n = torch.tensor(2.)\nrange(n)", "tensor_as_index", "range(int(n))"),
        ("x = torch.ones(2, 3)\ny = x.T() + 1", "attribute_called", "y = x.T + 1"),
        ("x = torch.ones(3)\ny = x(0)", "tensor_called", "y = x[0]"),
    ],
)
def test_cause_is_told_from_the_code(cell: str, slug: str, fix: str) -> None:
    assert told(cell) == (slug, "proved", fix)


def test_devices_are_named() -> None:
    values = explained("x = torch.ones(3)\ny = torch.ones(3, device='meta')\nz = x * y").values

    assert (values["left_device"], values["right_device"]) == ("cpu", "meta")


@pytest.mark.parametrize("cell", ["f = None\nf(1)", "True(1)", "x = 3\nx.y()", "'list'[1]()"])
def test_errors_without_a_tensor_are_left_alone(cell: str) -> None:
    assert Session().run(cell).explanation is None
