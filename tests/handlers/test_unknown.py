"""What nothing else answers."""

from __future__ import annotations

import pytest

from tests.handlers.talk import Talk, shown


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/evla 1", "Команды /evla нет. Может быть, /eval?"),
        ("/hlep", "Команды /hlep нет. Может быть, /help?"),
        ("/qqq", "Команды /qqq нет. Все команды: /help"),
        ("/" + "a" * 64, f"Команды /{'a' * 39}… нет. Все команды: /help"),
    ],
)
async def test_nearest_command_is_named(talk: Talk, text: str, answer: str) -> None:
    (call,) = await talk.say(text)

    assert shown(call) == answer


async def test_group_hears_of_it_only_when_we_were_named(talk: Talk) -> None:
    assert await talk.say("/evla 1", chat=talk.course) == []

    (call,) = await talk.say("/evla@tensor_tutor_bot 1", chat=talk.course)

    assert "Может быть, /eval?" in shown(call)


async def test_file_without_a_command_is_told_what_can_be_read(talk: Talk) -> None:
    talk.person.upload("photo.jpg", b"\xff\xd8\xff")

    (call,) = await talk.handled()

    assert shown(call).startswith("Читаю только текст и файлы .py.")


async def test_group_is_not_bothered_with_it(talk: Talk) -> None:
    talk.course.administrators.add(talk.application.bot.id)
    talk.person.upload("photo.jpg", b"\xff\xd8\xff", chat=talk.course)
    talk.person.send("привет", chat=talk.course)

    assert await talk.handled() == []
