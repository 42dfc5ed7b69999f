"""`python -m tests.benchmarks [NAME ...]`: all benchmarks, or those that are named."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable

from tests.benchmarks import broadcast, cell, eval, grad, inbox, memory, root, shape, start
from tests.benchmarks.measure import Table, machine

BENCHMARKS: dict[str, Callable[[], Awaitable[list[Table]]]] = {
    "broadcast": broadcast.measure,
    "cell": cell.measure,
    "eval": eval.measure,
    "grad": grad.measure,
    "inbox": inbox.measure,
    "memory": memory.measure,
    "root": root.measure,
    "shape": shape.measure,
    "start": start.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    names = parser.parse_args().names or list(BENCHMARKS)
    if unknown := set(names) - set(BENCHMARKS):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    asyncio.run(_run(names))


async def _run(names: list[str]) -> None:
    print(machine())
    for name in names:
        for table in await BENCHMARKS[name]():
            print(f"\n{table}", flush=True)


if __name__ == "__main__":
    main()
