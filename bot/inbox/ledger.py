"""The inbox's tables: updates until they are done, and where the answers to them stand."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from telegram import Update

from engine.database import Database, Schema

SCHEMA: Final = Schema.of("bot.inbox.migrations", application_id=0x7E450001)
TWO_DAYS_S: Final = 48 * 3600.0  # Telegram hands an update over for one day
WEEK_S: Final = 7 * 24 * 3600.0
ANSWERS_MOST: Final = 10_000
_DONE: Final = (
    "UPDATE updates SET state = 'done', data = NULL"
    " WHERE bot = ? AND id IN (SELECT value FROM json_each(?))"
)

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Undone:
    """An update that was taken in and not answered before the bot ended."""

    id: int
    tries: int
    data: str


class Ledger:
    """What is written about the updates of one bot; each method has committed when it returns."""

    def __init__(
        self, database: Database, bot_id: int, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._bot = bot_id
        self._clock = clock

    @classmethod
    async def open(cls, path: Path, bot_id: int, clock: Callable[[], float] = time.time) -> Self:
        """Open or make the file; raises `DatabaseError`."""
        return cls(await Database.open(path, SCHEMA), bot_id, clock)

    async def close(self) -> None:
        """Close the file."""
        await self._database.close()

    async def add(self, update: Update) -> bool:
        """Take an update in; False when it is known already."""
        user = update.effective_user
        added = await self._database.write(
            "INSERT INTO updates (bot, id, person, arrived, data) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            *(self._bot, update.update_id, user.id if user else None),
            *(self._clock(), json.dumps(update.to_dict(), default=_seconds)),
        )
        return added == 1

    async def undone(self) -> Sequence[Undone]:
        """What was not answered, in order of arrival."""
        rows = await self._database.rows(
            "SELECT id, tries, data FROM updates WHERE bot = ? AND state = 'waiting'"
            " ORDER BY place",
            self._bot,
        )
        return [Undone(row["id"], row["tries"], row["data"]) for row in rows]

    async def tried(self, update_id: int, tries: int) -> None:
        """So many crashes in a row have interrupted an update that was begun again."""
        await self._database.write(
            "UPDATE updates SET tries = ? WHERE bot = ? AND id = ?", tries, self._bot, update_id
        )

    async def set_aside(self, update_id: int) -> None:
        """Never begin this update again; what it said stays, to find the fault by."""
        await self._database.write(
            "UPDATE updates SET state = 'aside' WHERE bot = ? AND id = ?", self._bot, update_id
        )

    async def done(self, update_ids: Collection[int]) -> None:
        """These are done; what they said is no longer kept."""
        await self._database.write(_DONE, self._bot, json.dumps(list(update_ids)))

    async def keep(
        self, address: str, person: int, answer: Json, done: Collection[int] = ()
    ) -> None:
        """Note where the answer to a message stands, and which updates are done with it."""
        async with self._database.transaction() as transaction:
            await transaction.write(
                "INSERT INTO answers (bot, address, person, kept, data) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (bot, address)"
                " DO UPDATE SET kept = excluded.kept, data = excluded.data",
                *(self._bot, address, person, self._clock(), json.dumps(answer)),
            )
            if done:
                await transaction.write(_DONE, self._bot, json.dumps(list(done)))

    async def answers(self) -> dict[str, Json]:
        """Where answers stand, by the address of what they answer, the oldest first."""
        rows = await self._database.rows(
            "SELECT address, data FROM answers WHERE bot = ? ORDER BY kept DESC LIMIT ?",
            *(self._bot, ANSWERS_MOST),
        )
        return {row["address"]: json.loads(row["data"]) for row in reversed(rows)}

    async def about(self, person: int) -> dict[str, Any]:
        """All that is kept here of a person: messages not yet answered, places of answers."""
        waiting = await self._database.rows(
            "SELECT arrived, state, data FROM updates WHERE person = ? AND data IS NOT NULL"
            " ORDER BY place",
            person,
        )
        answers = await self._database.rows(
            "SELECT address, kept, data FROM answers WHERE person = ? ORDER BY kept", person
        )
        return {
            "updates": [{**row, "data": json.loads(row["data"])} for row in map(dict, waiting)],
            "answers": [{**row, "data": json.loads(row["data"])} for row in map(dict, answers)],
        }

    async def forget(self, person: int, still: Collection[int] = ()) -> None:
        """Delete what a person said and where the answers stand; `still` is just being answered."""
        async with self._database.transaction() as transaction:
            await transaction.write(
                "UPDATE updates SET state = 'done', data = NULL, person = NULL WHERE person = ?"
                " AND NOT (bot = ? AND id IN (SELECT value FROM json_each(?)))",
                *(person, self._bot, json.dumps(list(still))),
            )
            await transaction.write("DELETE FROM answers WHERE person = ?", person)
        await self._database.forget_old_pages()

    async def prune(self) -> int:
        """Delete what nobody asks for any more; how many updates waited in vain for a week."""
        now = self._clock()
        async with self._database.transaction() as transaction:
            vain = await transaction.write(
                "UPDATE updates SET state = 'done', data = NULL"
                " WHERE state <> 'done' AND arrived < ?",
                now - WEEK_S,
            )
            await transaction.write(
                "DELETE FROM updates WHERE state = 'done' AND arrived < ?", now - TWO_DAYS_S
            )
            await transaction.write("DELETE FROM answers WHERE kept < ?", now - TWO_DAYS_S)
        return vain


def _seconds(moment: object) -> float:
    """What the library itself forgets to write as a number: when an old message was sent."""
    if isinstance(moment, datetime):
        return int(moment.timestamp())
    raise TypeError(f"not for JSON: {moment!r}")
