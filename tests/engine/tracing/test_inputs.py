"""Which tuples of a cell stand for tensors, and how shapes on one line are set apart."""

from __future__ import annotations

import ast

import pytest

from engine.tracing.inputs import find_inputs, separated


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("x=(5,3); w=(3,2); relu(x @ w)", "x=(5,3); w=(3,2); relu(x @ w)"),
        ("x=(5,3) w=(3,2) relu(x @ w)", "x=(5,3);w=(3,2);relu(x @ w)"),
        ("x=(5,3), w=(3,2), relu(x @ w)", "x=(5,3); w=(3,2); relu(x @ w)"),
        ("x = [5, 3]  w = [3, 2]  x @ w", "x = [5, 3]; w = [3, 2]; x @ w"),
        ("x=(5,3) (x + 1).sum()", "x=(5,3);(x + 1).sum()"),
        ("x=(5,3) w=(3,2)\nx @ w", "x=(5,3);w=(3,2)\nx @ w"),
        ("  x=(5,) x", "  x=(5,);x"),
    ],
)
def test_shapes_on_one_line_are_set_apart(written: str, meant: str) -> None:
    assert separated(written).replace("; ", ";").replace(" ;", ";").split() == (
        meant.replace("; ", ";").split()
    )
    assert len(separated(written)) == len(written)


@pytest.mark.parametrize(
    "code",
    [
        "x = (5, 3), y",
        "x = (5, 3), (2, 2)",
        "x = (5, 3) + (1,)",
        "x = (5, 3) if a else (2,)",
        "x = (5, 3) * 2",
        "x = (5, 3)[0]",
        "x == (5, 3)",
        "f(x=(5, 3), y=2)",
        "x = (5, 3)  # sizes",
    ],
)
def test_sound_python_stays(code: str) -> None:
    assert separated(code) == code


@pytest.mark.parametrize(
    "code",
    [
        "x = (5, 3)\nrelu(x)",
        "x = [5, 3]\nx.sum()",
        "x = y = (5, 3)\nx @ y.T",
        "x = (5, 3)\ntorch.flip(x, (0,))",
        "x = (5, 3)\nx.view(15)",
        "x = (5, 3)\nx[:, 0]",
        "x = (5, 3)\nlen(x)",
        "x = (5, 3)\nx[0]",
        "x = (5, 3)\nx[-1] @ x[0]",
        "x = (5, 3)\nprint(x[0])",
        "x = (5, 3)",
    ],
)
def test_name_with_a_literal_shape_is_a_tensor(code: str) -> None:
    assert [*find_inputs(ast.parse(code)).values()] == [(5, 3)]


@pytest.mark.parametrize(
    "code",
    [
        "size = (5, 3)\nrand(size)",
        "new_shape = (5, 3)",
        "layers = x = (5, 3)",
        "s = (5, 3)\nrand(s)",
        "s = (5, 3)\ntorch.zeros(s)",
        "s = (5, 3)\nx.view(s)",
        "s = (5, 3)\ntorch.reshape(x, s)",
        "s = (5, 3)\nx.sum(dim=s)",
        "s = (5, 3)\nnn.LayerNorm(s)",
        "s = (5, 3)\nrand(*s)",
        "s = (5, 3)\nrows, columns = s",
        "s = (5, 3)\nfor n in s: pass",
        "s = (5, 3)\nrand(s[0], 2)",
        "s = (5, 3)\nx.view(s[0] * s[1])",
        "s = (5, 3)\nx.shape[0] == s[0]",
        "size = (5, 3)\nsize[0]",
        "s = [5, 3]\nprint(s[0])",
        "s = [5, 3]\nrand(sum(s))",
        "s = (5, 3)\nx[s]",
        "s = [5, 3]\nx[:, s]",
        "s = [5, 3]\ny = s[i]",
        "s = (5, 3)\nfor i in range(1):\n    nn.Linear(s[i], s[i + 1])",
        "s = (5, 3)\n[nn.Linear(n, m) for n, m in zip(s[:-1], s[1:])]",
        "s = (5, 3)\ntorch.Size(s)",
        "s = (5, 3)\nx.shape == s",
        "s = (5, 3)\nx = torch.tensor(s)",
        "s = (5, 3.0)",
        "s = (5, -3)",
        "s = (True, 3)",
        "s = []",
        "def f():\n    s = (5, 3)\n    return s",
        "a.b = (5, 3)",
    ],
)
def test_sizes_stay_sizes(code: str) -> None:
    assert find_inputs(ast.parse(code)) == {}


def test_empty_tuple_is_a_tensor_without_axes() -> None:
    assert [*find_inputs(ast.parse("x = ()\nx + 1")).values()] == [()]


def test_what_times_a_whole_cell_is_left_out_of_its_trace() -> None:
    assert separated("%%time\nx=(5,3) x.T") == "\nx=(5,3);x.T"
