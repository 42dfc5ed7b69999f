"""A conversation with the whole application over the local Telegram, update by update."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from telegram import Update

from bot.app import App
from bot.inbox.queue import Inbox
from bot.local.html import parse
from bot.local.message import Message
from bot.local.people import Chat, Group
from bot.local.person import Person
from bot.local.server import LocalTelegram
from bot.local.transcript import Call
from bot.order import InOrder
from tests.handlers.fake_pool import FakePool


@dataclass(slots=True)
class Talk:
    """What a person does, and every call of the bot that came of it."""

    telegram: LocalTelegram
    application: App
    pool: FakePool
    person: Person

    @property
    def inbox(self) -> Inbox:
        """Where the updates are kept."""
        inbox = self.application.update_queue
        assert isinstance(inbox, Inbox)
        return inbox

    @property
    def course(self) -> Group:
        return self.telegram.world.course

    async def say(self, text: str, *, age_s: int = 0, **where: Any) -> list[Call]:
        """Send a text that is `age_s` seconds old when it arrives."""
        self.person.send(text, **where)
        return await self.handled(age_s)

    async def press(self, label: str, by: Person | None = None) -> list[Call]:
        """Press the newest button whose label contains `label`."""
        message, button = self.button(label)
        (by or self.person).press(message, button)
        return await self.handled()

    async def handled(self, age_s: int = 0) -> list[Call]:
        """Let the bot handle all that has happened; the calls it made."""
        before = len(self.telegram.transcript.calls)
        await asyncio.gather(*self.handling(await self.updates(age_s)))
        return self.telegram.transcript.calls[before:]

    def handling(self, updates: list[Update]) -> list[asyncio.Task[None]]:
        """A task per update, started in order as by the application itself."""
        app = self.application
        processor = app.update_processor
        return [
            asyncio.create_task(processor.process_update(update, app.process_update(update)))
            for update in updates
        ]

    async def told(self, calls: int) -> list[str]:
        """Wait until the bot has made so many calls; what they said."""
        transcript = self.telegram.transcript
        while len(transcript.calls) < calls:  # noqa: ASYNC110  it tells nobody of a call
            await asyncio.sleep(0.005)
        return [shown(call) for call in transcript.calls]

    async def idle(self) -> None:
        """Return when the bot is done with everything."""
        processor = self.application.update_processor
        assert isinstance(processor, InOrder)
        await processor.idle()

    async def updates(self, age_s: int = 0) -> list[Update]:
        """What the bot has not seen yet."""
        told = await self.telegram.world.updates.take(0, 100, 0, None)
        self.telegram.world.updates.drop()
        for update in told:
            message = update.get("message", {})
            if age_s and message:
                message["date"] -= age_s
        return [Update.de_json(update, self.application.bot) for update in told]

    def button(self, label: str) -> tuple[Message, Any]:
        """The newest button whose label contains `label`, and its message."""
        for message in reversed(list(self.telegram.world.messages.values())):
            for row in message.keyboard:
                for button in row:
                    if label in button["text"]:
                        return message, button
        raise AssertionError(f"no button {label!r}")

    def labels(self, chat: Chat | None = None) -> list[str]:
        """Labels of the newest message of a chat."""
        place = chat or self.person.private
        newest = [m for m in self.telegram.world.messages.values() if m.chat_id == place.id][-1]
        return [button["text"] for row in newest.keyboard for button in row]


def shown(call: Call) -> str:
    """The text of a call as a person sees it."""
    return parse(call.text or "").text
