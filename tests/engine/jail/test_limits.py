"""Settings are checked, and a small host shares what it has."""

import os
from pathlib import Path

import pytest

from engine.jail import limits
from engine.jail.limits import FIXED_BYTES, PoolSettings


@pytest.mark.parametrize("name", ["cpu_s", "memory_bytes", "queue_max", "session_idle_s"])
def test_a_limit_that_is_not_positive_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        PoolSettings(**{name: -1})


def test_not_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="wall_s"):
        PoolSettings(wall_s=float("nan"))


def test_unset_sizes_come_from_the_machine() -> None:
    settings = PoolSettings()
    assert settings.workers == len(os.sched_getaffinity(0))
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert 0 < settings.memory_total <= machine // 2


def test_a_container_counts_what_it_may_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "memory.max"
    monkeypatch.setattr(limits, "CONTAINER_LIMIT", file)
    unlimited = PoolSettings().memory_total
    file.write_text("max\n")
    assert PoolSettings().memory_total == unlimited
    file.write_text(f"{4 << 30}\n")
    assert PoolSettings().memory_total == 2 << 30


def test_running_and_idle_sessions_together_stay_within_the_budget() -> None:
    small = PoolSettings(memory_total=2 << 30, workers=4)
    running = small.workers * small.session_limit_bytes
    assert small.session_limit_bytes < small.session_memory_bytes
    assert running + small.idle_sessions_bytes + FIXED_BYTES == small.memory_total


def test_a_host_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="memory_total"):
        PoolSettings(memory_total=512 << 20)
