"""A student's own autograd.Function: found wherever it was written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.pitfalls.rules.function_context import FUNCTION_CONTEXT
from engine.pitfalls.rules.function_gradients import FUNCTION_GRADIENTS
from engine.pitfalls.rules.functions import FUNCTIONS
from tests.engine.notebook.cells import Session
from tests.engine.pitfalls.explained import explained

SEMINAR = json.loads((Path(__file__).parents[2] / "seminar_cells.json").read_text())
RULES = (*FUNCTION_CONTEXT, *FUNCTION_GRADIENTS, *FUNCTIONS)
EXAMPLES = {rule.slug: rule.examples[0].code for rule in RULES}
ELSEWHERE = [slug for slug in EXAMPLES if slug not in ("recursion_without_end", "ctx_missing")]


@pytest.mark.parametrize("slug", ELSEWHERE)
def test_class_of_an_earlier_cell_is_found(slug: str) -> None:
    start = EXAMPLES[slug].index("x = torch.tensor")
    found = explained(EXAMPLES[slug][:start], EXAMPLES[slug][start:])

    assert found.slug == slug
    assert found.certainty.value != "usual"


def test_alias_of_apply_leads_to_its_class() -> None:
    start = EXAMPLES["ctx_beside_setup"].index("x = torch.tensor")
    use = "power = Power.apply\npower(torch.ones(2), 3)"
    found = explained(EXAMPLES["ctx_beside_setup"][:start], use)

    assert (found.slug, found.values["mended"]) == ("ctx_beside_setup", "forward(tensor, p)")


def test_argument_of_the_wrong_gradient_is_named() -> None:
    assert explained(EXAMPLES["gradient_for_number"]).values["argument"] == "p"


def test_forgotten_argument_is_not_taken_for_ctx() -> None:
    right = next(rule for rule in RULES if rule.slug == "gradient_count").examples[0].mended
    found = explained(right.replace("Power.apply(x, 2)", "Power.apply(x)"))

    assert (found.slug, found.values["argument"]) == ("apply_arguments", "p")


def test_recursion_with_a_base_is_not_blamed_for_having_none() -> None:
    cell = "def f(x, p):\n    if p == 0:\n        return x\n    return f(x, p - 1)\nf(1, -1)"

    assert explained(cell).certainty.value == "usual"


def test_unfilled_power_of_the_seminar_is_told_by_its_note_alone() -> None:
    session = Session()
    for cell in SEMINAR:
        if "class Power" in cell["source"]:
            session.run(cell["source"])
    used = "x = torch.tensor([1.0], requires_grad=True)\nPower.apply(x, 2).sum().backward()"
    report = session.run(used)

    assert report.explanation is None
    assert [note.key for note in report.notes] == ["note.unfilled"]
