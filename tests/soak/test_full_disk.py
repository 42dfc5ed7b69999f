"""A small disk that is filled under a stream of messages, and has room again."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from bot.local.server import LocalTelegram
from handlers.words import LANGUAGES, Words
from tests.soak.acts import choose, wait
from tests.soak.crowd import crowd
from tests.soak.databases import damages, noted, undone
from tests.soak.tutor import Tutor

DISK: Final = "16m"
PEOPLE: Final = 5
BLOCK: Final = bytes(1 << 12)
REFUSED: Final = "the inbox takes nothing in"
TOLD: Final = tuple(str(Words()(language)("trouble.full")) for language in LANGUAGES)
SEED: Final = 6


class Disk:
    """A file system in memory, that one large file fills."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        """Leave no room at all."""
        filling = (self.folder / "filling").open("ab", buffering=0)
        with filling, contextlib.suppress(OSError):
            while filling.write(BLOCK):
                pass

    def free(self) -> None:
        """Give the room back."""
        (self.folder / "filling").unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", folder], check=True)
    yield Disk(folder)
    subprocess.run(["umount", folder], check=True)


@pytest.mark.soak
@pytest.mark.parametrize("killed", [False, True])
async def test_full_disk_delays_and_loses_nothing(killed: bool, disk: Disk, tmp_path: Path) -> None:
    async with (
        LocalTelegram() as telegram,
        Tutor(telegram, disk.folder, tmp_path / "log") as tutor,
        crowd(telegram, SEED, PEOPLE, TOLD) as people,
    ):
        await tutor.logs('event="jail ready"')
        for student in people.students:
            wait(student, for_s=1.0)
            choose(student)  # the store is written when there is no room
        await asyncio.sleep(0.5)
        disk.fill()
        await tutor.logs(REFUSED)
        await asyncio.sleep(1.5)
        if killed:
            await tutor.kill()
            people.book.killed(noted(tutor.folder))
            await tutor.start()
            await tutor.logs(REFUSED)
        assert tutor.lives
        disk.free()
        await people.quiet()
        for student in people.students:
            choose(student)  # now that there is room
        await people.quiet()
        print(people.book.told())

        assert people.book.lost() == []
        assert people.book.unexplained() == []
        if not killed:  # what was refused before the kill is answered after it
            assert people.book.out_of_order() == []
        assert await people.mistaken_languages() == []
        assert await tutor.stop(within_s=10) == 0
        assert damages(tutor.folder) == []
        assert undone(tutor.folder) == []
