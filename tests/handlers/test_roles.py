"""Instructors' commands: for those whom the configuration lists, whatever a chat says."""

from __future__ import annotations

import pytest

from engine.progress.records import Listed
from engine.progress.store import Progress
from handlers.words import LANGUAGES
from tests.handlers.talk import Talk, shown

REFUSED = {
    "ru": "Эта команда только для преподавателей, ничего не изменилось.",
    "en": "This command is for instructors only, nothing was changed.",
}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_student_is_told_so_and_nothing_happens(
    talk: Talk, store: Progress, language: str
) -> None:
    await talk.say(f"/language {language}")
    await store.roster.load([Listed("Иванова Анна", None)])

    (call,) = await talk.say("/roster\nПетров Пётр, 101")

    assert shown(call) == REFUSED[language]
    assert (await store.roster.matches()).missing == (Listed("Иванова Анна", None),)


async def test_administrator_of_the_courses_chat_is_no_instructor(talk: Talk) -> None:
    talk.course.administrators.add(talk.person.id)

    for chat in (talk.person.private, talk.course):
        (call,) = await talk.say("/roster", chat=chat)
        assert shown(call) == REFUSED["ru"]


async def test_student_finds_the_command_nowhere(talk: Talk) -> None:
    (listing,) = await talk.say("/help")
    (page,) = await talk.say("/help roster")
    (typo,) = await talk.say("/rostr")

    assert "/roster" not in shown(listing) + shown(page) + shown(typo)


async def test_instructor_finds_it_everywhere(talk: Talk) -> None:
    talk.person = talk.telegram.person("teacher")
    (listing,) = await talk.say("/help")
    (page,) = await talk.say("/help roster")
    (typo,) = await talk.say("/rostr")

    assert shown(listing).index("/help — ") < shown(listing).index("/roster — ")
    assert shown(page).startswith("/roster: список студентов курса")
    assert shown(typo).endswith("Может быть, /roster?")
