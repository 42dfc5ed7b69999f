"""The last resort: what happens when a handler failed, which is always our fault."""

from __future__ import annotations

import logging
from typing import Any, Final

from telegram import Update
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, RetryAfter
from telegram.ext import ApplicationHandlerStop, CallbackContext

from engine.errors import DatabaseError, Trouble
from handlers.reply import Reply, Turns

log = logging.getLogger(__name__)

Context = CallbackContext[Any, Any, Any, Any]

# What a person is told when the disk or the file refused.
TROUBLES: Final = {
    Trouble.LOCKED: "trouble.locked",
    Trouble.READ_ONLY: "trouble.read_only",
    Trouble.FULL: "trouble.full",
    Trouble.CORRUPT: "trouble.corrupt",
    Trouble.FUTURE: "trouble.future",
    Trouble.FOREIGN: "trouble.foreign",
    Trouble.UNREACHABLE: "trouble.unreachable",
}


class SetAside(Exception):
    """An update ended the bot each time it was begun, and is not begun any more."""


async def last_resort(update: object, context: Context, *, turns: Turns) -> None:
    """Log the error; tell the person that it is not theirs; the update goes no further.

    One whose answer Telegram did not take for now stays in the inbox.
    """
    error = context.error
    assert error is not None
    if not _logged_as_weather(error):
        _log(error, update)
        if isinstance(update, Update) and update.effective_user and update.effective_chat:
            try:
                await _tell(update, turns, _words(error))
            except Exception as untold:
                log.warning("and its author could not be told: %s", untold)
                error = untold
    if isinstance(update, Update) and _out_of_reach(error):
        turns.journal.hold(update.update_id)
    raise ApplicationHandlerStop  # else a gate that failed would have let it through


def _logged_as_weather(error: Exception) -> bool:
    """Log what is neither our fault nor the person's; there is nobody to tell, or no way."""
    match error:
        case Forbidden():
            log.info("a person has blocked the bot or left: %s", error)
        case Conflict():
            log.error("another process polls with the same token; stop one of them")
        case BadRequest() if "message is not modified" in error.message.lower():
            log.debug("an edit changed nothing")
        case BadRequest() if "rights to send" in error.message.lower():
            log.info("a chat does not let the bot write: %s", error)
        case _ if _out_of_reach(error):
            log.warning("Telegram is out of reach: %s", error)
        case _:
            return False
    return True


def _log(error: Exception, update: object) -> None:
    if isinstance(error, DatabaseError):  # it says by itself which file, and what to do
        log.error("an update failed: %s: %s", _described(update), error)
    else:
        log.error("an update failed: %s", _described(update), exc_info=error)


def _out_of_reach(error: Exception) -> bool:
    """Whether an answer could not be delivered: it is tried again at the next start."""
    return isinstance(error, RetryAfter | NetworkError) and not isinstance(error, BadRequest)


def _words(error: Exception) -> str:
    """The key of what the person is told."""
    if isinstance(error, DatabaseError):
        return TROUBLES[error.trouble]
    return "fault.aside" if isinstance(error, SetAside) else "fault"


async def _tell(update: Update, turns: Turns, words: str) -> None:
    turn = turns.of(update)
    if turn.posted.failed == update.update_id:
        return
    turn.posted.failed = update.update_id
    if turn.posted.answered:
        turn.anew()
    await turn.acknowledge()
    await turn.reply(Reply(turn.say(words)))


def _described(update: object) -> str:
    if not isinstance(update, Update):
        return type(update).__name__
    chat, user = update.effective_chat, update.effective_user
    return f"update {update.update_id}, chat {chat and chat.id}, user {user and user.id}"
