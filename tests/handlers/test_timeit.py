"""/timeit as a conversation: what is asked of the session, and what the person sees."""

from __future__ import annotations

from typing import Any

import pytest

from engine.records import (
    CodeLine,
    Failure,
    Note,
    Outcome,
    Result,
    SessionStart,
    Timing,
    TimingReport,
    to_data,
)
from handlers.reply.mono import fits
from tests.handlers.talk import Talk, shown

KEPT: dict[str, Any] = {"session": SessionStart.KEPT, "session_alive": True}
ONE = Timing(310e-6, 12.4e-6, 12.1e-6, 12.9e-6, runs=50, loops=2000, noisy=False)
SLOWER = Timing(600e-6, 40.1e-6, 39.6e-6, 40.9e-6, runs=50, loops=1_000_000, noisy=False)


def timed(*timings: Timing, **fields: Any) -> Result:
    """The result of a timing; other fields are the report's or the result's."""
    mine = {name: fields.pop(name) for name in ("failure", "notes") if name in fields}
    report = TimingReport(timings, **mine)
    outcome = Outcome.RAISED if report.failure else Outcome.OK
    return Result(**{"outcome": outcome, "data": to_data(report), **KEPT, **fields})


async def reply(talk: Talk, result: Result, **where: Any) -> str:
    talk.pool.results = [result]
    call, *_ = await talk.say("/timeit f(x)", **where)
    return shown(call)


async def test_one_cell_is_asked_of_the_session(talk: Talk) -> None:
    talk.pool.results = [timed(ONE)]

    await talk.say("/timeit x = 1\nf(x)")

    (job,) = talk.pool.jobs
    assert (job.kind, job.owner) == ("timing.measure", str(talk.person.id))
    assert job.data == {"cells": ["x = 1\nf(x)"]}


@pytest.mark.parametrize(
    "text", ["/timeit f(x)\n---\ng(x)", "/timeit ```python\nf(x)\n```\nи\n```python\ng(x)\n```"]
)
async def test_two_cells_are_asked_apart(talk: Talk, text: str) -> None:
    talk.pool.results = [timed(ONE, SLOWER)]

    await talk.say(text)

    assert talk.pool.jobs[-1].data == {"cells": ["f(x)", "g(x)"]}


async def test_typography_of_phones_is_mended_in_each(talk: Talk) -> None:
    talk.pool.mended = "'a'"
    talk.pool.results = [timed(ONE, SLOWER)]

    await talk.say("/timeit “a”\n—-\n“b”")

    assert [job.data for job in talk.pool.jobs] == [
        {"text": "“a”"},
        {"text": "“b”"},
        {"cells": ["'a'", "'a'"]},
    ]


async def test_median_comes_first_and_how_sure_it_is_below(talk: Talk) -> None:
    assert (await reply(talk, timed(ONE))).splitlines() == [
        "12.4 мкс за вызов",
        "",
        "Медиана 50 прогонов по 2\u00a0000 вызовов, половина между 12.1 мкс и 12.9 мкс. "
        "Первый вызов 310 мкс.",
    ]


async def test_two_cells_stand_in_a_table_that_fits_a_phone(talk: Talk) -> None:
    told = (await reply(talk, timed(ONE, SLOWER))).splitlines()

    assert told == [
        "Первая быстрее в 3.2 раза (от 3.1 до 3.4)",
        "",
        "             первая        вторая",
        "медиана    12.4 мкс      40.1 мкс",
        "от         12.1 мкс      39.6 мкс",
        "до         12.9 мкс      40.9 мкс",
        "1-й вызов   310 мкс       600 мкс",
        "прогоны    50×2\u00a0000  50×1\u00a0000\u00a0000",
        "Между «от» и «до» половина прогонов; ячейки выполнялись вперемежку.",
    ]
    assert fits(told[2:-1])


def around(median_s: float, runs: int = 50) -> Timing:
    return Timing(median_s, median_s, 0.999 * median_s, 1.001 * median_s, runs, 1, noisy=False)


@pytest.mark.parametrize(
    ("one", "other", "title"),
    [
        (SLOWER, ONE, "Вторая быстрее в 3.2 раза (от 3.1 до 3.4)"),
        (around(1.0), around(1.0015), "Разницы не видно: интервалы перекрываются"),
        (around(1.0), around(1.004), "Разницы почти нет: меньше 1 %"),
        (around(1.0), around(1.05), "Первая быстрее в 1.05 раза (от 1.05 до 1.05)"),
        (around(21.0), around(1.0), "Вторая быстрее в 21 раз (от 21 до 21)"),
        (around(1.0), around(22.0), "Первая быстрее в 22 раза (от 22 до 22)"),
        (around(1.0), around(310.0), "Первая быстрее в 310 раз (от 309 до 311)"),
        (around(1.0, runs=1), around(1.5, runs=1), "Сравнить не удалось: прогонов слишком мало"),
        (around(1.0, runs=1), around(5.0, runs=1), "Первая быстрее примерно в 5.0 раза"),
    ],
)
async def test_verdict_is_fair(talk: Talk, one: Timing, other: Timing, title: str) -> None:
    assert (await reply(talk, timed(one, other))).splitlines()[0] == title


async def test_two_single_runs_have_no_spread(talk: Talk) -> None:
    told = await reply(talk, timed(around(1.0, runs=1), around(5.0, runs=1)))

    assert [line.split()[0] for line in told.splitlines()[3:6]] == ["медиана", "1-й", "прогоны"]
    assert told.endswith("Это по одному прогону: на повторные не хватило времени.")


async def test_noisy_timing_says_so(talk: Talk) -> None:
    noisy = Timing(1.0, 1.0, 0.9, 1.3, runs=20, loops=1, noisy=True)

    assert "Замер шумный: разброс прогонов 40 % медианы" in await reply(talk, timed(noisy))


async def test_slow_start_is_called_a_warm_up(talk: Talk) -> None:
    warm = Timing(0.9, 1e-4, 1e-4, 1e-4, runs=1, loops=21, noisy=False)

    told = await reply(talk, timed(warm))

    assert "Медиана 1 прогона по 21 вызову" in told
    assert "Первый вызов 900 мс: обычно это прогрев" in told


async def test_single_run_is_called_one(talk: Talk) -> None:
    told = await reply(talk, timed(around(3.0, runs=1)))

    assert told == "3.00 с за вызов\n\nЭто один прогон: на повторные не хватило времени."


async def test_notes_and_the_first_output_are_shown(talk: Talk) -> None:
    changed = Note("note.timeit_changed", {"names": ["w.grad", "x"]})

    told = await reply(talk, timed(ONE, notes=(changed,), output="hi\n"))

    assert "Ячейка выполнялась много раз и изменила в сеансе: w.grad, x." in told
    assert told.endswith("Вывод первого вызова:\nhi")


async def test_long_output_is_attached(talk: Talk) -> None:
    output = "".join(f"{n}\n" for n in range(100))
    talk.pool.results = [timed(ONE, output=output)]

    text, document = await talk.say("/timeit f()")

    assert "… ещё" in shown(text)
    assert document.file is not None
    assert document.file.content == output.encode()


async def test_error_looks_as_in_eval(talk: Talk) -> None:
    code = (CodeLine(1, "1 // 0", marked=True),)
    failure = Failure("ZeroDivisionError", "ZeroDivisionError: division by zero", code)
    result = timed(failure=failure, notes=(Note("note.timeit_second"),))

    told = await reply(talk, result)

    assert told.startswith("⚠️ ZeroDivisionError, строка 1\n\n> 1  1 // 0")
    assert told.endswith("Это вторая из двух ячеек.")


@pytest.mark.parametrize(
    "text", ["/timeit", "/timeit  ", "/timeit ---", "/TIMEIT@tensor_tutor_bot"]
)
async def test_nothing_to_time_is_answered_with_an_example(talk: Talk, text: str) -> None:
    (call,) = await talk.say(text)

    assert talk.pool.jobs == []
    assert "/timeit torch.arange(1000).sum()" in shown(call)


async def test_three_cells_are_one_too_many(talk: Talk) -> None:
    (call,) = await talk.say("/timeit 1\n---\n2\n---\n3")

    assert talk.pool.jobs == []
    assert shown(call) == "Сравниваю две ячейки, а здесь их 3. Оставьте две."


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (Result(Outcome.BUSY, {"ahead": 2}), "Занято, перед вами 2 ячейки"),
        (Result(Outcome.TIMEOUT, cpu_s=8.0, **KEPT), "Не уложилось в 8 с"),
        (Result(Outcome.MEMORY, **KEPT), "Не хватило памяти"),
        (Result(Outcome.REFUSED, session=SessionStart.KEPT), "системный вызов"),
        (Result(Outcome.OK, {"timings": 1}, **KEPT), "без ответа"),
        (Result(Outcome.OK, to_data(TimingReport((ONE,) * 3)), **KEPT), "ничего не вывела"),
        (Result(Outcome.CANCELLED, **KEPT), "Отменено"),
        (timed(notes=(Note("note.not_run"),)), "Ячейку не запускал"),
    ],
)
async def test_what_is_no_timing_is_told_as_eval_tells_it(
    talk: Talk, result: Result, words: str
) -> None:
    assert words in await reply(talk, result)


async def test_timing_in_a_lost_session_offers_its_cells(talk: Talk) -> None:
    talk.pool.remembered = 3

    told = await reply(talk, timed(ONE, session=SessionStart.LOST_IDLE))

    assert "Сеанс начат заново" in told
    assert talk.labels() == ["Вернуть ячейки (3)"]


async def test_where_no_code_is_run_that_is_said(talk: Talk) -> None:
    talk.pool.refused = True

    (call,) = await talk.say("/timeit x")

    assert "проверка изоляции" in shown(call)


async def test_group_sees_one_line(talk: Talk) -> None:
    assert await reply(talk, timed(ONE), chat=talk.course) == "12.4 мкс за вызов"
    told = await reply(talk, timed(ONE, SLOWER), chat=talk.course)
    assert told == "Первая быстрее в 3.2 раза (от 3.1 до 3.4)"


async def test_document_is_timed(talk: Talk) -> None:
    talk.person.upload("cell.py", b"f(x)\r\n---\r\ng(x)\r\n", "/timeit")
    talk.pool.results = [timed(ONE, SLOWER)]

    await talk.handled()

    assert [job.data for job in talk.pool.jobs] == [{"cells": ["f(x)", "g(x)"]}]


async def test_edit_edits_the_answer(talk: Talk) -> None:
    talk.pool.results = [timed(ONE), timed(SLOWER)]
    (question,) = talk.person.send("/timeit x")
    (first,) = await talk.handled()

    talk.person.edit(question, "/timeit y")
    (second,) = await talk.handled()

    assert (second.method, second.message_id) == ("editMessageText", first.message_id)
    assert shown(second).startswith("40.1 мкс")
