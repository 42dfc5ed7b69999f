"""What a person does in Telegram, and the updates that the bot gets from it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

from bot.local.client import Client, compose
from bot.local.entities import NOTHING, Formatted, Json
from bot.local.message import Message
from bot.local.people import BOT_ID, BOT_USERNAME, Chat, Group, Private, User
from bot.local.world import Asked, World, now

_LINK_HOSTS = {"t.me", "telegram.me"}


@dataclass(frozen=True, slots=True)
class Person:
    """A user at their app. Every act returns at once; the bot polls for what came of it."""

    world: World
    id: int

    @property
    def user(self) -> User:
        return self.world.users[self.id]

    @property
    def private(self) -> Private:
        chat = self.world.chats[self.id]
        assert isinstance(chat, Private)
        return chat

    def send(
        self,
        text: str,
        *,
        chat: Chat | None = None,
        topic: int | None = None,
        reply_to: Message | None = None,
        quote: str | None = None,
        client: Client = Client.TERMINAL,
        date: int | None = None,
    ) -> list[Message]:
        """Sends what was typed; over 4096 it goes in several messages."""
        sent = []
        for part in compose(text, client):
            draft = self._draft(chat, topic, reply_to, quote)
            draft = replace(draft, date=now() if date is None else date)
            sent.append(self._post(replace(draft, content=part)))
            reply_to = quote = None
        return sent

    def upload(
        self,
        name: str,
        content: bytes,
        caption: str = "",
        *,
        chat: Chat | None = None,
        topic: int | None = None,
        reply_to: Message | None = None,
        client: Client = Client.TERMINAL,
    ) -> Message:
        file = self.world.files.document(name, content)
        written = next(iter(compose(caption, client)), NOTHING)
        draft = self._draft(chat, topic, reply_to, None)
        return self._post(replace(draft, content=written, file=file))

    def edit(self, message: Message, text: str, client: Client = Client.TERMINAL) -> Message:
        parts = compose(text, client)
        if message.sender.id != self.id or len(parts) != 1:
            raise ValueError("one edits a message of one's own, into 1 to 4096 characters")
        edited = self.world.keep(replace(message, content=parts[0], edited=now()))
        self._tell("edited_message", edited)
        return edited

    def react(self, message: Message, emoji: str) -> None:
        """Telegram also tells of it as of an edit that changes nothing."""
        reaction: Json = {
            "chat": self.world.chat(message.chat_id).to_json(),
            "message_id": message.id,
            "user": self.user.to_json(),
            "date": now(),
            "old_reaction": [],
            "new_reaction": [{"type": "emoji", "emoji": emoji}],
        }
        self.world.updates.add("message_reaction", reaction)
        if message.sender.id != BOT_ID:
            self._tell("edited_message", replace(message, edited=now()))

    def press(self, message: Message, button: Json) -> str | None:
        """Presses a button; the id of the callback query, or None when it was a link."""
        if "callback_data" not in button:
            self.follow(str(button.get("url", "")))
            return None
        query = str(secrets.randbits(62))
        self.world.callbacks[query] = Asked(self.user, message)
        told: Json = {
            "id": query,
            "from": self.user.to_json(),
            "message": self.world.to_json(message),
            "chat_instance": str(message.chat_id),
            "data": button["callback_data"],
        }
        self.world.updates.add("callback_query", told)
        return query

    def follow(self, url: str) -> list[Message]:
        """Follows a link; one to the bot opens the private chat and sends /start."""
        link = urlsplit(url)
        start = parse_qs(link.query).get("start")
        ours = link.hostname in _LINK_HOSTS and link.path.strip("/") == BOT_USERNAME
        return self.send(f"/start {start[0]}") if ours and start else []

    def block(self) -> None:
        self._membership(blocked=True)

    def unblock(self) -> None:
        self._membership(blocked=False)

    def _membership(self, *, blocked: bool) -> None:
        bot = self.world.users[BOT_ID].to_json()
        kept: Json = {"status": "member", "user": bot}
        gone: Json = {"status": "kicked", "user": bot, "until_date": 0}
        self.private.blocked = blocked
        told: Json = {
            "chat": self.private.to_json(),
            "from": self.user.to_json(),
            "date": now(),
            "old_chat_member": kept if blocked else gone,
            "new_chat_member": gone if blocked else kept,
        }
        self.world.updates.add("my_chat_member", told)

    def _draft(
        self, chat: Chat | None, topic: int | None, reply_to: Message | None, quote: str | None
    ) -> Message:
        place = chat or self.private
        if reply_to is not None and topic is None:
            topic = reply_to.topic
        return Message(
            id=self.world.next_id(place),
            chat_id=place.id,
            sender=self.user,
            date=now(),
            reply_to=reply_to.id if reply_to else None,
            quote=Formatted(quote) if quote else None,
            topic=topic,
        )

    def _post(self, message: Message) -> Message:
        self.world.keep(message)
        if message.chat_id == self.id:
            self.private.started, self.private.blocked = True, False
        self._tell("message", message)
        return message

    def _tell(self, kind: str, message: Message) -> None:
        chat = self.world.chat(message.chat_id)
        if isinstance(chat, Private) or self._heard(chat, message):
            self.world.updates.add(kind, self.world.to_json(message))

    def _heard(self, group: Group, message: Message) -> bool:
        """A bot in a group hears commands, mentions of it and answers to it; an admin all."""
        if BOT_ID not in group.members:
            return False
        answered = self.world.messages.get((group.id, message.reply_to or 0))
        to_bot = answered is not None and answered.sender.id == BOT_ID
        text = message.content.text
        called = text.startswith("/") or f"@{BOT_USERNAME}" in text.lower()
        return BOT_ID in group.administrators or to_bot or called
