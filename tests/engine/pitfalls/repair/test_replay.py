"""The failing operation is found again, and finding it changes nothing."""

from __future__ import annotations

import ast
from typing import Any

import pytest
import torch
from torch import nn

from engine.pitfalls.facts.trusted import Unknown
from engine.pitfalls.repair.operation import Operation
from engine.pitfalls.repair.replay import culprit, value_of
from engine.pitfalls.rule import Scene
from tests.engine.pitfalls.explained import scene_of


def found(code: str, **names: Any) -> Operation:
    operation = culprit(scene_of(code, {"torch": torch, "nn": nn, **names}))
    assert operation is not None
    return operation


@pytest.mark.parametrize(
    ("code", "name", "texts"),
    [
        ("y = (x - m) ** 2", "-", ("x", "m")),
        ("y = ((x + 1) @ (m * 2)).sum()", "@", ("x + 1", "m * 2")),
        ("if (x > m).all():\n    pass", ">", ("x", "m")),
        ("x += m", "+=", ("x", "m")),
        ("x[0] = m", "[]=", ("x", "0", "m")),
        ("print(x.view(4))", "view", ("x", "4")),
        ("torch.stack([x, m], dim=0)", "stack", ("[x, m]",)),
        ("y = x[:,\n    5]", "[]", ("x", "(:, 5)")),
        ("unknown = object()\nprint(unknown, x - m)", "-", ("x", "m")),
        ("def f(a, b):\n    return a * b\nf(x, m)", "*", ("a", "b")),
        ("z = [row * m for row in x]", "*", ("row", "m")),
    ],
)
def test_operation_is_told_with_the_texts_of_its_operands(
    code: str, name: str, texts: tuple[str, ...]
) -> None:
    operation = found(code, x=torch.ones(2, 3), m=torch.ones(2))

    assert (operation.name, operation.texts) == (name, texts)


def test_layer_of_a_chain_is_told_with_what_came_to_it() -> None:
    model = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(4, 1))
    operation = found("model(x)", model=model, x=torch.ones(5, 3))

    assert (operation.label, operation.texts) == ("model[2]", ("model[:2](x)",))
    assert operation.values[0].shape == (5, 8)


def test_another_error_on_the_line_is_not_taken_for_this_one() -> None:
    assert replayed("x + m", x=torch.ones(2, 4), m=torch.ones(2)) is None


CLASH = "The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1"


def replayed(code: str, **names: Any) -> Operation | None:
    """What is found for a clash of `x` (2, 3) and `m` (2,) on this line."""
    return culprit(Scene("RuntimeError", CLASH, ast.parse(code), (code,), 1, names))


def test_nothing_of_a_student_is_called() -> None:
    class Loud(torch.Tensor):
        @classmethod
        def __torch_function__(cls, *args: Any, **kwargs: Any) -> Any:
            pytest.fail("a method was run")

    def loud(x: torch.Tensor) -> torch.Tensor:
        pytest.fail("a function was run")

    names = {"loud": loud, "odd": torch.Tensor._make_subclass(Loud, torch.ones(2))}
    x, m = torch.zeros(2, 3), torch.ones(2)

    assert replayed("loud(m) + odd + odd.sum()", **names, m=m) is None
    assert replayed("f(loud(m), odd, x - m)", **names, x=x, m=m) is not None


def test_in_place_operations_are_done_on_copies() -> None:
    x, m = torch.zeros(2, 3), torch.ones(2)

    assert replayed("x.add_(1) - m", x=x, m=m) is not None
    assert replayed("x[0] = m", x=x, m=m) is None
    assert replayed("x += 1", x=x) is None
    assert torch.equal(x, torch.zeros(2, 3))


def test_random_numbers_go_on_where_they_were() -> None:
    names = {"torch": torch, "m": torch.ones(2)}
    scene = scene_of("y = torch.rand(2, 3) - m", names)
    state = torch.get_rng_state()

    assert culprit(scene) is not None
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize(
    "code", ["open('x')", "x.backward()", "torch.save(x, 'x')", "torch.zeros(10 ** 6, 10 ** 6)"]
)
def test_what_has_effects_or_costs_too_much_is_unknown(code: str) -> None:
    scene = Scene("", "", ast.parse(code), (code,), 1, {"x": torch.ones(1, requires_grad=True)})

    with pytest.raises(Unknown):
        value_of(ast.parse(code, mode="eval").body, scene)


def test_very_long_expression_is_given_up() -> None:
    assert replayed("x" + " + x" * 200 + " - m", x=torch.ones(2, 3), m=torch.ones(2)) is None
