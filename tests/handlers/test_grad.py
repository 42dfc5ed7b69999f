"""/grad as a conversation: what is asked of the desk, and what the person sees."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest

from engine.gradients import explain
from engine.records import Call, Outcome, Result
from handlers.reply import Pace
from handlers.reply.mono import COLUMNS
from handlers.reply.text import MESSAGE_UNITS
from tests.handlers.talk import Talk, shown

SEMINAR = "f(x,y)=x^2+xy+(x+y)^2 at x=2, y=2"


def explained(text: str) -> Result:
    """What the desk answers, by way of the wire."""
    answer = explain(Call({"text": text}, (), {}, lambda event: None))
    return Result(Outcome.OK, json.loads(json.dumps(answer.data)), answer.blobs)


async def asked(talk: Talk, text: str, **where: Any) -> str:
    talk.pool.results = [explained(text)]
    call, *_ = await talk.say(f"/grad {text}", **where)
    assert talk.pool.jobs[-1].data == {"text": text}
    return shown(call)


def in_order(text: str, parts: Sequence[str]) -> None:
    assert [part for part in parts if part not in text] == []
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)


async def test_value_comes_first_and_the_derivation_last(talk: Talk) -> None:
    text = await asked(talk, SEMINAR)

    assert text.startswith("f(2, 2) = 24\n")
    in_order(
        text,
        [
            "∂f/∂x = 2x + y + 2(x + y) = 14\n∂f/∂y = x + 2(x + y)      = 10",
            "После упрощения: 4x + 3y и 3x + 2y.",
            "✓ autograd, формула и конечные разности совпали",
            "Откуда 14",
            "(x + y)² → 2(x + y) · 1 = 8 (сложная функция)",
            "4 + 2 + 8 = 14",
            "Откуда 10",
            "В x² переменной y нет.",
            "Конечные разности с шагом 1e-5",
        ],
    )


async def test_derivation_is_folded(talk: Talk) -> None:
    talk.pool.results = [explained(SEMINAR)]
    call, *_ = await talk.say(f"/grad {SEMINAR}")

    assert call.text
    folded = call.text.partition("<blockquote expandable>")[2]
    assert "Откуда 14" in folded
    assert "✓ autograd" not in folded


async def test_without_a_formula_it_says_how_one_is_written(talk: Talk) -> None:
    (call,) = await talk.say("/grad")

    assert "/grad f(x,y)=x^2+xy+(x+y)^2 at x=2, y=2" in shown(call)
    assert talk.pool.jobs == []


async def test_mistake_is_named_and_pointed_at(talk: Talk) -> None:
    text = await asked(talk, "x^2 + sinn(x)")

    in_order(text, ["sinn", "sin", "x^2 + sinn(x)\n      ^^^^"])


async def test_without_a_point_the_formulas_are_shown_and_a_point_asked_for(talk: Talk) -> None:
    text = await asked(talk, "f(x,y)=x^2+xy+(x+y)^2")

    in_order(text, ["f(x, y) = x² + xy + (x + y)²", "∂f/∂x = 2x + y + 2(x + y)", "at x="])
    assert talk.labels() == ["Проверить мой ответ"]


async def test_wrong_claim_gets_a_point_where_it_fails(talk: Talk) -> None:
    text = await asked(talk, f"{SEMINAR} check x: 4x+2y")

    assert text.startswith("❌ ∂f/∂x не равна 4x + 2y\nПри x = 2, y = 2 у вас 12, а верно 14.")


async def test_right_claim_is_confirmed(talk: Talk) -> None:
    text = await asked(talk, f"{SEMINAR} check x: 3y+4x")

    assert text.startswith("✅ ∂f/∂x = ")
    assert "❌" not in text


async def test_witnesses_that_differ_stand_in_a_table_with_a_mark(talk: Talk) -> None:
    text = await asked(talk, "(1-cos(x))/x^2 at x=1e-9")

    in_order(text, ["Свидетели расходятся", "формула", "✓\nautograd", "разности", "50 знаками"])
    assert "совпали" not in text


async def test_group_gets_one_line_and_a_way_to_the_rest(talk: Talk) -> None:
    text = await asked(talk, SEMINAR, chat=talk.course)

    assert text.startswith("f(2, 2) = 24, ∂f/∂x = 14, ∂f/∂y = 10")
    assert "Откуда" not in text


async def test_button_shows_how_an_own_derivative_is_checked(talk: Talk) -> None:
    await asked(talk, SEMINAR)
    *_, call = await talk.press("Проверить мой ответ")

    assert f"/grad {SEMINAR} check x: …" in shown(call)


async def test_button_draws_the_graph_of_the_same_formula(talk: Talk) -> None:
    await asked(talk, SEMINAR)
    talk.pool.results = [Result(Outcome.FAULT)]
    await talk.press("Граф")

    assert talk.pool.jobs[-1].kind == "graph.draw"
    assert talk.pool.jobs[-1].data == {"text": SEMINAR}


async def test_message_with_a_formula_needs_no_command(talk: Talk) -> None:
    said = "градиент x² + 3xy при x=1, y=2"
    talk.pool.results = [explained(said)]
    *_, call = await talk.say(said)

    in_order(shown(call), ["f(1, 2) = 7", "= 8", "Прочитано как формула"])


@pytest.mark.parametrize(
    "text",
    [
        SEMINAR,
        "x^1000*(x+y)^900",
        "sin(x^2)*exp(cos(x)/(1+x^2))*tanh(x^3+2x)*log(1+x^4) at x=0.7",
        "gelu(gelu(gelu(x))) hessian at x=1",
        "softmax(x) at x=[1,2,3]",
        "sum((A@x-b)^2) at A=[[1,2],[3,4]], x=[1,1], b=[0,1] hessian",
        "a+b+c+d+k+l+m+n hessian at a=1,b=1,c=1,d=1,k=1,l=1,m=1,n=1",
    ],
)
async def test_no_line_of_a_table_is_wider_than_a_phone(talk: Talk, text: str) -> None:
    talk.pool.results = [explained(text)]
    call, *_ = await talk.say(f"/grad {text}")

    assert call.text
    tables = [part.partition("</pre>")[0] for part in call.text.split("<pre>")[1:]]
    assert tables
    assert max(len(line) for table in tables for line in table.splitlines()) <= COLUMNS
    assert len(call.text) <= MESSAGE_UNITS


class TestProgress:
    @pytest.fixture
    def pace(self) -> Pace:
        return Pace(0, 0, 60)

    async def test_button_finds_the_formula_when_a_progress_line_came_first(
        self, talk: Talk
    ) -> None:
        talk.pool.gate.clear()
        talk.pool.results = [explained(SEMINAR)]
        talk.person.send(f"/grad {SEMINAR}")
        handled = talk.handling(await talk.updates())
        await talk.told(1)  # the line
        talk.pool.gate.set()
        await asyncio.gather(*handled)
        talk.pool.results = [Result(Outcome.FAULT)]
        await talk.press("Граф")

        assert talk.pool.jobs[-1].data == {"text": SEMINAR}


async def test_value_that_is_not_the_formulas_is_not_said_to_be(talk: Talk) -> None:
    text = await asked(talk, "log(x) at x=-1")

    assert "f'(x) = nan\n  формула: 1/x" in text
    assert "Верить здесь некому: производной нет." in text
    assert "log(x) → 1/x (логарифм)" in text


async def test_sum_that_nobody_can_add_up_is_left_out(talk: Talk) -> None:
    text = await asked(talk, "(1 - cos(x))/x^2 at x=1e-9")

    assert "1e+09 - 1e+09" not in text


async def test_constant_derivative_is_written_once(talk: Talk) -> None:
    text = await asked(talk, "x + 2y at x=1, y=2")

    in_order(text, ["∂f/∂x = 1\n∂f/∂y = 2\n✓ autograd"])


async def test_simplified_form_is_told_only_where_it_is_shorter(talk: Talk) -> None:
    assert "После упрощения" not in await asked(talk, "sigmoid(w*x+b) at w=1, x=2, b=0")


async def test_value_of_a_vector_loses_digits_before_it_is_broken(talk: Talk) -> None:
    text = await asked(talk, "log(sum(exp(x))) at x=[1,2,3]")

    assert "f'(x) = [0.09003, 0.2447, 0.6652]\n" in text


async def test_witnesses_that_differ_stand_apart_from_the_derivatives(talk: Talk) -> None:
    text = await asked(talk, "relu(x) at x=0")

    assert "= 0\n\nСвидетели расходятся\n" in text


async def test_desk_that_fails_is_told_as_our_fault(talk: Talk) -> None:
    talk.pool.results = [Result(Outcome.FAULT)]
    *_, call = await talk.say(f"/grad {SEMINAR}")

    assert "сбой бота" in shown(call)
    assert talk.labels() == []


async def test_graph_of_a_message_that_is_gone_cannot_be_drawn(talk: Talk) -> None:
    await asked(talk, SEMINAR)
    message, _ = talk.button("Граф")
    assert message.reply_to
    del talk.telegram.world.messages[talk.person.id, message.reply_to]
    jobs = len(talk.pool.jobs)
    (call,) = await talk.press("Граф")

    assert call.method == "answerCallbackQuery"
    assert len(talk.pool.jobs) == jobs


async def test_buttons_are_their_authors(talk: Talk) -> None:
    await asked(talk, SEMINAR)
    stranger = talk.telegram.person("boris", "ru")
    (call,) = await talk.press("Проверить мой ответ", by=stranger)

    assert call.method == "answerCallbackQuery"


async def test_buttons_follow_an_edit(talk: Talk) -> None:
    talk.pool.results = [explained(SEMINAR), explained("x^2 at x=3")]
    (sent,) = talk.person.send(f"/grad {SEMINAR}")
    await talk.handled()
    talk.person.edit(sent, "/grad x^2 at x=3")
    await talk.handled()
    *_, call = await talk.press("Проверить мой ответ")

    assert "/grad x^2 at x=3 check x: …" in shown(call)
