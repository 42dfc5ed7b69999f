"""How a pasted error is answered: the first line says what we can tell at all."""

from __future__ import annotations

import pytest

from engine.records import Certainty, CodeLine, ErrorReport, Explanation, Outcome, Result
from tests.handlers.talk import Talk, shown

LEAF = "RuntimeError: a leaf Variable that requires grad is being used in an in-place operation."
SEND = "Пришлите ячейку целиком вместе с ошибкой, посмотрю по коду."
CODE = (CodeLine(2, "f.backward()", marked=False), CodeLine(3, "w -= w.grad", marked=True))
VALUES = {"name": "w", "code": "w -= w.grad"}


async def explained(talk: Talk, report: ErrorReport) -> list[str]:
    """The blocks of the answer, the last line about what it was taken for aside."""
    talk.pool.explained = report
    (call,) = await talk.say("RuntimeError: no")
    *blocks, taken = shown(call).split("\n\n")
    assert taken == "Прочитано как ошибка"
    return blocks


async def test_visible_code_brings_the_mistake_its_lines_and_the_repair(talk: Talk) -> None:
    fix = "with torch.no_grad():\n    w -= w.grad"
    found = Explanation("step_in_place", Certainty.LIKELY, VALUES, fix)

    blocks = await explained(talk, ErrorReport(LEAF, CODE, found))

    assert blocks[:3] == [
        "⚠️ Лист графа нельзя менять на месте",
        "  2  f.backward()\n> 3  w -= w.grad",
        LEAF,
    ]
    assert blocks[3].startswith("Скорее всего, w")
    assert blocks[-1] == f"Можно так\n{fix}"


async def test_message_alone_brings_what_is_usual_and_asks_for_the_cell(talk: Talk) -> None:
    found = Explanation("step_in_place", Certainty.USUAL)

    blocks = await explained(talk, ErrorReport(LEAF, (), found))

    assert blocks[0] == "⚠️ Лист графа нельзя менять на месте"
    assert blocks[2].startswith("Обычно ")
    assert blocks[-1] == SEND


async def test_several_causes_are_said_first(talk: Talk) -> None:
    found = Explanation(
        "", Certainty.USUAL, causes=("step_in_place", "leaf_in_place", "no_such_slug")
    )

    blocks = await explained(talk, ErrorReport(LEAF, (), found))

    assert blocks[:2] == ["⚠️ Эту ошибку дают разные причины", LEAF]
    assert blocks[2].count("\n•") == 2
    assert blocks[-1] == SEND


async def test_what_we_cannot_explain_is_said_first(talk: Talk) -> None:
    line = "torch._dynamo.exc.Unsupported: nope"

    blocks = await explained(talk, ErrorReport(line, (), None))

    assert blocks == ["⚠️ Unsupported: объяснения этой ошибке у меня нет", line, SEND]


async def test_a_cell_is_not_asked_for_where_it_would_tell_no_more(talk: Talk) -> None:
    found = Explanation("missing_import", Certainty.USUAL, fix="import torch")

    blocks = await explained(talk, ErrorReport("NameError: name 'torch' is not", (), found))

    assert blocks[0] == "⚠️ Библиотека не импортирована"
    assert blocks[-1] == "Можно так\nimport torch"


async def test_text_that_holds_no_error_after_all_says_what_to_send(talk: Talk) -> None:
    blocks = await explained(talk, ErrorReport("", (), None))

    assert blocks[0].startswith("Строки с ошибкой здесь не видно.")


async def test_what_was_pasted_is_escaped_and_fits(talk: Talk) -> None:
    line = f"ValueError: <b>{'&' * 2000}"
    long = tuple(CodeLine(n, "<i>" * 200, marked=n == 3) for n in range(1, 10))

    blocks = await explained(talk, ErrorReport(line, long, None))

    assert "<b>&&" in blocks[2]
    assert sum(map(len, blocks)) < 4096


async def test_a_group_sees_one_line(talk: Talk) -> None:
    talk.pool.explained = ErrorReport(LEAF, CODE, Explanation("step_in_place", Certainty.LIKELY))

    (call,) = await talk.say(f"@tensor_tutor_bot {LEAF}", chat=talk.course)

    assert shown(call) == "⚠️ Лист графа нельзя менять на месте"
    assert talk.labels(talk.course) == ["Подробнее"]


@pytest.mark.parametrize(
    ("outcome", "words"), [(Outcome.BUSY, "Сейчас занято."), (Outcome.FAULT, "Это сбой бота")]
)
async def test_a_job_that_came_to_nothing_is_told(talk: Talk, outcome: Outcome, words: str) -> None:
    talk.pool.unexplained = Result(outcome)

    (call,) = await talk.say(LEAF)

    assert shown(call).startswith(words)
