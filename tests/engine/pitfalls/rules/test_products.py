"""Matrix products: one message, several mistakes."""

from __future__ import annotations

import pytest

from tests.engine.pitfalls.explained import explained, told

NET = """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(10, 20)
        self.second = nn.Linear(10, 1)

    def forward(self, x):
        return self.second(F.relu(self.first(x)))

net = Net()"""


def test_layer_is_named_as_the_student_names_it() -> None:
    found = explained(NET, "net(torch.ones(4, 10))")

    assert found.slug == "layer_features"
    assert (found.values["layer"], found.values["in_features"]) == ("self.second", 10)
    assert (found.values["text"], found.values["size"]) == ("F.relu(self.first(x))", 20)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (
            "layer = nn.Linear(784, 10)\nx = torch.ones(5, 28, 28)\ny = layer(x)",
            ("layer_features", "proved", "y = layer(x.flatten(1))"),
        ),
        (
            "layer = nn.Linear(3, 1)\nx = torch.ones(3, 5)\nlayer(x)",
            ("layer_features", "proved", "layer(x.T)"),
        ),
        (
            "x = torch.ones(2, 3)\nw = torch.ones(4, 3)\ny = torch.mm(x, w)",
            ("inner_sizes", "proved", "y = x @ w.T"),
        ),
        (
            "X = torch.ones(100, 5)\nw = torch.ones(5, 1)\nw @ X",
            ("inner_sizes", "proved", "X @ w"),
        ),
        (
            "X = torch.ones(100, 5)\nw = torch.ones(4)\nX @ w",
            ("inner_sizes", "proved", ""),
        ),
        (
            "a = torch.ones(2, 4, 3)\nb = torch.ones(5, 3, 4)\na @ b",
            ("batch_sizes", "proved", "a.unsqueeze(1) @ b"),
        ),
        (
            "def f(x):\n    return x\nf(torch.ones(2, 3)) @ torch.ones(2, 3)",
            ("", "usual", ""),
        ),
    ],
)
def test_cause_is_told_by_code_and_shapes(cell: str, expected: tuple[str, str, str]) -> None:
    assert told(cell) == expected


def test_without_the_operands_every_cause_of_the_message_is_named() -> None:
    found = explained("def f(x):\n    return x\nf(torch.ones(2, 3)) @ torch.ones(2, 3)")

    assert found.causes == ("layer_features", "inner_sizes")
