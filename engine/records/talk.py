"""What a message without a command was taken for, and an error without its cell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.records.cells import CodeLine
from engine.records.pitfalls import Explanation


class Meaning(StrEnum):
    """What a message without a command may be."""

    ERROR = "error"  # a traceback or the line of an exception
    CODE = "code"
    SHAPES = "shapes"
    FORMULA = "formula"  # mathematics, hardly Python
    ROOT = "root"  # a formula whose root is wanted
    WORDS = "words"  # nothing that we understand


@dataclass(frozen=True, slots=True)
class Meant:
    """The likeliest meaning of a message, its text for that meaning, and what else it may be.

    What is not `clear` people say to each other too: a lone `y`, `10/10`, `(1, 2) и (3, 4)`.
    """

    meaning: Meaning
    text: str
    others: tuple[Meaning, ...]
    clear: bool = True


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """A pasted error: Python's own line, the lines of code that came with it, the cause."""

    line: str
    code: tuple[CodeLine, ...]
    explanation: Explanation | None
