"""Runs take turns within a budget, and their statistics are those of numpy."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, cycle, islice, repeat

import numpy as np
import pytest
import torch
from torch.utils import benchmark

from engine.records import Timing
from engine.timing import MOST_LOOPS, compare, in_turns


@dataclass(slots=True)
class World:
    """A clock that only the actions of this world move, and the names of what was called."""

    now: float = 0.0
    called: list[str] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    def action(self, name: str, seconds: Iterable[float]) -> Callable[[], None]:
        """An action that takes as long as the next of `seconds` says."""
        left = iter(seconds)

        def act() -> None:
            self.called.append(name)
            self.now += next(left)

        return act


def noise() -> Iterator[float]:
    return cycle((1.0, 1.1, 0.9, 1.3, 1.0, 0.95, 5.0, 1.02, 0.99))


def test_first_call_is_told_apart_from_the_rest() -> None:
    world = World()
    slow_start = chain([0.5], repeat(0.002))
    (timing,) = compare([world.action("a", slow_start)], 1.0, clock=world.clock)
    assert timing.first_s == 0.5
    assert timing.median_s == pytest.approx(0.002)
    assert timing.high_s - timing.low_s == pytest.approx(0, abs=1e-12)
    assert not timing.noisy


def test_runs_of_all_actions_take_turns() -> None:
    world = World()
    actions = [world.action(name, repeat(0.1)) for name in "abc"]
    timings = compare(actions, 100.0, runs=4, clock=world.clock)
    assert [(timing.runs, timing.loops) for timing in timings] == [(4, 50)] * 3
    runs = "".join(world.called)[-4 * 150 :]
    assert runs == ("a" * 50 + "b" * 50 + "c" * 50) * 4


@pytest.mark.parametrize("budget_s", [0.3, 1.0, 3.0])
@pytest.mark.parametrize("seconds", [1e-3, 0.01, 0.1, 0.29])
def test_budget_holds(budget_s: float, seconds: float) -> None:
    world = World()
    actions = [world.action("a", repeat(seconds / 3)), world.action("b", repeat(seconds / 2))]
    timings = compare(actions, budget_s, clock=world.clock)
    assert world.now <= budget_s + 1e-9
    assert min(timing.runs for timing in timings) >= 1


def test_call_longer_than_the_budget_is_timed_once() -> None:
    world = World()
    (timing,) = compare([world.action("a", repeat(5.0))], 2.0, clock=world.clock)
    assert timing == Timing(5.0, 5.0, 5.0, 5.0, runs=1, loops=1, noisy=False)
    assert world.called == ["a"]


def test_every_action_is_called_even_where_one_takes_it_all() -> None:
    world = World()
    actions = [world.action("a", repeat(5.0)), world.action("b", repeat(0.1))]
    a, b = compare(actions, 2.0, clock=world.clock)
    assert world.called == ["a", "b"]
    assert a.median_s == 5.0
    assert b.median_s == pytest.approx(0.1)


def test_warm_up_is_what_is_told_where_no_run_fits() -> None:
    world = World()
    (timing,) = compare(
        [world.action("a", chain([1.9], repeat(1.0)))], 4.0, runs=1, clock=world.clock
    )
    assert (timing.first_s, timing.median_s, timing.runs) == (1.9, 1.0, 1)


def test_median_and_quartiles_are_those_of_numpy() -> None:
    world = World()
    left = noise()
    taken: list[float] = []

    def block(loops: int) -> float:
        taken.append(loops * next(left))
        world.now += taken[-1]
        return taken[-1]

    (timing,) = in_turns([block], [block(1)], 1000.0, runs=20, clock=world.clock)
    times = [run / timing.loops for run in taken[-timing.runs :]]
    low, median, high = np.percentile(times, [25, 50, 75])
    assert timing.runs > 8
    assert (timing.low_s, timing.median_s, timing.high_s) == pytest.approx((low, median, high))
    assert timing.noisy is bool((high - low) / median >= 0.1)


@pytest.mark.parametrize("spread", [0.01, 0.09, 0.11, 0.5])
def test_noisy_is_what_torch_warns_of(spread: float) -> None:
    world = World()
    action = world.action("a", cycle((1.0, 1.0 + spread)))
    (timing,) = compare([action], 40.0, runs=40, clock=world.clock)
    times = list(islice(cycle((1.0, 1.0 + spread)), timing.runs))
    torchs = benchmark.Measurement(1, times, benchmark.TaskSpec("", ""))
    assert timing.loops == 1
    assert timing.noisy is torchs.has_warnings


@pytest.mark.parametrize("seconds", [1e-6, 2.5e-5, 3e-4, 0.02])
def test_a_run_outlasts_the_reading_of_the_clock(seconds: float) -> None:
    world = World()
    (timing,) = compare([world.action("a", repeat(seconds))], 0.02, runs=8, clock=world.clock)
    assert timing.loops * timing.median_s >= 0.4e-3  # a millisecond, rounded down to 1, 2 or 5


def test_action_that_takes_no_time_ends() -> None:
    (timing,) = compare([lambda: None], 1.0, runs=1, clock=lambda: 0.0)
    assert timing.loops == MOST_LOOPS


def test_real_clock_runs_forward() -> None:
    for timing in compare([lambda: None, lambda: torch.ones(300, 300).sum()], 0.1):
        assert 0 < timing.low_s <= timing.median_s <= timing.high_s


def test_garbage_collector_sleeps_and_wakes_again() -> None:
    seen: list[bool] = []
    compare([lambda: seen.append(gc.isenabled())], 0.005, runs=2)
    assert seen
    assert not any(seen)
    assert gc.isenabled()


def test_exception_of_an_action_goes_through() -> None:
    with pytest.raises(ZeroDivisionError):
        compare([lambda: 1 // 0], 1.0)


def test_what_a_session_left_switched_on_does_not_disturb() -> None:
    world = World()
    with torch.device("meta"):
        (timing,) = compare([world.action("a", repeat(1.0))], 10.0, clock=world.clock)
    assert timing.median_s == 1.0


@pytest.mark.parametrize(
    ("low_s", "high_s", "overlaps"),
    [(0.5, 0.9, False), (0.5, 1.0, True), (1.2, 1.3, True), (2.0, 3.0, True), (2.1, 3.0, False)],
)
def test_quartiles_that_touch_overlap(low_s: float, high_s: float, overlaps: bool) -> None:
    one = Timing(1.0, 1.5, 1.0, 2.0, runs=5, loops=1, noisy=False)
    other = Timing(1.0, low_s, low_s, high_s, runs=5, loops=1, noisy=False)
    assert one.overlaps(other) is other.overlaps(one) is overlaps
