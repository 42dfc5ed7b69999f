"""/broadcast as a conversation: what is asked of the desk, and what the person sees."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest
from markupsafe import Markup
from pydantic import SecretStr

from bot.app import build
from bot.config import Settings, Telegram
from bot.inbox.queue import Inbox
from bot.local.server import LocalTelegram
from engine.broadcasting import explain
from engine.jail.pool import Pool
from engine.progress.store import Progress
from engine.records import Call, Outcome, Result
from handlers.broadcast import EXAMPLES
from handlers.reply.text import MESSAGE_UNITS, shown_units
from tests.handlers.conftest import NEVER
from tests.handlers.fake_pool import FakePool
from tests.handlers.talk import Talk, shown


def explained(text: str) -> Result:
    """What the desk answers, by way of the wire."""
    data = explain(Call({"text": text}, (), {}, lambda event: None)).data
    return Result(Outcome.OK, json.loads(json.dumps(data)))


async def asked(talk: Talk, text: str, **where: Any) -> str:
    talk.pool.results = [explained(text)]
    (call,) = await talk.say(f"/broadcast {text}", **where)
    assert talk.pool.jobs[-1].data == {"text": text}
    return shown(call)


def order(text: str, parts: Sequence[str]) -> list[int]:
    return [text.index(part) for part in parts]


async def test_clash_is_told_from_verdict_to_torch(talk: Talk) -> None:
    text = await asked(talk, "x=(5,2,4,1) y=(3,1,1)")

    places = order(
        text,
        [
            "❌ Размеры не подходят: 2 и 3 на оси −3\n",
            " -3   2   3      —   ✗\n",
            "Здесь 2 ≠ 3, и единицы нет.",
            "Что сработает (проверено запуском)",
            "• x.unsqueeze(2) + y → (5, 2, 3, 4, 1): все пары «2 на 3»",
            "• x + y.transpose(0, 2) → (5, 2, 4, 3): ось размера 3 переехала на место −1",
            "Какой оси x должна соответствовать ось размера 3?",
            "RuntimeError: The size of tensor a (2) must match the size of tensor b (3)",
        ],
    )
    assert places == sorted(places)
    assert talk.labels() == ["Как это читать", "Ещё пример"]
    assert talk.pool.jobs[0].kind == "broadcasting.explain"
    assert talk.pool.jobs[0].owner == str(talk.person.id)


async def test_success_brings_result_and_memory(talk: Talk) -> None:
    text = await asked(talk, "(5,3,4,1) (3,1,1)")

    assert text.startswith("✅ Размеры подходят, итог (5, 3, 4, 1)\n")
    assert "y растягивается без копирования.\nРезультат занимает 240 байт." in text


async def test_what_is_code_brings_the_line_for_shape(talk: Talk) -> None:
    text = await asked(talk, "(5,3) @ (3,2) @ (2,4)")

    assert text.startswith("В @ ровно два тензора.")
    assert text.endswith("\n/shape x = (5, 3); y = (3, 2); z = (2, 4); x @ y @ z")


async def test_huge_result_is_told_in_its_unit(talk: Talk) -> None:
    assert "3\u00a0637\u00a0979 ТиБ" in await asked(talk, "(1000000000000,1) + (1000000,)")


async def test_large_result_is_warned_of(talk: Talk) -> None:
    text = await asked(talk, "(100000,1)-(100000,)")

    assert "x, y растягиваются без копирования.\nРезультат занимает 37.3 ГиБ." in text
    assert "Это много" in text
    assert "Не запускалось" in text


async def test_in_place_needs_no_memory(talk: Talk) -> None:
    text = await asked(talk, "x=(5,3) y=(3,) x += y")

    assert "Новой памяти не нужно: результат записан в x." in text


async def test_mean_is_told_of_keepdim(talk: Talk) -> None:
    text = await asked(talk, "x=(32,10) m=(32,)")

    assert "• x - m.unsqueeze(1) → (32, 10)" in text
    assert "x.mean(dim=1, keepdim=True)" in text


@pytest.mark.parametrize("text", ["/broadcast", "/broadcast   "])
async def test_nothing_asked_brings_an_example(talk: Talk, text: str) -> None:
    (call,) = await talk.say(text)

    assert talk.pool.jobs == []
    assert "/broadcast (5,3,4,1) (3,1,1)" in shown(call)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("(5, n) (3,)", "Не размер: n\n(5, n)\n"),
        ("(-1, 3) (3,)", "Размер не бывает отрицательным: -1 в (-1, 3)."),
        ("(2.5, 3) (3,)", "Размер — целое число, а в (2.5, 3) стоит 2.5."),
        (f"({10**30},) (3,)", f"Такого размера не бывает: {10**30}."),
        ("(5,3 (3,)", "У скобки ( нет пары, знак 1:\n(5,3 (3,)"),
        ("(5,3)", "Здесь только один тензор, (5, 3)."),
        ("<b> (3,)", "Не размер: b\n<b> (3,)"),
    ],
)
async def test_mistake_is_quoted(talk: Talk, text: str, said: str) -> None:
    assert (await asked(talk, text)).startswith(said)


async def test_reply_to_shapes_explains_them(talk: Talk) -> None:
    (shapes,) = talk.person.send("x=(3,) y=(4,)", chat=talk.course)
    await talk.handled()
    talk.pool.results = [explained("x=(3,) y=(4,)")]

    await talk.say("/broadcast", chat=talk.course, reply_to=shapes)

    assert talk.pool.jobs[-1].data == {"text": "x=(3,) y=(4,)"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("(5,2,4,1) (3,1,1)", "❌ (5, 2, 4, 1) + (3, 1, 1): на оси −3 размеры 2 и 3"),
        ("(5,3) (3,)", "✅ (5, 3) + (3,) → (5, 3)"),
        ("(2,3) @ (4,5)", "❌ (2, 3) @ (4, 5): на общей оси 3 и 4"),
    ],
)
async def test_group_sees_one_line(talk: Talk, text: str, line: str) -> None:
    assert await asked(talk, text, chat=talk.course) == line
    assert talk.labels(talk.course) == ["Подробнее"]


async def test_how_to_read_is_told(talk: Talk) -> None:
    await asked(talk, "(3,) (4,)")

    (call,) = await talk.press("Как это читать")

    assert shown(call).startswith("Строка таблицы — одна ось")


async def test_examples_come_one_after_another(talk: Talk) -> None:
    await asked(talk, "(3,) (4,)")

    for example in (*EXAMPLES, EXAMPLES[0]):
        talk.pool.results = [explained(example)]
        (call,) = await talk.press("Ещё пример")
        assert talk.pool.jobs[-1].data == {"text": example}
        assert shown(call).startswith(f"/broadcast {example}\n\n")


@pytest.mark.parametrize("text", EXAMPLES)
async def test_every_example_is_understood(talk: Talk, text: str) -> None:
    assert (await asked(talk, text))[0] in "✅❌"


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome.BUSY, "Сейчас занято."),
        (Outcome.STOPPED, "Бот перезапускается."),
        (Outcome.TIMEOUT, "Это сбой бота, не ваш код."),
        (Outcome.FAULT, "Это сбой бота, не ваш код."),
    ],
)
async def test_desk_that_does_not_answer_is_told(talk: Talk, outcome: Outcome, said: str) -> None:
    talk.pool.results = [Result(outcome)]

    (call,) = await talk.say("/broadcast (3,) (4,)")

    assert shown(call).startswith(said)


async def test_host_that_confines_nothing_is_told(talk: Talk) -> None:
    talk.pool.refused = True

    (call,) = await talk.say("/broadcast (3,) (4,)")

    assert "проверка изоляции" in shown(call)


async def test_longest_answer_fits_a_message(talk: Talk) -> None:
    names = " ".join(f"{letter * 200}=({'2,' * 15}{size})" for letter, size in ("a3", "b4", "c2"))
    talk.pool.results = [explained(names)]

    (call,) = await talk.say(f"/broadcast {names}")

    assert shown_units(Markup(call.text or "")) <= MESSAGE_UNITS
    assert shown(call).startswith("❌")


async def test_everything_together_over_a_real_pool(
    pool: Pool, inbox: Inbox, store: Progress
) -> None:
    async with LocalTelegram() as telegram:
        account = Telegram(
            token=SecretStr(telegram.token),
            base_url=telegram.base_url,
            base_file_url=telegram.base_file_url,
        )
        settings = Settings(telegram=account)
        async with await build(settings, pool, inbox, store, NEVER) as application:
            talk = Talk(telegram, application, FakePool(), telegram.person("anna", "en"))
            await asyncio.sleep(0)
            (call,) = await talk.say("/broadcast x=(32,10) m=(32,)")
            (following,) = await talk.press("Another example")

    assert shown(call).startswith("❌ The shapes do not fit: 10 and 32 on axis −1\n")
    assert "• x - m.unsqueeze(1) → (32, 10)" in shown(call)
    assert shown(following).startswith(f"/broadcast {EXAMPLES[0]}\n\n❌ The shapes do not fit")
