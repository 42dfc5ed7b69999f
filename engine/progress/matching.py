"""Which line of a roster is meant by what a person says of themselves."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Self

from engine.progress.records import Listed, Match

_WORD: Final = re.compile(r"[^\W\d_]+")
_APOSTROPHES: Final = str.maketrans("ё", "е", "'’ʼ`")
_MOST_NEAR: Final = 3  # a lone first name would be near to half of a roster
_TYPED: Final = 4  # letters; two shorter words that differ by one letter are two names

Pair = tuple[int, int]  # of the roster, of a person


@dataclass(frozen=True, slots=True)
class _Name:
    words: tuple[str, ...]
    group: str | None

    @classmethod
    def of(cls, listed: Listed) -> Self:
        return cls(words(listed.name), group_key(listed.group))


def words(name: str) -> tuple[str, ...]:
    """The words of a name without what does not matter: case, ё, hyphens, apostrophes, spaces.

    >>> words("Ёлкина-Палкина  Анна")
    ('елкина', 'палкина', 'анна')
    """
    plain = unicodedata.normalize("NFKC", name).casefold().translate(_APOSTROPHES)
    return tuple(_WORD.findall(plain))


def group_key(group: str | None) -> str | None:
    """A group without case, spaces and signs; None when nothing is left.

    >>> group_key("БПМИ-231 "), group_key(" - ")
    ('бпми231', None)
    """
    plain = unicodedata.normalize("NFKC", group or "").casefold()
    return "".join(letter for letter in plain if letter.isalnum()) or None


def matched(rows: Mapping[int, Listed], people: Mapping[int, Listed]) -> list[Match]:
    """The pairs that may be one and the same, by name of the row.

    Certain are those of the same words with no contradicting group, where neither side has
    another candidate. A typo, an initial or another group makes near pairs, and only of those
    who have no better one.
    """
    listed = {id: _Name.of(row) for id, row in rows.items()}
    given = {id: _Name.of(row) for id, row in people.items()}
    same, near = _pairs(listed, given)
    on_rows, on_people = _counted(same)
    near = [(row, who) for row, who in near if row not in on_rows and who not in on_people]
    near_people = _counted(near)[1]
    certain = {pair for pair in same if on_rows[pair[0]] == 1 == on_people[pair[1]]}
    found = [*same, *(pair for pair in near if near_people[pair[1]] <= _MOST_NEAR)]
    matches = [Match(row, rows[row], who, people[who], (row, who) in certain) for row, who in found]
    return sorted(matches, key=lambda match: (words(match.listed.name), match.listed_id))


def _pairs(
    listed: Mapping[int, _Name], given: Mapping[int, _Name]
) -> tuple[list[Pair], list[Pair]]:
    with_word: dict[str, set[int]] = defaultdict(set)
    for id, name in listed.items():
        for word in name.words:
            with_word[word].add(id)
    same: list[Pair] = []
    near: list[Pair] = []
    for who, name in given.items():
        candidates = set().union(*(with_word[word] for word in name.words if word in with_word))
        for row in sorted(candidates):
            if _same(listed[row].words, name.words):
                (same if _agree(listed[row].group, name.group) else near).append((row, who))
            elif _near(listed[row].words, name.words) and _agree(listed[row].group, name.group):
                near.append((row, who))
    return same, near


def _counted(pairs: Iterable[Pair]) -> tuple[Counter[int], Counter[int]]:
    rows, people = Counter[int](), Counter[int]()
    for row, who in pairs:
        rows[row] += 1
        people[who] += 1
    return rows, people


def _agree(one: str | None, other: str | None) -> bool:
    """Whether two groups may be the same; many say 231 and mean БПМИ231."""
    return one is None or other is None or one.endswith(other) or other.endswith(one)


def _same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= 2 and not Counter(shorter) - Counter(longer)


def _near(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether, beside a whole word in common, all are typed almost so or are initials."""
    shorter, longer = sorted((one, other), key=len)
    whole = Counter(shorter) & Counter(longer)
    if not any(len(word) > 1 for word in whole):
        return False
    left = list((Counter(longer) - whole).elements())
    typed = 0
    for word in (Counter(shorter) - whole).elements():
        alike = [each for each in left if _initial(word, each) or _typo(word, each)]
        if not alike:
            return False
        left.remove(alike[0])
        typed += not _initial(word, alike[0])
    return typed <= 1


def _initial(one: str, other: str) -> bool:
    return 1 in (len(one), len(other)) and one[0] == other[0]


def _typo(one: str, other: str) -> bool:
    """Whether one letter is too many or another one, or two neighbours are swapped."""
    shorter, longer = sorted((one, other), key=len)
    if len(longer) < _TYPED or len(longer) - len(shorter) > 1:
        return False
    differ = (at for at, pair in enumerate(zip(shorter, longer, strict=False)) if len({*pair}) > 1)
    start = next(differ, len(shorter))
    short, long = shorter[start:], longer[start:]
    if len(short) < len(long):
        return short == long[1:]
    return short[1:] == long[1:] or (short[:2] == long[1::-1] and short[2:] == long[2:])
