"""The roster of a course as a file: what a spreadsheet saves as CSV, read to lines."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from typing import Final

from engine.errors import EngineError
from engine.progress.records import Listed
from engine.progress.roster_columns import Columns, columns
from engine.records import Json, Note

MOST_ROWS: Final = 2000
MOST_BYTES: Final = 1 << 20
_LONGEST: Final = 200  # letters of a name or group; more is a quote that was never closed
_DELIMITERS: Final = ("\t", ";", ",")  # a name may hold those that come later
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ARCHIVE: Final = b"PK\x03\x04"  # .xlsx and .ods are archives
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"


class RosterMistake(EngineError):
    """A roster file cannot be read; its note says why and what to do."""

    def __init__(self, key: str, **values: Json) -> None:
        super().__init__(key)
        self.note = Note(key, values)


def listed(content: bytes) -> list[Listed]:
    """The people in a CSV file, in its order, each with the group if there is one.

    UTF-8, UTF-16 or Windows-1251; comma, semicolon or tab. A first line may name the columns in
    Russian or English, in any order; without it names are where there are letters, and the group
    is where there are digits. Raises `RosterMistake`.

    >>> listed("Фамилия;Имя;Группа\\nЁлкина;Анна;231\\n".encode("cp1251"))
    [Listed(name='Ёлкина Анна', group='231')]
    """
    rows = list(_rows(_text(content)))
    if not rows:
        raise RosterMistake("mistake.roster.empty")
    found = columns([cells for _, cells in rows])
    if found is None:
        raise RosterMistake("mistake.roster.columns")
    people = rows[found.heading :]
    if not people:
        raise RosterMistake("mistake.roster.empty")
    if len(people) > MOST_ROWS:
        raise RosterMistake("mistake.roster.many", most=MOST_ROWS)
    return [_listed(number, cells, found) for number, cells in people]


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise RosterMistake("mistake.roster.big", mib=MOST_BYTES >> 20)
    if content.startswith((_ARCHIVE, _OLD_EXCEL)):
        raise RosterMistake("mistake.roster.table")
    encodings = ("utf-16",) if content.startswith(_UTF_16) else ("utf-8-sig", "cp1251")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise RosterMistake("mistake.roster.text")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, with the number of the line each ends on."""
    lines = text.splitlines(keepends=True)
    delimiter = _delimiter(lines)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)  # else it closes a quote
    try:
        for row in reader:
            cells = [_clean(cell) for cell in row]
            if any(cells) and not (reader.line_num == 1 and row[0].startswith("sep=")):
                yield reader.line_num, cells
    except csv.Error:
        raise RosterMistake("mistake.roster.quotes") from None


def _delimiter(lines: Sequence[str]) -> str:
    written = [line for line in lines if line.strip()]
    for delimiter in _DELIMITERS:
        if 2 * sum(delimiter in line for line in written) > len(written):
            return delimiter
    return _DELIMITERS[-1]


def _clean(cell: str) -> str:
    """Without what does not show, and with single spaces."""
    return " ".join("".join(each if each.isprintable() else " " for each in cell).split())


def _listed(number: int, cells: Sequence[str], found: Columns) -> Listed:
    name = " ".join(part for at in found.name if (part := _cell(cells, at)))
    group = _cell(cells, found.group)
    if not any(letter.isalpha() for letter in name):
        raise RosterMistake("mistake.roster.nameless", line=number)
    if max(len(name), len(group)) > _LONGEST:
        raise RosterMistake("mistake.roster.long", line=number)
    return Listed(name, group or None)


def _cell(cells: Sequence[str], at: int | None) -> str:
    return cells[at] if at is not None and at < len(cells) else ""
