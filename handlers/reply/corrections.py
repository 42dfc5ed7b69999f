"""Where the seminar's own text is mistaken: said to each person once."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from markupsafe import Markup

from engine.records import Note
from handlers.reply.explained import worded
from handlers.reply.once import Once
from handlers.words import Say


class Corrections:
    """The corrections of these names that the person has not read."""

    def __init__(self, names: Collection[str] = (), once: Once | None = None) -> None:
        self._keys = {f"correction.{name}" for name in names}
        self._once = once or Once()

    def news(self, person: int, notes: Iterable[Note], answer: str, say: Say) -> Markup | None:
        """The corrections among `notes` that the person has not read, under a heading.

        In the answer that told one already it stands again: that answer is being edited.
        """
        ours = {note.key: note for note in notes if note.key in self._keys}
        new = [n for n in ours.values() if self._once.told_in(person, n.key) in (None, answer)]
        blocks = [said for note in new if (said := worded(say, note.key, note.values))]
        if not blocks:
            return None
        return Markup("\n").join([say("correction"), *blocks])

    async def tell(self, person: int, notes: Iterable[Note], answer: str) -> None:
        """The corrections among `notes` stand in the person's chat, in this answer."""
        for note in notes:
            if note.key in self._keys:
                await self._once.tell(person, note.key, answer)
