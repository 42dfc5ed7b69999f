"""What all tests share: one warm pool of real jails, and what is said where there is no GPU."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.inbox.queue import Inbox
from bot.local.people import BOT_ID
from engine.jail.gpu import cuda_is_here
from engine.jail.limits import PoolSettings
from engine.jail.pool import Pool

NOT_RUN = pytest.StashKey[int]()


@pytest.fixture(scope="session")
async def pool() -> AsyncIterator[Pool]:
    async with Pool(PoolSettings()) as pool:
        await pool.wait_ready()
        yield pool


@pytest.fixture
async def inbox(tmp_path: Path) -> AsyncIterator[Inbox]:
    async with await Inbox.open(tmp_path / "inbox.db", BOT_ID) as inbox:
        yield inbox


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a GPU where there is none; a skip each would hide other skips."""
    if _torch_has_a_device():
        return
    without = [item for item in items if item.get_closest_marker("gpu") is not None]
    items[:] = [item for item in items if item.get_closest_marker("gpu") is None]
    config.stash[NOT_RUN] = len(without)
    if without:
        config.hook.pytest_deselected(items=without)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """One line that they did not run."""
    if count := config.stash.get(NOT_RUN, 0):
        terminalreporter.write_line(f"gpu: {count} tests did not run, no CUDA device here")


def _torch_has_a_device() -> bool:
    if not cuda_is_here():
        return False
    import torch  # takes a second: only where it may find something

    return torch.cuda.is_available()
