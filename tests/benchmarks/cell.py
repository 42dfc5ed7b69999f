"""A cell in a jail, against an interpreter that imports torch for it."""

from __future__ import annotations

import asyncio
import sys
from time import perf_counter

from engine.jail.limits import PoolSettings
from engine.jail.pool import Pool
from engine.records import CellReport, Job, Outcome, SessionStart, from_data
from tests.benchmarks.measure import Row, Table

CELLS = {
    "torch.eye(2)": "torch.eye(2)",
    "autograd": "x = torch.tensor(3.0, requires_grad=True)\n(x**2 + x).backward()\nx.grad",
}
_FRESH = """\
import torch
*statements, value = {source!r}.splitlines()
exec("\\n".join(statements))
print(repr(eval(value)))
"""


async def measure(rounds: int = 8) -> list[Table]:
    """Each cell in a warm session, in a new one and in a fresh interpreter, in turns."""
    async with Pool(PoolSettings()) as pool:
        await pool.wait_ready()
        return [await _table(pool, name, source, rounds) for name, source in CELLS.items()]


async def _table(pool: Pool, name: str, source: str, rounds: int) -> Table:
    took_ms = []
    await pool.reset("warm")
    await _in_jail(pool, "warm", source, SessionStart.NEW)
    for _ in range(rounds):
        await pool.reset("new")
        turns = (
            await _in_jail(pool, "warm", source, SessionStart.KEPT),
            await _in_jail(pool, "new", source, SessionStart.NEW),
            await _in_interpreter(source),
        )
        assert len({answer for answer, _ in turns}) == 1
        took_ms.append([took for _, took in turns])
    warm, new, fresh = zip(*took_ms, strict=True)
    peer = Row("fresh interpreter", fresh)
    rows = (Row("warm session", warm, peer), Row("new session", new, peer), peer)
    return Table(f"cell: {name} in a jail, until its answer is in the bot", "ms", rows)


async def _in_jail(pool: Pool, owner: str, source: str, start: SessionStart) -> tuple[str, float]:
    started = perf_counter()
    result = await pool.run(Job("cell.evaluate", {"source": source}, owner))
    took_ms = (perf_counter() - started) * 1000
    assert (result.outcome, result.session) == (Outcome.OK, start)
    return from_data(CellReport, result.data).value or "", took_ms


async def _in_interpreter(source: str) -> tuple[str, float]:
    program = _FRESH.format(source=source)
    started = perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate()
    took_ms = (perf_counter() - started) * 1000
    assert process.returncode == 0
    return printed.decode().rstrip("\n"), took_ms
