from __future__ import annotations

import io
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.local.server import LocalTelegram
from bot.local.terminal import chat, lines, messages

Idle = Callable[[], Awaitable[None]]


@pytest.fixture
def source(tmp_path: Path) -> Callable[[str], int]:
    def write(text: str) -> int:
        path = tmp_path / "input"
        path.write_text(text)
        return os.open(path, os.O_RDONLY)

    return write


async def spoken(telegram: LocalTelegram, idle: Idle, source: int, save: Path) -> str:
    out = io.StringIO()
    assert await chat(telegram, idle=idle, save=save, source=source, out=out) == 0
    return out.getvalue()


async def test_chat_shows_replies_and_numbers_their_buttons(
    telegram: LocalTelegram, idle: Idle, source: Callable[[str], int], tmp_path: Path
) -> None:
    shown = await spoken(telegram, idle, source("раз\n!1\n!4\n!4\n"), tmp_path)
    assert shown.startswith("Чат с ботом")
    assert "раз\n[1: Ещё раз] [2: Молча] [3: Никак]\n[4: В личный чат]\n\n" in shown
    assert "нажато: student" in shown
    assert shown.endswith("нет кнопки 4\nнет кнопки 4\n")


async def test_chat_saves_pictures_and_shows_where(
    telegram: LocalTelegram, idle: Idle, source: Callable[[str], int], tmp_path: Path
) -> None:
    shown = await spoken(telegram, idle, source("/photo"), tmp_path / "new")
    assert f"[photo: {tmp_path}/new/01-photo.png]" in shown
    assert (tmp_path / "new" / "01-photo.png").exists()


async def test_chat_tells_of_silence_and_mistakes_in_russian(
    telegram: LocalTelegram, idle: Idle, source: Callable[[str], int], tmp_path: Path
) -> None:
    shown = await spoken(telegram, idle, source("/nothing\n!dance\n!press x\n"), tmp_path)
    assert "(бот не ответил)\n\nнет такого действия; есть !press" in shown
    assert shown.endswith("нет кнопки «x»\n")


async def test_acts_work_in_the_chat(
    telegram: LocalTelegram, idle: Idle, source: Callable[[str], int], tmp_path: Path
) -> None:
    shown = await spoken(telegram, idle, source("раз\n!edit 1 два\n!reply 1 три\n"), tmp_path)
    assert "правка: два" in shown
    assert "три (в ответ на: правка: два)" in shown


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["a", "b"], ["a", "b"]),
        (["/eval x\\", "y", "z"], ["/eval x\ny", "z"]),
        (["/eval ```python", "x", "", "y```", "z"], ["/eval ```python\nx\n\ny```", "z"]),
        (["", "  ", "a"], ["a"]),
        (["```", "x"], ["```\nx"]),
        (["a\\"], ["a"]),
    ],
)
async def test_lines_are_put_together(typed: list[str], expected: list[str]) -> None:
    async def source() -> AsyncIterator[str]:
        for line in typed:
            yield line

    assert [text async for text in messages(source())] == expected


async def test_prompt_says_whether_a_message_goes_on() -> None:
    async def source() -> AsyncIterator[str]:
        for line in ("```", "x```"):
            yield line

    prompts: list[str] = []
    assert [text async for text in messages(source(), prompts.append)] == ["```\nx```"]
    assert prompts == ["> ", "… ", "> "]


async def test_pipe_is_read_as_it_comes() -> None:
    reading, writing = os.pipe()
    read = lines(reading)
    os.write(writing, "раз\r\nдв".encode())
    assert await anext(read) == "раз"
    os.write(writing, "а\n".encode() + b"\xff")
    os.close(writing)
    assert [line async for line in read] == ["два", "\ufffd"]
    os.close(reading)
