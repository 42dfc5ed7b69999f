"""What it costs that updates are on the disk until they are answered."""

from __future__ import annotations

import asyncio
import os
import tempfile
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from telegram import Update

from bot.folder import INBOX
from bot.inbox.queue import Inbox
from bot.local.people import BOT_ID
from handlers.reply import Posted
from tests.benchmarks.beside import APPLICATION
from tests.benchmarks.broadcast import BROADCAST
from tests.benchmarks.in_turns import Question, Turns
from tests.benchmarks.measure import Row, Table
from tests.benchmarks.served import serving
from tests.bot.inbox.updates import said

CONSTANT = Question("constant", lambda number: (f"/constant {number} broadcast", str(number)))
UNKEPT = (*APPLICATION, "unkept")
PAGE = bytes(4096)
COMMITS = 2  # an update is written when it arrives, and again with its answer


async def measure(
    rounds: int = 5, paced: int = 200, per_s: float = 60.0, burst: int = 300, users: int = 30
) -> list[Table]:
    """The inbox by itself, then two bots that differ by it, in turns, sessions warm."""
    tables = [Table("inbox: an update from its arrival to its end", "ms", await _itself(rounds))]
    handed_over = f"{rounds} × {paced} updates at {per_s:g}/s from {users} users"
    at_once = f"{burst} updates at once from {users} users"
    async with serving(APPLICATION) as kept, serving(UNKEPT) as unkept:
        for question in (CONSTANT, BROADCAST):
            both = [replace(question, name=name) for name in ("kept", "not kept")]
            turns = await Turns((kept, unkept), both, users).warmed()
            latency = await turns.paced(rounds, paced, per_s)
            throughput = await turns.bursts(rounds, burst)
            name = f"inbox: {question.name}"
            tables.append(Table(f"{name}, until the reply arrives, {handed_over}", "ms", latency))
            tables.append(Table(f"{name}, replies, {at_once}", "1/s", throughput))
    return tables


async def _itself(rounds: int, updates: int = 100) -> list[Row]:
    """Per update, beside as many writes of a page that reach the disk as it needs."""
    one_by_one, at_once, disk = list[float](), list[float](), list[float]()
    for _ in range(rounds):
        for took, together in ((one_by_one, False), (at_once, True)):
            with tempfile.TemporaryDirectory(prefix="tutor-benchmark-") as folder:
                took.append(1000 * await _kept(Path(folder), updates, together) / updates)
        disk.append(1000 * _written(COMMITS * updates) / updates)
    peer = Row(f"{COMMITS} pages to the disk", disk)
    return [Row("one by one", one_by_one, peer), Row("all at once", at_once, peer), peer]


async def _kept(folder: Path, updates: int, together: bool) -> float:
    handed_over = await said(*(f"/eval {number}" for number in range(updates)))
    async with await Inbox.open(folder / INBOX, BOT_ID) as inbox:
        line = nullcontext() if together else asyncio.Lock()
        started = perf_counter()
        await asyncio.gather(*(_answered(inbox, update, line) for update in handed_over))
        return perf_counter() - started


async def _answered(inbox: Inbox, update: Update, line: asyncio.Lock | nullcontext[None]) -> None:
    message = update.effective_message
    assert message is not None
    async with line:
        await inbox.put(update)
        async with inbox.handling(update):
            posted = Posted(f"{message.chat_id}:{message.message_id}", main=1, answered=True)
            await inbox.keep(posted, message.chat_id, update.update_id)


def _written(pages: int) -> float:
    with tempfile.TemporaryFile(prefix="tutor-benchmark-", buffering=0) as file:
        started = perf_counter()
        for _ in range(pages):
            file.write(PAGE)
            os.fdatasync(file.fileno())
        return perf_counter() - started
