"""Small and read-only file systems to try a database on, where this user may mount one."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory


@cache
def can_mount() -> bool:
    """Whether a file system can be mounted here: as root, and not in every container."""
    with TemporaryDirectory() as folder:
        mounted = _run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder)
        if mounted:
            _run("umount", folder)
    return mounted


@contextmanager
def small(folder: Path, size: str) -> Iterator[Path]:
    """A file system in memory with room for no more than `size`, such as 256k."""
    folder.mkdir()
    assert _run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    try:
        yield folder
    finally:
        _run("umount", "--lazy", str(folder))


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """The folder as if it were on a disk that is mounted for reading only."""
    assert _run("mount", "--bind", str(folder), str(folder))
    try:
        assert _run("mount", "-o", "remount,bind,ro", str(folder))
        yield
    finally:
        _run("umount", "--lazy", str(folder))


def _run(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:  # no such program here
        return False
