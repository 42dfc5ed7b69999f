"""The store as plain dictionaries: what must be in the file, written without SQL."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

from engine.progress.people import DAY_S

State = dict[str, list[tuple[object, ...]]]


@dataclass
class Human:
    """Who was met; without marks of being seen: who was forgotten."""

    shown: str
    language: str | None = None
    since: float | None = None
    seen: float | None = None


@dataclass
class Enrolled:
    """What someone said of themselves, and whether that line of the roster is theirs."""

    name: str
    linked: bool = False


@dataclass
class Handed:
    """A submission."""

    number: int
    person: int
    course: str
    code: str | None
    verdict: str | None = None


@dataclass
class Model:
    """Does at once what the store does; rosters hold each name once, and nobody has a group."""

    course: str
    now: float
    people: dict[int, Human] = field(default_factory=dict)
    enrolled: dict[tuple[str, int], Enrolled] = field(default_factory=dict)
    rosters: dict[str, list[str]] = field(default_factory=dict)
    began: dict[str, float] = field(default_factory=dict)
    told: dict[tuple[int, str], str] = field(default_factory=dict)
    handed: dict[str, Handed] = field(default_factory=dict)
    last: int = 0  # the last number that was given

    def copy(self) -> Model:
        """As it stands now."""
        return copy.deepcopy(self)

    def begin(self, course: str) -> None:
        """Open the store for a course."""
        self.course = course
        self.began.setdefault(course, self.now)

    def meet(self, person: int, shown: str) -> None:
        """Seen, at the first time of the day unless the name is another."""
        human = self.people.setdefault(person, Human(shown))
        same_day = human.seen is not None and human.seen // DAY_S == self.now // DAY_S
        if human.shown != shown or not same_day:
            human.shown, human.seen = shown, self.now
            human.since = self.now if human.since is None else human.since

    def choose(self, person: int, language: str) -> None:
        """Choose a language."""
        if person in self.people:
            self.people[person].language = language

    def introduce(self, person: int, name: str) -> None:
        """Say a name; another one is no longer linked."""
        if person in self.people:
            known = self.enrolled.setdefault((self.course, person), Enrolled(name))
            known.linked &= known.name == name
            known.name = name

    def tell(self, person: int, key: str, answer: str) -> None:
        """Be told something, once."""
        if person in self.people:
            self.told.setdefault((person, key), answer)

    def add(self, person: int, source: str, code: str) -> None:
        """Hand in, once for a source."""
        if person in self.people and source not in self.handed:
            self.last += 1
            self.handed[source] = Handed(self.last, person, self.course, code)

    def judge(self, number: int, verdict: str) -> None:
        """Judge what is still there."""
        for each in self.handed.values():
            if each.number == number:
                each.verdict = verdict

    def load(self, names: tuple[str, ...]) -> None:
        """Replace the roster."""
        self.rosters[self.course] = list(names)
        for (course, _), known in self.enrolled.items():
            known.linked &= course != self.course or known.name in names

    def confirm(self) -> None:
        """Link everyone whose name one line and nobody else has, of those not linked."""
        here = [known for (course, _), known in self.enrolled.items() if course == self.course]
        taken = {known.name for known in here if known.linked}
        free = set(self.rosters.get(self.course, ())) - taken
        named = [known.name for known in here if not known.linked]
        for known in here:
            if known.name in free and named.count(known.name) == 1:
                known.linked = True

    def forget(self, person: int, *, keep_marks: bool) -> None:
        """Delete all, or all but marks and the name they need."""
        mine = {source: one for source, one in self.handed.items() if one.person == person}
        marks = {source: one for source, one in mine.items() if one.verdict and keep_marks}
        for source in mine.keys() - marks.keys():
            del self.handed[source]
        for mark in marks.values():
            mark.code = None
        self.told = {key: value for key, value in self.told.items() if key[0] != person}
        courses = {mark.course for mark in marks.values()}
        for key in [key for key in self.enrolled if key[1] == person and key[0] not in courses]:
            del self.enrolled[key]
        if marks:
            self.people[person] = Human("")
        else:
            self.people.pop(person, None)

    def expire(self, before: float, *, keep_marks: bool) -> None:
        """Forget who was not seen for long, and lines of old rosters that are nobody's."""
        for person, human in list(self.people.items()):
            if human.seen is not None and human.seen < before:
                self.forget(person, keep_marks=keep_marks)
        for course in self.rosters:
            if course != self.course and self.began[course] < before:
                kept = {k.name for (c, _), k in self.enrolled.items() if c == course and k.linked}
                names = self.rosters[course]
                self.rosters[course] = [name for name in names if name in kept]

    def counted(self, person: int) -> tuple[int, int, int, bool]:
        """Submissions, codes, what was told, whether a name is kept."""
        mine = [one for one in self.handed.values() if one.person == person]
        return (
            len(mine),
            sum(one.code is not None for one in mine),
            sum(key[0] == person for key in self.told),
            any(key[1] == person for key in self.enrolled),
        )

    def state(self) -> State:
        """All of it, as `QUERIES` have it of a file."""
        return {
            "people": sorted(
                (id, each.shown, each.language, each.since, each.seen)
                for id, each in self.people.items()
            ),
            "enrolments": sorted(
                (course, id, each.name, each.name if each.linked else None)
                for (course, id), each in self.enrolled.items()
            ),
            "roster": sorted(
                (course, name) for course, names in self.rosters.items() for name in names
            ),
            "told": sorted((id, key, answer) for (id, key), answer in self.told.items()),
            "submissions": sorted(
                (source, each.number, each.course, each.person, each.code, each.verdict)
                for source, each in self.handed.items()
            ),
        }


QUERIES = {
    "people": "SELECT id, shown_name, language, since, seen FROM people ORDER BY 1",
    "enrolments": """
        SELECT courses.name, person, enrolments.name, roster.name FROM enrolments
        JOIN courses ON courses.id = enrolments.course
        LEFT JOIN roster ON roster.id = listed ORDER BY 1, 2
    """,
    "roster": """
        SELECT courses.name, roster.name FROM roster JOIN courses ON courses.id = course
        ORDER BY 1, 2
    """,
    "told": "SELECT person, key, answer FROM told ORDER BY 1, 2",
    "submissions": """
        SELECT source, number, courses.name, person, code, verdict FROM submissions
        JOIN courses ON courses.id = course ORDER BY 1
    """,
}
