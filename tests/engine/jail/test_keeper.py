"""The zygote is started with nothing of the bot's, and its death is noticed."""

import asyncio
import os
import signal
import threading
from pathlib import Path

import pytest

from engine.jail.keeper import Keeper, ZygoteDied
from engine.jail.pool import Pool
from engine.jail.zygote import assert_one_thread
from tests.attacks.attacker import Attacker
from tests.engine.jail.conftest import NewPool

EXPECTED = {"PATH", "LANG", "PYTHONPATH", "MPLBACKEND", "MPLCONFIGDIR", "CUDA_VISIBLE_DEVICES"}


def zygote_of(pool: Pool) -> int:
    assert pool.zygote_pid is not None
    return pool.zygote_pid


async def test_the_zygotes_environment_holds_nothing_of_the_bots(pool: Pool) -> None:
    text = Path(f"/proc/{zygote_of(pool)}/environ").read_text()
    names = {line.partition("=")[0] for line in text.split("\0") if line}
    assert names >= EXPECTED
    assert {n for n in names - EXPECTED if not n.endswith(("_NUM_THREADS", "_LIMIT"))} == {
        "PYTHONMALLOC",
        "GLIBC_TUNABLES",
    }


async def test_the_zygote_has_one_thread(pool: Pool) -> None:
    assert len(os.listdir(f"/proc/{zygote_of(pool)}/task")) == 1  # noqa: PTH208


async def test_the_zygote_holds_none_of_the_bots_descriptors(pool: Pool) -> None:
    """Its own are streams, the control socket, the rules, pidfds, and fonts."""
    ours = {os.readlink(path) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()}  # noqa: PTH115
    theirs = [path.readlink() for path in Path(f"/proc/{zygote_of(pool)}/fd").iterdir()]
    shared = {str(link) for link in theirs if str(link) in ours}
    assert not {link for link in shared if link.startswith("socket:")}


async def test_a_jail_holds_four_descriptors(pool: Pool) -> None:
    user = Attacker(pool, "descriptors")
    await user.cell("1")
    folder = Path(f"/proc/{user.pid()}/fd")
    assert sorted(path.name for path in folder.iterdir()) == ["0", "1", "2", "3"]
    assert str((folder / "0").readlink()) == "/dev/null"
    assert str((folder / "1").readlink()).startswith("pipe:")
    assert str((folder / "3").readlink()).startswith("socket:")


async def test_after_its_death_there_are_no_jails_to_be_had(new_pool: NewPool) -> None:
    async with new_pool() as pool:
        await pool.wait_ready()
        keeper = pool._supervisor._keeper
        assert isinstance(keeper, Keeper)
        jail = await keeper.jail(256 << 20)
        os.kill(keeper.pid, signal.SIGKILL)
        await keeper.dead.wait()
        await jail.gone.wait()
        assert jail.orphaned
        assert not jail.fit
        with pytest.raises(ZygoteDied):
            await keeper.jail(256 << 20)


async def test_a_jail_that_ends_at_once_is_known_to_have_ended(pool: Pool) -> None:
    for _ in range(5):
        asking = asyncio.create_task(pool._supervisor.jail(256 << 20))
        keeper = pool._supervisor._keeper
        assert keeper is not None
        known = set(keeper._jails)
        while not set(keeper._jails) - known:  # noqa: ASYNC110  at the first chance
            await asyncio.sleep(0)
        for pid in set(keeper._jails) - known:
            os.kill(pid, signal.SIGKILL)
        jail = await asking
        await asyncio.wait_for(jail.gone.wait(), 10)
        assert not jail.fit


async def test_a_request_that_is_cancelled_is_forgotten(pool: Pool) -> None:
    keeper = pool._supervisor._keeper
    assert keeper is not None
    asking = asyncio.create_task(keeper.jail(256 << 20))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await (await keeper.jail(256 << 20)).kill()
    assert not keeper._asked


def test_two_threads_forbid_a_fork() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        with pytest.raises(RuntimeError, match="must not fork"):
            assert_one_thread()
    finally:
        done.set()
        thread.join()
