"""What the store is given and gives back; times are seconds since 1970 in UTC."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seen:
    """What Telegram says of who writes."""

    id: int
    shown_name: str
    username: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote to the bot; `name`, `group` and `listed` are of the present course.

    `listed`: an instructor confirmed which line of the roster is theirs. One who was forgotten
    and whose marks stay has an empty `shown_name`, and `since` is 0.
    """

    id: int
    shown_name: str
    username: str | None
    language: str | None
    name: str | None
    group: str | None
    listed: bool
    since: float


@dataclass(frozen=True, slots=True)
class Told:
    """Something said to a person once, and the address of the answer in which it stands."""

    person: int
    key: str
    answer: str


@dataclass(frozen=True, slots=True)
class NewSubmission:
    """Handed in; `source` names the bot and the update, so that redelivery is no second one."""

    person: int
    exercise: str
    code: str
    source: str


@dataclass(frozen=True, slots=True)
class Submission:
    """Handed in and kept; not `judged` yet: None. One whose author was forgotten has no code."""

    number: int
    person: int
    exercise: str
    code: str | None
    received: float
    verdict: str | None
    points: float | None
    most: float | None
    judged: float | None


@dataclass(frozen=True, slots=True)
class Listed:
    """Who someone is to a course: a line of a roster, or what people say of themselves."""

    name: str
    group: str | None


@dataclass(frozen=True, slots=True)
class Match:
    """A line of the roster and the person who may be meant by it; nothing is linked yet."""

    listed_id: int
    listed: Listed
    person: int
    given: Listed
    certain: bool


@dataclass(frozen=True, slots=True)
class Matches:
    """What is not linked yet: pairs to confirm, lines nobody matches, people who match none."""

    found: tuple[Match, ...]
    missing: tuple[Listed, ...]
    unlisted: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is kept about one person, counted over all courses; `code`: how many have theirs."""

    submissions: int
    code: int
    told: int
    name: bool


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was deleted, and how many submissions stay as marks, without code."""

    deleted: Holdings
    marks: int
