"""Where an answer stands in a chat: posted once, edited from then on, files and pictures below."""

from __future__ import annotations

import logging
from typing import Any

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

from handlers.reply.journal import Journal
from handlers.reply.posted import Posted
from handlers.reply.record import Button, Press, Reply, press
from handlers.reply.text import harmless

log = logging.getLogger(__name__)

_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")


class Poster:
    """Puts replies into the place of the answer to one update, whatever Telegram says."""

    def __init__(
        self, update: Update, user: User, chat: Chat, posted: Posted, journal: Journal
    ) -> None:
        self.update = update
        self.user = user
        self.chat = chat
        self.posted = posted
        self._journal = journal
        query = update.callback_query
        self.pressed = press(query.data) if query else None

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

    def over_button(self) -> None:
        """Answer in place of the message whose button was pressed."""
        query = self.update.callback_query
        if query is not None and query.message is not None:
            self.posted.main = query.message.message_id

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

    async def post(self, reply: Reply, tries: int | None, *, quotes: bool) -> None:
        """Post the text and buttons, or edit what is posted into them.

        `quotes`: in private too it is shown as a reply to the message.
        """
        if self.posted.main is None or not await self._edit(reply, tries):
            message = await self.bot.send_message(
                text=harmless(reply.text),
                reply_markup=self._keyboard(reply.buttons),
                **self._place(tries, quotes),
            )
            self.posted.main = message.message_id

    async def keep(self, *, done: bool = False) -> None:
        """Let it be known after a restart what is posted, and that it answers the update."""
        update_id = self.update.update_id if done else None
        await self._journal.keep(self.posted, int(self.owner), update_id)

    async def typing(self) -> None:
        """Show for five seconds that we are at work."""
        await self.bot.send_chat_action(
            self.chat.id, "typing", message_thread_id=self._topic(), **_tries(1)
        )

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

    async def remove_extras(self) -> None:
        """Delete the pictures and files below the answer."""
        while self.posted.extras:
            try:
                await self.bot.delete_message(self.chat.id, self.posted.extras.pop())
            except BadRequest as error:  # its author was quicker
                log.info("not deleted: %s", error)

    async def send_extras(self, reply: Reply) -> None:
        """Send the pictures and files of the reply."""
        # Each is noted at once: of the next nobody knows whether it arrives.
        if len(reply.pictures) == 1:
            await self._hangs(await self.bot.send_photo(photo=reply.pictures[0], **self._place()))
        elif reply.pictures:
            album = [InputMediaPhoto(picture) for picture in reply.pictures]
            await self._hangs(*await self.bot.send_media_group(media=album, **self._place()))
        for file in reply.documents:
            await self._hangs(
                await self.bot.send_document(
                    document=file.content, filename=file.name, **self._place()
                )
            )

    async def _hangs(self, *messages: Message) -> None:
        self.posted.extras += [message.message_id for message in messages]
        await self.keep()

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
