"""One SQLite file: opened with care, brought to the newest schema, asked one thing at a time."""

from __future__ import annotations

import asyncio
import errno
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import aiosqlite

from engine.errors import DatabaseError, Trouble

BUSY_S: Final = 5.0
_LEAST_ROOM: Final = 1 << 20  # bytes; with less, a failed write was a full disk
_TROUBLES: Final = {
    sqlite3.SQLITE_BUSY: Trouble.LOCKED,
    sqlite3.SQLITE_LOCKED: Trouble.LOCKED,
    sqlite3.SQLITE_READONLY: Trouble.READ_ONLY,
    sqlite3.SQLITE_PERM: Trouble.READ_ONLY,
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_CORRUPT: Trouble.CORRUPT,
    sqlite3.SQLITE_NOTADB: Trouble.CORRUPT,
}
# WAL with FULL: what is committed survives a power cut. What is deleted is overwritten.
_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
)

Row = sqlite3.Row
Value = str | int | float | bytes | None


@dataclass(frozen=True, slots=True)
class Schema:
    """Numbered migrations, each run once; `application_id` marks a file as of this kind."""

    application_id: int
    migrations: tuple[str, ...]

    @classmethod
    def of(cls, package: str, application_id: int) -> Self:
        """The `.sql` files of a package, in the order of their names.

        >>> Schema.of("engine.progress.migrations", 1).application_id
        1
        """
        found = [path for path in files(package).iterdir() if path.name.endswith(".sql")]
        ordered = sorted(found, key=lambda path: path.name)
        return cls(application_id, tuple(path.read_text("utf-8") for path in ordered))

    @property
    def version(self) -> int:
        """What `user_version` is once all migrations ran."""
        return len(self.migrations)


class Transaction:
    """Statements on the open connection; `Database` decides when they are committed."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def write(self, sql: str, *values: Value) -> int:
        """Run a statement; how many rows it changed."""
        cursor = await self._connection.execute(sql, values)
        return cursor.rowcount

    async def rows(self, sql: str, *values: Value) -> Sequence[Row]:
        """Run a statement; the rows it returns."""
        return list(await self._connection.execute_fetchall(sql, values))


class Database:
    """An open database file; every method raises `DatabaseError` when the file or disk refuses.

    What a method has written is on the disk when it returns (write-ahead log, synchronous FULL;
    https://sqlite.org/pragma.html#pragma_synchronous).
    """

    def __init__(self, path: Path, connection: aiosqlite.Connection) -> None:
        self.path = path
        self._connection = connection
        # A statement of one task would else be part of another task's transaction.
        self._alone = asyncio.Lock()

    @classmethod
    async def open(cls, path: Path, schema: Schema) -> Self:
        """Open or make the file, migrated to `schema`; one that is not ours is left as it is."""
        with _translated(path):
            await asyncio.to_thread(examine, path, schema)
            path.touch(mode=0o600)  # for nobody else on this host; the log beside it follows
            connection = await aiosqlite.connect(path, timeout=BUSY_S, isolation_level=None)
        try:
            with _translated(path):
                await _prepare(connection, schema)
        except BaseException:
            await connection.close()
            raise
        return cls(path, connection)

    async def close(self) -> None:
        """Close the file; what was begun is finished first."""
        async with self._alone:
            await self._connection.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def write(self, sql: str, *values: Value) -> int:
        """Run one statement and commit it; how many rows it changed."""
        async with self._alone:
            with _translated(self.path):
                return await Transaction(self._connection).write(sql, *values)

    async def rows(self, sql: str, *values: Value) -> Sequence[Row]:
        """Run one statement, committed if it writes; the rows it returns."""
        async with self._alone:
            with _translated(self.path):
                return await Transaction(self._connection).rows(sql, *values)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Several statements, all or none of them committed at the end of the block."""
        async with self._alone:
            with _translated(self.path):
                try:
                    await self._connection.execute("BEGIN IMMEDIATE")
                    yield Transaction(self._connection)
                    await self._connection.execute("COMMIT")
                except BaseException:
                    await self._connection.rollback()  # no matter whether one is still open
                    raise

    async def forget_old_pages(self) -> None:
        """Empty the write-ahead log, which still holds pages of what was deleted."""
        await self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    async def copy_to(self, target: Path) -> None:
        """Write a consistent copy to `target` while others read and write."""
        async with self._alone:
            with _translated(target):
                async with aiosqlite.connect(target) as copy:
                    await self._connection.backup(copy)


def examine(path: Path, schema: Schema) -> int:
    """The version of the file (0: there is none); raises `DatabaseError` for one not ours.

    The file is opened for reading only: nothing of it changes, whatever it is.
    """
    if not path.exists() or not path.stat().st_size:
        return 0
    with _translated(path), closing(_read_only(path)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (kind,) = connection.execute("PRAGMA application_id").fetchone()
        if kind != schema.application_id:
            raise DatabaseError(Trouble.FOREIGN, path, f"application_id {kind}")
        if version > schema.version:
            raise DatabaseError(Trouble.FUTURE, path, f"version {version}, known {schema.version}")
        (damage,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if damage != "ok":
            raise DatabaseError(Trouble.CORRUPT, path, damage)
    return int(version)


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_S)


async def _prepare(connection: aiosqlite.Connection, schema: Schema) -> None:
    connection.row_factory = sqlite3.Row
    for pragma in _PRAGMAS:
        await connection.execute_fetchall(pragma)
    ((version,),) = await connection.execute_fetchall("PRAGMA user_version")
    for number, migration in enumerate(schema.migrations[version:], version + 1):
        await _migrate(connection, migration, number, schema.application_id)


async def _migrate(connection: aiosqlite.Connection, sql: str, number: int, kind: int) -> None:
    """One migration and the mark that it ran, together or not at all."""
    marks = f"PRAGMA user_version = {number}; PRAGMA application_id = {kind};"
    try:
        await connection.executescript(f"BEGIN IMMEDIATE;\n{sql}\n{marks}\nCOMMIT;")
    except BaseException:
        await connection.rollback()
        raise


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """What SQLite says of a file, said so that an operator knows what to do."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise  # a rule of ours is broken: our bug
    except sqlite3.Error as error:
        trouble = _trouble(error, path)
        if trouble is None:
            raise
        raise DatabaseError(trouble, path, str(error)) from error
    except OSError as error:
        trouble = Trouble.FULL if error.errno == errno.ENOSPC else Trouble.UNREACHABLE
        raise DatabaseError(trouble, path, str(error.strerror)) from error


def _trouble(error: sqlite3.Error, path: Path) -> Trouble | None:
    code: Any = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None  # a mistake in how SQLite is called
    primary = code & 0xFF
    if primary in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        full = path.parent.is_dir() and shutil.disk_usage(path.parent).free < _LEAST_ROOM
        return Trouble.FULL if full else Trouble.UNREACHABLE
    return _TROUBLES.get(primary)
