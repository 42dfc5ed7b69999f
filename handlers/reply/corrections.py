"""Where the seminar's own text is mistaken: said to each person once."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable

from markupsafe import Markup

from engine.records import Note
from handlers.reply.explained import worded
from handlers.reply.kept import Kept
from handlers.words import Say


class Corrections:
    """Remembers who was told which correction, and in which message of ours."""

    def __init__(self, names: Collection[str] = ()) -> None:
        self._keys = {f"correction.{name}" for name in names}
        self._told: Kept[str] = Kept(for_s=math.inf)

    def news(self, person: str, notes: Iterable[Note], answer: str, say: Say) -> Markup | None:
        """The corrections among `notes` that the person has not read, under a heading.

        In the answer that told one already it stands again: that answer is being edited.
        """
        ours = {note.key: note for note in notes if note.key in self._keys}
        new = [note for note in ours.values() if self._told_in(person, note) in (None, answer)]
        blocks = [said for note in new if (said := worded(say, note.key, note.values))]
        if not blocks:
            return None
        return Markup("\n").join([say("correction"), *blocks])

    def tell(self, person: str, notes: Iterable[Note], answer: str) -> None:
        """The corrections among `notes` stand in the person's chat, in this answer."""
        for note in notes:
            if note.key in self._keys and self._told_in(person, note) is None:
                self._told.put(f"{person}:{note.key}", answer)

    def _told_in(self, person: str, note: Note) -> str | None:
        return self._told.get(f"{person}:{note.key}")
