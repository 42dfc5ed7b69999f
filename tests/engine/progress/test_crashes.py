"""Writers, readers and crashes in any order: the file holds what a plain model holds.

A crash is a picture of the database and its log, taken while they are written and opened
elsewhere. It shows what another process sees of files; that they are on the disk is for the
flush that SQLite's synchronous FULL asks for, which no test of this kind can see.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.progress.people import DAY_S
from engine.progress.records import Listed, NewSubmission, Seen, Told
from engine.progress.store import FILE, Progress
from tests.engine.progress.conftest import Clock
from tests.engine.progress.model import QUERIES, Model, State

COURSES = ("2025/26", "2026/27")
NAMES = ("Анна Ёлкина", "Борис Ким", "Виктор Цой")
PEOPLE = st.integers(1, 2)
SOURCES = st.sampled_from(["7:1", "7:2", "7:3"])
LONG = "x = torch.ones(3)\n" * 400  # several pages

Act = tuple[Any, ...]
ACTS = st.one_of(
    st.tuples(st.just("meet"), PEOPLE, st.sampled_from(["Аня", "Боря"])),
    st.tuples(st.just("introduce"), PEOPLE, st.sampled_from(NAMES)),
    st.tuples(st.just("choose"), PEOPLE, st.sampled_from(["ru", "en"])),
    st.tuples(st.just("tell"), PEOPLE, st.sampled_from(["notice", "a"]), st.sampled_from("xy")),
    st.tuples(st.just("add"), PEOPLE, SOURCES, st.sampled_from(["short", LONG])),
    st.tuples(st.just("judge"), st.integers(1, 4), st.sampled_from(["right", "wrong"])),
    st.tuples(st.just("load"), st.lists(st.sampled_from(NAMES), unique=True).map(tuple)),
    st.tuples(st.just("forget"), PEOPLE, st.booleans()),
    st.tuples(st.just("expire"), st.booleans()),
    st.tuples(st.just("read"), PEOPLE),
)
MOMENT = st.integers(0, 25)  # turns of the event loop
STEPS = st.one_of(
    st.tuples(st.just("together"), st.lists(ACTS, min_size=3, max_size=8)),
    st.tuples(st.just("crash"), st.lists(ACTS, min_size=3, max_size=8), MOMENT),
    st.tuples(st.just("restart"), st.sampled_from(COURSES)),
    st.tuples(st.just("later"), st.sampled_from([1, 100, 300])),
    st.tuples(st.just("confirm")),
)
BEGUN = [  # or most acts would do nothing
    ("together", [("meet", 1, "Аня"), ("meet", 2, "Аня"), ("add", 1, "7:1", LONG)]),
    ("together", [("introduce", 1, NAMES[0]), ("load", NAMES[:2]), ("judge", 1, "right")]),
    ("confirm",),
]


def state(path: Path) -> State:
    """What is in a file, which is sound."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return {table: connection.execute(sql).fetchall() for table, sql in QUERIES.items()}


def picture(path: Path, target: Path) -> None:
    """The database and its log as they are at one moment, however they are being written."""
    log = path.with_name(f"{path.name}-wal")
    while (taken := (log.read_bytes(), path.read_bytes())) != (log.read_bytes(), path.read_bytes()):
        pass
    target.with_name(f"{target.name}-wal").write_bytes(taken[0])
    target.write_bytes(taken[1])


class Held:
    """The store beside its model; an act is done to both."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock()
        self.model = Model(COURSES[0], self.clock.now)
        self.pictures = 0

    async def open(self, path: Path, course: str) -> None:
        self.progress = await Progress.open(path, course=course, clock=self.clock)
        self.model.begin(course)

    async def step(self, name: str, *values: Any) -> None:
        match name:
            case "together":
                await asyncio.gather(*[self.begun(act)[0] for act in values[0]])
                assert state(self.path) == self.model.state()
            case "crash":
                await self.crash(*values)
            case "restart":
                await self.progress.database.close()
                await self.open(self.path, *values)
            case "later":
                self.clock.now = self.model.now = self.clock.now + values[0] * DAY_S
            case "confirm":
                found = (await self.progress.roster.matches()).found
                await self.progress.roster.confirm([each for each in found if each.certain])
                self.model.confirm()

    @property
    def path(self) -> Path:
        return self.progress.database.path

    def begun(self, act: Act) -> tuple[asyncio.Task[None], Model]:
        """The act under way in the store, and the model after it."""
        name, *values = act
        known = [self.model.counted(*values)] if name == "read" else []
        task = asyncio.create_task(getattr(self, name)(*values, *known))
        if name == "expire":
            self.model.expire(self.long_ago(), keep_marks=values[0])
        elif name == "forget":
            self.model.forget(values[0], keep_marks=values[1])
        elif name != "read":
            getattr(self.model, name)(*values)
        return task, self.model.copy()

    async def crash(self, acts: list[Act], moment: int) -> None:
        """Die at this moment and go on from what is left."""
        models, tasks = [self.model.copy()], []
        for act in acts:
            task, model = self.begun(act)
            tasks.append(task)
            models.append(model)
        for _ in range(moment):
            await asyncio.sleep(0)
        over = [task.done() for task in tasks]
        self.pictures += 1
        left = self.folder / f"{self.pictures}-{FILE}"
        picture(self.path, left)
        await asyncio.gather(*tasks)
        await self.progress.database.close()

        found, states = state(left), [model.state() for model in models]
        # All that was acknowledged, perhaps some of what came next, and nothing half.
        acknowledged = [
            at for at, is_over in enumerate(over, 1) if is_over and states[at] != states[at - 1]
        ]
        at = states.index(found, max(acknowledged, default=0))
        self.model = models[at]
        await self.open(left, self.progress.course)

    def long_ago(self) -> float:
        return self.clock.now - 200 * DAY_S

    async def meet(self, person: int, shown: str) -> None:
        await self.progress.people.meet(Seen(person, shown, None))

    async def introduce(self, person: int, name: str) -> None:
        await self.progress.people.introduce(person, name, None)

    async def choose(self, person: int, language: str) -> None:
        await self.progress.people.choose_language(person, language)

    async def tell(self, person: int, key: str, answer: str) -> None:
        await self.progress.people.tell(Told(person, key, answer))

    async def add(self, person: int, source: str, code: str) -> None:
        with suppress(sqlite3.IntegrityError):  # of someone who is gone
            await self.progress.submissions.add(NewSubmission(person, "relu", code, source))

    async def judge(self, number: int, verdict: str) -> None:
        await self.progress.submissions.judged(number, verdict, 1.0, 1.0)

    async def load(self, names: tuple[str, ...]) -> None:
        await self.progress.roster.load([Listed(name, None) for name in names])

    async def forget(self, person: int, keep_marks: bool) -> None:
        await self.progress.keeping.forget(person, keep_marks=keep_marks)

    async def expire(self, keep_marks: bool) -> None:
        await self.progress.keeping.expire(self.long_ago(), keep_marks=keep_marks)

    async def read(self, person: int, expected: tuple[int, int, int, bool]) -> None:
        held = await self.progress.keeping.holdings(person)
        assert (held.submissions, held.code, held.told, held.name) == expected


async def play(steps: list[tuple[Any, ...]]) -> None:
    with TemporaryDirectory() as folder:
        held = Held(Path(folder))
        await held.open(Path(folder) / FILE, COURSES[0])
        try:
            for step in [*BEGUN, *steps]:
                await held.step(*step)
            assert state(held.path) == held.model.state()
        finally:
            await held.progress.database.close()


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, min_size=4, max_size=8))
def test_after_any_crash_all_that_was_acknowledged_is_there(steps: list[tuple[Any, ...]]) -> None:
    asyncio.run(play(steps))
