"""Make the file of the newest version, with rows in every table."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from engine.database import snapshot
from engine.progress.records import Listed, NewSubmission, Seen, Told
from engine.progress.store import FILE, SCHEMA, Progress
from tests.engine.progress.versions import of_version


async def main() -> None:
    """Two courses, three people, of whom one was forgotten and one's marks stay."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        for year in ("2025/26", "2026/27"):
            async with await Progress.open(path, course=year, clock=lambda: 1_790_000_000.5) as of:
                await fill(of, year)
        snapshot(path, of_version(SCHEMA.version))


async def fill(progress: Progress, year: str) -> None:
    for person, name in enumerate(("Анна Ёлкина", "Борис Ким", "Виктор Цой"), 1):
        await progress.people.meet(Seen(person, name.split()[0], f"user{person}"))
        await progress.people.introduce(person, name, "231")
        await progress.people.tell(Told(person, "notice", f"{person}:{person}"))
        for exercise in ("relu", "softmax"):
            source = f"7:{year}:{person}:{exercise}"
            new = NewSubmission(person, exercise, f"x = {person}\n", source)
            number = await progress.submissions.add(new)
            if exercise == "relu":
                await progress.submissions.judged(number, "right", 2.0, 3.0)
    await progress.people.choose_language(1, "en")
    matches = await progress.roster.load(
        [Listed("Ёлкина Анна Петровна", "231"), Listed("Цой Виктор", None)]
    )
    await progress.roster.confirm(matches.found)
    await progress.keeping.forget(2, keep_marks=True)
    await progress.keeping.forget(3, keep_marks=False)


if __name__ == "__main__":
    asyncio.run(main())
