"""A chat with the bot in the terminal."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import re
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from bot.local.acts import Act, BadAct, Tap, parse
from bot.local.driver import Driver, Idle, Step
from bot.local.entities import Json
from bot.local.message import Message
from bot.local.reading import replies, save_files
from bot.local.server import LocalTelegram

_GREETING = """\
Чат с ботом: одна строка — одно сообщение. Несколько строк: между ``` или с \\ в конце строки.
Кнопку нажимает !номер. Ещё есть !edit N ТЕКСТ, !reply N ТЕКСТ, !as ИМЯ, !file ПУТЬ ПОДПИСЬ.
Картинки и файлы сохраняются в {folder}. Выход: Ctrl-D.
"""
_UNANSWERED = "(бот не ответил)"
_FENCE = "```"


async def chat(
    telegram: LocalTelegram,
    *,
    idle: Idle,
    save: Path | None = None,
    user: str = "student",
    language: str = "ru",
    source: int = 0,
    out: TextIO | None = None,
) -> int:
    """Talks until the input ends, saving what the bot sends; the exit status is always 0."""
    folder = save or Path(tempfile.gettempdir()) / "tutor"
    driver = Driver(telegram, idle, telegram.person(user, language), language=language)
    screen = Screen(driver, folder, out or sys.stdout)
    screen.show(_GREETING.format(folder=folder))
    prompt = screen.show if os.isatty(source) else None
    async for text in messages(lines(source), prompt):
        await screen.act(text)
    return 0


@dataclass(slots=True)
class Screen:
    """What is shown, and the buttons that can be pressed by number."""

    driver: Driver
    save: Path
    out: TextIO
    buttons: list[Tap] = field(default_factory=list)

    async def act(self, text: str) -> None:
        try:
            step = await self.driver.do(self._act(text))
        except BadAct as error:
            self.show(f"{error.russian}\n")
            return
        save_files(step.calls, self.save)
        self.show(self._seen(step))

    def show(self, text: str) -> None:
        print(text, end="", file=self.out, flush=True)

    def _act(self, text: str) -> Act:
        if not re.fullmatch(r"!\d+", text):
            return parse(text)
        number = int(text[1:])
        if not 1 <= number <= len(self.buttons):
            raise BadAct(f"there is no button {number}", f"нет кнопки {number}")
        return self.buttons[number - 1]

    def _seen(self, step: Step) -> str:
        if step.calls:
            self.buttons.clear()
        shown = replies(self.driver.telegram.world, step.calls, self.save, self._numbered)
        if not step.answered:
            shown = [_UNANSWERED]
        return "".join(f"{reply}\n\n" for reply in shown)

    def _numbered(self, message: Message, button: Json) -> str:
        self.buttons.append(Tap(message, button))
        return f"[{len(self.buttons)}: {button['text']}]"


async def messages(
    source: AsyncIterator[str], prompt: Callable[[str], None] | None = None
) -> AsyncIterator[str]:
    """Lines put together: a backslash at the end or an open fence goes on."""
    ask = prompt or (lambda text: None)
    written: list[str] = []
    ask("> ")
    async for line in source:
        written.append(line.removesuffix("\\"))
        text = "\n".join(written)
        if line.endswith("\\") or text.count(_FENCE) % 2:
            ask("… ")
            continue
        if text.strip():
            yield text
        written.clear()
        ask("> ")
    if written:
        yield "\n".join(written)


async def lines(source: int) -> AsyncIterator[str]:
    """Lines of a terminal, a pipe or a file, without ever blocking the loop."""
    queue: asyncio.Queue[str | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        for line in itertools.chain(_read(source), [None]):
            # The chat may be over, and the loop with it, before the input is.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(queue.put_nowait, line)

    threading.Thread(target=read, daemon=True).start()
    while (line := await queue.get()) is not None:
        yield line


def _read(source: int) -> Iterator[str]:
    # Past sys.stdin, whose lock a thread that waits for input would hold at exit.
    rest = b""
    while chunk := os.read(source, 65536):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line.decode(errors="replace").rstrip("\r") for line in whole)
    if rest:
        yield rest.decode(errors="replace")
