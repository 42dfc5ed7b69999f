"""A cell overwrites what its own jail answers: whatever comes, a sensible message is made of it."""

from __future__ import annotations

import pytest

from engine.records import Job, JobLimits, Outcome
from handlers.reply import cell_reply, shape_reply
from handlers.reply.text import MESSAGE_UNITS, shown_units
from handlers.words import Words
from tests.attacks.attacker import Attacker

# What our own code would answer with, as a cell can reach and change it.
FORGE = """
import engine.cell, engine.shapes
from dataclasses import replace
from engine.records import *
failure = Failure("RuntimeError", "RuntimeError: no")
step = TraceStep("x", 0, 1, "", "", True)
axis = Axis(-1, (2, 3), None, False)
clash = Broadcast("+", (Operand("x", (2,)), Operand("y", (3,))), (axis,), 0, None, 0, (), "no", 0,
                  (), (), True, -1)
cell = CellReport(None, None, failure)
trace = ShapeReport((step,), 0, False, 0, failure, clash, None, (), ())
def answers(**fields):
    known = lambda record: {n: v for n, v in fields.items() if hasattr(record, n)}
    engine.cell.to_data = lambda report: to_data(replace(cell, **known(cell)))
    engine.shapes.to_data = lambda report: to_data(replace(trace, **known(trace)))
huge = int("9" * 4000)
"""
FORGED = {
    "values of our own names": 'answers(notes=(Note("note.inputs", {"key": 1, "self": 2}),))',
    "notes of other catalogues": 'answers(notes=(Note("mistake.long"), Note("correction.no")))',
    "no words": 'answers(explanation=Explanation("no", Certainty.PROVED, {"key": "\\ud800<u>"}))',
    "causes": 'answers(explanation=Explanation("", Certainty.USUAL, causes=("<u>",) * 10**4))',
    "a huge number": 'answers(notes=(Note("note.linear", {"takes": huge, "last": huge}),))',
    "many notes": 'answers(notes=(Note("note.repeated"),) * 10**4)',
    "sizes beyond reason": "answers(clash=replace(clash, axes=(replace(axis, sizes=(huge, 1)),)))",
    "no axes": "answers(clash=replace(clash, axes=(), failing=7))",
    "a long step": 'answers(steps=(replace(step, text="x" * 900_000),))',
}


@pytest.mark.parametrize("kind", ["cell.evaluate", "shapes.trace"])
@pytest.mark.parametrize("act", FORGED.values(), ids=FORGED)
async def test_a_forged_answer_becomes_a_message_that_fits(
    attacker: Attacker, act: str, kind: str
) -> None:
    await attacker.cell(FORGE)
    await attacker.cell(act)

    result = await attacker.pool.run(Job(kind, {"source": "1 / 0"}, attacker.owner))
    reply = (cell_reply if kind == "cell.evaluate" else shape_reply)(
        result, Words()("ru"), JobLimits(), 0
    )

    assert result.outcome is Outcome.RAISED
    assert reply.short is not None
    for text in (reply.text, reply.short):
        assert 0 < shown_units(text) <= MESSAGE_UNITS
        assert "<u>" not in text.replace("<b>✓", "")
    await attacker.pool.reset(attacker.owner)  # it answers nothing else any more
