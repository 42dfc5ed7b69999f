"""/root as a conversation: what is asked of jail and GPU, and what the person sees."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.local.client import Client
from bot.local.transcript import Call
from engine.records import (
    Misread,
    Note,
    Outcome,
    RaceLabels,
    RaceReport,
    Result,
    from_data,
    to_data,
)
from tests.bot.local.pictures import png
from tests.handlers.reply.races import GPU, RACE
from tests.handlers.talk import Talk, shown

PICTURE = png(40, 30)
FOUND = RaceReport(RACE, None)
TEXT = "x**7+5*x**3+17*x-9 on -10 10 from 10"


def raced(report: RaceReport = FOUND) -> Result:
    return Result(Outcome.OK, to_data(report), (PICTURE,) if report.race else ())


async def root(talk: Talk, *results: Result, **where: Any) -> list[Call]:
    talk.pool.results = [*results]
    return await talk.say(f"/root {TEXT}", **where)


async def test_formula_is_answered_by_root_tables_and_picture(talk: Talk) -> None:
    text, photo = await root(talk, raced())

    (job,) = talk.pool.jobs
    assert job.kind == "root.race"
    assert job.data["text"] == TEXT
    assert from_data(RaceLabels, job.data["labels"]).newton == "Ньютон"
    assert shown(text).splitlines()[0] == "x = 0.493617117798773"
    assert photo.method == "sendPhoto"
    assert photo.file is not None
    assert photo.file.content == PICTURE


async def test_gpu_is_asked_where_there_is_one(talk: Talk) -> None:
    talk.pool.gpu = "NVIDIA H100"
    text, _ = await root(talk, raced(), Result(Outcome.OK, to_data(GPU)))

    race, batch = talk.pool.jobs
    assert (race.kind, batch.kind) == ("root.race", "root.batch")
    assert batch.data == to_data(RACE.gpu)
    assert "NVIDIA H100, весь цикл одним ядром" in shown(text)


async def test_gpu_that_fails_costs_only_its_own_lines(talk: Talk) -> None:
    talk.pool.gpu = "NVIDIA H100"
    text, _ = await root(talk, raced(), Result(Outcome.FAULT))

    assert shown(text).startswith("x = 0.493617117798773")
    assert "NVIDIA" not in shown(text)


async def test_gpu_is_not_asked_when_newton_came_to_no_root(talk: Talk) -> None:
    talk.pool.gpu = "NVIDIA H100"
    lost = RaceReport(replace(RACE, root="", batches=None, gpu=None), None)
    (text, _) = await root(talk, raced(lost))

    assert [job.kind for job in talk.pool.jobs] == ["root.race"]
    assert shown(text).startswith("Корня не нашлось")


async def test_group_sees_one_line(talk: Talk) -> None:
    (call,) = await root(talk, raced(), chat=talk.course)

    assert shown(call) == "x = 0.493617117798773"
    assert talk.labels(talk.course) == ["Подробнее"]


async def test_mistake_is_shown_at_its_place(talk: Talk) -> None:
    mistake = Misread(Note("mistake.unopened"), "x)", 1, 2)
    (call,) = await root(talk, raced(RaceReport(None, mistake)))

    assert shown(call).splitlines()[-1] == " ^"


async def test_nothing_to_solve_brings_help(talk: Talk) -> None:
    (call,) = await talk.say("/root")

    assert "/root cos(x) = x from 1" in shown(call)
    assert talk.pool.jobs == []


async def test_formula_is_taken_from_the_message_replied_to(talk: Talk) -> None:
    (formula,) = talk.person.send("x^2 = 2")
    await talk.handled()
    talk.pool.jobs.clear()
    talk.pool.results = [raced()]
    await talk.say("/root", reply_to=formula)

    assert talk.pool.jobs[0].data["text"] == "x^2 = 2"


async def test_edited_formula_edits_the_answer(talk: Talk) -> None:
    other = RaceReport(replace(RACE, root="1.4142135623731"), None)
    talk.pool.results = [raced(), raced(other)]
    (sent,) = talk.person.send(f"/root {TEXT}")
    first = await talk.handled()
    talk.person.edit(sent, "/root x^2 = 2")
    second = await talk.handled()

    assert first[0].method == "sendMessage"
    assert "x = 1.4142135623731" in [shown(call).partition("\n")[0] for call in second]
    assert "editMessageText" in {call.method for call in second}
    assert talk.pool.jobs[1].data["text"] == "x^2 = 2"


@pytest.mark.parametrize(
    ("outcome", "words"),
    [(Outcome.TIMEOUT, "слишком много времени"), (Outcome.MEMORY, "не хватило памяти")],
)
async def test_formula_too_heavy_is_no_fault_of_ours(
    talk: Talk, outcome: Outcome, words: str
) -> None:
    (call,) = await root(talk, Result(outcome))

    assert words in shown(call)
    assert "сбой" not in shown(call)


async def test_host_that_confines_nothing_is_owned_up_to(talk: Talk) -> None:
    talk.pool.refused = True
    (call,) = await talk.say(f"/root {TEXT}")

    assert "x =" not in shown(call)
    assert shown(call)


async def test_asterisks_that_a_phone_has_eaten_are_put_back(talk: Talk) -> None:
    talk.pool.results = [raced()]
    (sent,) = talk.person.send(f"/root {TEXT}", client=Client.PHONE)
    await talk.handled()

    assert "**" not in sent.content.text
    assert talk.pool.jobs[0].data["text"] == TEXT
