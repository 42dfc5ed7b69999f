"""Everything about a formula in one record, with and without a point."""

from __future__ import annotations

import pytest
import torch

from engine.records import Note
from engine.witnesses.computable import first_value
from engine.witnesses.examples import example_point, of_numbers
from tests.engine.formula.asking import read
from tests.engine.witnesses.asked import gradient, keys


def test_seminars_function() -> None:
    found = gradient("f(x,y)=x^2+xy+(x+y)^2 at x=2, y=2")
    by_x, by_y = found.partials

    assert (found.head, found.at, found.value) == ("f(x, y)", "f(2, 2)", "24")
    assert found.body == "x² + xy + (x + y)²"
    assert (by_x.value, by_x.simplified) == ("14", "4x + 3y")
    assert (by_y.value, by_y.simplified) == ("10", "3x + 2y")
    assert found.testimony is not None
    assert found.testimony.believed is None
    assert (found.shape, by_x.shape, found.notes, found.tables, found.checks) == (
        None,
        None,
        (),
        (),
        (),
    )


def test_without_a_point_there_are_forms_and_a_request_for_one() -> None:
    found = gradient("x^2 + y")

    assert [partial.name for partial in found.partials] == ["x", "y"]
    assert {partial.value for partial in found.partials} == {""}
    assert (found.at, found.value, found.testimony) == ("", "", None)
    assert found.notes == (Note("note.point_needed", {"missing": "x, y", "example": "x=2, y=2"}),)


def test_one_value_missing_is_asked_for() -> None:
    (note,) = gradient("x^2 + y at x=3").notes

    assert note.values == {"missing": "y", "example": "y=2"}


@pytest.mark.parametrize(
    "text", ["dot(w, x) + b", "sum(A @ x)", "x[2] * y", "softmax(x)[0]", "x^2", "sum(A[1])"]
)
def test_example_of_a_point_works(text: str) -> None:
    bare = read(text)
    whole = read(f"{text} at {example_point(bare)}")

    assert whole.missing == ()
    assert isinstance(first_value(whole.formula, whole.point), torch.Tensor)


@pytest.mark.parametrize("text", ["max(x) + y", "sum([1, 2] + x)", "dot(x, [1, 2, 3, 4, 5])"])
def test_formula_that_needs_shapes_is_known(text: str) -> None:
    asked = read(text)

    assert not of_numbers(asked.formula)
    assert example_point(asked).startswith("x=")


def test_formula_of_vectors_waits_for_its_point() -> None:
    found = gradient("dot(w, x)")
    forms = [(partial.name, partial.form, partial.value) for partial in found.partials]

    assert not of_numbers(read("dot(w, x)").formula)
    assert forms == [("w", "x", ""), ("x", "w", "")]
    assert keys(found.notes) == ["note.point_needed"]


def test_gradients_of_tensors_have_the_shapes_of_their_inputs() -> None:
    found = gradient("sum((A @ x)^2) at A=[[1, 2], [3, 4]], x=[5, 6]")
    A = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    x = torch.tensor([5.0, 6.0], requires_grad=True)
    ((A @ x) ** 2).sum().backward()  # type: ignore[no-untyped-call]

    by_A, by_x = found.partials
    assert (by_A.shape, by_x.shape) == ((2, 2), (2,))
    assert by_A.value == "[[170, 204], [390, 468]]"
    assert by_x.value == "[268, 380]"
    assert A.grad is not None
    assert A.grad.tolist() == [[170, 204], [390, 468]]
    assert found.at == "f(A, x)"
