"""Every outcome of a cell as a person reads it, in both languages."""

from __future__ import annotations

import dataclasses

import pytest

from bot.local.html import parse
from engine.records import (
    CellReport,
    CodeLine,
    Failure,
    JobLimits,
    Note,
    Outcome,
    Result,
    SessionStart,
    to_data,
)
from handlers.reply import Reply, cell_reply
from handlers.reply.text import MESSAGE_UNITS, shown_units
from handlers.words import LANGUAGES, Words
from tests.bot.local.pictures import png
from tests.handlers.fake_pool import eye, ok, raised

HOSTILE = "<b>&amp; </pre>\x00\ud800\u202e\x1b[31m"
CODE = (
    CodeLine(3, "f = w + 1", False),
    CodeLine(4, "f.backward()", False),
    CodeLine(5, "w -= w.grad", True),
)


def answered(result: Result, language: str = "ru", cells: int = 0) -> Reply:
    return cell_reply(result, Words()(language), JobLimits(), cells)


def read(result: Result, language: str = "ru", cells: int = 0) -> str:
    return parse(answered(result, language, cells).text).text


def test_output_stands_before_the_value() -> None:
    text = read(ok("3", output="1\n2\n"))

    assert text == "1\n2\n\n3"


def test_tensor_gets_one_line_of_attributes() -> None:
    facts = eye(shape=(3,), requires_grad=True, grad_fn="<AddBackward0>")
    text = read(ok("tensor([1., 2., 3.])", tensor=facts))

    assert text.splitlines()[-1] == (
        "shape (3,) · rank 1 · torch.float32 · torch.FloatTensor · cpu"
        " · requires_grad=True · grad_fn=<AddBackward0>"
    )


def test_large_tensor_gets_its_memory() -> None:
    assert read(ok("tensor(…)", tensor=eye(memory_bytes=4_000_000))).endswith(" · 3.81 МиБ")


@pytest.mark.parametrize("text", ["", "\n", " \t\n\n", "\x1b[0m\x07", "\u2800\xa0"])
def test_cell_that_shows_nothing_says_so(text: str) -> None:
    for result in (ok(output=text), ok(text)):
        short = answered(result).short

        assert short == read(result) == "✓ Выполнено, ячейка ничего не вывела"


def test_note_takes_the_place_of_silence() -> None:
    text = read(ok(notes=(Note("note.unfilled", {"names": ["power", "newton"]}),)))

    assert text == "Ещё не заполнено: power, newton. На месте ... нужен ваш код."


@pytest.mark.parametrize(
    ("result", "line"),
    [
        (ok("1\n2"), "1 2"),
        (ok(output="1\n2\n"), "1 2"),
        (ok(), "✓ Выполнено, ячейка ничего не вывела"),
        (ok(blobs=(png(4, 3),)), "✓ Выполнено, рисунок ниже"),
        (ok(notes=(Note("note.exit"),)), "Ячейка вызвала выход из Python. Сеанс остался на месте."),
        (raised("ValueError: <no>"), "⚠️ ValueError: <no>"),
        (Result(Outcome.FAULT), "Это сбой бота, не ваш код."),
    ],
)
def test_group_line_is_the_answer(result: Result, line: str) -> None:
    short = answered(result).short

    assert short is not None
    assert parse(short).text == line


def test_picture_that_cannot_be_shown_is_told() -> None:
    reply = answered(ok(blobs=(png(4, 3), b"no picture")))

    assert reply.pictures == (png(4, 3),)
    assert parse(reply.text).text.startswith("Не показан 1 рисунок")


def test_error_card_shows_line_code_and_exception() -> None:
    line = (
        "RuntimeError: a leaf Variable that requires grad is being used in an in-place operation."
    )
    text = read(raised(line, CODE))

    assert text == (
        "⚠️ RuntimeError, строка 5\n\n  3  f = w + 1\n  4  f.backward()\n> 5  w -= w.grad\n\n" + line
    )


def test_error_in_an_earlier_cell_says_which() -> None:
    assert "строка 5 прошлой ячейки" in read(raised("ValueError: no", CODE, cell=1))
    assert "отправленной 3 ячейки назад" in read(raised("ValueError: no", CODE, cell=3))


def test_line_that_led_into_a_function_is_shown() -> None:
    failure = Failure("ValueError", "ValueError: no", CODE, 1, CodeLine(2, "  f(<y>)", True))
    result = raised("ValueError: no")
    shown = read(dataclasses.replace(result, data=to_data(CellReport(failure=failure))))
    assert "Сюда привела строка 2 этой ячейки: f(<y>)" in shown


def test_error_without_code_has_only_its_name() -> None:
    assert read(raised("ValueError: no")) == "⚠️ ValueError\n\nValueError: no"


def test_exception_that_does_not_fit_is_attached() -> None:
    line = "ValueError: " + "x" * 5000
    (document,) = answered(raised(line)).documents

    assert document.content == line.encode()


def test_name_missing_in_a_new_session_is_explained_once() -> None:
    notes = (Note("note.missing_name", {"name": "w"}),)
    line = "NameError: name 'w' is not defined"
    text = read(raised(line, notes=notes, session=SessionStart.NEW))

    assert text.endswith(
        "Сеанс новый, имён в нём ещё нет. Сначала отправьте ячейки, где они определены."
    )
    assert "Имени w" not in text


def test_name_missing_in_a_kept_session_is_a_note() -> None:
    text = read(
        raised(
            "NameError: name 'w' is not defined", notes=(Note("note.missing_name", {"name": "w"}),)
        )
    )

    assert "Имени w в этом сеансе нет" in text


def stopped(outcome: Outcome, **fields: object) -> Result:
    kept = {"session": SessionStart.KEPT, "session_alive": True}
    return dataclasses.replace(Result(outcome), **{**kept, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("result", "facts"),
    [
        (stopped(Outcome.TIMEOUT, cpu_s=8.0, wall_s=9.0), ["⏱ Не уложилось в 8 с", "считала"]),
        (stopped(Outcome.TIMEOUT, cpu_s=0.1, wall_s=30.0), ["⏱ Не уложилось в 30 с", "ждала"]),
        (stopped(Outcome.MEMORY), ["⚠️ Не хватило памяти", "размеры"]),
        (
            stopped(Outcome.OUTPUT, output="x\n", output_total=20 << 20),
            ["⚠️ Слишком много вывода: 20 МиБ", "Вывод до остановки:\nx", "64 КиБ"],
        ),
        (stopped(Outcome.REFUSED), ["⚠️ Ячейка остановлена", "без сети"]),
        (stopped(Outcome.KILLED), ["⚠️ Процесс ячейки завершился", "os._exit()"]),
        (stopped(Outcome.FAULT), ["Это сбой бота, не ваш код.", "ещё раз"]),
        (stopped(Outcome.CANCELLED), ["Отменено"]),
    ],
)
def test_outcome_says_what_happened_and_what_is_left(result: Result, facts: list[str]) -> None:
    kept = read(result)
    gone = read(dataclasses.replace(result, session_alive=False))

    assert kept.startswith(facts[0])
    assert all(fact in kept and fact in gone for fact in facts)
    assert "имена прошлых ячеек сохранились" in kept
    assert "Сеанс закрыт" in gone


def test_names_lost_to_a_restart_are_said_once() -> None:
    said = read(stopped(Outcome.STOPPED, session_alive=False))

    assert "Имена из прежних ячеек пропадут." in said
    assert "Сеанс закрыт" not in said


def test_interrupted_cell_shows_where_it_was() -> None:
    interrupted = raised("KeyboardInterrupt", CODE, outcome=Outcome.TIMEOUT, cpu_s=8.0)
    text = read(interrupted)

    assert "> 5  w -= w.grad" in text
    assert "KeyboardInterrupt" not in text


def test_memory_keeps_the_exception_line() -> None:
    line = "RuntimeError: [enforce fail at alloc_cpu.cpp:124] DefaultCPUAllocator: can't allocate"

    assert line in read(raised(line, CODE, outcome=Outcome.MEMORY))


def test_busy_says_how_many_are_ahead() -> None:
    text = read(Result(Outcome.BUSY, {"ahead": 21}))

    assert text == (
        "Занято, перед вами 21 ячейка. Эта не запускалась.\n\nОтправьте её ещё раз через минуту."
    )


@pytest.mark.parametrize(
    "start", [SessionStart.LOST_IDLE, SessionStart.LOST_BUDGET, SessionStart.LOST_DIED]
)
def test_lost_session_says_why_and_offers_the_cells(start: SessionStart) -> None:
    reply = answered(ok("1", session=start), cells=4)

    assert "Сеанс начат заново" in parse(reply.text).text
    assert [(button.label, button.verb) for button in reply.buttons] == [
        ("Вернуть ячейки (4)", "replay")
    ]


def test_session_that_ended_offers_the_cells() -> None:
    dead = stopped(Outcome.KILLED, session_alive=False)

    assert len(answered(dead, cells=2).buttons) == 1
    assert answered(dead, cells=0).buttons == ()
    assert answered(stopped(Outcome.TIMEOUT), cells=2).buttons == ()


@pytest.mark.parametrize(
    "result",
    [
        Result(Outcome.OK, {"value": 3}, session=SessionStart.KEPT),
        Result(Outcome.OK, session=SessionStart.KEPT),
        Result(Outcome.RAISED, to_data(eye()), session=SessionStart.KEPT),
        dataclasses.replace(ok("1"), outcome=Outcome.RAISED),
        dataclasses.replace(raised("E: e"), outcome=Outcome.OK),
    ],
)
def test_answer_that_a_cell_has_forged_is_no_answer(result: Result) -> None:
    assert read(result).startswith("⚠️ Процесс ячейки завершился без ответа")


def test_note_without_words_is_left_out() -> None:
    notes = (Note("note.no_such"), Note("fault"), Note("note.exit"), Note("note.magic"))

    assert read(ok("1", notes=notes)).splitlines()[-1].startswith("Ячейка вызвала выход")


EVERYTHING = [
    ok(HOSTILE, output=HOSTILE, tensor=eye(dtype=HOSTILE * 99, grad_fn=HOSTILE * 99)),
    ok("x" * 100_000, output="я" * 100_000, blobs=(png(4, 3),) * 9),
    ok(output="a\n" * 100_000, output_total=1 << 30),
    ok(notes=(Note("note.forbidden", {"path": HOSTILE}), Note("note.shell", {"command": HOSTILE}))),
    ok("1" * 5000, output="<&>\n" * 5000, notes=(Note("note.magic", {"name": "x" * 5000}),) * 99),
    raised(HOSTILE * 1000, tuple(CodeLine(n, HOSTILE * 99, True) for n in range(99))),
    raised("E: e", (CodeLine(10**4000, "x", True),) * 9, cell=10**400),
    ok("1", tensor=eye(shape=(10**4000,) * 99, memory_bytes=10**4000)),
    raised("Ё" * 9000, CODE, output="&" * 9000, notes=(Note("note.exit"),), cell=7),
    *(stopped(outcome, output=HOSTILE) for outcome in Outcome if outcome != Outcome.OK),
    *(stopped(o, session_alive=False, session=s) for o in Outcome for s in SessionStart),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("result", EVERYTHING)
def test_reply_is_telegram_html_that_fits(result: Result, language: str) -> None:
    reply = answered(result, language, cells=5)

    assert reply.short is not None
    assert 0 < shown_units(reply.text) <= MESSAGE_UNITS
    assert parse(reply.short).text
    assert "\n" not in parse(reply.short).text
    entities = {entity.type for entity in parse(reply.text).entities}
    assert entities <= {"bold", "code", "pre", "bot_command"}
    assert len(reply.pictures) <= 4
