"""/roster: a list comes in, who is who is confirmed by button, nothing by itself."""

from __future__ import annotations

import pytest

from bot.local.errors import ApiError
from bot.local.people import user_id
from bot.local.transcript import Call
from engine.progress.records import Listed, Seen
from engine.progress.store import Progress
from tests.handlers.talk import Talk, shown

LIST = "Фамилия;Имя;Группа\nИванова;Анна;101\nГодунов;Борис;101\nСидорова;Мария;102\n"


@pytest.fixture(autouse=True)
def by_a_teacher(talk: Talk) -> None:
    talk.person = talk.telegram.person("teacher")


async def introduced(store: Progress, **names: str) -> None:
    """People of these names, by Telegram name, all of group 101."""
    for who, name in names.items():
        await store.people.meet(Seen(user_id(who), who, None))
        await store.people.introduce(user_id(who), name, "101")


async def uploaded(
    talk: Talk, text: str = LIST, caption: str = "/roster", name: str = "list.csv"
) -> list[Call]:
    talk.person.upload(name, text.encode(), caption)
    return await talk.handled()


def answer(calls: list[Call]) -> str:
    return next(shown(call) for call in calls if call.text)


async def linked(store: Progress) -> int:
    return (await store.roster.counted())[1]


async def test_document_with_the_command_as_its_caption_is_loaded(
    talk: Talk, store: Progress
) -> None:
    await introduced(store, anna="Анна Иванова", boris="Борис Годуноф")

    said = answer(await uploaded(talk))

    assert said.splitlines() == [
        "✅ Список загружен",
        "Курс 2026/27: в списке 3 человека, подтверждено 0",
        "",
        "Совпал 1, в списке ← в боте",
        "• Иванова Анна, 101 ← Анна Иванова, 101",
        "",
        "Под вопросом 1, в списке ← в боте",
        "• Годунов Борис, 101 ← Борис Годуноф, 101",
        "",
        "В списке, но боту не представился 1",
        "• Сидорова Мария, 102",
    ]
    assert talk.labels() == ["Подтвердить совпавших: 1", "Подтвердить и сомнительных: 2"]
    assert await linked(store) == 0


async def test_document_is_loaded_by_a_reply_to_it(talk: Talk, store: Progress) -> None:
    (offer,) = await uploaded(talk, caption="")
    assert shown(offer).startswith("Это список курса?")
    document = next(m for m in talk.telegram.world.messages.values() if m.file is not None)

    (call,) = await talk.say("/roster", reply_to=document)

    assert shown(call).startswith("✅ Список загружен")
    assert (await store.roster.counted())[0] == 3


async def test_lines_below_the_command_are_loaded(talk: Talk, store: Progress) -> None:
    await talk.say("/roster\nИванова Анна, 101\nПетров Пётр Ильич, 101")

    assert (await store.roster.matches()).missing == (
        Listed("Иванова Анна", "101"),
        Listed("Петров Пётр Ильич", "101"),
    )


async def test_a_list_that_a_client_has_cut_in_two_is_loaded_whole(
    talk: Talk, store: Progress
) -> None:
    lines = "\n".join(f"Студент {chr(0x430 + n % 32) * (n // 32 + 2)}, 101" for n in range(256))

    calls = await talk.say("/roster\n" + lines)

    assert answer(calls).startswith("✅ Список загружен")
    assert (await store.roster.counted())[0] == 256


async def test_alone_it_shows_how_things_stand_and_how_a_list_looks(talk: Talk) -> None:
    (call,) = await talk.say("/roster")

    assert shown(call).startswith("Курс 2026/27: списка пока нет")
    assert "Фамилия;Имя;Отчество;Группа" in shown(call)


@pytest.mark.parametrize("text", ["/roster", "/roster help"])
async def test_what_is_no_list_changes_nothing(talk: Talk, store: Progress, text: str) -> None:
    await uploaded(talk)
    newest = list(talk.telegram.world.messages.values())[-1]

    (call,) = await talk.say(text, reply_to=newest)

    assert shown(call).startswith("Курс 2026/27: в списке 3 человека, подтверждено 0")
    assert (await store.roster.counted())[0] == 3


async def test_button_confirms_the_certain_ones_alone(talk: Talk, store: Progress) -> None:
    await introduced(store, anna="Анна Иванова", boris="Борис Годуноф")
    await uploaded(talk)

    (call,) = await talk.press("Подтвердить совпавших")

    assert call.method == "editMessageText"
    assert shown(call).splitlines()[:2] == [
        "✅ Подтверждён 1 студент",
        "Курс 2026/27: в списке 3 человека, подтверждено 1",
    ]
    assert talk.labels() == ["Подтвердить сомнительных: 1"]
    person = await store.people.person(user_id("anna"))
    assert person is not None
    assert person.listed


async def test_other_button_takes_the_doubtful_along(talk: Talk, store: Progress) -> None:
    await introduced(store, anna="Анна Иванова", boris="Борис Годуноф")
    await uploaded(talk)

    await talk.press("сомнительных")

    assert await linked(store) == 2
    assert talk.labels() == []


async def test_of_two_with_one_name_no_button_chooses(talk: Talk, store: Progress) -> None:
    await introduced(store, anna="Анна Иванова", boris="Иванова Анна")

    said = answer(await uploaded(talk))

    assert "Подходят несколько, 2 пары: кнопкой не подтвердить" in said
    assert talk.labels() == []


async def test_only_what_was_seen_is_confirmed(talk: Talk, store: Progress) -> None:
    await introduced(store, anna="Анна Иванова")
    await uploaded(talk)
    await introduced(store, boris="Годунов Борис")  # in the meantime: nobody looked at him

    (call,) = await talk.press("Подтвердить совпавших")

    assert shown(call).startswith("Пока вы смотрели, что-то изменилось, ничего не подтверждено.")
    assert await linked(store) == 0
    assert talk.labels() == ["Подтвердить совпавших: 2"]


async def test_second_press_confirms_nothing_twice(talk: Talk, store: Progress) -> None:
    await introduced(store, anna="Анна Иванова")
    await uploaded(talk)
    button = talk.button("Подтвердить совпавших")
    talk.person.press(*button)
    talk.person.press(*button)

    await talk.handled()

    assert await linked(store) == 1


async def test_new_list_says_who_lost_a_link(talk: Talk, store: Progress) -> None:
    await introduced(store, anna="Анна Иванова")
    await uploaded(talk)
    await talk.press("Подтвердить совпавших")

    said = answer(await uploaded(talk, "Петров Пётр,101\n"))

    assert "Прежний список заменён, в нём было 3 человека." in said
    assert "Снята связь у 1 студента: его строки больше нет." in said


async def test_long_lists_are_cut_and_attached(talk: Talk) -> None:
    lines = "".join(f"Студент {chr(0x430 + n % 32) * (n // 32 + 2)},101\n" for n in range(200))

    text, document = await uploaded(talk, lines)

    assert "… ещё 195 строк в файле" in shown(text)
    assert document.file is not None
    assert document.file.name == "roster.txt"
    assert document.file.content.decode().count("Студент") == 200


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("Группа\n101\n", "В строке 2 нет имени."),
        ("\n\n", "В файле ни одного имени."),
        ("Иванова Анна\n" * 3000, "В файле больше 2000 человек."),
        ("Иванова Анна\n" * 60_000, "принимается до 1024 КиБ"),
    ],
)
async def test_bad_file_is_explained_and_nothing_changes(
    talk: Talk, store: Progress, content: str, why: str
) -> None:
    await uploaded(talk)

    said = answer(await uploaded(talk, content))

    assert why in said
    assert "Список курса не изменился." in said
    assert "Как загрузить список" in said
    assert (await store.roster.counted())[0] == 3


async def test_spreadsheet_is_told_how_it_becomes_a_list(talk: Talk) -> None:
    talk.person.upload("list.xlsx", b"PK\x03\x04" + bytes(100), "/roster")

    said = answer(await talk.handled())

    assert said.startswith("Это таблица Excel, а нужен CSV.")


async def test_group_sees_nobodys_name(talk: Talk, store: Progress) -> None:
    talk.person.upload("list.csv", LIST.encode(), "/roster", chat=talk.course)

    (call,) = await talk.handled()

    assert shown(call) == "Список курса показываю только в личном чате, здесь его увидели бы все."
    assert await store.roster.counted() == (0, 0)


async def test_administrators_are_proposed_with_the_line_for_config(talk: Talk) -> None:
    boris, bot = talk.telegram.world.user("boris"), 7_000_000_001
    talk.course.administrators |= {boris.id, bot}

    (call,) = await talk.say("/roster")

    assert f"boris ({boris.id})" in shown(call)
    assert f"instructors = [{talk.person.id}, {boris.id}]" in shown(call)
    assert str(bot) not in shown(call)
    talk.person = talk.telegram.person("boris")
    (refused,) = await talk.say("/roster")
    assert shown(refused).startswith("Эта команда только для преподавателей")


async def test_chat_that_tells_nothing_is_no_failure(talk: Talk) -> None:
    talk.telegram.faults.plan(
        "getChatAdministrators", ApiError(400, "Bad Request: chat not found"), 1
    )

    (call,) = await talk.say("/roster")

    assert shown(call).startswith("Курс 2026/27")


async def test_students_table_is_no_code(talk: Talk) -> None:
    talk.person = talk.telegram.person("anna")

    (call,) = await uploaded(talk, caption="")

    assert shown(call).startswith("Читаю только текст и файлы .py.")
    assert talk.pool.jobs == []


async def test_button_of_who_is_no_instructor_any_more_does_nothing(
    talk: Talk, store: Progress
) -> None:
    await introduced(store, anna="Анна Иванова")
    await uploaded(talk)
    message, button = talk.button("Подтвердить совпавших")
    student = talk.telegram.person("boris")
    forged = {
        **button,
        "callback_data": button["callback_data"].replace(str(talk.person.id), str(student.id)),
    }

    student.press(message, forged)
    await talk.handled()

    assert await linked(store) == 0
