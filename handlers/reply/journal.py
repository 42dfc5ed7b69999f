"""What must be known after a restart: where answers stand, what is done, what must come back."""

from __future__ import annotations

from typing import Protocol

from handlers.reply.posted import Posted


class Journal(Protocol):
    """A memory that outlives the process; none of its methods raises."""

    def answers(self) -> dict[str, Posted]:
        """Where answers stood when the process before this one ended, by their address."""

    async def keep(self, posted: Posted, person: int, done: int | None = None) -> None:
        """Note where an answer stands; `done` is the update that it answers in full."""

    async def done(self, update_id: int) -> None:
        """Nothing more is to be done about the update."""

    def hold(self, update_id: int) -> None:
        """Let the update come back at the next start, whatever is answered meanwhile."""

    def release(self, update_id: int) -> None:
        """From now on an answer ends the update, as it ends others."""
