"""A correction of the seminar's text is said once, in private, below the answer."""

from __future__ import annotations

from gettext import GNUTranslations

import pytest
from markupsafe import Markup

from bot.config import Corrections as Switches
from bot.inbox.queue import Inbox
from bot.local.people import Chat
from engine.progress.records import Seen
from engine.progress.store import Progress
from engine.records import Note
from handlers.reply import Button, Corrections, Once, Pace, Reply, Taken, Turn, Turns
from handlers.reply.text import MESSAGE_UNITS
from handlers.words import Say, Tongues, Words
from tests.handlers.talk import Talk, shown

HEADING = "К тексту семинара"


class Echo(GNUTranslations):
    """Says of a correction its key and value; all other words are the real ones."""

    def __init__(self, words: Say) -> None:
        super().__init__()
        self._words = words

    def gettext(self, message: str) -> str:
        name = message.removeprefix("correction.")
        return f"{name}: {{value}}" if name != message else self._words._catalogue.gettext(message)


class EchoWords(Words):
    def __call__(self, language: str) -> Say:
        return Say(language, Echo(super().__call__(language)))


@pytest.fixture
def turns(inbox: Inbox) -> Turns:
    return Turns(EchoWords(), Tongues(), Pace(), inbox, Corrections(["first", "second"]))


def correction(name: str, value: str = "1") -> Note:
    return Note(f"correction.{name}", {"value": value})


def reply(*names: str) -> Reply:
    return Reply(Markup("answer"), short=Markup("short"), notes=tuple(map(correction, names)))


async def a_turn(talk: Talk, turns: Turns, chat: Chat | None = None) -> Turn:
    talk.person.send("/eval 1", chat=chat)
    (update,) = await talk.updates()
    return turns.of(update)


def last(talk: Talk) -> str:
    return shown(talk.telegram.transcript.calls[-1])


async def test_it_stands_below_the_answer_under_a_heading(talk: Talk, turns: Turns) -> None:
    await (await a_turn(talk, turns)).reply(reply("first", "second"))

    assert last(talk) == f"answer\n\n{HEADING}\nfirst: 1\nsecond: 1"


async def test_it_is_said_once(talk: Talk, turns: Turns) -> None:
    await (await a_turn(talk, turns)).reply(reply("first"))
    await (await a_turn(talk, turns)).reply(reply("first", "second"))

    assert last(talk) == f"answer\n\n{HEADING}\nsecond: 1"


async def test_it_stays_in_an_answer_that_is_edited(talk: Talk, turns: Turns) -> None:
    turn = await a_turn(talk, turns)
    await turn.reply(reply("first"))
    await turn.reply(reply("first"))

    assert last(talk) == f"answer\n\n{HEADING}\nfirst: 1"


async def test_it_is_said_once_whatever_becomes_of_the_bot(talk: Talk, store: Progress) -> None:
    for _ in range(2):  # as at two starts
        once = Once(await store.people.told(), store.people)
        corrections = Corrections(["first"], once)
        turns = Turns(EchoWords(), Tongues(), Pace(), talk.inbox, corrections)
        await store.people.meet(Seen(talk.person.id, "anna", None))
        await (await a_turn(talk, turns)).reply(reply("first"))

    told, silent = map(shown, talk.telegram.transcript.calls)
    assert HEADING in told
    assert silent == "answer"


async def test_another_person_is_told_too(talk: Talk, turns: Turns) -> None:
    await (await a_turn(talk, turns)).reply(reply("first"))
    talk.person = talk.telegram.person("boris", "ru")
    await (await a_turn(talk, turns)).reply(reply("first"))

    assert HEADING in last(talk)


async def test_a_group_is_told_nothing_and_nothing_is_used_up(talk: Talk, turns: Turns) -> None:
    await (await a_turn(talk, turns, talk.course)).reply(reply("first"))
    assert last(talk) == "short"

    await (await a_turn(talk, turns)).reply(reply("first"))
    assert HEADING in last(talk)


async def test_it_comes_before_what_the_message_was_taken_for(talk: Talk, turns: Turns) -> None:
    turn = await a_turn(talk, turns)
    turn.taken = Taken(Markup("read as code"), (Button("no", "read", "error"),))
    await turn.reply(reply("first"))

    assert last(talk) == f"answer\n\n{HEADING}\nfirst: 1\n\nread as code"
    assert talk.labels() == ["no"]


async def test_without_room_it_waits_for_another_answer(talk: Talk, turns: Turns) -> None:
    full = Markup("x" * MESSAGE_UNITS)
    turn = await a_turn(talk, turns)
    turn.taken = Taken(Markup("read as code"), ())
    await turn.reply(Reply(full, notes=(correction("first"),)))
    assert last(talk) == full

    await (await a_turn(talk, turns)).reply(reply("first"))
    assert HEADING in last(talk)


@pytest.mark.parametrize(
    "note",
    [
        Note("correction.third", {"value": "1"}),
        Note("correction.first", {}),
        Note("note.first", {"value": "1"}),
        Note("first", {"value": "1"}),
    ],
)
async def test_what_is_switched_off_or_forged_is_not_said(
    talk: Talk, turns: Turns, note: Note
) -> None:
    await (await a_turn(talk, turns)).reply(Reply(Markup("answer"), notes=(note,)))

    assert last(talk) == "answer"


async def test_what_a_cell_put_into_it_is_escaped(talk: Talk, turns: Turns) -> None:
    notes = (correction("first", "<b>"),)
    await (await a_turn(talk, turns)).reply(Reply(Markup("answer"), notes=notes))

    assert last(talk).endswith("first: <b>")


@pytest.mark.parametrize("name", Switches.model_fields)
def test_every_correction_has_a_switch_and_is_on(name: str) -> None:
    assert getattr(Switches(), name) is True
