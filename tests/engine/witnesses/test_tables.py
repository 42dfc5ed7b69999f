"""Jacobians, Hessians and higher derivatives are torch's own numbers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from engine.records import Table
from tests.engine.witnesses.asked import gradient, keys


def table(text: str) -> Table:
    (found,) = gradient(text).tables
    return found


def numbers(found: Table) -> list[list[float]]:
    return [[float(each) for each in row] for row in found.rows]


def test_hessian_of_numbers_has_forms() -> None:
    found = table("f(x,y)=x^2+xy+(x+y)^2 at x=2, y=2 hessian")

    assert (found.columns, found.row_names) == (("x", "y"), ("x", "y"))
    assert found.rows == found.forms == (("4", "3"), ("3", "2"))


def test_second_order_is_the_hessian() -> None:
    text = "x^3 y + exp(x y) at x=1, y=2"

    assert table(f"{text} order 2") == table(f"{text} hessian")


def f(x: torch.Tensor, A: torch.Tensor) -> torch.Tensor:
    return (torch.exp(x) @ A @ x).sin()


def test_hessian_of_tensors_is_torchs() -> None:
    found = table("sin(exp(x) @ A @ x) at x=[0.1, 0.2], A=[[1, 2], [3, 4]] hessian")
    x = torch.tensor([0.1, 0.2], dtype=torch.float64)
    A = torch.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=torch.float64)
    blocks = torch.autograd.functional.hessian(f, (x, A))  # type: ignore[no-untyped-call]
    rows = [[block.reshape(n, -1) for block in row] for n, row in zip((2, 4), blocks, strict=True)]
    right = torch.cat([torch.cat(row, 1) for row in rows])

    assert found.columns == ("x[0]", "x[1]", "A[0, 0]", "A[0, 1]", "A[1, 0]", "A[1, 1]")
    assert torch.allclose(torch.tensor(numbers(found)).double(), right, rtol=1e-5, atol=1e-5)


VECTORS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "x^2": lambda x: x**2,
    "softmax(x)": lambda x: torch.softmax(x, -1),
    "x / norm(x)": lambda x: x / x.norm(),
    "[[1, 2, 3], [4, 5, 6]] @ x": lambda x: torch.tensor([[1.0, 2, 3], [4, 5, 6]]).double() @ x,
}


@pytest.mark.parametrize("body", VECTORS)
def test_jacobian_of_a_vector_is_torchs(body: str) -> None:
    answer = gradient(f"{body} at x=[1, 2, 3]")
    (found,) = answer.tables
    x = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
    right = torch.autograd.functional.jacobian(VECTORS[body], x)  # type: ignore[no-untyped-call]

    assert torch.allclose(torch.tensor(numbers(found)).double(), right, rtol=1e-5, atol=1e-6)
    assert (answer.partials, answer.testimony) == ((), None)
    assert "note.vector_valued" in keys(answer.notes)


def test_jacobian_of_a_number_is_one_row() -> None:
    found = table("x^2 y at x=3, y=2 jacobian")

    assert (found.rows, found.row_names) == ((("12", "9"),), ("f",))


def test_order_three_names_every_derivative_once() -> None:
    found = table("x^3 y^2 at x=1, y=2 order 3")

    assert found.row_names == ("∂³/∂x³", "∂³/∂x²∂y", "∂³/∂x∂y²", "∂³/∂y³")
    assert found.rows == (("24",), ("24",), ("6",), ("0",))


def test_large_is_cut() -> None:
    numbers_text = ", ".join(map(str, range(1, 101)))
    found = table(f"x^2 at x=[{numbers_text}]")

    assert (len(found.rows), len(found.rows[0])) == (12, 12)
    assert (found.title.values["rows"], found.title.values["columns"]) == (100, 100)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("x^2 at x=[1, 2] hessian", "note.hessian_of_number"),
        ("sum(x^2) at x=[1, 2] order 3", "note.order_of_numbers"),
    ],
)
def test_what_there_is_no_table_of_is_said(text: str, note: str) -> None:
    assert note in keys(gradient(text).notes)
