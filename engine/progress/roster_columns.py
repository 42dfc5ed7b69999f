"""Which column of a roster holds what: by its heading, else by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

_WHOLE, _SURNAME, _NAME, _PATRONYMIC, _GROUP = "whole", "surname", "name", "patronymic", "group"
_HEADINGS: Final = {
    "фио": _WHOLE,
    "фамилия имя": _WHOLE,
    "фамилия имя отчество": _WHOLE,
    "фамилия и имя": _WHOLE,
    "имя и фамилия": _WHOLE,
    "имя фамилия": _WHOLE,
    "ф и о": _WHOLE,
    "фио студента": _WHOLE,
    "фио слушателя": _WHOLE,
    "имя студента": _WHOLE,
    "студент": _WHOLE,
    "слушатель": _WHOLE,
    "full name": _WHOLE,
    "fullname": _WHOLE,
    "student": _WHOLE,
    "student name": _WHOLE,
    "фамилия": _SURNAME,
    "surname": _SURNAME,
    "last name": _SURNAME,
    "lastname": _SURNAME,
    "family name": _SURNAME,
    "имя": _NAME,
    "name": _NAME,
    "first name": _NAME,
    "firstname": _NAME,
    "given name": _NAME,
    "отчество": _PATRONYMIC,
    "patronymic": _PATRONYMIC,
    "middle name": _PATRONYMIC,
    "группа": _GROUP,
    "учебная группа": _GROUP,
    "академическая группа": _GROUP,
    "номер группы": _GROUP,
    "группы": _GROUP,  # № группы
    "group": _GROUP,
    "study group": _GROUP,
}
_IN_ORDER: Final = (_WHOLE, _SURNAME, _NAME, _PATRONYMIC)
_MOST_NAMES: Final = 3  # surname, name, patronymic
_MOST_COLUMNS: Final = 50
_MOST_TITLES: Final = 5  # lines in which the headings are looked for


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the parts of a name stand, in order, and the group; how many lines are headings."""

    name: tuple[int, ...]
    group: int | None
    heading: int


def columns(rows: Sequence[Sequence[str]]) -> Columns | None:
    """The columns of these rows; None when it cannot be told which hold the name.

    >>> columns([["Группа", "Имя", "Фамилия"], ["231", "Анна", "Ёлкина"]])
    Columns(name=(2, 1), group=0, heading=1)
    >>> columns([["1", "Ёлкина Анна", "231"]])
    Columns(name=(1,), group=2, heading=0)
    """
    if max(map(len, rows), default=0) > _MOST_COLUMNS:
        return None
    for number, row in enumerate(rows[:_MOST_TITLES], 1):
        named = _headed(row)
        parts = tuple(named[part] for part in _IN_ORDER if part in named)
        if parts:
            name = parts[:1] if _WHOLE in named else parts
            return Columns(name, named.get(_GROUP), number)
    return _guessed(rows)


def _headed(first: Sequence[str]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for at, cell in enumerate(first):
        words = re.findall(r"[^\W\d_]+", re.sub(r"\(.*?\)", "", cell.casefold().replace(".", "")))
        part = _HEADINGS.get(" ".join(words))
        if part is not None:
            found.setdefault(part, at)
    return found


def _guessed(rows: Sequence[Sequence[str]]) -> Columns | None:
    names: list[int] = []
    groups: list[int] = []
    for at, column in enumerate(zip_longest(*rows, fillvalue="")):
        cells = [cell for cell in column if cell]
        if not cells or _counts(cells) or any("@" in cell for cell in cells):
            continue
        digits = sum(any(letter.isdigit() for letter in cell) for cell in cells)
        (groups if 2 * digits > len(cells) else names).append(at)
    if not 1 <= len(names) <= _MOST_NAMES or len(groups) > 1:
        return None
    return Columns(tuple(names), groups[0] if groups else None, 0)


def _counts(cells: Sequence[str]) -> bool:
    """Whether a column only numbers the lines."""
    return all(cell.rstrip(".") == str(at) for at, cell in enumerate(cells, 1))
