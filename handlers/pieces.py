"""A text over 4096 characters, which clients send as several messages, made whole again."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise

from telegram import Message, Update

from handlers.reply import Kept, addressed
from handlers.source import read, replied_to

MOST = 4096  # UTF-16 units in one message
NEARLY = MOST - 300  # clients look this far back for a line's end to cut at
REMEMBERED = 1024  # long messages kept; a command that takes no code never asks for its rest
TAKEN = 1024  # continuations that may wait for their handlers at a time
JOINED = 4 << 20  # characters of texts made whole; a button may ask for one again

Place = tuple[int, int | None, int]  # chat, topic, user


@dataclass(slots=True)
class _Long:
    """A long message and, as they come, those that continue it."""

    update_id: int
    messages: list[Message]
    until: float  # on the loop's clock
    grown: asyncio.Event = field(default_factory=asyncio.Event)

    def left_s(self) -> float:
        """How long the next part may take to come; 0 when none is expected."""
        left = self.until - asyncio.get_running_loop().time()
        return max(left, 0.0) if _units(self.messages[-1]) >= NEARLY else 0.0


class Pieces:
    """Keeps the continuations of long messages for the handlers that ask for them."""

    def __init__(self, wait_s: float = 1.5) -> None:
        self._wait_s = wait_s
        self._long: dict[tuple[int, int], _Long] = {}
        self._taken: deque[int] = deque(maxlen=TAKEN)
        self._joined: Kept[str] = Kept(most=JOINED, weigh=len)

    async def whole(self, message: Message, text: str) -> str:
        """`text`, which was read from the message, with what the client sent separately."""
        key = (message.chat_id, message.message_id)
        long = self._long.get(key)
        if message.edit_date:
            return text
        if long is None:
            return self._joined.get(f"{key}") or text
        try:
            await _completed(long)
        finally:
            self._long.pop(key, None)
        for before, after in pairwise(long.messages):
            text = _joined(text, _units(before), read(after).text)
            self._joined.put(f"{key}", text)
        return text

    def take(self, update: object) -> int | None:
        """The update id of the long message that this one continues; it is joined to it.

        Ask of each in order of arrival: handlers come later, and not in that order.
        """
        message = update.message if isinstance(update, Update) else None
        if not isinstance(update, Update) or message is None:
            return None
        if long := self._continued(message):
            long.messages.append(message)
            long.until = self._deadline()
            long.grown.set()
            self._taken.append(update.update_id)
            return long.update_id
        if _units(message) >= NEARLY and _place(message) and _may_be_cut(update, message):
            self._remember(update.update_id, message)
        return None

    def took(self, update: Update) -> bool:
        """Whether the update has been joined to another, and needs no answer of its own."""
        return update.update_id in self._taken

    def forget(self, person: int) -> None:
        """Forget the texts of the person's private chat."""
        self._joined.forget(lambda key, _: key.startswith(f"({person}, "))

    def _remember(self, update_id: int, message: Message) -> None:
        if len(self._long) >= REMEMBERED:
            del self._long[next(iter(self._long))]
        self._long[message.chat_id, message.message_id] = _Long(
            update_id, [message], self._deadline()
        )

    def _continued(self, message: Message) -> _Long | None:
        place = _place(message)
        same = (long for long in reversed(self._long.values()) if _place(long.messages[0]) == place)
        long = next(same, None)
        if long is None or not long.left_s() or not message.text or message.forward_origin:
            return None
        if message.message_id == long.messages[0].message_id:
            return None
        return None if replied_to(message) or read(message).command else long

    def _deadline(self) -> float:
        return asyncio.get_running_loop().time() + self._wait_s


def _may_be_cut(update: Update, message: Message) -> bool:
    return bool(read(message).command) or (addressed(update) and not message.forward_origin)


async def _completed(long: _Long) -> None:
    """Return when the last part has come, or none has for long enough."""
    while left_s := long.left_s():
        long.grown.clear()
        try:
            async with asyncio.timeout(left_s):
                await long.grown.wait()
        except TimeoutError:
            return


def _place(message: Message) -> Place | None:
    if message.from_user is None:
        return None
    return message.chat_id, message.message_thread_id, message.from_user.id


def _units(message: Message) -> int:
    return len((message.text or "").encode("utf-16-le", "surrogatepass")) // 2


def _joined(text: str, units: int, rest: str) -> str:
    # Clients cut where a line ends near the limit, and what they cut at is trimmed. A message
    # full to the last unit was cut where no line ended, and nothing of it is lost.
    return text + rest if units >= MOST else f"{text}\n{_indented(rest)}"


def _indented(code: str) -> str:
    """The code with its first line's indentation, which is trimmed with the line's end.

    The next line shows it, unless the first opens something that the next is deeper in.
    """
    first, _, others = code.partition("\n")
    following = next((line for line in others.split("\n") if line.strip()), "")
    opens = first.partition("#")[0].rstrip().endswith((":", "(", "[", "{", ",", "\\"))
    if opens or first[:1].isspace():
        return code
    return following[: len(following) - len(following.lstrip())] + code
