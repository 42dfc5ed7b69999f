"""Who sends hostile cells to the real jail, and what they can bring along."""

from __future__ import annotations

from dataclasses import dataclass, replace
from textwrap import dedent

from engine.jail.pool import Pool
from engine.records import Job, JobLimits, Outcome, Result

QUICK = JobLimits(cpu_s=0.5, wall_s=1.5)

# Python's own modules refuse politely; an attacker asks the kernel.
SYSCALL = """
import ctypes, errno, os
def syscall(number, *arguments):
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = ctypes.CDLL(None, use_errno=True).syscall(ctypes.c_long(number), *words)
    return result if result >= 0 else errno.errorcode[ctypes.get_errno()]
"""

# What the bot expects on descriptor 3, made by hand.
FORGE = """
import json, os, struct
def message(type, data, blobs=()):
    raw = json.dumps({"type": type, "data": data, "blobs": list(blobs)}).encode()
    return struct.pack("!I", len(raw)) + raw
report = {"value": "'forged'", "tensor": None, "failure": None, "notes": []}
event = {"kind": "progress", "data": {}}
answer = message("answer", {"answer": report, "raised": False, "memory": False})
"""


@dataclass(frozen=True, slots=True)
class Attacker:
    """Sends cells of one owner."""

    pool: Pool
    owner: str

    async def cell(self, source: str, **limits: float) -> Result:
        job = Job("cell.evaluate", {"source": dedent(source)}, self.owner)
        return await self.pool.run(replace(job, limits=replace(QUICK, **limits)))  # type: ignore[arg-type]

    async def value(self, source: str) -> object:
        """What the last line of a cell comes to, as it is shown."""
        return (await self.cell(source)).data["value"]

    async def error(self, source: str) -> str:
        """The exception a cell ends with."""
        result = await self.cell(source)
        assert result.outcome is Outcome.RAISED, result
        return str(result.data["failure"]["line"])

    def pid(self) -> int:
        """The process of its session."""
        session = self.pool._sessions._by_owner[self.owner]
        assert session.jail is not None
        return session.jail.pid
