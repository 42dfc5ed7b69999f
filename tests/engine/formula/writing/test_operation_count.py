"""Operations counted by hand and by the code that is written."""

from __future__ import annotations

import pytest

from engine.formula.tree import Name
from engine.formula.writing.operation_count import WEIGHTS, operations_of
from engine.formula.writing.source import PYTHON
from engine.formula.writing.straight import NotScalar
from engine.formula.writing.tensor_lines import tensor_code
from tests.engine.formula.formulas import apply
from tests.engine.roots.of_one_input import case

x = Name("x")


def test_the_polynomial_of_the_course_is_eleven() -> None:
    of_course = case("x^7 + 5x^3 + 17x - 9")
    assert operations_of([of_course.formula.body, of_course.slope]) == 11
    source = tensor_code(of_course.formula, of_course.slope).source
    assert source.count("out=") == 11


@pytest.mark.parametrize(
    ("text", "count"),
    [("x + 1", 1), ("1/x", 8), ("x^2 + exp(x)", 22), ("exp(x) * exp(x)", 21), ("x^4", 2)],
)
def test_what_occurs_twice_counts_once(text: str, count: int) -> None:
    assert operations_of([case(text).formula.body]) == count


def test_constants_are_free() -> None:
    assert operations_of([apply("mul", apply("sin", 2), x)]) == 1
    assert operations_of([x]) == 0


def test_weights_are_of_operations_that_there_are() -> None:
    assert WEIGHTS.keys() <= PYTHON.templates.keys()


def test_vectors_are_refused() -> None:
    with pytest.raises(NotScalar):
        operations_of([apply("dot", x, x)])
