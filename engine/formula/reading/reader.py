"""What the parts of the grammar know of each other."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from typing import Protocol

from engine.formula.reading.building import Builder
from engine.formula.reading.cursor import Cursor
from engine.formula.reading.tokens import Token
from engine.formula.tree import Node


class Reader(Protocol):
    """The grammar as its parts see it."""

    @property
    def cursor(self) -> Cursor:
        """Where it is."""

    @property
    def inputs(self) -> Collection[str]:
        """The names that may stand in the formula."""

    @property
    def build(self) -> Builder:
        """What makes the nodes."""

    def expression(self, least: int = 0) -> Node:
        """An expression whose signs bind at least so tightly."""

    def inside_brackets(self) -> AbstractContextManager[None]:
        """A bar that was opened outside is not closed within."""

    def begins_operand(self, token: Token) -> bool:
        """Whether an argument without brackets begins here."""

    def superscript(self, token: Token) -> Node:
        """The exponent that superscripts spell."""

    def remark(self, key: str, **values: str) -> None:
        """Add a note on how something was read."""
