"""A database: made and migrated, all or nothing, and what is said when it cannot be used."""

from __future__ import annotations

import asyncio
import hashlib
import random
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from engine import database as module
from engine.database import Database, Schema, examine, snapshot
from engine.errors import DatabaseError, Trouble
from tests.engine import disks

PROJECT = Path(__file__).resolve().parents[2]
FIRST = "CREATE TABLE pairs (side TEXT NOT NULL, number INTEGER NOT NULL) STRICT;"
SECOND = "ALTER TABLE pairs ADD COLUMN note TEXT"
OLD = Schema(77, (FIRST,))
SCHEMA = Schema(77, (FIRST, SECOND))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "a.db"


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    path.parent.mkdir()
    async with await Database.open(path, SCHEMA) as database:
        yield database


async def put(database: Database, number: int) -> None:
    async with database.transaction() as transaction:
        await transaction.write("INSERT INTO pairs VALUES ('left', ?, NULL)", number)
        await transaction.write("INSERT INTO pairs VALUES ('right', ?, NULL)", number)


async def numbers(database: Database) -> list[int]:
    """The numbers of which both sides are there; of none there is only one."""
    rows = await database.rows("SELECT number, count(*) AS sides FROM pairs GROUP BY number")
    assert all(row["sides"] == 2 for row in rows)
    return [row["number"] for row in rows]


async def filled(path: Path, count: int = 50) -> None:
    path.parent.mkdir(exist_ok=True)
    async with await Database.open(path, SCHEMA) as database:
        for number in range(count):
            await put(database, number)
        await database.write("UPDATE pairs SET note = ?", "x" * 1000)


def contents(folder: Path) -> dict[str, str]:
    """What is in every file but indexes of logs and empty logs, which are made for reading."""
    files = {each.name: each.read_bytes() for each in folder.iterdir() if each.is_file()}
    return {
        name: hashlib.sha256(data).hexdigest()
        for name, data in files.items()
        if data and not name.endswith("-shm")
    }


async def opened_and_closed(path: Path, schema: Schema = SCHEMA) -> None:
    async with await Database.open(path, schema):
        pass


async def refused(path: Path, schema: Schema = SCHEMA) -> Trouble:
    """Why it cannot be opened; nothing in its folder has changed."""
    before = contents(path.parent)
    with pytest.raises(DatabaseError) as caught:
        await opened_and_closed(path, schema)
    assert contents(path.parent) == before
    assert caught.value.path == path
    return caught.value.trouble


# Made and migrated


async def test_new_file_is_of_the_newest_version_and_private(path: Path) -> None:
    path.parent.mkdir()
    async with await Database.open(path, SCHEMA) as database:
        await put(database, 1)

        assert examine(path, SCHEMA) == 2
        for file in path.parent.iterdir():
            assert file.stat().st_mode & 0o077 == 0


async def test_what_was_committed_is_there_after_opening_again(path: Path) -> None:
    await filled(path, 5)
    async with await Database.open(path, SCHEMA) as database:
        assert await numbers(database) == [0, 1, 2, 3, 4]


async def test_older_file_is_migrated_and_keeps_its_rows(path: Path) -> None:
    path.parent.mkdir()
    async with await Database.open(path, OLD) as database:
        await database.write("INSERT INTO pairs VALUES ('left', 1)")
    async with await Database.open(path, SCHEMA) as database:
        rows = await database.rows("SELECT side, number, note FROM pairs")
        assert [tuple(row) for row in rows] == [("left", 1, None)]


async def test_migration_that_fails_leaves_the_version_before_it(path: Path) -> None:
    path.parent.mkdir()
    async with await Database.open(path, OLD) as database:
        await database.write("INSERT INTO pairs VALUES ('left', 1)")
    broken = Schema(77, (FIRST, "DELETE FROM pairs; INSERT INTO nowhere VALUES (1)"))

    with pytest.raises(sqlite3.OperationalError):
        await opened_and_closed(path, broken)

    assert examine(path, OLD) == 1
    async with await Database.open(path, OLD) as database:
        assert len(await database.rows("SELECT * FROM pairs")) == 1


async def test_migration_may_end_in_a_comment(path: Path) -> None:
    path.parent.mkdir()
    async with await Database.open(path, Schema(77, (f"{FIRST} -- done",))) as database:
        assert await database.rows("SELECT * FROM pairs") == []


async def test_file_that_a_crash_left_without_tables_is_begun_anew(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    assert path.stat().st_size > 0

    await filled(path, 1)

    assert examine(path, SCHEMA) == 2


async def test_migrations_are_those_of_the_package_by_name() -> None:
    schema = Schema.of("engine.progress.migrations", 1)
    folder = PROJECT / "engine" / "progress" / "migrations"

    assert schema.migrations == tuple(
        path.read_text() for path in sorted(folder.glob("*.sql"), key=lambda each: each.name)
    )


# All or nothing


async def test_block_that_raises_leaves_nothing(database: Database) -> None:
    async def half() -> None:
        async with database.transaction() as transaction:
            await transaction.write("INSERT INTO pairs VALUES ('left', 1, NULL)")
            raise KeyError

    with pytest.raises(KeyError):
        await half()

    await put(database, 2)
    assert await numbers(database) == [2]


@pytest.mark.parametrize("error", [OSError(28, "No space left"), FileNotFoundError(2, "gone")])
async def test_errors_of_the_callers_own_block_stay_as_they_are(
    database: Database, error: OSError
) -> None:
    with pytest.raises(OSError) as caught:  # noqa: PT011 - it is compared below
        async with database.transaction():
            raise error

    assert caught.value is error


async def test_broken_rules_and_mistaken_statements_are_our_mistakes(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        await database.write("INSERT INTO pairs VALUES (NULL, 1, NULL)")
    with pytest.raises(sqlite3.OperationalError):
        await database.write("INSERT INTO nowhere VALUES (1)")
    with pytest.raises(sqlite3.ProgrammingError):
        await database.write("INSERT INTO pairs VALUES (?, ?, ?)", 1)


async def test_transactions_of_many_tasks_do_not_mix(database: Database) -> None:
    await database.write("INSERT INTO pairs VALUES ('count', 0, NULL)")

    async def count() -> None:
        async with database.transaction() as transaction:
            ((number,),) = await transaction.rows("SELECT number FROM pairs")
            await transaction.write("UPDATE pairs SET number = ?", number + 1)

    await asyncio.gather(*(count() for _ in range(50)))

    ((number,),) = await database.rows("SELECT number FROM pairs")
    assert number == 50


async def test_cancelled_between_statements_leaves_nothing(database: Database) -> None:
    written = asyncio.Event()

    async def half() -> None:
        async with database.transaction() as transaction:
            await transaction.write("INSERT INTO pairs VALUES ('left', 1, NULL)")
            written.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(half())
    await written.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    await put(database, 2)
    assert await numbers(database) == [2]


async def test_cancelled_at_any_moment_is_all_or_nothing(database: Database) -> None:
    draw = random.Random(6)
    acknowledged = set()

    async def write(number: int) -> None:
        await put(database, number)
        acknowledged.add(number)

    for number in range(150):
        tasks = [asyncio.create_task(write(3 * number + each)) for each in range(3)]
        for _ in range(draw.randrange(12)):
            await asyncio.sleep(0)
        tasks[draw.randrange(3)].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    found = {*await numbers(database)}
    assert acknowledged <= found
    assert len(acknowledged) >= 300
    assert len(found - acknowledged) <= 150


async def test_cancelled_twice_is_sound(database: Database) -> None:
    """The second time while the first is being undone."""
    slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"

    async def half() -> None:
        async with database.transaction() as transaction:
            await transaction.write("INSERT INTO pairs VALUES ('left', 1, NULL)")
            await transaction.write(f"{slow} INSERT INTO pairs SELECT 'half', i, NULL FROM n")

    for steps in range(8):
        task = asyncio.create_task(half())
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await put(database, 10 + steps)

    assert await numbers(database) == [*range(10, 18)]


async def test_close_waits_for_what_was_begun(path: Path) -> None:
    path.parent.mkdir()
    database = await Database.open(path, SCHEMA)
    begun = [asyncio.create_task(put(database, number)) for number in range(20)]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*begun)

    async with await Database.open(path, SCHEMA) as again:
        assert await numbers(again) == [*range(20)]


async def test_log_is_emptied_once_nobody_copies(database: Database) -> None:
    await put(database, 1)
    await database.copying.acquire()
    emptying = asyncio.create_task(database.forget_old_pages())
    await put(database, 2)
    log = database.path.with_name("a.db-wal")

    assert log.stat().st_size > 0
    database.copying.release()
    await emptying
    assert log.stat().st_size == 0


def said_by(program: str, *arguments: str) -> str:
    """What a process of this program prints."""
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


WRITER = """
import asyncio, sys
from pathlib import Path
from tests.engine.test_database import SCHEMA, Database, put

async def main():
    async with await Database.open(Path(sys.argv[1]), SCHEMA) as database:
        number = int(sys.argv[2])
        while True:
            await put(database, number)
            sys.stdout.write(f"{number}\\n")
            sys.stdout.flush()
            number += 1

asyncio.run(main())
"""


def killed_writer(path: Path, start: int, after: int) -> int:
    """A process that writes until it is killed; the last number it says is on the disk."""
    command = [sys.executable, "-c", WRITER, str(path), str(start)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for _ in range(after):
            last = int(writer.stdout.readline())
        writer.kill()
        for line in writer.stdout:
            if line.endswith("\n"):
                last = int(line)
    return last


async def test_what_a_killed_process_had_acknowledged_is_there(path: Path) -> None:
    path.parent.mkdir()
    draw = random.Random(66)
    known = -1
    for _ in range(6):
        acknowledged = killed_writer(path, known + 1, after=1 + draw.randrange(60))

        assert path.with_name("a.db-wal").stat().st_size > 0  # nobody closed it
        async with await Database.open(path, SCHEMA) as database:
            found = await numbers(database)
            assert found == [*range(len(found))]
            assert acknowledged <= found[-1] <= acknowledged + 1
            known = found[-1]
            assert [tuple(row) for row in await database.rows("PRAGMA integrity_check")] == [
                ("ok",)
            ]


# Not to be used


@contextmanager
def other_program(path: Path, statements: str) -> Iterator[None]:
    """Another process that has run these statements and keeps what they locked."""
    program = f"""
import sqlite3, sys
connection = sqlite3.connect({str(path)!r}, isolation_level=None)
for statement in {statements!r}.split(";"):
    connection.execute(statement)
print("ready", flush=True)
sys.stdin.read()
"""
    command = [sys.executable, "-c", program]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield
        process.communicate()


LOCK_ALL = "PRAGMA locking_mode = EXCLUSIVE; UPDATE pairs SET note = 'theirs'"
LOCK_WRITING = "BEGIN IMMEDIATE"


async def test_file_held_by_another_program_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_S", 0.05)
    await filled(path)

    with other_program(path, LOCK_ALL):
        with pytest.raises(DatabaseError) as caught:
            await opened_and_closed(path)
        with pytest.raises(DatabaseError) as copying:
            snapshot(path, path.with_name("copy.db"))

    assert caught.value.trouble is copying.value.trouble is Trouble.LOCKED
    async with await Database.open(path, SCHEMA) as database:  # it has let go
        assert len(await numbers(database)) == 50


async def test_file_written_by_another_program_is_told_and_written_later(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_S", 0.05)
    await filled(path, 1)
    async with await Database.open(path, SCHEMA) as database:
        with other_program(path, LOCK_WRITING):
            with pytest.raises(DatabaseError) as caught:
                await put(database, 1)
            assert await numbers(database) == [0]
        await put(database, 2)

        assert caught.value.trouble is Trouble.LOCKED
        assert await numbers(database) == [0, 2]


AS_NOBODY = """
import asyncio, os, sys
from pathlib import Path
from engine.errors import DatabaseError
from tests.engine.test_database import opened_and_closed
path = Path(sys.argv[1])
asyncio.run(opened_and_closed(path.parent.parent / "first.db"))  # all is imported
if os.geteuid() == 0:  # whom no rights of a file stop
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    asyncio.run(opened_and_closed(path))
except DatabaseError as error:
    print(error.trouble)
"""


@pytest.mark.parametrize(
    ("folder_mode", "file_mode", "trouble"),
    [
        (0o777, 0o444, "read_only"),
        (0o555, 0o444, "read_only"),
        (0o555, None, "read_only"),  # no file yet
        (0o777, 0o000, "unreachable"),
        (0o000, 0o666, "read_only"),
    ],
)
async def test_user_without_the_rights_is_told(
    folder_mode: int, file_mode: int | None, trouble: str
) -> None:
    with TemporaryDirectory() as parent:  # others may enter it, unlike tmp_path
        Path(parent).chmod(0o755)
        path = Path(parent) / "kept" / "a.db"
        await filled(path)
        if file_mode is None:
            path.unlink()
        else:
            path.chmod(file_mode)
        path.parent.chmod(folder_mode)
        told = said_by(AS_NOBODY, str(path))
        path.parent.chmod(0o755)

    assert told == trouble


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A folder with little room; without the right to mount one, a file with few pages."""
    if disks.can_mount():
        with disks.small(folder, "512k") as disk:
            yield disk
    else:
        folder.mkdir()
        yield folder


async def test_full_disk_is_told_and_written_again_when_there_is_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small") as disk:
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(100_000))
        async with await Database.open(disk / "a.db", SCHEMA) as database:
            if not disks.can_mount():
                await database.rows("PRAGMA max_page_count = 40")
            acknowledged = await _until_full(database)
            assert await numbers(database) == acknowledged

            ballast.unlink()
            if not disks.can_mount():
                await database.rows("PRAGMA max_page_count = 1000")
            await put(database, 1000)
            assert await numbers(database) == [*acknowledged, 1000]
        async with await Database.open(disk / "a.db", SCHEMA) as database:
            assert await numbers(database) == [*acknowledged, 1000]


async def _until_full(database: Database) -> list[int]:
    acknowledged: list[int] = []

    async def write() -> None:
        for number in range(1000):
            async with database.transaction() as transaction:
                for side in ("left", "right"):
                    sql = "INSERT INTO pairs VALUES (?, ?, ?)"
                    await transaction.write(sql, side, number, "x" * 2000)
            acknowledged.append(number)

    with pytest.raises(DatabaseError) as caught:
        await write()
    assert caught.value.trouble is Trouble.FULL
    assert acknowledged
    return acknowledged


if disks.can_mount():

    @pytest.mark.parametrize("there", ["database", "empty file", "nothing"])
    async def test_read_only_disk_is_told(path: Path, there: str) -> None:
        await filled(path)
        if there != "database":
            path.unlink()
        if there == "empty file":
            path.touch()
        with disks.read_only(path.parent):
            assert await refused(path) is Trouble.READ_ONLY

    @pytest.mark.parametrize("size", ["4k", "12k", "40k"])
    async def test_disk_too_full_to_begin_is_told(tmp_path: Path, size: str) -> None:
        with disks.small(tmp_path / "small", size) as disk:
            with pytest.raises(DatabaseError) as caught:
                await opened_and_closed(disk / "a.db")

            assert caught.value.trouble is Trouble.FULL


def spoil(path: Path, fault: str) -> None:
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    match fault:
        case "header":
            data[:100] = b"\xa5" * 100
        case "first page":
            data[100:4096] = b"\xa5" * 3996
        case "middle":
            data[middle : middle + 4096] = b"\xa5" * 4096
        case "middle zeroed":
            data[middle : middle + 8192] = bytes(8192)
        case "cut at a page":
            del data[middle:]
        case "cut in a page":
            del data[middle + 100 :]
        case "text":
            data = bytearray("Фамилия;Имя;Группа\n".encode() * 1000)
        case "two bytes":
            data = bytearray(b"xy")
    path.write_bytes(data)


@pytest.mark.parametrize(
    "fault",
    [
        "header",
        "first page",
        "middle",
        "middle zeroed",
        "cut at a page",
        "cut in a page",
        "text",
        "two bytes",
    ],
)
async def test_damaged_file_is_told_and_left_as_it_is(path: Path, fault: str) -> None:
    await filled(path)
    spoil(path, fault)

    assert await refused(path) is Trouble.CORRUPT


async def test_damage_found_while_in_use_is_told(database: Database) -> None:
    for number in range(50):
        await put(database, number)
    await database.write("UPDATE pairs SET note = ?", "x" * 1000)
    await database.forget_old_pages()
    await database.write("PRAGMA shrink_memory")
    spoil(database.path, "middle")

    with pytest.raises(DatabaseError) as caught:
        await database.rows("SELECT * FROM pairs")

    assert caught.value.trouble is Trouble.CORRUPT


async def test_newer_file_is_told_and_left_as_it_is(path: Path) -> None:
    await filled(path)

    assert await refused(path, OLD) is Trouble.FUTURE


NEWER_IN_THE_LOG = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA user_version = 3")
os._exit(0)
"""


async def test_newer_version_only_in_the_log_is_noticed(path: Path) -> None:
    await filled(path)
    said_by(NEWER_IN_THE_LOG, str(path))

    assert await refused(path) is Trouble.FUTURE


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
@pytest.mark.parametrize("mark", [0, 78])
async def test_file_of_another_kind_is_told_and_left_as_it_is(
    path: Path, mode: str, mark: int
) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.execute(f"PRAGMA application_id = {mark}")
        connection.execute("CREATE TABLE theirs (x)")

    assert await refused(path) is Trouble.FOREIGN


async def test_where_there_is_no_folder_or_no_file_it_is_told(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    for path in (tmp_path / "nowhere" / "a.db", file / "a.db", tmp_path):
        with pytest.raises(DatabaseError) as caught:
            await opened_and_closed(path)
        assert caught.value.trouble is Trouble.UNREACHABLE


@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_says_what_to_do(trouble: Trouble) -> None:
    told = str(DatabaseError(trouble, Path("/srv/a.db"), "detail"))

    assert told.startswith("/srv/a.db: ")
    assert told.endswith(" (detail)")


# Copied


async def test_copy_is_one_file_with_all_that_was_committed(
    database: Database, tmp_path: Path
) -> None:
    await put(database, 1)

    snapshot(database.path, tmp_path / "copy.db")

    assert [path.name for path in tmp_path.glob("copy*")] == ["copy.db"]
    assert (tmp_path / "copy.db").stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert copy.execute("SELECT side, number FROM pairs").fetchall() == [
            ("left", 1),
            ("right", 1),
        ]
