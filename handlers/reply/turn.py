"""One turn of a conversation: an update and our answer to it, with what belongs to that answer."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, replace
from typing import Final

from markupsafe import Markup
from telegram import Chat, Message, Update, User
from telegram.helpers import create_deep_linked_url

from handlers.reply.asked import asked
from handlers.reply.corrections import Corrections
from handlers.reply.journal import Journal
from handlers.reply.kept import Kept
from handlers.reply.posted import Posted, address, address_of
from handlers.reply.poster import Poster
from handlers.reply.record import Button, Reply, Taken
from handlers.reply.retention import Notice
from handlers.reply.text import MESSAGE_UNITS, shown_units
from handlers.words import Say, Tongues, Words

DETAILS_BYTES: Final = 16 << 20
DETAIL_BYTES: Final = 8 << 10  # its text in memory, and some


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
        journal: Journal,
        corrections: Corrections | None = None,
        notice: Notice | None = None,
    ) -> None:
        self.words = words
        self.tongues = tongues
        self.pace = pace
        self.journal = journal
        self.corrections = corrections or Corrections()
        self.notice = notice or Notice()
        self.posted: Kept[Posted] = Kept()
        for place, posted in journal.answers().items():
            self.posted.put(place, posted)
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
        posted = self.posted.get(address) or Posted(address)
        self.posted.put(address, posted)
        return posted

    def forget(self, person: int) -> None:
        """Forget the answers in the person's private chat, and whole answers to them anywhere."""
        self.posted.forget(lambda key, _: key.startswith(f"{person}:"))
        self.details.forget(lambda _, detail: detail.author == person)


class Turn(Poster):
    """The answer to one update, in the person's language: short in a group, whole in private."""

    def __init__(
        self, turns: Turns, update: Update, user: User, chat: Chat, say: Say, posted: Posted
    ) -> None:
        super().__init__(update, user, chat, posted, turns.journal)
        self.turns = turns
        self.say = say
        self.quotes = False  # all is shown as a reply to the message, a progress line too
        self.taken: Taken | None = None  # of a message without a command; said in private
        self._chosen: str | None = None

    @property
    def rest(self) -> str:
        """What stands behind the command, as it was sent."""
        command = asked(self.update)
        return command.rest if command else ""

    @property
    def replied_to(self) -> Message | None:
        """What the answer whose button was pressed is shown as a reply to, if it is still there."""
        answer = self.update.effective_message
        return answer.reply_to_message if answer else None

    def instead(self, message: Message) -> None:
        """Answer `message` once more, in place of the answer whose button was pressed."""
        self.posted = self.turns.posted_at(address_of(message))
        self.over_button()

    def choose(self, chosen: str) -> None:
        """Read the message as `chosen` from now on; what earlier turns still find is not shown."""
        self._chosen = self.posted.chosen = chosen

    @property
    def overtaken(self) -> bool:
        """Whether the message was chosen to be read otherwise, or edited, since."""
        return self._chosen not in (None, self.posted.chosen)

    def begin_anew(self) -> None:
        """Let the update come back at the next start: our own end has cut its work short."""
        self.turns.journal.hold(self.update.update_id)

    async def show(self, reply: Reply, tries: int | None = None) -> None:
        """Post the text and buttons, unless a later turn has the place."""
        before = self.posted.main
        await self._put(reply, tries)
        if self.posted.main != before:
            await self.keep()

    async def _put(self, reply: Reply, tries: int | None = None) -> None:
        if not self.overtaken:
            # A press that chooses otherwise finds the message through the answer to it.
            chooses = self.taken is not None and bool(self.taken.buttons)
            await self.post(reply, tries, quotes=reply.quotes or self.quotes or chooses)

    async def reply(self, reply: Reply) -> None:
        """Put the answer into the chat; in a group only its short form.

        In private it ends in corrections that are news to the person, once in what is kept about
        them, and in what the message was taken for.
        """
        if self.overtaken:
            return
        if self.group and reply.short is not None:
            reply = self._shortened(reply, reply.short)
        corrected = noticed = ended = reply
        if not self.group:
            corrected = self._corrected(reply)
            noticed = self._noticed(corrected)
            ended = self._ended(noticed)
        await self.remove_extras()
        await self._put(ended)
        self.posted.answered = True
        await self.keep(done=not (reply.pictures or reply.documents))
        if corrected != reply:
            await self.turns.corrections.tell(self._person, reply.notes, self._answer_address)
        if noticed != corrected:
            await self.turns.notice.tell(self._person, self._answer_address)
        if reply.pictures or reply.documents:
            await self.send_extras(reply)
            await self.keep(done=True)

    def _shortened(self, reply: Reply, short: Markup) -> Reply:
        key = secrets.token_urlsafe(12)
        self.turns.details.put(key, Detail(int(self.owner), reply))
        url = create_deep_linked_url(self.bot.username, key)
        return Reply(short, buttons=(Button(self.say("group.more"), url=url),))

    def _corrected(self, reply: Reply) -> Reply:
        """The answer with corrections that the person has not read, if there is room."""
        place = self._answer_address
        return self._longer(
            reply, self.turns.corrections.news(self._person, reply.notes, place, self.say)
        )

    def _noticed(self, reply: Reply) -> Reply:
        """The answer with what is kept about the person, if that is news and there is room."""
        if reply.last:
            return reply
        return self._longer(
            reply, self.turns.notice.news(self._person, self._answer_address, self.say)
        )

    def _longer(self, reply: Reply, news: Markup | None) -> Reply:
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
    def _person(self) -> int:
        return int(self.owner)

    @property
    def _answer_address(self) -> str:
        return f"{self.chat.id}:{self.posted.main}"
