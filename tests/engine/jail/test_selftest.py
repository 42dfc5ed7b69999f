"""No user code is run on a host where a layer of the jail is missing."""

import os
import signal
from pathlib import Path

import pytest

from engine.errors import CannotConfine
from engine.jail.limits import Layer
from engine.jail.pool import Pool
from engine.jail.selftest import check_jail, seen_from_outside
from engine.records import Job
from tests.engine.jail.conftest import NewPool

root = os.geteuid() == 0

# The layer taken away, and what the self-test says of it.
NOTICED = {
    Layer.SESSION: "it shares a session",
    Layer.DESCRIPTORS: "it has descriptors",
    Layer.ENVIRONMENT: "find an environment",
    Layer.DIRECTORY: "it stands in a folder",
    Layer.PRIORITY: "it is as important as the bot",
    Layer.RLIMITS: "it may write files",
    Layer.CAPABILITIES: "it holds capabilities",
    Layer.NO_NEW_PRIVS: "the break-outs ended with killed",  # Landlock cannot be entered then
    Layer.LANDLOCK: "read a planted reference",
    Layer.SECCOMP: "fork",
}


async def why_refused(pool: Pool) -> str:
    async with pool:
        with pytest.raises(CannotConfine) as error:
            await pool.wait_ready()
        assert not pool.ready
        for job in (
            Job("cell.evaluate", {"source": "1"}, "refused"),
            Job("talk.understand", {"text": "1", "mendable": False}, "refused"),
        ):
            with pytest.raises(CannotConfine):
                await pool.run(job)
        assert pool.refusal == str(error.value)
        return str(error.value)


async def test_a_whole_jail_is_admitted(new_pool: NewPool) -> None:
    async with new_pool() as pool:
        await pool.wait_ready()
        assert pool.refusal is None


@pytest.mark.parametrize("layer", Layer)
async def test_without_a_layer_nothing_is_run(new_pool: NewPool, layer: Layer) -> None:
    if layer is Layer.CAPABILITIES and not root:
        pytest.skip("an ordinary user has no capabilities to keep")
    assert NOTICED[layer] in await why_refused(new_pool(without=frozenset({layer})))


async def test_without_any_layer_nothing_is_run(new_pool: NewPool) -> None:
    assert "the self-test of the jail failed" in await why_refused(
        new_pool(without=frozenset(Layer))
    )


async def test_a_private_path_where_jails_may_read_is_refused(new_pool: NewPool) -> None:
    beneath = Path(os.__file__).parent / "json" / "course.db"
    why = await why_refused(new_pool(private=[beneath]))
    assert why == f"{beneath} lies where jails may read; move it elsewhere"


async def test_a_private_path_is_found_behind_a_link(new_pool: NewPool, tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(Path(os.__file__).parent / "json")
    assert "lies where jails may read" in await why_refused(new_pool(private=[tmp_path / "data"]))


async def test_a_planted_file_that_was_changed_is_noticed(pool: Pool, tmp_path: Path) -> None:
    planted = tmp_path / "reference.py"
    planted.write_text("answer = 42\n")
    jail = await pool._supervisor.jail(256 << 20)
    jail_kill = jail.kill

    async def change_and_kill() -> None:
        planted.write_text("")
        await jail_kill()

    jail.kill = change_and_kill  # type: ignore[method-assign]
    assert await check_jail(jail, planted, os.getpid()) == (
        "a file that it must not reach was changed"
    )


async def test_a_self_test_cut_short_says_nothing(pool: Pool, tmp_path: Path) -> None:
    planted = tmp_path / "reference.py"
    planted.write_text("")
    jail = await pool._supervisor.jail(256 << 20)
    os.kill(jail.pid, signal.SIGKILL)
    with pytest.raises(InterruptedError):
        await check_jail(jail, planted, os.getpid())


def test_the_bot_itself_would_not_pass() -> None:
    assert seen_from_outside(os.getpid()) is not None
