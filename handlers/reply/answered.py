"""What a session's jail has answered: the jail is a user's, and so is every word it says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeVar

from engine.records import Json, Malformed, Result, from_data

# Far above anything of ours: what goes beyond would only keep the bot busy.
ITEMS: Final = 20_000
NESTED: Final = 12
LARGEST: Final = 10**30

R = TypeVar("R")


def answered(kind: type[R], result: Result) -> R | None:
    """The record in a result; None when there is none, or nothing that our code would send.

    Only its form and its size are certain then: a cell can overwrite what its own jail answers.
    """
    if not result.data or not _is_bounded(result.data):
        return None
    try:
        return from_data(kind, result.data)
    except Malformed:
        return None


def _is_bounded(data: Json) -> bool:
    """Whether there are few enough values, none nested deep, no number longer than a line."""
    level, left = [data], ITEMS
    for _ in range(NESTED):
        left -= len(level)
        if left < 0 or any(type(item) is int and abs(item) > LARGEST for item in level):
            return False
        level = [item for value in level for item in _inside(value)]
        if not level:
            return True
    return False


def _inside(value: Json) -> Iterable[Json]:
    if type(value) is dict:
        return value.values()
    return value if type(value) is list else ()
