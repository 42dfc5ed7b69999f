"""Every repair that is offered runs, and the natural ones come first."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.axes.alignment import Shape, align, align_in_place, align_matmul
from engine.axes.repairs import repairs
from engine.records import Note, Operand, Repair
from tests.engine.shapes import matrices, related

SOME = settings(max_examples=400, deadline=None)


def offered(operator: str, *shapes: Shape, names: str = "xyzw") -> tuple[Repair, ...]:
    return repairs(operator, [Operand(n, s) for n, s in zip(names, shapes, strict=False)])


def codes(operator: str, *shapes: Shape) -> list[str]:
    return [repair.code for repair in offered(operator, *shapes)]


def check(found: tuple[Repair, ...], *shapes: Shape) -> None:
    """Each runs on real tensors and comes to its shape; no two are the same."""
    assert len(found) <= 3
    assert len({repair.code for repair in found}) == len(found)
    for repair in found:
        names: dict[str, Any] = {n: torch.ones(s) for n, s in zip("xyzw", shapes, strict=False)}
        names["torch"] = torch
        before = names["x"]
        exec(f"result = {repair.code}" if "=" not in repair.code else repair.code, names)
        result = names.get("result", names["x"])
        assert tuple(result.shape) == repair.shape, repair.code
        assert repair.ran
        if "x += " in repair.code:
            assert result is before


@SOME
@given(st.sampled_from(["+", "-", "*", "<"]), related())
def test_elementwise_repairs_run(operator: str, pair: list[Shape]) -> None:
    if align(pair).result is None:
        check(offered(operator, *pair), *pair)


@SOME
@given(related(3))
def test_repairs_among_three_run(three: list[Shape]) -> None:
    if align(three).result is None:
        check(offered("+", *three), *three)


@SOME
@given(related())
def test_repairs_in_place_run(pair: list[Shape]) -> None:
    if align_in_place(*pair).result is None:
        check(offered("+=", *pair), *pair)


@SOME
@given(matrices())
def test_repairs_of_matrix_products_run(pair: list[Shape]) -> None:
    if align_matmul(*pair).result is None:
        check(offered("@", *pair), *pair)


@pytest.mark.parametrize(
    ("operator", "shapes", "wanted"),
    [
        ("+", [(5, 2, 4, 1), (3, 1, 1)], ["x.unsqueeze(2) + y", "x + y.transpose(0, 2)"]),
        ("-", [(32, 10), (32,)], ["x - y.unsqueeze(1)"]),
        ("-", [(32,), (32, 10)], ["x.unsqueeze(1) - y"]),
        ("-", [(32, 32, 10), (32,)], ["x - y.unsqueeze(1)", "x - y[:, None, None]"]),
        ("+", [(3, 4), (4, 3)], ["x + y.T"]),
        ("*", [(3, 4), (4, 3)], ["x * y.T", "x @ y"]),
        ("*", [(2, 3), (3, 4)], ["x @ y", "x.unsqueeze(2) * y"]),
        ("+", [(4,), (3,)], ["x.unsqueeze(1) + y"]),
        ("+", [(5, 3), (4, 3)], ["x.unsqueeze(1) + y"]),
        ("+", [(5, 2), (3, 4)], []),
        ("+", [(0,), (2, 2)], []),
        ("+", [(2, 3, 4), (4, 2)], ["x + y.T.unsqueeze(1)"]),
        ("+", [(5, 3), (5,), (3,)], ["x + y.unsqueeze(1) + z"]),
        ("-", [(5, 3), (5,), (5,)], ["x - y.unsqueeze(1) - z.unsqueeze(1)"]),
        ("+", [(3, 20, 30), (20, 30, 3)], ["x + y.permute(2, 0, 1)"]),
        ("+=", [(3,), (2, 3)], ["x += y.sum(0)", "x = x + y"]),
        ("*=", [(3,), (2, 3)], ["x = x * y"]),
        ("+=", [(1,), (1, 1)], ["x += y.squeeze(0)", "x = x + y"]),
        ("+=", [(32, 10), (32,)], ["x += y.unsqueeze(1)"]),
        ("+=", [(5, 3), (4, 3)], ["x = x.unsqueeze(1) + y"]),
        ("@", [(10, 3), (10, 3)], ["x @ y.T", "x.T @ y", "x * y"]),
        ("@", [(4, 5), (3, 4)], ["y @ x"]),
        ("@", [(2, 3), (2,)], ["y @ x"]),
        ("@", [(3,), (4,)], ["torch.outer(x, y)"]),
        ("@", [(2, 3), ()], ["x * y"]),
        ("@", [(7, 4, 5), (7, 5)], ["x @ y.unsqueeze(-1)", "x @ y.T"]),
        ("@", [(7, 4), (7, 4, 5)], []),
        ("@", [(8, 3, 2, 4), (8, 4, 5)], ["x @ y.unsqueeze(1)"]),
        ("@", [(2, 5, 2, 3), (3, 3, 5)], ["x.unsqueeze(2) @ y"]),
        ("@", [(2, 3), (4, 5)], []),
    ],
)
def test_choice_is_what_a_teacher_would_name(
    operator: str, shapes: list[Shape], wanted: list[str]
) -> None:
    fails = align_matmul(*shapes).result is None if operator == "@" else True
    assert (codes(operator, *shapes) if fails else []) == wanted


def test_expressions_are_put_in_parentheses() -> None:
    operands = [Operand("x @ w", (3, 2)), Operand("b.sum(0)", (3,))]

    (repair,) = repairs("-", operands)

    assert repair.code == "(x @ w) - b.sum(0).unsqueeze(1)"


@pytest.mark.parametrize(
    ("operator", "operands", "wanted"),
    [
        ("@", {"a.T": (3, 5), "b": (3, 5)}, ["a.T @ b.T", "a @ b", "a.T * b"]),
        ("@", {"q": (4, 10, 32), "k.T": (32, 12, 4)}, ["q @ k.mT"]),
        ("-", {"x": (5, 3), "x.mean(dim=1)": (5,)}, ["x - x.mean(dim=1, keepdim=True)"]),
        ("-", {"x": (5, 3), "x.sum(-1)": (5,)}, ["x - x.sum(dim=-1, keepdim=True)"]),
        ("-", {"x": (5, 3), "x.sum(0)": (5,)}, ["x - x.sum(0).unsqueeze(1)"]),
        ("-", {"x": (5, 3), "x @ w.T": (3, 5)}, ["x - (x @ w.T).T"]),
    ],
)
def test_an_operand_is_changed_where_it_reads_best(
    operator: str, operands: dict[str, Shape], wanted: list[str]
) -> None:
    found = repairs(operator, [Operand(name, shape) for name, shape in operands.items()])

    assert [repair.code for repair in found] == wanted


def test_moved_axis_is_named() -> None:
    permuted, swapped = offered("+", (3, 7, 7), (7, 7, 3))

    assert permuted.meaning == Note("repair.moved", {"size": 3, "axis": -3})
    assert swapped.meaning.key == "repair.swapped_axes"


def test_large_repair_is_forecast() -> None:
    (repair,) = offered("-", (50_000, 768), (50_000,))

    assert (repair.code, repair.shape, repair.ran) == ("x - y.unsqueeze(1)", (50_000, 768), False)


def test_impossible_repair_is_not_offered() -> None:
    assert offered("+", (1 << 40,), ((1 << 40) + 1,)) == ()


@pytest.mark.parametrize("operator", ["+", "@"])
def test_many_axes_are_dealt_with(operator: str) -> None:
    pair = (1, 2, 1, 3, 1, 1, 4), (2, 1, 3, 1, 1, 4, 2)

    check(offered(operator, *pair), *pair)
