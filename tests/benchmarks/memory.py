"""What the bot, its zygote and a session take of memory, beside those who share nothing."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.measure import Row, Table
from tests.benchmarks.served import Served, serving

STAGES = {
    "import torch": "import torch",
    "autograd": "x = torch.ones(100, 100, requires_grad=True)\n(x @ x).relu().sum().backward()",
    "a picture": "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3])",
}
# A session's pictures are drawn for it; an interpreter draws its own.
_DRAWN = "\nimport io\nplt.savefig(io.BytesIO())"
_PAUSE = "\nprint(flush=True)\ninput()\n"


@dataclass(frozen=True, slots=True)
class _Memory:
    resident_mb: float
    private_mb: float


async def measure(rounds: int = 3, evals: int = 200, users: int = 10) -> list[Table]:
    """A bot that has answered so many /eval and a session of it, in turns with their peers."""
    bots, zygotes, libraries, sessions = [], [], [], []
    interpreters: list[list[_Memory]] = []
    for _ in range(rounds):
        async with serving() as served:
            await _answer(served, evals, users)
            pid = await _pid(served)
            bots.append(_memory(served.pid).resident_mb)
            zygotes.append(_memory(_parent(pid)).resident_mb)
            sessions.append(await _session(served, pid))
        (alone,) = await _interpreter(["import telegram.ext"])
        libraries.append(alone.resident_mb)
        interpreters.append(await _interpreter([*STAGES.values()]))
    library = Row("import telegram.ext", libraries)
    torch = Row("import torch", [steps[0].resident_mb for steps in interpreters])
    resident = (Row("bot", bots, library), library, Row("zygote", zygotes, torch), torch)
    private = _stages(sessions, interpreters)
    return [
        Table(f"memory: resident (VmRSS), the bot after {evals} /eval", "MB", resident),
        Table("memory: private, a session of the bot and an interpreter", "MB", private),
    ]


def _stages(sessions: Sequence[list[_Memory]], interpreters: Sequence[list[_Memory]]) -> list[Row]:
    def after(stage: int, each: Sequence[list[_Memory]]) -> list[float]:
        return [steps[stage].private_mb for steps in each]

    rows = []
    for stage, name in enumerate(STAGES):
        peer = Row(f"interpreter after {name}", after(stage, interpreters))
        rows += [Row(f"session after {name}", after(stage, sessions), peer), peer]
    return rows


async def _answer(served: Served, evals: int, users: int) -> None:
    async def ask(user: int) -> None:
        for number in range(user, evals, users):
            text = f"tensor({1000 + number})"
            await served.answered_at(f"user{user}", f"/eval torch.{text}", text)

    await asyncio.gather(*(ask(user) for user in range(users)))


async def _pid(served: Served) -> int:
    _, call = await served.answered_at("student", "/eval import os\nos.getpid()")
    found = re.search(r"\d+", call.text or "")
    assert found is not None
    return int(found[0])


async def _session(served: Served, pid: int) -> list[_Memory]:
    steps = []
    for source in STAGES.values():
        await served.answered_at("student", f"/eval {source}\nos.getpid()", str(pid))
        steps.append(_memory(pid))
    return steps


async def _interpreter(sources: Sequence[str]) -> list[_Memory]:
    """What an interpreter takes each time that it has run one more of the sources."""
    program = "".join(source + (_DRAWN if "plt" in source else "") + _PAUSE for source in sources)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdin=pipe, stdout=pipe
    )
    assert process.stdin is not None
    assert process.stdout is not None
    steps = []
    for _ in sources:
        assert await process.stdout.readline() == b"\n"
        steps.append(_memory(process.pid))
        process.stdin.write(b"\n")
    assert await process.wait() == 0
    return steps


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _memory(pid: int) -> _Memory:
    return _Memory(
        _mb(Path(f"/proc/{pid}/status"), "VmRSS:"),
        _mb(Path(f"/proc/{pid}/smaps_rollup"), "Private_"),
    )


def _mb(path: Path, field: str) -> float:
    lines = [line for line in path.read_text().splitlines() if line.startswith(field)]
    assert lines
    return sum(int(line.split()[1]) for line in lines) * 1024 / 1e6
