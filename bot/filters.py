"""Which updates are for whom: our commands, other words to us, what concerns us at all."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from telegram import Update
from telegram.ext import filters

from handlers.reply import asked, for_us


class Given(filters.UpdateFilter):
    """Updates that give one command."""

    def __init__(self, name: str) -> None:
        super().__init__(name=f"/{name}")
        self._name = name

    def filter(self, update: Update) -> bool:
        command = asked(update)
        return command is not None and command.name == self._name


class Unknown(filters.UpdateFilter):
    """Commands that are certainly meant for us; in a group others may know them."""

    def filter(self, update: Update) -> bool:
        command = asked(update)
        return command is not None and (
            command.named or filters.ChatType.PRIVATE.check_update(update) is True
        )


class ForUs(filters.UpdateFilter):
    """Updates that we answer at all."""

    def filter(self, update: Update) -> bool:
        return for_us(update)


class Plain(filters.UpdateFilter):
    """What people say to us that is no command."""

    def filter(self, update: Update) -> bool:
        return (
            for_us(update)
            and asked(update) is None
            and filters.StatusUpdate.ALL.check_update(update) is not True
        )


class From(filters.UpdateFilter):
    """Updates of some people, in their private chats."""

    def __init__(self, people: Collection[int]) -> None:
        super().__init__(name="From")
        self._people = people

    def filter(self, update: Update) -> bool:
        user, chat = update.effective_user, update.effective_chat
        return user is not None and chat is not None and chat.id == user.id in self._people


FOR_US: Final = ForUs()
PLAIN: Final = Plain()
CODE: Final = filters.TEXT | filters.Document.FileExtension("py")
TABLE: Final = filters.Document.FileExtension("csv")
