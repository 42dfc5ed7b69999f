"""What a roster and the people who wrote to the bot have in common, as an instructor reads it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Self

from markupsafe import Markup

from engine.progress.records import Listed, Match, Matches, Person
from handlers.reply.record import Button, Document
from handlers.reply.text import one_line
from handlers.words import Say

FILE: Final = "roster.txt"
SHOWN: Final = 5  # lines of a list; all of them stand in the file
LINE_UNITS: Final = 120
VERB: Final = "roster"


@dataclass(frozen=True, slots=True)
class Lists:
    """The matches by what an instructor may do about them."""

    certain: tuple[Match, ...]
    doubtful: tuple[Match, ...]  # one pair each: to be confirmed by a look
    several: tuple[Match, ...]  # a line or a person with more than one candidate: nothing to press
    missing: tuple[Listed, ...]
    unlisted: tuple[Person, ...]

    @classmethod
    def of(cls, matches: Matches) -> Self:
        """The matches sorted out."""
        lines = Counter(match.listed_id for match in matches.found)
        people = Counter(match.person for match in matches.found)
        alone = {m for m in matches.found if lines[m.listed_id] == people[m.person] == 1}
        return cls(
            tuple(match for match in matches.found if match.certain),
            tuple(match for match in matches.found if not match.certain and match in alone),
            tuple(match for match in matches.found if not match.certain and match not in alone),
            matches.missing,
            matches.unlisted,
        )

    def chosen(self, choice: str) -> tuple[Match, ...]:
        """What a button confirms: `certain` ones, or `all` that have one candidate."""
        return self.certain + self.doubtful if choice == "all" else self.certain

    def buttons(self, say: Say) -> tuple[Button, ...]:
        """A button for the certain ones, and one that takes the doubtful along."""
        offered = [("certain", "roster.confirm")] if self.certain else []
        if self.doubtful:
            label = "roster.confirm.all" if self.certain else "roster.confirm.doubtful"
            offered.append(("all", label))
        return tuple(self._button(choice, label, say) for choice, label in offered)

    def _button(self, choice: str, label: str, say: Say) -> Button:
        chosen = self.chosen(choice)
        return Button(say(label, n=len(chosen)), VERB, f"{choice}:{digest_of(chosen)}")

    def blocks(self, say: Say) -> Iterator[Markup]:
        """A list each, the long ones cut."""
        for title, lines in self._titled(say):
            shown = [Markup("• {}").format(one_line(line, LINE_UNITS)) for line in lines[:SHOWN]]
            if len(lines) > SHOWN:
                shown.append(say.n("roster.more", len(lines) - SHOWN))
            yield Markup("\n").join([Markup("<b>{}</b>").format(title), *shown])

    def documents(self, say: Say) -> tuple[Document, ...]:
        """A file with the whole lists, where one of them was cut."""
        titled = list(self._titled(say))
        if all(len(lines) <= SHOWN for _, lines in titled):
            return ()
        text = "\n\n".join("\n".join([title.unescape(), *lines]) for title, lines in titled)
        return (Document(FILE, text.encode()),)

    def _titled(self, say: Say) -> Iterator[tuple[Markup, Sequence[str]]]:
        if self.certain:
            yield say.n("roster.certain", len(self.certain)), [*map(_pair, self.certain)]
        if self.doubtful:
            yield say.n("roster.doubtful", len(self.doubtful)), [*map(_pair, self.doubtful)]
        if self.several:
            yield say.n("roster.several", len(self.several)), [*map(_pair, self.several)]
        if self.unlisted:
            people = [_said(Listed(each.name or "", each.group)) for each in self.unlisted]
            yield say.n("roster.unlisted", len(people)), people
        if self.missing:
            yield say.n("roster.missing", len(self.missing)), [*map(_said, self.missing)]


def digest_of(matches: Sequence[Match]) -> str:
    """A fingerprint of what an instructor saw: only that is confirmed."""
    return hashlib.sha256(repr(matches).encode("utf-8", "replace")).hexdigest()[:16]


def _pair(match: Match) -> str:
    return f"{_said(match.listed)} ← {_said(match.given)}"


def _said(listed: Listed) -> str:
    return ", ".join(filter(None, (listed.name, listed.group)))
