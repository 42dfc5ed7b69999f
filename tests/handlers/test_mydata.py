"""/mydata: everything that is kept, as a file that a person can read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from engine.progress.records import NewSubmission
from engine.progress.store import Progress
from tests.handlers.talk import Talk, shown


async def file(talk: Talk) -> dict[str, Any]:
    """What the person finds in the newest file."""
    _, document = await talk.say("/mydata")
    assert document.file is not None
    assert document.file.name == "mydata.json"
    found: dict[str, Any] = json.loads(document.file.content)
    return found


async def test_everything_is_in_the_file(talk: Talk, store: Progress) -> None:
    await talk.say("Анна Иванова, 5030102/10201")
    await talk.say("/language ru")
    await store.submissions.add(NewSubmission(talk.person.id, "power", "x = 1\n", "1:1"))

    course = (await file(talk))["course"]

    assert course["people"][0]["id"] == talk.person.id
    assert course["people"][0]["language"] == "ru"
    assert course["enrolments"][0]["name"] == "Анна Иванова"
    assert course["submissions"][0]["code"] == "x = 1\n"
    assert [told["key"] for told in course["told"]] == ["notice"]


async def test_file_is_readable_and_its_times_are_the_courses(talk: Talk) -> None:
    _, document = await talk.say("/mydata")

    assert document.file is not None
    text = document.file.content.decode()
    since = json.loads(text)["course"]["people"][0]["since"]
    assert '\n  "course": {\n' in text
    assert since.endswith("+03:00")
    assert abs((datetime.fromisoformat(since) - datetime.now(UTC)).total_seconds()) < 600


async def test_what_waits_in_the_inbox_is_in_it_as_telegram_sent_it(talk: Talk) -> None:
    talk.person.send("/mydata")
    (update,) = await talk.updates()
    await talk.inbox.put(update)

    (task,) = talk.handling([update])
    await task

    found = json.loads(talk.telegram.transcript.calls[-1].file.content)["messages"]  # type: ignore[union-attr]
    (waiting,) = found["updates"]
    assert waiting["data"]["message"]["text"] == "/mydata"
    assert isinstance(waiting["data"]["message"]["date"], int)
    assert waiting["arrived"].endswith("+03:00")


async def test_words_say_what_it_holds(talk: Talk, store: Progress) -> None:
    for number in range(2):
        new = NewSubmission(talk.person.id, "power", "x", f"1:{number}")
        await store.submissions.add(new)

    call, _ = await talk.say("/mydata")

    lines = shown(call).splitlines()
    assert lines[0] == "Всё, что о вас хранится, в файле mydata.json"
    assert "• 2 посылки: код, когда получены, что показала проверка" in lines
    assert not any("имя и группа" in line for line in lines)


async def test_code_that_was_forgotten_is_not_said_to_be_in_it(talk: Talk, store: Progress) -> None:
    number = await store.submissions.add(NewSubmission(talk.person.id, "power", "x", "1:1"))
    await store.submissions.judged(number, "accepted", 8.0, 8.0)
    await store.keeping.forget(talk.person.id, keep_marks=True)
    await store.submissions.add(NewSubmission(talk.person.id, "power", "y", "1:2"))

    call, _ = await talk.say("/mydata")

    lines = shown(call).splitlines()
    assert "• 1 посылка: код, когда получена, что показала проверка" in lines
    assert "• 1 посылка без кода: когда получена, что показала проверка" in lines


async def test_others_are_not_in_it(talk: Talk, store: Progress) -> None:
    await talk.say("Анна Иванова, 5030102/10201")
    talk.person = talk.telegram.person("boris")

    assert "Анна" not in json.dumps(await file(talk), ensure_ascii=False)


async def test_group_gets_no_file(talk: Talk) -> None:
    (call,) = await talk.say("/mydata", chat=talk.course)

    assert call.file is None
    assert shown(call) == "То, что о вас хранится, показываю только в личном чате."
