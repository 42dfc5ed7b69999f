"""What /broadcast hands on to /shape is understood there."""

from __future__ import annotations

import pytest

from engine.reading.shape_text import read_shapes
from engine.records import Note
from tests.engine.tracing.traced import Tracing


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("(5,3) + (5,1) * (3,)", "(5, 3)"),
        ("((5,3) + (5,1)) @ (3,2)", "(5, 2)"),
        ("(5,3) @ (3,2) @ (2,4)", "(5, 4)"),
        ("5x3 @ 3x2 + 1", "(5, 2)"),
        ("a=5×3 b=[3, 2] c=2 a @ b + c", "(5, 2)"),
        ("x=(64,128) W=(256,128) b=(256,) x @ W.T + b", "(64, 256)"),
        ("x=(5,3); w=(3,2); relu(x @ w)", None),
        ("import torch\nx = torch.zeros(2,3)\ny = torch.ones(3)\nx + y", "(2, 3)"),
        ("x=(2,3) y=(3,) x + y; x - y  # both", "(2, 3)"),
        ("torch.zeros(5,3) @ torch.ones(3,2) + (2,)", "(5, 2)"),
    ],
)
def test_command_is_traced_as_it_stands(text: str, shape: str | None) -> None:
    mistake = read_shapes(text)

    assert isinstance(mistake, Note)
    if shape is None:
        assert "command" not in mistake.values  # relu is no name that was given
        return
    report = Tracing().trace(str(mistake.values["command"]))
    assert report.failure is None
    assert report.steps[-1].shape == shape


@pytest.mark.parametrize(
    "text", ["(5,3) (5,3).T", "(5,3) @ (3,2) + m=2", "x @ y + z @ w", "(2,3) + (3,) * (2,3) = ?"]
)
def test_what_would_not_run_is_not_handed_on(text: str) -> None:
    mistake = read_shapes(text)

    assert isinstance(mistake, Note)
    assert "command" not in mistake.values
