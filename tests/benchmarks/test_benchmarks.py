"""Every benchmark runs and brings a table; what it measured is nobody's business here."""

from __future__ import annotations

import asyncio
import math
import subprocess
import sys
from collections.abc import Sequence

import pytest

from bot.config import PROJECT
from bot.local.transcript import Call
from tests.benchmarks import broadcast, cell, eval, grad, inbox, memory, root, shape, start
from tests.benchmarks.__main__ import BENCHMARKS
from tests.benchmarks.measure import Row, Table, machine
from tests.benchmarks.served import Arrivals


def check(tables: Sequence[Table], rounds: int) -> None:
    """Positive numbers in every row, and peers that were measured as often."""
    assert tables
    for table in tables:
        lines = str(table).splitlines()
        assert [line.split("  ")[1] for line in lines[2:]] == [row.name for row in table.rows]
        for row in table.rows:
            assert len(row.values) == rounds
            assert all(value > 0 and math.isfinite(value) for value in row.values)
        assert all(row.peer in table.rows for row in table.rows if row.peer)
        assert any(row.ratios() for row in table.rows)


@pytest.mark.slow
async def test_cell_is_measured_in_jail_and_in_interpreter() -> None:
    check(await cell.measure(rounds=1), rounds=1)


@pytest.mark.slow
async def test_broadcast_is_measured_at_pace_and_in_burst() -> None:
    tables = await broadcast.measure(rounds=2, paced=4, per_s=20, burst=4, users=2)
    check(tables, rounds=2)


@pytest.mark.slow
async def test_eval_is_measured_at_pace_and_in_burst() -> None:
    tables = await eval.measure(rounds=2, paced=4, per_s=20, burst=4, users=2)
    check(tables, rounds=2)


@pytest.mark.slow
async def test_grad_and_graph_are_measured_cold_and_warm_beside_eval() -> None:
    cold, warm = await grad.measure(rounds=2, updates=4, per_s=10, users=2, starts=2)
    check([cold, warm], rounds=2)


@pytest.mark.slow
async def test_inbox_is_measured_by_itself_and_by_what_a_bot_without_it_saves() -> None:
    tables = await inbox.measure(rounds=2, paced=4, per_s=20, burst=4, users=2)
    check(tables, rounds=2)


@pytest.mark.slow
async def test_memory_is_measured_of_bot_zygote_and_session() -> None:
    check(await memory.measure(rounds=1, evals=4, users=2), rounds=1)


async def test_root_is_measured_alone_and_in_batches_beside_scipy() -> None:
    tables = await root.measure(rounds=2, at_least_s=0.001, sizes=(10, 100))
    check(tables, rounds=2)
    assert len(tables) == 3


@pytest.mark.slow
async def test_shape_is_measured_beside_eval() -> None:
    check(await shape.measure(rounds=2, updates=4, per_s=20, users=2), rounds=2)


@pytest.mark.slow
async def test_start_is_measured_of_programs_and_bots() -> None:
    check(await start.measure(rounds=1, starts=1), rounds=1)


def test_ratio_is_taken_round_by_round() -> None:
    peer = Row("theirs", [1.0, 10.0, 100.0])
    row = Row("ours", [2.0, 20.0, 200.0], peer)

    assert row.ratios() == [2, 2, 2]
    assert row.cells() == ("ours", "20.0", "2.00–200", "3", "2.00 (2.00–2.00) of theirs")


def test_columns_stand_below_each_other() -> None:
    peer = Row("a longer name", [1.0])
    lines = str(Table("title", "ms", [Row("x", [1234.5], peer), peer])).splitlines()

    assert lines == [
        "title; ms",
        "                 median      min–max  n  of its peer",
        "  x               1,234  1,234–1,234  1  1,234 (1,234–1,234) of a longer name",
        "  a longer name    1.00    1.00–1.00  1",
    ]


def test_machine_is_told() -> None:
    assert "torch 2." in machine()
    assert "cores" in machine()


async def test_arrival_is_told_to_who_awaits_it() -> None:
    arrivals = Arrivals()
    awaiting = asyncio.create_task(arrivals.first(7, "2)"))
    await asyncio.sleep(0)
    other, mine = (Call("sendMessage", chat, 1, None, text="tensor(2)") for chat in (8, 7))
    arrivals.append(other)
    arrivals.append(mine)

    assert (await awaiting)[1] is mine
    assert arrivals == [other, mine]


def test_unknown_name_is_refused() -> None:
    command = [sys.executable, "-m", "tests.benchmarks", "speed"]
    refused = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)

    assert refused.returncode == 2
    assert "no such benchmark: speed" in refused.stderr
    assert list(BENCHMARKS) == [
        *("broadcast", "cell", "eval", "grad", "inbox", "memory", "root", "shape", "start")
    ]
