"""Who writes is known to the store, whatever the disk says nobody goes without an answer."""

from __future__ import annotations

import pytest

from engine.progress.store import Progress
from tests.handlers.talk import Talk, shown


async def test_who_writes_is_kept_before_the_answer(talk: Talk, store: Progress) -> None:
    talk.person = talk.telegram.person("ludmila")

    await talk.say("/eval 1")

    person = await store.people.person(talk.person.id)
    assert person is not None
    assert (person.shown_name, person.username) == ("ludmila", "ludmila")


async def test_who_only_talks_to_others_in_a_group_is_not_kept(talk: Talk, store: Progress) -> None:
    talk.person = talk.telegram.person("passer")
    talk.telegram.world.course.administrators.add(7_000_000_001)  # so the bot hears everything

    assert await talk.say("hello everybody", chat=talk.course) == []

    assert await store.people.person(talk.person.id) is None


async def test_disk_that_refuses_is_logged_and_blocks_nothing(
    talk: Talk, store: Progress, caplog: pytest.LogCaptureFixture
) -> None:
    talk.person = talk.telegram.person("ludmila")
    await store.database.rows("PRAGMA query_only = ON")

    (call,) = await talk.say("/eval 1")
    (greeting,) = await talk.say("/start")

    assert shown(call).startswith("42")
    assert shown(greeting).startswith("Пришлите код")
    assert "not kept who writes" in caplog.text
