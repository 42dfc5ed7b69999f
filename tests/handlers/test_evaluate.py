"""/eval as a conversation: what is run, and what the person sees."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from engine.records import CodeLine, Event, Outcome, Result, SessionStart
from handlers.reply import Pace
from tests.bot.local.pictures import png
from tests.handlers.fake_pool import FakePool, eye, ok, raised
from tests.handlers.talk import Talk, shown


async def test_value_is_answered(talk: Talk) -> None:
    talk.pool.results = [ok("tensor([[1., 0.],\n        [0., 1.]])", tensor=eye())]

    (call,) = await talk.say("/eval torch.eye(2)")

    assert talk.pool.sources == ["torch.eye(2)"]
    assert talk.pool.jobs[0].owner == str(talk.person.id)
    assert (call.method, call.chat_id, call.reply_to) == ("sendMessage", talk.person.id, None)
    assert shown(call).startswith("tensor([[1., 0.],\n        [0., 1.]])")
    assert "shape (2, 2)" in shown(call)


async def test_lines_of_a_cell_arrive_as_they_were_typed(talk: Talk) -> None:
    await talk.say("/eval\nfor i in range(2):\n    print(i)")

    assert talk.pool.sources == ["for i in range(2):\n    print(i)"]


@pytest.mark.parametrize("text", ["/eval", "/eval   ", "/EVAL@tensor_tutor_bot"])
async def test_nothing_to_run_is_answered_with_an_example(talk: Talk, text: str) -> None:
    (call,) = await talk.say(text)

    assert talk.pool.jobs == []
    assert "/eval torch.ones(2, 3).sum(dim=0)" in shown(call)


async def test_command_of_another_bot_is_ignored(talk: Talk) -> None:
    assert await talk.say("/eval@other_bot 1", chat=talk.course) == []
    assert talk.pool.jobs == []


async def test_document_is_a_cell(talk: Talk) -> None:
    talk.person.upload("cell.py", b"x = 1\r\nx", "/eval")

    (call,) = await talk.handled()

    assert talk.pool.sources == ["x = 1\nx"]
    assert shown(call) == "42"


async def test_document_that_a_bad_line_cuts_short_is_asked_for_again(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.download.PAUSES_S", (0.0, 0.0))
    talk.telegram.provoke_drop("download")
    talk.telegram.provoke_500("download")

    talk.person.upload("cell.py", b"print(1)", "/eval")
    await talk.handled()

    assert talk.pool.sources == ["print(1)"]


async def test_binary_document_is_declined(talk: Talk) -> None:
    talk.person.upload("cell.py", b"\xff\xfe\x00\xd8", "/eval")

    (call,) = await talk.handled()

    assert talk.pool.jobs == []
    assert "cell.py" in shown(call)


async def test_reply_to_code_runs_it(talk: Talk) -> None:
    (code,) = talk.telegram.person("boris").send("x = 5", chat=talk.course)

    await talk.say("/eval", chat=talk.course, reply_to=code)

    assert talk.pool.sources == ["x = 5"]


async def test_long_cell_is_joined(talk: Talk) -> None:
    line = "print('a long line of a cell that says very little')\n"
    source = line * 120

    await talk.say(f"/eval {source}")

    assert talk.pool.sources == [source.rstrip("\n")]


async def test_typography_of_phones_is_mended(talk: Talk) -> None:
    talk.pool.mended = 'print("a")'

    await talk.say("/eval print(“a”)")

    assert talk.pool.sources == ['print("a")']


async def test_pictures_follow_the_answer(talk: Talk) -> None:
    talk.pool.results = [ok(blobs=(png(4, 3),))]

    text, photo = await talk.say("/eval plt.plot([1, 2])")

    assert shown(text) == "✓ Выполнено, рисунок ниже"
    assert photo.method == "sendPhoto"


async def test_several_pictures_are_an_album(talk: Talk) -> None:
    talk.pool.results = [ok("3", blobs=(png(4, 3), png(5, 3)))]

    calls = await talk.say("/eval f()")

    assert [call.method for call in calls] == ["sendMessage", "sendMediaGroup", "sendMediaGroup"]


async def test_long_output_is_attached(talk: Talk) -> None:
    lines = "\n".join(str(n) for n in range(1000))
    talk.pool.results = [ok(output=lines)]

    text, document = await talk.say("/eval f()")

    assert shown(text).startswith("0\n1\n2\n")
    assert shown(text).endswith("… ещё 960 строк в файле")
    assert document.file is not None
    assert document.file.content == lines.encode()


async def test_edit_edits_the_answer(talk: Talk) -> None:
    talk.pool.results = [ok("1"), ok("2")]
    (question,) = talk.person.send("/eval 1")
    (first,) = await talk.handled()

    talk.person.edit(question, "/eval 2")
    (second,) = await talk.handled()

    assert talk.pool.sources == ["1", "2"]
    assert (second.method, second.message_id) == ("editMessageText", first.message_id)
    assert shown(second) == "2"


async def test_edit_replaces_pictures(talk: Talk) -> None:
    talk.pool.results = [ok(blobs=(png(4, 3),)), ok("2")]
    (question,) = talk.person.send("/eval plt.plot([1, 2])")
    _, photo = await talk.handled()

    talk.person.edit(question, "/eval 2")
    deleted, edited = await talk.handled()

    assert (deleted.method, deleted.message_id) == ("deleteMessage", photo.message_id)
    assert shown(edited) == "2"


async def test_same_answer_to_an_edit_is_no_failure(talk: Talk) -> None:
    talk.pool.results = [ok("1"), ok("1")]
    (question,) = talk.person.send("/eval 1")
    await talk.handled()

    talk.person.edit(question, "/eval  1")

    assert await talk.handled() == []
    assert len(talk.pool.jobs) == 2


async def test_answer_that_was_deleted_is_sent_anew(talk: Talk) -> None:
    (question,) = talk.person.send("/eval 1")
    (first,) = await talk.handled()
    del talk.telegram.world.messages[talk.person.id, first.message_id or 0]

    talk.person.edit(question, "/eval 2")
    (second,) = await talk.handled()

    assert second.method == "sendMessage"


async def test_reaction_runs_nothing(talk: Talk) -> None:
    (question,) = talk.person.send("/eval 1")
    await talk.handled()

    talk.person.react(question, "👍")

    assert await talk.handled() == []
    assert len(talk.pool.jobs) == 1


async def test_reaction_to_a_message_of_long_ago_runs_nothing(talk: Talk) -> None:
    (question,) = talk.person.send("/eval 1")
    talk.telegram.world.updates.drop()  # answered so long ago that nobody knows of it any more

    talk.person.react(replace(question, date=question.date - 3 * 86400), "👍")

    assert await talk.handled() == []
    assert talk.pool.jobs == []


async def test_edit_that_a_crash_brings_back_is_answered_again(talk: Talk) -> None:
    (question,) = talk.person.send("/eval 1")
    await talk.handled()
    talk.person.edit(question, "/eval 2")
    edited = await talk.updates()

    for _ in range(2):
        await asyncio.gather(*talk.handling(edited))

    assert talk.pool.sources == ["1", "2", "2"]


async def test_group_sees_one_line(talk: Talk) -> None:
    talk.pool.results = [ok("tensor([[1., 0.],\n        [0., 1.]])", tensor=eye())]
    (question,) = talk.person.send("/eval torch.eye(2)", chat=talk.course)

    (call,) = await talk.handled()

    assert shown(call) == "tensor([[1., 0.], [0., 1.]])"
    assert call.reply_to == question.id
    assert talk.labels(talk.course) == ["Подробнее"]


async def test_group_sees_only_the_line_of_an_error(talk: Talk) -> None:
    talk.pool.results = [raised("ValueError: no", (CodeLine(1, "f()", True),))]

    (call,) = await talk.say("/eval f()", chat=talk.course)

    assert shown(call) == "⚠️ ValueError: no"


async def test_whole_answer_comes_in_private(talk: Talk) -> None:
    talk.pool.results = [raised("ValueError: no", (CodeLine(1, "f()", True),), output="before")]
    await talk.say("/eval f()", chat=talk.course)

    (call,) = await talk.press("Подробнее")

    assert call.chat_id == talk.person.id
    assert "ValueError, строка 1" in shown(call)
    assert "before" in shown(call)


async def test_whole_answer_is_for_its_author_only(talk: Talk) -> None:
    await talk.say("/eval 41 + 1", chat=talk.course)

    (call,) = await talk.press("Подробнее", by=talk.telegram.person("boris"))

    assert "42" not in shown(call)
    assert "только тот, кто спросил" in shown(call)


async def test_topic_is_answered_in_the_topic(talk: Talk) -> None:
    topic = talk.telegram.world.seminar

    (call,) = await talk.say("/eval 1", chat=talk.course, topic=topic)

    answer = talk.telegram.world.messages[talk.course.id, call.message_id or 0]
    assert answer.topic == topic


async def test_host_that_confines_nothing_runs_nothing(talk: Talk) -> None:
    talk.pool.refused = True

    *_, call = await talk.say("/eval 1")

    assert talk.pool.jobs == []
    assert "Код сейчас не выполняется" in shown(call)


async def test_warming_pool_is_told_first(talk: Talk) -> None:
    talk.pool.events = [Event("warming")]
    talk.pool.gate.clear()
    saying = asyncio.create_task(talk.say("/eval 1"))
    await talk.told(1)
    talk.pool.gate.set()
    line, answer = await saying

    assert shown(line) == "Запускаюсь, ответ придёт через несколько секунд"
    assert (answer.method, answer.message_id) == ("editMessageText", line.message_id)
    assert shown(answer) == "42"


async def test_lost_session_offers_its_cells(talk: Talk) -> None:
    talk.pool.remembered = 3
    talk.pool.results = [ok("1", session=SessionStart.LOST_IDLE)]

    (call,) = await talk.say("/eval 1")

    assert "Имён прошлых ячеек нет" in shown(call)
    assert talk.labels() == ["Вернуть ячейки (3)"]


async def test_lost_session_without_cells_offers_nothing(talk: Talk) -> None:
    talk.pool.results = [Result(Outcome.KILLED, session=SessionStart.NEW)]

    await talk.say("/eval import os; os._exit(0)")

    assert talk.labels() == []


class TestProgress:
    @pytest.fixture
    def pace(self) -> Pace:
        return Pace(0, 0, 60)

    async def test_long_cell_shows_a_line_that_becomes_the_answer(self, talk: Talk) -> None:
        line = await _line_of_a_held_cell(talk)
        talk.pool.gate.set()
        await talk.idle()

        assert line.startswith("Считаю, прошло 0 с")
        assert [call.method for call in talk.telegram.transcript.calls] == [
            "sendMessage",
            "editMessageText",
        ]

    async def test_waiting_cell_shows_who_is_ahead(self, talk: Talk) -> None:
        talk.pool.events = [Event("queued", {"ahead": 2})]

        line = await _line_of_a_held_cell(talk)
        talk.pool.gate.set()
        await talk.idle()

        assert line == "В очереди, перед вами 2 ячейки"

    async def test_cancel_stops_the_cell(self, talk: Talk) -> None:
        await _line_of_a_held_cell(talk)

        await talk.press("Отменить")
        await talk.idle()

        said = [shown(call) for call in talk.telegram.transcript.calls]
        assert "Останавливаю" in said
        assert any(text.startswith("Отменено, ячейка остановлена.") for text in said)
        assert talk.labels() == []

    async def test_cancel_is_for_the_author(self, talk: Talk) -> None:
        await _line_of_a_held_cell(talk)

        (call,) = await talk.press("Отменить", by=talk.telegram.person("boris"))
        talk.pool.gate.set()
        await talk.idle()

        assert (call.method, call.user) == ("answerCallbackQuery", "boris")


async def _line_of_a_held_cell(talk: Talk) -> str:
    """Send a cell that does not end by itself; the progress line."""
    pool: FakePool = talk.pool
    pool.gate.clear()
    talk.person.send("/eval slow()")
    talk.handling(await talk.updates())
    while not talk.telegram.transcript.calls:  # noqa: ASYNC110  it tells nobody of a call
        await asyncio.sleep(0.01)
    return shown(talk.telegram.transcript.calls[0])
