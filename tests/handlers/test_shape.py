"""/shape as a conversation: what is asked of the session, and what the person sees."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.local.transcript import Call
from engine.records import (
    Axis,
    Broadcast,
    Certainty,
    CodeLine,
    Explanation,
    Failure,
    Note,
    Operand,
    Outcome,
    Repair,
    Result,
    SessionStart,
    ShapeReport,
    TraceStep,
    to_data,
)
from tests.handlers.talk import Talk, shown

KEPT: dict[str, Any] = {"session": SessionStart.KEPT, "session_alive": True}
ERROR = "RuntimeError: The size of tensor a (10) must match the size of tensor b (32)"
CLASH = Broadcast(
    operator="-",
    operands=(Operand("x", (32, 10)), Operand("m", (32,))),
    axes=(Axis(-1, (10, 32), None, agrees=False), Axis(-2, (32, None), 32, agrees=True)),
    failing=0,
    result=None,
    result_bytes=0,
    stretched=(),
    error=ERROR,
    error_axis=1,
    repairs=(),
    notes=(),
    ran=True,
    error_position=-1,
)
REPAIR = Repair(
    "x - m.unsqueeze(1)",
    (32, 10),
    Note("repair.along", {"name": "m", "size": 32, "axis": -2}),
    ran=True,
)


def step(text: str, shape: str = "", depth: int = 0, dtype: str = "float32") -> TraceStep:
    return TraceStep(text, depth, 1, shape, dtype if shape else "", failed=not shape)


PRODUCT = (
    step("x", "(5, 3)"),
    step("w", "(3, 2)"),
    step("x @ w", "(5, 2)", depth=1),
    step("relu(x @ w)", "(5, 2)"),
)


def traced(*steps: TraceStep, **fields: Any) -> Result:
    """The result of a trace; other fields are the report's or the result's."""
    report = ShapeReport(steps, 0, False, 0, None, None, None, (), ())
    mine = {name: fields.pop(name) for name in [*fields] if hasattr(report, name)}
    report = replace(report, **mine)
    outcome = Outcome.RAISED if report.failure else Outcome.OK
    return Result(**{"outcome": outcome, "data": to_data(report), **KEPT, **fields})


def failure(line: str = ERROR, **fields: Any) -> Failure:
    return Failure(line.partition(":")[0], line, **fields)


async def reply(talk: Talk, result: Result, **where: Any) -> str:
    talk.pool.results = [result]
    call, *_ = await talk.say("/shape f(x)", **where)
    return shown(call)


async def test_shapes_are_asked_of_the_session(talk: Talk) -> None:
    talk.pool.results = [traced(*PRODUCT)]

    await talk.say("/shape x=(5,3)\nw=(3,2)\nrelu(x @ w)")

    (job,) = talk.pool.jobs
    assert (job.kind, job.owner) == ("shapes.trace", str(talk.person.id))
    assert job.data == {"source": "x=(5,3)\nw=(3,2)\nrelu(x @ w)"}


async def test_final_shape_comes_first_and_steps_below(talk: Talk) -> None:
    told = await reply(talk, traced(*PRODUCT, notes=(Note("note.inputs", {"names": ["x", "w"]}),)))

    assert told.splitlines() == [
        "✅ (5, 2), float32",
        "",
        "x            (5, 3)",
        "w            (3, 2)",
        "  x @ w      (5, 2)",
        "relu(x @ w)  (5, 2)",
        "dtype везде float32. В x, w случайные числа.",
    ]


async def test_clash_is_told_by_axes_with_repairs(talk: Talk) -> None:
    steps = (step("x", "(32, 10)"), step("m", "(32,)"), step("y = x - m"))

    told = await reply(talk, traced(*steps, failure=failure(), clash=CLASH, repairs=(REPAIR,)))

    assert told.startswith("❌ Размеры не подходят: 10 и 32 на оси −1")
    assert "\ny = x - m  ✗\n" in told
    assert "проверено запуском" in told
    assert "x - m.unsqueeze(1) → (32, 10)" in told
    assert told.count(ERROR) == 1


async def test_repairs_that_do_not_mend_the_cell_are_not_offered(talk: Talk) -> None:
    clash = replace(CLASH, repairs=(REPAIR,))

    told = await reply(talk, traced(step("x - m"), failure=failure(), clash=clash))

    assert "unsqueeze" not in told
    assert "до конца, не нашлось" in told


async def test_other_failures_name_the_expression_and_keep_the_line(talk: Talk) -> None:
    line = "IndexError: index 5 is out of bounds"

    told = await reply(talk, traced(step("x", "(2,)"), step("x[5]"), failure=failure(line)))

    assert told.startswith("❌ Падает с ошибкой: x[5]")
    assert line in told


async def test_layer_is_told_by_its_sizes(talk: Talk) -> None:
    note = Note("note.linear", {"takes": 3, "shape": "(5, 5)", "last": 5})

    told = await reply(talk, traced(step("layer(x)"), failure=failure(), notes=(note,)))

    assert told.startswith("❌ Размеры не подходят: слой ждёт 3, на последней оси 5")


async def test_known_mistake_is_explained_below_the_trace(talk: Talk) -> None:
    known = Explanation("leaf_in_place", Certainty.LIKELY, {"name": "w", "code": "w += 1"})

    told = await reply(talk, traced(step("w += 1"), failure=failure(), explanation=known))

    assert told.startswith("⚠️ Лист графа нельзя менять на месте")
    assert "Скорее всего" in told


async def test_forecast_is_called_one_and_nothing_in_it_works(talk: Talk) -> None:
    note = Note("note.largest", {"code": "x - y", "bytes": 40_000_000_000})
    steps = (step("x - y", "(100000, 100000)"),)

    told = await reply(
        talk, traced(*steps, forecast=True, needed_bytes=40_000_800_000, notes=(note,))
    )

    assert told.startswith("⚠️ Слишком велико: нужно 37.3 ГиБ памяти")
    assert "x - y займёт 37.3 ГиБ" in told
    assert "прогноз" in told
    assert "✅" not in told


async def test_long_computation_is_a_forecast_too(talk: Talk) -> None:
    note = Note("note.flops", {"billions": 640})

    told = await reply(talk, traced(step("a @ a", "(4000, 4000)"), forecast=True, notes=(note,)))

    assert told.startswith("⚠️ Слишком долго")
    assert "640 млрд" in told


async def test_number_on_the_way_is_not_the_answer(talk: Talk) -> None:
    told = await reply(
        talk, traced(step("loss = f(x)", "()"), step("loss.item()", "0.5", depth=1, dtype=""))
    )

    assert told.startswith("✅ (), float32")


async def test_next_clash_stands_below_the_repair(talk: Talk) -> None:
    notes = (Note("note.next_clash", {"code": "(x - m) / s"}),)
    fields = {"failure": failure(), "clash": CLASH, "repairs": (REPAIR,), "notes": notes}

    told = await reply(talk, traced(step("x - m"), **fields))

    assert told.index(REPAIR.code) < told.index("дойдёт до (x - m) / s") < told.index("У torch это")


async def test_dtypes_that_differ_stand_beside_the_shapes(talk: Talk) -> None:
    told = await reply(talk, traced(step("x", "(2,)"), step("x > 0", "(2,)", dtype="bool")))

    assert "x      (2,) float32\nx > 0  (2,) bool" in told
    assert "dtype" not in told


async def test_hidden_steps_are_counted_and_attached(talk: Talk) -> None:
    steps = tuple(step(f"some_long_name_{n} = torch.ones({n}, 3)", f"({n}, 3)") for n in range(40))
    talk.pool.results = [traced(*steps, hidden=2)]

    text, document = await talk.say("/shape f()")

    assert "⋮ выше ещё" in shown(text)
    assert "some_long_name_39" in shown(text)
    assert document.file is not None
    assert b"some_long_name_0" in document.file.content


async def test_output_before_an_error_is_shown(talk: Talk) -> None:
    told = await reply(talk, traced(step("x[5]"), failure=failure("IndexError: no"), output="at 5"))

    assert told.endswith("Вывод до ошибки:\nat 5")


@pytest.mark.parametrize("text", ["/shape", "/shape  ", "/SHAPE@tensor_tutor_bot"])
async def test_nothing_to_trace_is_answered_with_an_example(talk: Talk, text: str) -> None:
    (call,) = await talk.say(text)

    assert talk.pool.jobs == []
    assert "/shape x=(5,3); w=(3,2); relu(x @ w)" in shown(call)


async def test_code_without_tensors_says_so(talk: Talk) -> None:
    assert (await reply(talk, traced())).startswith("Тензоров в этом коде нет")


async def test_syntax_error_looks_as_in_eval(talk: Talk) -> None:
    code = (CodeLine(1, "x +", marked=True),)

    told = await reply(talk, traced(failure=failure("SyntaxError: invalid syntax", code=code)))

    assert told.startswith("⚠️ SyntaxError, строка 1\n\n> 1  x +")


async def test_missing_name_in_a_lost_session_offers_its_cells(talk: Talk) -> None:
    talk.pool.remembered = 3
    lost = {"session": SessionStart.LOST_IDLE, "session_alive": True}

    told = await reply(
        talk, traced(step("y", "(2,)"), failure=failure("NameError: name 'x'"), **lost)
    )

    assert "NameError" in told
    assert "Сеанс начат заново" in told
    assert talk.labels() == ["Вернуть ячейки (3)"]


async def test_trace_in_a_lost_session_offers_its_cells(talk: Talk) -> None:
    talk.pool.remembered = 3

    await reply(talk, traced(*PRODUCT, session=SessionStart.LOST_IDLE))

    assert talk.labels() == ["Вернуть ячейки (3)"]


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (Result(Outcome.BUSY, {"ahead": 2}), "Занято, перед вами 2 ячейки"),
        (Result(Outcome.TIMEOUT, cpu_s=8.0, **KEPT), "Не уложилось в 8 с"),
        (Result(Outcome.MEMORY, **KEPT), "Не хватило памяти"),
        (Result(Outcome.REFUSED, session=SessionStart.KEPT), "системный вызов"),
        (Result(Outcome.OK, {"steps": 1}, **KEPT), "без ответа"),
        (Result(Outcome.CANCELLED, **KEPT), "Отменено"),
    ],
)
async def test_what_is_no_trace_is_told_as_eval_tells_it(
    talk: Talk, result: Result, words: str
) -> None:
    assert words in await reply(talk, result)


async def test_where_no_code_is_run_that_is_said(talk: Talk) -> None:
    talk.pool.refused = True

    (call,) = await talk.say("/shape x")

    assert "проверка изоляции" in shown(call)


async def test_group_sees_one_line(talk: Talk) -> None:
    clash = traced(step("x - m"), failure=failure(), clash=CLASH)

    assert await reply(talk, traced(*PRODUCT), chat=talk.course) == "✅ (5, 2), float32"
    told = await reply(talk, clash, chat=talk.course)
    assert "\n" not in told
    assert told.startswith("❌ (32, 10) - (32,)")


async def test_document_is_traced(talk: Talk) -> None:
    talk.person.upload("cell.py", b"x = rand(2)\r\nx", "/shape")
    talk.pool.results = [traced(*PRODUCT)]

    await talk.handled()

    assert [job.data for job in talk.pool.jobs] == [{"source": "x = rand(2)\nx"}]


async def test_typography_of_phones_is_mended(talk: Talk) -> None:
    talk.pool.mended = 'x["a"]'
    talk.pool.results = [traced(*PRODUCT)]

    await talk.say("/shape x[“a”]")

    assert talk.pool.jobs[-1].data == {"source": 'x["a"]'}


async def test_edit_edits_the_answer(talk: Talk) -> None:
    talk.pool.results = [traced(*PRODUCT), traced(step("y", "(7,)"))]
    (question,) = talk.person.send("/shape x")
    (first,) = await talk.handled()

    talk.person.edit(question, "/shape y")
    (second,) = await talk.handled()

    assert (second.method, second.message_id) == ("editMessageText", first.message_id)
    assert shown(second).startswith("✅ (7,)")


FORGED = [
    {"clash": replace(CLASH, axes=(), failing=3)},
    {"clash": replace(CLASH, axes=(Axis(-1, (None,), None, agrees=False),))},
    {"repairs": (replace(REPAIR, meaning=Note("repair.no_such")),), "clash": CLASH},
    {"notes": (Note("note.linear", {"takes": "<b>", "last": []}), Note("note.no_such"))},
    {"forecast": True, "notes": (Note("note.largest", {"bytes": "many"}),), "failure": None},
    {"hidden": -5},
]


@pytest.mark.parametrize("fields", FORGED)
async def test_forged_reports_get_an_answer(talk: Talk, fields: dict[str, Any]) -> None:
    fields = {"failure": failure("ValueError: <b>"), **fields}

    calls: list[Call] = []
    talk.pool.results = [traced(step("<i>x</i>", "(2,)"), step("x - m"), **fields)]
    calls += await talk.say("/shape x")

    assert shown(calls[0])[0] in "❌⚠✅"
    assert "<i>x</i>" in shown(calls[0])
