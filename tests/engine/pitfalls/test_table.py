"""Every rule on the installed torch: its example fails as it says, and its way out works."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import matplotlib.pyplot  # noqa: F401  as a jail has it before the first cell
import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from engine.notebook.source import parse
from engine.pitfalls.explain import explain
from engine.pitfalls.rule import Example, Rule, Scene
from engine.pitfalls.table import RULES
from engine.records import Certainty
from tests.engine.notebook.cells import Session
from tests.engine.pitfalls.explained import interrupted

CASES = [
    pytest.param(rule, example, id=f"{rule.slug}-{number}")
    for rule in RULES
    for number, example in enumerate(rule.examples)
]
cases = pytest.mark.parametrize(("rule", "example"), CASES)


def interrupted_when_endless(rule: Rule) -> AbstractContextManager[None]:
    """Ctrl-C to a loop that a rule calls endless."""
    return interrupted() if re.search(rule.message, "KeyboardInterrupt") else nullcontext()


def test_slugs_are_different() -> None:
    assert len({rule.slug for rule in RULES}) == len(RULES)


@cases
def test_example_fails_and_is_explained_by_its_own_rule(rule: Rule, example: Example) -> None:
    with interrupted_when_endless(rule):
        report = Session().run(example.code)

    assert report.failure is not None
    assert re.search(rule.message, report.failure.line)
    assert report.explanation is not None
    assert report.explanation.slug == rule.slug
    assert report.explanation.certainty is not Certainty.USUAL


@cases
def test_mended_example_runs_to_its_end(rule: Rule, example: Example) -> None:
    report = Session().run(example.mended)

    assert report.failure is None


@cases
def test_message_alone_names_the_rule_among_its_usual_causes(rule: Rule, example: Example) -> None:
    with interrupted_when_endless(rule):
        failure = Session().run(example.code).failure
    assert failure is not None
    kind, _, message = failure.line.partition(": ")
    found = explain(Scene(kind, message))

    if re.search(rule.alone or rule.message, failure.line):
        assert found is not None
        assert found.certainty is Certainty.USUAL
        assert rule.slug in (found.slug, *found.causes)
    else:
        assert found is None or rule.slug not in (found.slug, *found.causes)


@cases
def test_fix_that_is_offered_runs_in_the_session_itself(rule: Rule, example: Example) -> None:
    names: dict[str, Any] = {"torch": torch, "nn": nn, "F": functional, "np": np}
    scene = failed(rule, example, names)
    finding = rule.look(scene)

    assert finding is not None
    with interrupted_when_endless(rule):
        exec(finding.trial or finding.fix, {**scene.names})


def failed(rule: Rule, example: Example, names: dict[str, Any]) -> Scene:
    """Run a cell outside the engine; the scene of what it raises."""
    file, code = "<example>", example.code
    with interrupted_when_endless(rule):
        try:
            with torch.enable_grad():  # an interrupt may leave it off
                exec(compile(code, file, "exec"), names)
        except (Exception, KeyboardInterrupt) as error:
            places, step = [], error.__traceback__
            while step is not None:
                if step.tb_frame.f_code.co_filename == file:
                    places.append((step.tb_lineno, dict(step.tb_frame.f_locals)))
                step = step.tb_next
            # An interrupt is told of the loop, not of a function that it calls.
            line, live = places[0 if isinstance(error, KeyboardInterrupt) else -1]
            lines, tree = tuple(code.splitlines()), parse(code, file)
            return Scene(type(error).__name__, str(error), tree, lines, line, names | live)
    raise AssertionError(f"no error in {code!r}")
