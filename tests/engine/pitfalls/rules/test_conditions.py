"""Loops that were interrupted: why their condition never came true, near misses included."""

from __future__ import annotations

import pytest

from engine.records import Explanation
from tests.engine.notebook.cells import Session
from tests.engine.pitfalls.explained import interrupted

POLY = "def poly(x):\n    return x ** 7 + 5 * x ** 3 + 17 * x - 9\n"
HALVING = """    mid = (left + right) / 2
    if poly(mid) > 0:
        right = mid
    else:
        left = mid
"""
ENDS = "left, right = torch.tensor(-10.), torch.tensor(10.)\n"
DOUBLES = "left, right = torch.tensor(-10.).double(), torch.tensor(10.).double()\n"


def why(cell: str) -> Explanation | None:
    """What is said of a cell that has to be interrupted."""
    with interrupted():
        report = Session().run(POLY + cell)
    assert report.failure is not None
    assert report.failure.type == "KeyboardInterrupt"
    return report.explanation


def indented(code: str) -> str:
    return "".join(f"    {line}" for line in code.splitlines(keepends=True))


@pytest.mark.parametrize(
    ("cell", "tolerance", "dtype", "mend"),
    [
        (ENDS + "while right - left > 1e-10:\n" + HALVING, "1e-10", "float32", "> 1e-05"),
        (ENDS + "tol = 1e-10\nwhile right - left > tol:\n" + HALVING, "1e-10", "float32", "tol ="),
        (ENDS + "tol = 10 ** -9\nwhile right - left >= tol:\n" + HALVING, "1e-09", "float32", ""),
        (ENDS + "while right - left > 10 ** -9:\n" + HALVING, "1e-09", "float32", "> 1e-05"),
        (DOUBLES + "while right - left > 1e-18:\n" + HALVING, "1e-18", "float64", "> 1e-10"),
        (
            "def find(poly, tol=1e-12):\n"
            + indented(ENDS + "while abs(right - left) > tol:\n" + HALVING)
            + "find(poly)",
            "1e-12", "float32", "> 1e-05",
        ),
        (
            "def find(poly):\n"
            + indented("tol = 1e-12\n" + ENDS + "while abs(right - left) > tol:\n" + HALVING)
            + "find(poly)",
            "1e-12", "float32", "tol = 1e-05",
        ),
    ],
)  # fmt: skip
def test_tolerance_finer_than_the_numbers_is_proved(
    cell: str, tolerance: str, dtype: str, mend: str
) -> None:
    found = why(cell)

    assert found is not None
    assert (found.slug, found.certainty.value) == ("tolerance_too_fine", "proved")
    assert (found.values["tolerance"], found.values["dtype"]) == (tolerance, dtype)
    assert mend in found.fix


@pytest.mark.parametrize(
    "cell",
    [
        ENDS + "while right - left > 1e-3:\n" + HALVING.replace("/ 2", "/ 2 + 0"),
        ENDS + "while right - left > 1e-10:\n    mid = left\n    left = mid + 0\n",
    ],
    ids=["it ends", "no tolerance helps"],
)
def test_other_loops_are_not_called_too_fine(cell: str) -> None:
    with interrupted():
        report = Session().run(POLY + cell)

    found = report.explanation
    assert found is None or found.slug != "tolerance_too_fine"


@pytest.mark.parametrize(
    ("cell", "slug"),
    [
        ("n = 10\nwhile n > 0:\n    pass", "condition_never_changes"),
        ("x = 1.0\nwhile x != 0:\n    x = x / 3 + 1", "exact_zero"),
        ("n = 5\nwhile n != 0:\n    n -= 2", None),
        ("import random\nwhile random.random() < 2:\n    pass", None),
        ("while True:\n    pass", None),
    ],
)
def test_condition_is_explained_or_left(cell: str, slug: str | None) -> None:
    found = why(cell)

    assert (found.slug if found else None) == slug
