from __future__ import annotations

import io
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.local.ask import AskOptions, ask
from bot.local.server import LocalTelegram
from tests.bot.local.pictures import png

Idle = Callable[[], Awaitable[None]]


@pytest.fixture
def asked(telegram: LocalTelegram, idle: Idle) -> Callable[..., Awaitable[tuple[int, str]]]:
    async def run(*messages: str, **options: Any) -> tuple[int, str]:
        out = io.StringIO()
        status = await ask(telegram, messages, idle=idle, options=AskOptions(**options), out=out)
        return status, out.getvalue()

    return run


Asked = Callable[..., Awaitable[tuple[int, str]]]
BUTTONS = "[Ещё раз] [Молча] [Никак]\n[В личный чат]"


async def test_replies_are_printed_in_order(asked: Asked) -> None:
    assert await asked("раз", "два") == (0, f"раз\n{BUTTONS}\n\nдва\n{BUTTONS}\n\n")


async def test_text_goes_as_typed_unless_a_phone_is_imitated(asked: Asked) -> None:
    assert (await asked("/eval x**2 + y**2"))[1].startswith("/eval x**2 + y**2\n")
    assert (await asked("/eval x**2 + y**2", phone=True))[1].startswith("/eval x2 + y2\n")


async def test_message_without_a_reply_gives_status_one(asked: Asked) -> None:
    status, printed = await asked("/nothing", "раз")
    assert (status, printed) == (1, f"раз\n{BUTTONS}\n\n")


async def test_bot_that_never_ends_gives_status_one(telegram: LocalTelegram) -> None:
    async def idle() -> None:
        raise AssertionError("nothing polls, so nothing is confirmed")

    options = AskOptions(limit_s=0.01)
    assert await ask(telegram, ["раз"], idle=idle, options=options, out=io.StringIO()) == 1


async def test_edited_reply_is_printed_once_as_it_finally_stands(asked: Asked) -> None:
    assert await asked("/progress") == (0, "посчитано\n\n")
    assert (await asked("/gone"))[1] == ""


async def test_json_tells_every_call(telegram: LocalTelegram, asked: Asked) -> None:
    _, printed = await asked("раз", "/progress", json=True, user="аня")
    first, second, third = map(json.loads, printed.splitlines())
    sent = telegram.world.messages[first["chat_id"], first["reply_to"]]
    assert sent.content.text == "раз"
    assert first == {
        "method": "sendMessage",
        "chat_id": telegram.person("аня").id,
        "message_id": first["message_id"],
        "user": "аня",
        "text": "раз",
        "buttons": [["Ещё раз", "Молча", "Никак"], ["В личный чат"]],
        "file": None,
        "reply_to": first["reply_to"],
    }
    assert (second["method"], third["method"]) == ("sendMessage", "editMessageText")
    assert second["message_id"] == third["message_id"]


async def test_files_are_saved_under_the_name_that_is_printed(asked: Asked, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    _, printed = await asked("/photo", "/file", save=folder)
    assert printed == (
        f"[photo: {folder}/01-photo.png]\nкартинка\n\n[file: {folder}/02-out.txt]\n\n"
    )
    assert (folder / "01-photo.png").read_bytes() == png(4, 3)
    assert (folder / "02-out.txt").read_bytes() == b"1\n"
    _, told = await asked("/photo", json=True, save=folder)
    assert json.loads(told)["file"] == "03-photo.png"
    assert (folder / "03-photo.png").exists()


async def test_newest_button_with_that_label_is_pressed(asked: Asked) -> None:
    status, printed = await asked("раз", "два", "!press Ещё", "!press Ещё")
    assert status == 0
    assert printed.split("\n\n")[2:] == [
        "[уведомление: готово]",
        "нажато: student",
        "[уведомление: готово]",
        "нажато: student",
        "",
    ]


async def test_silent_answer_to_a_button_is_an_answer_and_none_is_not(asked: Asked) -> None:
    assert (await asked("раз", "!press Молча"))[0] == 0
    assert (await asked("раз", "!press Никак"))[0] == 1


async def test_link_button_opens_the_private_chat(asked: Asked) -> None:
    status, printed = await asked("/раз", "!press личный", group=True)
    assert status == 0
    assert "/start hello" in printed


async def test_button_is_pressed_by_somebody_else(asked: Asked) -> None:
    status, printed = await asked("/раз", "!as boris", "!press Ещё", group=True, json=True)
    answer, edit = map(json.loads, printed.splitlines()[1:])
    assert (status, answer["user"], edit["text"]) == (0, "boris", "нажато: boris")


async def test_button_of_a_private_chat_is_not_seen_by_others(
    asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _ = await asked("раз", "!as boris", "!press Ещё")
    assert status == 2
    assert "no button says that" in capsys.readouterr().err


async def test_message_is_edited_by_its_number(asked: Asked) -> None:
    status, printed = await asked("раз", "два", "!edit 1 три")
    assert status == 0
    assert printed.split("\n\n")[2].startswith("правка: три\n")


async def test_reply_is_to_the_last_answer(asked: Asked) -> None:
    status, printed = await asked("раз", "два", "!reply 1 а это?")
    assert status == 0
    assert "а это? (в ответ на: раз)" in printed


async def test_file_is_sent_with_its_caption(asked: Asked, tmp_path: Path) -> None:
    path = tmp_path / "с пробелом.py"
    path.write_text("1")
    status, printed = await asked(f'!file "{path}" /submit power\nх', "!reply 1 да")
    assert status == 0
    assert printed.startswith("/submit power\nх\n")


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        (["!dance"], "!dance: no such act"),
        (["!press"], "!press: no such act"),
        (["!edit x y"], "no such act"),
        (["!"], "no such act"),
        (["!edit 1 x"], "there is no message 1: 0 sent so far"),
        (["!reply 1 x"], "there is no message 1"),
        (["раз", "!edit 2 x"], "there is no message 2: 1 sent so far"),
        (["раз", "!as boris", "!edit 1 x"], "the message of student"),
        (["раз", "!edit 1   "], "into 1 to 4096 characters"),
        (["/nothing", "!reply 1 x"], "message 1 got no answer"),
        (["!press x"], "no button says that"),
        (["!file /nowhere/x"], "No such file or directory"),
        (["!file /dev/null"], "the file is empty"),
        (["  "], "an empty message cannot be sent"),
    ],
)
async def test_bad_usage_gives_status_two_and_a_reason(
    asked: Asked, messages: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _ = await asked(*messages)
    assert status == 2
    assert reason in capsys.readouterr().err


async def test_nothing_is_sent_when_one_act_is_unknown(asked: Asked) -> None:
    assert await asked("раз", "!dance") == (2, "")
