"""Errors before any tensor are known by what Python says of them."""

from __future__ import annotations

import pytest

from engine.pitfalls.before_torch import explain_before_torch
from engine.records import Certainty, Explanation


def raised(code: str) -> tuple[str, str]:
    """What this Python says of the code: type and message."""
    with pytest.raises(Exception) as caught:  # noqa: PT011  each raises another
        exec(compile(code, "<cell>", "exec"), {})
    return type(caught.value).__name__, str(caught.value)


@pytest.mark.parametrize(
    ("code", "slug"),
    [
        ("torch.ones(2)", "missing_import"),
        ("nn.Linear(2, 3)", "missing_import"),
        ("F.relu(1)", "missing_import"),
        ("weigths", "missing_name"),
        ("import no_such_library", "missing_module"),
        ("x = = 1", "unreadable_code"),
        ("x = (1", "unreadable_code"),
        ("if True:\nx = 1", "uneven_indentation"),
        ("if True:\n\tx = 1\n        y = 2", "uneven_indentation"),
    ],
)
def test_the_mistake_is_told_by_the_message(code: str, slug: str) -> None:
    found = explain_before_torch(*raised(code))

    assert found is not None
    assert (found.slug, found.certainty) == (slug, Certainty.USUAL)


@pytest.mark.parametrize("name", ["torch", "np", "nn", "F", "plt", "math", "time"])
def test_the_line_that_is_offered_gives_the_name(name: str) -> None:
    found = explain_before_torch(*raised(name))
    assert isinstance(found, Explanation)

    namespace: dict[str, object] = {}
    exec(found.fix, namespace)

    assert name in namespace


def test_other_errors_are_left_to_the_rules() -> None:
    assert explain_before_torch("RuntimeError", "name 'torch' is not defined") is None
