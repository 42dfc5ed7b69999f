"""One SQLite file: opened with care, brought to the newest schema, asked one thing at a time."""

from __future__ import annotations

import asyncio
import errno
import os
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import aiosqlite

from engine.errors import DatabaseError, Trouble
from engine.troubles import translated

BUSY_S: Final = 1.0  # nobody else writes; a stop that waits so long for each has ten seconds
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

    def __init__(self, path: Path, connection: aiosqlite.Connection) -> None:
        self._path = path
        self._connection = connection

    async def write(self, sql: str, *values: Value) -> int:
        """Run a statement; how many rows it changed."""
        with translated(self._path):
            cursor = await self._connection.execute(sql, values)
            return cursor.rowcount

    async def rows(self, sql: str, *values: Value) -> Sequence[Row]:
        """Run a statement; the rows it returns."""
        with translated(self._path):
            return list(await self._connection.execute_fetchall(sql, values))


class Database:
    """An open database file; every method raises `DatabaseError` when the file or disk refuses.

    What a method has written is on the disk when it returns (write-ahead log, synchronous FULL;
    https://sqlite.org/pragma.html#pragma_synchronous).
    """

    def __init__(self, path: Path, schema: Schema, connection: aiosqlite.Connection) -> None:
        self.path = path
        self.schema = schema
        self._connection = connection
        self._statements = Transaction(path, connection)
        # A statement of one task would else be part of another task's transaction.
        self._alone = asyncio.Lock()
        # Held by who reads the file beside us for long: the log cannot be emptied meanwhile.
        self.copying = asyncio.Lock()

    @classmethod
    async def open(cls, path: Path, schema: Schema) -> Self:
        """Open or make the file, migrated to `schema`; one that is not ours is left as it is."""
        with translated(path):
            await asyncio.to_thread(examine, path, schema)
            _make(path)
            connection = await aiosqlite.connect(path, timeout=BUSY_S, isolation_level=None)
        try:
            with translated(path):
                await _prepare(connection, schema)
        except BaseException:
            await connection.close()
            raise
        return cls(path, schema, connection)

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
            return await self._statements.write(sql, *values)

    async def rows(self, sql: str, *values: Value) -> Sequence[Row]:
        """Run one statement, committed if it writes; the rows it returns."""
        async with self._alone:
            return await self._statements.rows(sql, *values)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Several statements, all or none of them committed at the end of the block.

        One who is cancelled during the commit cannot know which.
        """
        async with self._alone:
            try:
                await self._statements.write("BEGIN IMMEDIATE")
                yield self._statements
                await self._statements.write("COMMIT")
            except BaseException:
                with translated(self.path):
                    await self._connection.rollback()  # no matter whether one is still open
                raise

    async def forget_old_pages(self) -> None:
        """Empty the write-ahead log, which still holds pages of what was deleted.

        While another program reads the file it cannot be emptied; the next time it is.
        """
        async with self.copying:
            await self.rows("PRAGMA wal_checkpoint(TRUNCATE)")


def examine(path: Path, schema: Schema) -> int:
    """The version of the file (0: nothing in it yet); raises `DatabaseError` for one not ours.

    The file is opened for reading only: nothing of it changes, whatever it is.
    """
    with translated(path):
        if not path.exists() or not path.stat().st_size:
            return 0
        with closing(_read_only(path)) as connection:
            version, kind, tables = (_number(connection, sql) for sql in _MARKS)
            if not kind and not tables:
                return 0  # we were stopped before the first migration
            if kind != schema.application_id:
                raise DatabaseError(Trouble.FOREIGN, path, f"application_id {kind}")
            if version > schema.version:
                known = f"version {version}, known {schema.version}"
                raise DatabaseError(Trouble.FUTURE, path, known)
            (damage,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if damage != "ok":
                raise DatabaseError(Trouble.CORRUPT, path, damage)
    return version


def snapshot(source: Path, target: Path) -> None:
    """Write the database as it is at one moment to one new file, safe on the disk on return.

    Another connection or program may write to it meanwhile. Raises `DatabaseError`.
    """

    def copied(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):  # it would try for ever
            raise DatabaseError(Trouble.LOCKED, source, "copying")

    with translated(target):
        _make(target)
        with closing(_read_only(source)) as here, closing(sqlite3.connect(target)) as there:
            here.backup(there, progress=copied)
            there.execute("PRAGMA journal_mode = DELETE")  # with no log that could be lost


_MARKS: Final = (
    "PRAGMA user_version",
    "PRAGMA application_id",
    "SELECT count(*) FROM sqlite_master",
)


def _number(connection: sqlite3.Connection, sql: str) -> int:
    (number,) = connection.execute(sql).fetchone()
    return int(number)


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_S)


def _make(path: Path) -> None:
    """An empty file for nobody else on this host, if there is none; the log beside it follows.

    One that cannot be written is noticed here: SQLite would only read it. It is not opened to
    find out, as closing it again would end every lock this process has on it.
    """
    if not path.exists():
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
    elif not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


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
        await connection.executescript(f"BEGIN IMMEDIATE;\n{sql}\n;{marks}\nCOMMIT;")
    except BaseException:
        await connection.rollback()
        raise
