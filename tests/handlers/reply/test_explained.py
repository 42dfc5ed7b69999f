"""How an explained mistake is read: name, line, cause with its certainty, repair."""

from __future__ import annotations

import dataclasses

import pytest

from bot.local.html import parse
from engine.records import (
    CellReport,
    Certainty,
    CodeLine,
    Explanation,
    Failure,
    JobLimits,
    Outcome,
    Result,
    SessionStart,
    to_data,
)
from handlers.reply import cell_reply, explained, heading
from handlers.reply.text import MESSAGE_UNITS, shown_units
from handlers.words import LANGUAGES, Words

LINE = "RuntimeError: a leaf Variable that requires grad is being used in an in-place operation."
CODE = (CodeLine(4, "f.backward()", False), CodeLine(5, "w -= w.grad", True))
FIX = "with torch.no_grad():\n    w -= w.grad\nw.grad = None"
LEAF = Explanation(
    "step_in_place", Certainty.PROVED, {"name": "w", "code": "w -= w.grad"}, FIX, fix_ran=True
)


def result(explanation: Explanation, outcome: Outcome = Outcome.RAISED) -> Result:
    failure = Failure("RuntimeError", LINE, CODE)
    report = CellReport(failure=failure, explanation=explanation)
    return Result(outcome, to_data(report), session=SessionStart.KEPT, session_alive=True)


def read(explanation: Explanation, outcome: Outcome = Outcome.RAISED, language: str = "ru") -> str:
    reply = cell_reply(result(explanation, outcome), Words()(language), JobLimits(), 0)
    return parse(reply.text).text


def test_card_names_the_mistake_and_keeps_pythons_line() -> None:
    blocks = read(LEAF).split("\n\n")

    assert blocks[:3] == [
        "⚠️ Лист графа нельзя менять на месте",
        "  4  f.backward()\n> 5  w -= w.grad",
        LINE,
    ]
    assert blocks[3].startswith("Так происходит, потому что w требует градиента")
    assert blocks[-1] == f"Можно так (проверено запуском)\n{FIX}"


@pytest.mark.parametrize(
    ("certainty", "lead"),
    [
        (Certainty.PROVED, "Так происходит, потому что w требует"),
        (Certainty.LIKELY, "Скорее всего, w требует"),
        (Certainty.USUAL, "Обычно лист графа обновляют"),
    ],
)
def test_lead_says_how_sure_we_are(certainty: Certainty, lead: str) -> None:
    assert lead in read(dataclasses.replace(LEAF, certainty=certainty))


def test_repair_that_was_not_run_claims_nothing() -> None:
    text = read(dataclasses.replace(LEAF, fix_ran=False))

    assert f"Можно так\n{FIX}" in text
    assert "запуском" not in text


def test_repair_too_long_for_a_chat_is_left_out_whole() -> None:
    assert "Можно так" not in read(dataclasses.replace(LEAF, fix="x = 1\n" * 200))


def test_several_causes_are_listed_under_the_exceptions_own_name() -> None:
    causes = ("update_keeps_graph", "stale_value", "no_such_rule")
    text = read(Explanation("", Certainty.USUAL, causes=causes))

    assert text.startswith("⚠️ RuntimeError, строка 5")
    assert text.endswith(
        "Обычно причина одна из этих:\n"
        "• x = x - … выполняют без no_grad, и новый x тянет за собой граф прошлого шага\n"
        "• значение посчитано до цикла и внутри не пересчитывается"
    )


def test_stopped_cell_is_told_why_instead_of_general_advice() -> None:
    found = Explanation("gradient_never_reset", Certainty.LIKELY, {"name": "x"})
    text = read(found, Outcome.TIMEOUT)

    assert text.startswith("⏱ Не уложилось в")
    assert "Скорее всего, в цикле есть backward(), а x.grad нигде не обнуляется" in text
    assert "размеры поменьше" not in text
    assert "имена прошлых ячеек сохранились" in text


def test_group_reads_the_name_of_the_mistake() -> None:
    reply = cell_reply(result(LEAF), Words()("ru"), JobLimits(), 0)

    assert reply.short is not None
    assert parse(reply.short).text == "⚠️ Лист графа нельзя менять на месте"


FORGED = [
    dataclasses.replace(LEAF, slug="no_such"),
    dataclasses.replace(LEAF, slug="step_in_place.why"),
    dataclasses.replace(LEAF, values={}),
    dataclasses.replace(
        LEAF, values={"key": 1, "self": 2, "name": "</code><b>", "code": [1] * 999}
    ),
    dataclasses.replace(LEAF, values={"name": "x" * 99999, "code": "\u202e\x1b[31m"}),
    dataclasses.replace(LEAF, fix="</pre>\x00" * 40),
    Explanation("", Certainty.USUAL, causes=("<b>",) * 9999),
    Explanation("", Certainty.PROVED),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", [Outcome.RAISED, Outcome.TIMEOUT])
@pytest.mark.parametrize("forged", FORGED)
def test_what_a_cell_forges_is_no_harm(
    forged: Explanation, outcome: Outcome, language: str
) -> None:
    reply = cell_reply(result(forged, outcome), Words()(language), JobLimits(), 0)

    assert 0 < shown_units(reply.text) <= MESSAGE_UNITS
    assert LINE in parse(reply.text).text or outcome is Outcome.TIMEOUT
    assert parse(reply.text).entities


def test_pasted_error_is_explained_by_the_same_blocks() -> None:
    say = Words()("ru")
    blocks = [parse(block).text for block in explained(LEAF, say)]

    assert heading(LEAF, say) == "Лист графа нельзя менять на месте"
    assert blocks == read(LEAF).split("\n\n")[3:]
