"""/progress: who one is, and the best of what one handed in."""

from __future__ import annotations

from engine.progress.records import NewSubmission
from engine.progress.store import Progress
from handlers.progress import EXERCISES
from tests.handlers.talk import Talk, shown

Judged = tuple[str, str | None, float]


async def hand_in(talk: Talk, store: Progress, *tries: Judged) -> None:
    """Submissions of the person: exercise, verdict (None: not judged yet), points of 8."""
    for number, (exercise, verdict, points) in enumerate(tries):
        new = NewSubmission(talk.person.id, exercise, "code", f"{number}:{exercise}")
        key = await store.submissions.add(new)
        if verdict is not None:
            await store.submissions.judged(key, verdict, points, 8.0)


async def test_empty_one_says_so_and_what_to_do(talk: Talk) -> None:
    (call,) = await talk.say("/progress")

    assert shown(call).startswith("Посылок пока нет, курс 2026/27\n")
    assert "ответьте на это сообщение именем, фамилией и группой" in shown(call)


async def test_instructor_is_not_asked_who_it_is(talk: Talk) -> None:
    talk.person = talk.telegram.person("teacher")

    (call,) = await talk.say("/progress")

    assert shown(call).startswith("Посылок пока нет")
    assert "ответьте на это сообщение" not in shown(call)


async def test_each_exercise_has_attempts_and_best_points(talk: Talk, store: Progress) -> None:
    await talk.say("Анна Иванова, 5030102/10201")
    await hand_in(
        talk,
        store,
        ("power", "wrong value", 5.0),
        ("power", "accepted", 8.0),
        ("power", "wrong value", 1.0),
        ("newton", "timed out", 2.5),
        ("bisection", None, 0.0),
    )

    (call,) = await talk.say("/progress")

    assert shown(call).splitlines()[:5] == [
        "Зачтено 1 из 3, курс 2026/27",
        "",
        "✅ power: 8 из 8, 3 попытки",
        "– newton: 2.5 из 8, 1 попытка, не зачтено",
        "– bisection: проверяется, 1 попытка",
    ]
    assert "Сейчас вы записаны как Анна Иванова, 5030102/10201" in shown(call)


async def test_others_are_not_shown(talk: Talk, store: Progress) -> None:
    await hand_in(talk, store, ("power", "accepted", 8.0))
    talk.person = talk.telegram.person("boris")

    (call,) = await talk.say("/progress")

    assert shown(call).startswith("Посылок пока нет")


async def test_group_sees_a_line_and_a_way_to_the_private_chat(talk: Talk, store: Progress) -> None:
    await hand_in(talk, store, ("power", "accepted", 8.0))

    (call,) = await talk.say("/progress", chat=talk.course)
    assert shown(call) == "Посылки и баллы показываю только в личном чате."

    message, button = talk.button("Подробнее")
    talk.person.press(message, button)
    (whole,) = await talk.handled()
    assert shown(whole).startswith("Зачтено 1 из 1")


async def test_many_exercises_fit_a_message(talk: Talk, store: Progress) -> None:
    await hand_in(talk, store, *((f"exercise-{n}", "accepted", 8.0) for n in range(EXERCISES + 9)))

    (call,) = await talk.say("/progress")

    assert shown(call).count("✅") == EXERCISES


async def test_what_was_put_into_a_name_is_escaped(talk: Talk, store: Progress) -> None:
    await talk.say("/reset")
    await store.people.introduce(talk.person.id, "<b>Анна</b>", None)

    (call,) = await talk.say("/progress")

    assert "<b>Анна</b>" in shown(call)
