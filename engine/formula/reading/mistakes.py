"""What is wrong with a text, on its way out of the reader, and where."""

from __future__ import annotations

from engine.records import Note
from engine.records.codec import Json
from engine.records.gradients import Misread

QUOTED = 40


class Mistake(Exception):
    """A mistake in a text, from the character `start` to `end`."""

    def __init__(self, key: str, start: int, end: int, **values: Json) -> None:
        super().__init__(key)
        self.note = Note(key, values)
        self.start = start
        self.end = end


def misread(text: str, lines: str, mistake: Mistake) -> Misread:
    """The mistake with the line of `text` where it stands; `lines` has the breaks of lines.

    >>> misread("x\\n2 $ 3", "x\\n2 $ 3", Mistake("mistake.character", 4, 5, text="$"))
    Misread(note=Note(key='mistake.character', values={'text': '$'}), line='2 $ 3', start=2, end=3)
    """
    begins = lines.rfind("\n", 0, mistake.start) + 1
    ends = lines.find("\n", begins)
    line = text[begins : ends if ends >= 0 else len(text)]
    start = min(mistake.start - begins, len(line))
    return Misread(mistake.note, line, start, max(start, min(mistake.end - begins, len(line))))


def clipped(text: str) -> str:
    """The text, short enough to be quoted."""
    return text if len(text) <= QUOTED else text[: QUOTED - 1] + "…"
