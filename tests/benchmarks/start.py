"""How soon the tutor is there: its help, its imports, its first answers."""

from __future__ import annotations

import asyncio
import sys
import sysconfig
from pathlib import Path
from time import perf_counter

from tests.benchmarks.measure import Row, Table
from tests.benchmarks.served import TUTOR, serving

PLAIN = ("-m", "tests.benchmarks.plain")
HELP = (str(Path(sysconfig.get_path("scripts"), "tutor")), "--help")
PROGRAMS = {
    "python -c pass": (sys.executable, "-c", "pass"),
    "tutor --help": HELP,
    "import telegram.ext": (sys.executable, "-c", "import telegram.ext"),
    "import bot.app": (sys.executable, "-c", "import bot.app"),
}
TORCH = (sys.executable, "-c", "import torch")


async def measure(rounds: int = 10, starts: int = 3) -> list[Table]:
    """Whole processes in turns, then bots in turns; everything is in the file cache."""
    return [
        Table("start: a process from its start to its end", "s", await _programs(rounds)),
        Table("start: from a bot's start to its first answer", "s", await _bots(starts)),
    ]


async def _programs(rounds: int) -> list[Row]:
    took: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for program in PROGRAMS.values():
        await _whole(program)
    for _ in range(rounds):
        for name, program in PROGRAMS.items():
            took[name].append(await _whole(program))
    nothing = Row("python -c pass", took["python -c pass"])
    library = Row("import telegram.ext", took["import telegram.ext"])
    return [
        Row("tutor --help", took["tutor --help"], nothing),
        nothing,
        Row("import bot.app", took["import bot.app"], library),
        library,
    ]


async def _whole(program: tuple[str, ...]) -> float:
    started = perf_counter()
    process = await asyncio.create_subprocess_exec(*program, stdout=asyncio.subprocess.DEVNULL)
    assert await process.wait() == 0
    return perf_counter() - started


async def _bots(starts: int) -> list[Row]:
    plains, greetings, torches, evals = [], [], [], []
    for _ in range(starts):
        plains += await _answers(PLAIN, {"hello": "plain"})
        torches.append(await _whole(TORCH))
        asked = {"/start": "", "/eval torch.tensor(1000)": "tensor(1000)"}
        greeting, value = await _answers(TUTOR, asked)
        greetings.append(greeting)
        evals.append(value)
    plain = Row("smallest python-telegram-bot", plains)
    torch = Row("import torch", torches)
    return [
        Row("tutor, /start", greetings, plain),
        plain,
        Row("tutor, /eval", evals, torch),
        torch,
    ]


async def _answers(command: tuple[str, ...], asked: dict[str, str]) -> list[float]:
    """Seconds from a bot's start to its answer to each message; each is another person's."""
    async with serving(command) as served:
        answers = [served.answered_at(text, text, answer) for text, answer in asked.items()]
        return [arrived - served.started_at for arrived, _ in await asyncio.gather(*answers)]
