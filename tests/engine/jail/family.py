"""Processes below a process, and whether they have gone."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

PATIENCE_S = 20.0


def children(pid: int) -> set[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return {int(child) for child in text.split()}


def descendants(pid: int) -> set[int]:
    found, new = set[int](), children(pid)
    while new:
        found |= new
        new = {grandchild for child in new for grandchild in _children_if_alive(child)}
    return found


def _children_if_alive(pid: int) -> set[int]:
    try:
        return children(pid)
    except OSError:
        return set()


def alive(pid: int) -> bool:
    """Whether a process still does anything; one that is dead and unburied does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


async def wait_gone(pids: set[int]) -> None:
    end = time.monotonic() + PATIENCE_S
    while left := {pid for pid in pids if alive(pid)}:
        assert time.monotonic() < end, f"processes {left} are still there"
        await asyncio.sleep(0.02)


def zygotes_of(bot: int) -> set[int]:
    """Zygotes and jails name the bot they belong to in their command line."""
    marks = (b"engine.jail.zygote", str(bot).encode())
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if all(mark in words for mark in marks) and alive(int(folder.name)):
            found.add(int(folder.name))
    return found
