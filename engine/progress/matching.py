"""Which line of a roster is meant by what a person says of themselves."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from engine.progress.records import Listed, Match

_WORD: Final = re.compile(r"[^\W\d_]+")
_GROUP_PART: Final = re.compile(r"[^\W\d_]+|\d+")
_APOSTROPHES: Final = str.maketrans("ё", "е", "'’ʼ`")
_MOST_SAME: Final = 20
_MOST_NEAR: Final = 3  # a lone first name would be near to half of a roster
_TYPED: Final = 4  # letters; two shorter words that differ by one letter are two names


@dataclass(frozen=True, slots=True)
class _Name:
    words: tuple[str, ...]
    group: tuple[str, ...]

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


def group_key(group: str | None) -> tuple[str, ...]:
    """The letters and numbers of a group, in order, without case, spaces and signs.

    >>> group_key("БПМИ-231 "), group_key("5030102/10201"), group_key(" - ")
    (('бпми', '231'), ('5030102', '10201'), ())
    """
    return tuple(_GROUP_PART.findall(unicodedata.normalize("NFKC", group or "").casefold()))


def matched(rows: Mapping[int, Listed], people: Mapping[int, Listed]) -> list[Match]:
    """The pairs that may be one and the same, by name of the row.

    Certain are those of the same words with no contradicting group, where neither side has
    another candidate. A typo, an initial or another group makes near pairs, and only of those
    who have no better one.
    """
    listed = {id: _Name.of(row) for id, row in rows.items()}
    with_word = _with_word(listed)
    alike = {
        who: _alike(name, listed, with_word)
        for who, name in ((id, _Name.of(given)) for id, given in people.items())
    }
    taken = Counter(row for same, _ in alike.values() for row in same)
    found = []
    for who, (same, near) in alike.items():
        near = [] if same else [row for row in near if row not in taken]
        sure = len(same) == 1 == taken[same[0]]
        shown = same[:_MOST_SAME] or (near if len(near) <= _MOST_NEAR else [])
        found += [Match(row, rows[row], who, people[who], sure) for row in shown]
    return sorted(found, key=lambda match: (words(match.listed.name), match.listed_id))


def _with_word(listed: Mapping[int, _Name]) -> Mapping[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for id, name in listed.items():
        for word in name.words:
            found[word].add(id)
    return found


def _alike(
    name: _Name, listed: Mapping[int, _Name], with_word: Mapping[str, set[int]]
) -> tuple[list[int], list[int]]:
    """The rows of the same words and those that are near."""
    same: list[int] = []
    near: list[int] = []
    candidates = set[int]().union(*(with_word.get(word, ()) for word in name.words))
    for row in sorted(candidates):
        agree = _agree(listed[row].group, name.group)
        if _same(listed[row].words, name.words):
            (same if agree else near).append(row)
        elif agree and _near(listed[row].words, name.words):
            near.append(row)
    return same, near


def _agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two groups may be the same; many say 231 and mean БПМИ-231."""
    shorter, longer = sorted((one, other), key=len)
    return longer[len(longer) - len(shorter) :] == shorter


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
