"""The numbers of /root: two that bound an interval, or one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from engine.formula.reading.arrays import number_ahead
from engine.formula.reading.brackets import check_brackets
from engine.formula.reading.cursor import Cursor
from engine.formula.reading.grammar import Grammar
from engine.formula.reading.mistakes import Mistake, clipped
from engine.formula.reading.root_sections import SEPARATORS
from engine.formula.reading.root_words import INFINITE, TO
from engine.formula.reading.tokens import Kind, Token, inside, tokens

_MOST_TOKENS: Final = 60
_UNKNOWN: Final = ("mistake.unknown", "mistake.russian", "mistake.unknown_name", "mistake.no_sign")


@dataclass(frozen=True, slots=True)
class Numbers:
    """Reads numbers out of `text`, which is `plain` in our spelling; `inputs` are no numbers."""

    text: str
    plain: str
    inputs: Collection[str]

    def one(self, part: Sequence[Token], several: str = "mistake.bracket_two") -> Fraction:
        """The number that the tokens spell; raises `Mistake`, `several` where more stand there."""
        end = part[-1].end
        for token in part:
            self._check(token)
        last = Token(Kind.END, "", end, end)
        check_brackets([*part, last])
        cursor = Cursor(self.text, [*part, last])
        try:
            value = number_ahead(cursor, Grammar(cursor, (), []).expression)
        except Mistake as mistake:
            raise self._mistake(mistake) from None
        if (behind := cursor.peek()).kind in (Kind.NUMBER, *SEPARATORS):
            raise Mistake(several, part[0].start, end)
        if behind.kind is not Kind.END:
            raise self._mistake(cursor.unexpected(behind))
        return value

    def _check(self, token: Token) -> None:
        if token.text.lower() in INFINITE:
            raise Mistake("mistake.infinite", token.start, token.end, text=token.text)
        if token.kind is Kind.NAME and token.text in self.inputs:
            raise Mistake("mistake.bound_unknown", token.start, token.end, name=token.text)

    def _mistake(self, mistake: Mistake) -> Mistake:
        """A word that stands behind a number, or where one should."""
        if mistake.note.key not in _UNKNOWN:
            return mistake
        word = clipped(self.text[mistake.start : mistake.end])
        return Mistake("mistake.root_word", mistake.start, mistake.end, word=word)

    def two(self, part: Sequence[Token]) -> tuple[tuple[Fraction, Fraction], bool]:
        """The bounds of an interval, and whether they might have been one number: `0 -1`.

        Raises `Mistake`.
        """
        if len(part) > _MOST_TOKENS:
            raise _not_two(part)
        if (behind := self._behind_bracket(part)) is not None:
            raise self._mistake(Mistake("mistake.no_sign", behind.start, behind.end))
        pieces = self._pieces(part)
        if len(pieces) == 1:
            return self._side_by_side(pieces[0])
        if len(pieces) != 2:
            raise _not_two(part)
        return (self.one(pieces[0]), self.one(pieces[1])), False

    def ranges(self, part: Sequence[Token]) -> bool:
        """Whether a word like "to" stands between numbers."""
        return any(token.kind is Kind.NAME and self._separates(token) for token in part)

    def _behind_bracket(self, part: Sequence[Token]) -> Token | None:
        """The word behind `[0, 1]`; None where none stands there."""
        if part[0].kind is not Kind.OPENING or _is_one_bracket(part):
            return None
        end = next((at for at, token in enumerate(part) if token.kind is Kind.CLOSING), len(part))
        behind = part[end + 1] if end + 1 < len(part) else None
        listed = any(token.kind in SEPARATORS for token in part[:end])
        return behind if behind and listed and behind.kind is Kind.NAME else None

    def _pieces(self, part: Sequence[Token]) -> list[list[Token]]:
        """What separators part, out of its bracket."""
        inner = part[1:-1] if _is_one_bracket(part) else part
        parts = self._parted(inner)
        if len(parts) > 2 and any(token.kind is Kind.SEMICOLON for token in inner):
            parts = self._parted(self._again(inner))  # [0,5; 1,5]
        return parts

    def _parted(self, part: Sequence[Token]) -> list[list[Token]]:
        pieces: list[list[Token]] = [[]]
        depth = 0
        for token in part:
            if not depth and self._separates(token):
                pieces.append([])
                continue
            depth = inside(token, depth)
            pieces[-1].append(token)
        return [piece for piece in pieces if piece]

    def _separates(self, token: Token) -> bool:
        if token.kind is Kind.NAME:
            return self.plain[token.start : token.end].lower() in TO
        return token.kind in (*SEPARATORS, Kind.COLON)

    def _again(self, part: Sequence[Token], old: str = "", new: str = "") -> list[Token]:
        """The tokens of the same text as it reads outside of brackets."""
        start, end = part[0].start, part[-1].end
        found = tokens(self.plain[start:end].replace(old, new) if old else self.plain[start:end])
        return [
            Token(each.kind, each.text, each.start + start, each.end + start, each.spaced)
            for each in found[:-1]
        ]

    def _side_by_side(self, part: Sequence[Token]) -> tuple[tuple[Fraction, Fraction], bool]:
        """`-10 10`, `0 pi/2`, `0 -1`; `0,1` where nothing else is there."""
        gaps = [at for at in range(1, len(part)) if part[at].spaced and not _goes_on(part, at)]
        found: dict[int, tuple[Fraction, Fraction]] = {}
        failed: Mistake | None = None
        for at in gaps:
            if _tight(part[:at]) or _tight(part[at:]):
                continue
            try:
                found[at] = self.one(part[:at]), self.one(part[at:])
            except Mistake as mistake:
                failed = failed or mistake
        if len(found) == 1:
            (at, pair), *_ = found.items()
            return pair, part[at].kind is Kind.SIGN
        if not found and failed:
            raise _not_two(part) if failed.note.key == "mistake.bracket_two" else failed
        parted = self._parted(self._again(part, ",", ";"))
        if not found and len(parted) == 2:
            return (self.one(parted[0]), self.one(parted[1])), True
        if not found and not gaps:
            self.one(part)  # what is wrong with the only one goes first
        raise _not_two(part)


def _not_two(part: Sequence[Token]) -> Mistake:
    return Mistake("mistake.bracket_two", part[0].start, part[-1].end)


def _goes_on(part: Sequence[Token], at: int) -> bool:
    """Whether a number cannot end before the token, or not begin with it."""
    before, token = part[at - 1], part[at]
    depth = 0
    for each in part[:at]:
        depth = inside(each, depth)
    waiting = before.kind is Kind.SIGN or token.kind in (Kind.RAISED, Kind.CLOSING)
    return bool(depth) or waiting or (token.kind is Kind.SIGN and token.text not in "+-")


def _tight(part: Sequence[Token]) -> bool:
    """Whether a number with its own sign stands behind another: `2 -1`."""
    return any(
        token.kind is Kind.SIGN
        and token.text in "+-"
        and token.spaced
        and not part[at + 1].spaced
        and part[at - 1].kind is not Kind.SIGN
        for at, token in enumerate(part[:-1])
        if at
    )


def _is_one_bracket(part: Sequence[Token]) -> bool:
    """Whether one bracket holds all of it, half-open ones too: `[0, 1)`."""
    depth = 0
    for at, token in enumerate(part):
        depth = inside(token, depth)
        if not depth:
            return at == len(part) - 1 > 0 and token.kind is Kind.CLOSING
    return False
