"""`tutor doctor`: what holds on this host, what does not, and how to mend it."""

from __future__ import annotations

import asyncio
import errno
import getpass
import importlib.util
import os
import platform
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot import config
from bot.doctor_databases import databases
from bot.doctor_words import WORDS
from bot.finding import Finding
from engine.errors import CannotConfine
from engine.jail.landlock import landlock_abi
from engine.jail.limits import FIXED_BYTES, PoolSettings
from engine.jail.pool import Pool
from engine.records import Job, Outcome

PYTHON = (3, 11)
TORCH = "2.13"
LINUX = (5, 13)  # the first with Landlock
MB, GB = 1e6, 1e9
LEAST_MEMORY = 2 * FIXED_BYTES
LEAST_DISK = 1 * GB
READY_S = 120.0  # importing torch from a slow disk takes long, but not that long
PAUSE_S = 20.0  # between two cells of a student in class: reading, thinking, typing

# Half of a seminar in one cell: a graph, a backward, a picture.
CELL = """\
import torch
import matplotlib.pyplot as plt
x = torch.linspace(-3, 3, 200, requires_grad=True)
(x**2 + torch.sin(x)).sum().backward()
plt.plot(x.detach(), x.grad)
plt.show()
"""


def examine(language: str) -> int:
    """Print every finding; returns 0 when all that is needed holds, else 1."""
    healthy = True
    for finding in findings():
        print(told(finding, WORDS[language]), flush=True)
        healthy &= finding.holds or not finding.needed
    return 0 if healthy else 1


def findings() -> Iterator[Finding]:
    """Every finding, the quick ones first."""
    settings, found = _configuration()
    yield found
    yield _python()
    yield _torch()
    yield _kernel()
    yield _landlock()
    yield _seccomp()
    yield _clock(ZoneInfo(settings.course.time_zone))
    yield _token(settings)
    yield _storage(settings.storage.path)
    yield from databases(settings, datetime.now(UTC))
    yield memory(settings.jail.memory_total, _free_memory())
    yield gpu(_cards(), torch_build(), used=settings.gpu.use)
    yield from asyncio.run(_jail(settings))


def told(finding: Finding, words: dict[str, str]) -> str:
    """The finding as lines of text: a mark, what was found, and how to mend it."""
    mark = "✓" if finding.holds else "✗" if finding.needed else "–"
    lines = [f"{mark} {words[finding.says].format(**finding.values)}"]
    if finding.repair is not None:
        lines.append(f"  → {words[finding.repair].format(**finding.values)}")
    return "\n".join(lines)


def _configuration() -> tuple[config.Settings, Finding]:
    path = config.config_path()
    try:
        return config.load(), Finding("config.holds", {"path": path})
    except config.ConfigError as error:
        values = {"path": path, "why": error}
        return config.Settings.model_construct(), Finding("config.fails", values, "config.do")


def _python() -> Finding:
    values = {"version": platform.python_version(), "wanted": ".".join(map(str, PYTHON))}
    if sys.version_info >= PYTHON:
        return Finding("python.holds", values)
    return Finding("python.fails", values, "python.do")


def _torch() -> Finding:
    try:
        version = metadata.version("torch")
    except metadata.PackageNotFoundError:
        version = "–"
    values = {"version": version, "wanted": TORCH, "build": torch_build()}
    if _numbers(version) >= _numbers(TORCH):
        return Finding("torch.holds", values)
    return Finding("torch.fails", values, "torch.do")


def torch_build() -> str:
    """What torch was built for, read from its files: importing it takes a second."""
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return "–"
    source = Path(spec.origin).with_name("version.py").read_text()
    match = re.search(r"^(cuda|hip|xpu)\b.*= '(.+)'", source, re.MULTILINE)
    return f"{match[1].upper()} {match[2]}" if match else "CPU"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])


def _kernel() -> Finding:
    release = platform.release()
    values = {"system": platform.system(), "release": release, "machine": platform.machine()}
    if platform.system() == "Linux" and _numbers(release) >= LINUX:
        return Finding("kernel.holds", values)
    return Finding("kernel.fails", values, "kernel.do")


def _landlock() -> Finding:
    abi = landlock_abi()
    if abi >= 1:
        return Finding("landlock.holds", {"abi": abi})
    modules = _read("/sys/kernel/security/lsm") or "lockdown,yama,integrity,apparmor,bpf"
    return Finding("landlock.fails", {"modules": modules}, "landlock.do")


def _seccomp() -> Finding:
    try:
        import pyseccomp  # noqa: F401
    except (ImportError, RuntimeError, OSError):
        return Finding("seccomp.fails", repair="seccomp.do")
    return Finding("seccomp.holds")


def _clock(zone: ZoneInfo) -> Finding:
    newest = max(path.stat().st_mtime for path in config.PROJECT.glob("*.toml"))
    values = {"now": datetime.now(zone).strftime("%Y-%m-%d %H:%M"), "zone": zone.key}
    if time.time() >= newest:
        return Finding("clock.holds", values)
    return Finding("clock.fails", values, "clock.do")


def _token(settings: config.Settings) -> Finding:
    if settings.telegram.token is not None:
        return Finding("token.holds")
    return Finding("token.fails", repair="token.do", needed=False)


def _storage(path: Path) -> Finding:
    values: dict[str, Any] = {"path": path, "user": getpass.getuser(), "least_gb": LEAST_DISK / GB}
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path) as file:
            file.write(b"x")
    except OSError as error:
        repair = "disk.do" if error.errno == errno.ENOSPC else "storage.do"
        return Finding("storage.fails", values | {"why": error.strerror}, repair)
    free = shutil.disk_usage(path).free
    values["free_gb"] = free / GB
    if free < LEAST_DISK:
        return Finding("disk.fails", values, "disk.do")
    return Finding("storage.holds", values)


def memory(budget: int, free: int) -> Finding:
    """Whether the host has the bytes that the jail may take; too little still starts."""
    values = {"free_gb": free / GB, "budget_gb": budget / GB, "least_gb": LEAST_MEMORY / GB}
    if budget <= free:
        return Finding("memory.holds", values)
    return Finding("memory.fails", values, "memory.do", needed=free < LEAST_MEMORY)


def _free_memory() -> int:
    available = re.search(r"^MemAvailable:\s+(\d+)", _read("/proc/meminfo"), re.MULTILINE)
    host = int(available[1]) * 1024 if available else 0
    limit = _read("/sys/fs/cgroup/memory.max")  # of the container, if we are in one
    used = _read("/sys/fs/cgroup/memory.current")
    return min(host, int(limit) - int(used)) if limit.isdigit() else host


def gpu(cards: list[str], build: str, *, used: bool) -> Finding:
    """Whether /root uses the cards of this host; it does without, too."""
    values = {"names": ", ".join(cards), "build": build}
    if not cards:
        return Finding("gpu.none")
    if not used:
        return Finding("gpu.off", values)
    if not build.startswith("CUDA"):
        return Finding("gpu.fails", values, "gpu.do", needed=False)
    return Finding("gpu.holds", values)


def _cards() -> list[str]:
    folders = Path("/proc/driver/nvidia/gpus")
    cards = sorted(folders.glob("*/information"))
    names = [re.search(r"Model:\s*(.+)", _read(card)) for card in cards]
    return [name[1] for name in names if name]


async def _jail(settings: config.Settings) -> list[Finding]:
    started = time.monotonic()
    async with Pool(settings.jail, private=config.private(settings)) as pool:
        try:
            async with asyncio.timeout(READY_S):
                await pool.wait_ready()
        except CannotConfine as error:
            return [Finding("jail.fails", {"why": error}, "jail.do")]
        except TimeoutError:
            return [Finding("jail.slow", {"ready_s": READY_S}, "cell.do")]
        ready = Finding("jail.holds", {"warm_s": time.monotonic() - started})
        result = await pool.run(Job("cell.evaluate", {"source": CELL}, owner="doctor"))
    if result.outcome is not Outcome.OK:
        return [ready, Finding("cell.fails", {"why": result.outcome}, "cell.do")]
    return [ready, capacity(settings.jail, result.peak_bytes, result.cpu_s)]


def capacity(settings: PoolSettings, session_bytes: int, cell_cpu_s: float) -> Finding:
    """For how many students at once the host is enough, from what one session took."""
    sessions = min(
        settings.sessions_max, int(settings.idle_sessions_bytes / max(session_bytes, MB))
    )
    cells_per_s = settings.workers / max(cell_cpu_s, 1e-3)
    values = {
        "students": min(sessions, int(cells_per_s * PAUSE_S)),
        "sessions": sessions,
        "session_mb": session_bytes / MB,
        "cells_per_s": cells_per_s,
        "pause_s": PAUSE_S,
    }
    return Finding("capacity", values)


def _read(path: str | os.PathLike[str]) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""
