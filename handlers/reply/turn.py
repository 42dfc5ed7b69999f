"""One turn of a conversation: an update, and our answer to it in its place in the chat."""

from __future__ import annotations

import asyncio
import logging
import secrets
from dataclasses import dataclass, replace
from typing import Any, Final

from markupsafe import Markup
from telegram import (
    Bot,
    Chat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    Message,
    ReplyParameters,
    Update,
    User,
)
from telegram.constants import ChatType
from telegram.error import BadRequest, TelegramError
from telegram.helpers import create_deep_linked_url

from handlers.reply.asked import asked
from handlers.reply.corrections import Corrections
from handlers.reply.kept import Kept
from handlers.reply.posted import Posted, address, address_of
from handlers.reply.record import Button, Press, Reply, Taken, press
from handlers.reply.text import MESSAGE_UNITS, harmless, shown_units
from handlers.words import Say, Tongues, Words

log = logging.getLogger(__name__)

DETAILS_BYTES: Final = 16 << 20
DETAIL_BYTES: Final = 8 << 10  # its text in memory, and some

_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")


@dataclass(frozen=True, slots=True)
class Detail:
    """A whole answer whose first line stands in a group; only its author may open it."""

    author: int
    reply: Reply


@dataclass(frozen=True, slots=True)
class Pace:
    """When a waiting person is told that we are at work, in seconds."""

    typing_s: float = 1.0
    line_s: float = 3.0
    every_s: float = 5.0


def _weight(detail: Detail) -> int:
    files = [file.content for file in detail.reply.documents]
    return DETAIL_BYTES + sum(map(len, [*detail.reply.pictures, *files]))


class Turns:
    """Makes a turn of an update; remembers what was posted, and what is still running."""

    def __init__(
        self,
        words: Words,
        tongues: Tongues,
        pace: Pace,
        corrections: Corrections | None = None,
    ) -> None:
        self.words = words
        self.tongues = tongues
        self.pace = pace
        self.corrections = corrections or Corrections()
        self.posted: Kept[Posted] = Kept()
        self.details: Kept[Detail] = Kept(most=DETAILS_BYTES, weigh=_weight)
        self.running: dict[str, asyncio.Event] = {}

    def of(self, update: Update) -> Turn:
        """The turn that answers this update; its earlier answer, if any, will be edited."""
        user, chat = update.effective_user, update.effective_chat
        assert user is not None
        assert chat is not None
        say = self.words(self.tongues.of(user.id, user.language_code))
        return Turn(self, update, user, chat, say, self.posted_at(address(update)))

    def posted_at(self, address: str) -> Posted:
        """What stands in the chat in answer to the message of this address."""
        posted = self.posted.get(address) or Posted()
        self.posted.put(address, posted)
        return posted


class Turn:
    """The answer to one update: posted once, edited in place from then on."""

    def __init__(
        self, turns: Turns, update: Update, user: User, chat: Chat, say: Say, posted: Posted
    ) -> None:
        self.turns = turns
        self.update = update
        self.user = user
        self.chat = chat
        self.say = say
        self.posted = posted
        query = update.callback_query
        self.pressed = press(query.data) if query else None
        self.taken: Taken | None = None  # of a message without a command; said in private

    @property
    def bot(self) -> Bot:
        """The bot that received the update."""
        return self.update.get_bot()

    @property
    def owner(self) -> str:
        """Whose sessions and jobs these are: an instructor's press acts for the author."""
        return str(self.pressed.author if self.pressed else self.user.id)

    @property
    def group(self) -> bool:
        """Whether others read along."""
        return self.chat.type != ChatType.PRIVATE

    @property
    def rest(self) -> str:
        """What stands behind the command, as it was sent."""
        command = asked(self.update)
        return command.rest if command else ""

    def over_button(self) -> None:
        """Answer in place of the message whose button was pressed."""
        query = self.update.callback_query
        if query is not None and query.message is not None:
            self.posted.main = query.message.message_id

    def instead(self, message: Message) -> None:
        """Answer `message` once more, in place of the answer whose button was pressed."""
        self.posted = self.turns.posted_at(address_of(message))
        self.over_button()

    def anew(self) -> None:
        """Leave what is posted as it stands; answer in a message of its own."""
        self.posted = Posted()

    async def acknowledge(self, text: str = "") -> None:
        """Stop the pressed button's spinner, with a few words if there are any."""
        if self.update.callback_query is None:
            return
        try:
            await self.update.callback_query.answer(text or None)
        except TelegramError as error:  # a courtesy; often it was pressed too long ago
            log.info("callback not answered: %s", error)

    async def reply(self, reply: Reply) -> None:
        """Put the answer into the chat; in a group only its short form.

        In private it ends in corrections that are news to the person, and in what the message
        was taken for.
        """
        if self.group and reply.short is not None:
            reply = self._shortened(reply, reply.short)
        corrected = ended = reply
        if not self.group:
            corrected = self._corrected(reply)
            ended = self._ended(corrected)
        await self._remove_extras()
        await self.show(ended)
        self.posted.answered = True
        if corrected != reply:
            self.turns.corrections.tell(self.owner, reply.notes, self._answer_address)
        await self._send_extras(reply)

    async def show(self, reply: Reply, tries: int | None = None) -> None:
        """Post the text and buttons, or edit what is posted into them."""
        if self.posted.main is None or not await self._edit(reply, tries):
            message = await self.bot.send_message(
                text=harmless(reply.text),
                reply_markup=self._keyboard(reply.buttons),
                **self._place(tries, reply.quotes or self._can_be_chosen),
            )
            self.posted.main = message.message_id

    async def typing(self) -> None:
        """Show for five seconds that we are at work."""
        await self.bot.send_chat_action(
            self.chat.id, "typing", message_thread_id=self._topic(), **_tries(1)
        )

    def _shortened(self, reply: Reply, short: Any) -> Reply:
        key = secrets.token_urlsafe(12)
        self.turns.details.put(key, Detail(int(self.owner), reply))
        url = create_deep_linked_url(self.bot.username, key)
        return Reply(short, buttons=(Button(self.say("group.more"), url=url),))

    def _corrected(self, reply: Reply) -> Reply:
        """The answer with corrections that the person has not read, if there is room."""
        news = self.turns.corrections.news(self.owner, reply.notes, self._answer_address, self.say)
        text = reply.text + Markup("\n\n") + news if news else reply.text
        taken = shown_units(self.taken.line) + 2 if self.taken else 0
        return replace(reply, text=text) if shown_units(text) + taken <= MESSAGE_UNITS else reply

    def _ended(self, reply: Reply) -> Reply:
        if self.taken is None:
            return reply
        text = reply.text + Markup("\n\n") + self.taken.line
        text = text if shown_units(text) <= MESSAGE_UNITS else reply.text
        return replace(reply, text=text, buttons=reply.buttons + self.taken.buttons)

    @property
    def _answer_address(self) -> str:
        return f"{self.chat.id}:{self.posted.main}"

    @property
    def _can_be_chosen(self) -> bool:
        # A press finds the message through the answer to it.
        return self.taken is not None and bool(self.taken.buttons)

    async def _edit(self, reply: Reply, tries: int | None) -> bool:
        try:
            await self.bot.edit_message_text(
                harmless(reply.text),
                self.chat.id,
                self.posted.main,
                reply_markup=self._keyboard(reply.buttons),
                **_tries(tries),
            )
        except BadRequest as error:
            said = error.message.lower()
            if "message is not modified" in said:
                return True
            if any(words in said for words in _GONE):
                return False
            raise
        return True

    async def _remove_extras(self) -> None:
        while self.posted.extras:
            try:
                await self.bot.delete_message(self.chat.id, self.posted.extras.pop())
            except BadRequest as error:  # its author was quicker
                log.info("not deleted: %s", error)

    async def _send_extras(self, reply: Reply) -> None:
        # Each is noted at once: of the next nobody knows whether it arrives.
        if len(reply.pictures) == 1:
            self._hangs(await self.bot.send_photo(photo=reply.pictures[0], **self._place()))
        elif reply.pictures:
            album = [InputMediaPhoto(picture) for picture in reply.pictures]
            self._hangs(*await self.bot.send_media_group(media=album, **self._place()))
        for file in reply.documents:
            self._hangs(
                await self.bot.send_document(
                    document=file.content, filename=file.name, **self._place()
                )
            )

    def _hangs(self, *messages: Message) -> None:
        self.posted.extras += [message.message_id for message in messages]

    def _place(self, tries: int | None = None, quotes: bool = False) -> dict[str, Any]:
        return {
            "chat_id": self.chat.id,
            "message_thread_id": self._topic(),
            "reply_parameters": self._answered_message(quotes),
            **_tries(tries),
        }

    def _topic(self) -> int | None:
        message = self.update.effective_message
        return message.message_thread_id if message and message.is_topic_message else None

    def _answered_message(self, quotes: bool) -> ReplyParameters | None:
        message = self.update.effective_message
        if message is None or not (self.group or quotes):
            return None
        return ReplyParameters(message.message_id, allow_sending_without_reply=True)

    def _keyboard(self, buttons: tuple[Button, ...]) -> InlineKeyboardMarkup | None:
        if not buttons:
            return None
        return InlineKeyboardMarkup([[self._button(button)] for button in buttons])

    def _button(self, button: Button) -> InlineKeyboardButton:
        if button.url:
            return InlineKeyboardButton(button.label, url=button.url)
        data = Press(button.verb, int(self.owner), button.rest)
        return InlineKeyboardButton(button.label, callback_data=str(data))


def _tries(tries: int | None) -> dict[str, Any]:
    return {} if tries is None else {"rate_limit_args": tries}
