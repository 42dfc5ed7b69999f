"""How long actions take, side by side: torch.utils.benchmark underneath, runs in turns.

A machine that other people use slows down and speeds up. Runs of all actions therefore take turns
(a b c a b c ...), so that what slows one slows all, and what is told is a median with the quartiles
around it: a mean would follow the one run that something else interrupted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from time import perf_counter
from typing import Final

from torch.utils import benchmark

from engine.records import Timing

RUNS: Final = 50
LEAST_RUN_S: Final = 1e-3  # reading the clock costs 1e-7, a ten-thousandth as in torch's Timer
MOST_LOOPS: Final = 1_000_000  # 0.03 s of an action that does nothing
# torch's Measurement warns from an interquartile range of a tenth of the median on (torch 2.13,
# torch/utils/benchmark/utils/common.py, _IQR_WARN_THRESHOLD).
NOISY: Final = 0.1
_STEPS = (5, 2, 1)

Action = Callable[[], object]
Clock = Callable[[], float]
Block = Callable[[int], float]  # does its action so many times in a row; the seconds of all


@dataclass(slots=True)
class _Timed:
    """One block and what is known of it: its first call, the last warm-up, seconds per run."""

    block: Block
    first_s: float
    loops: int = 1
    warm_s: float = 0.0  # seconds that the last warm-up, of `loops` calls, took
    runs_s: list[float] = field(default_factory=list)


def compare(
    actions: Sequence[Action], budget_s: float, runs: int = RUNS, clock: Clock = perf_counter
) -> list[Timing]:
    """How long a call of each action takes, in the order given.

    The very first call of each is timed alone. Then loops per run are chosen so that a run
    lasts at least `LEAST_RUN_S` and no longer than its share of the budget, which warms up too;
    then runs take turns until there are `runs` of each or `budget_s` seconds are over. The garbage
    collector sleeps meanwhile, as in timeit. A call that alone takes longer than the budget is
    timed once. What an action raises, `compare` raises.

    `noisy` is torch's own warning: an interquartile range of a tenth of the median or more.

    An action that does nothing takes some 0.03 µs: that is the call itself. A `clock` for actions
    on a GPU has to wait for it, as `torch.utils.benchmark.utils.timer.timer` does.

    >>> [timing] = compare([lambda: sum(range(1000))], budget_s=0.01)
    >>> timing.low_s <= timing.median_s <= timing.high_s, timing.runs > 0
    (True, True)
    """
    start = clock()
    blocks = [block_of(action, clock) for action in actions]
    first_s = [block(1) for block in blocks]
    return in_turns(blocks, first_s, start + budget_s - clock(), runs, clock)


def block_of(action: Action, clock: Clock = perf_counter) -> Block:
    """Calls of an action in a row, timed by torch's own Timer; its warm-up is left to us."""
    return _Caller("action()", timer=clock, globals={"action": action}).seconds


class _Caller(benchmark.Timer):
    """torch's Timer, which would warm up again before each run."""

    def seconds(self, loops: int) -> float:
        return self._timeit(loops)


def in_turns(
    blocks: Sequence[Block],
    first_s: Sequence[float],
    budget_s: float,
    runs: int = RUNS,
    clock: Clock = perf_counter,
) -> list[Timing]:
    """How long each block's action takes, when its first call has taken `first_s`.

    See `compare`; of blocks for which nothing of the budget is left the first call is told.
    """
    deadline = clock() + budget_s
    share_s = max(LEAST_RUN_S, budget_s / max(1, len(blocks) * runs))
    timed = [_Timed(block, first) for block, first in zip(blocks, first_s, strict=True)]
    for each in timed:
        _warm(each, share_s, deadline, clock)
    round_s = sum(each.warm_s for each in timed)
    for _ in range(runs):
        start = clock()
        if start + round_s > deadline:
            break
        for each in timed:
            each.runs_s.append(each.block(each.loops))
        round_s = clock() - start
    return [_timing(each) for each in timed]


def _warm(each: _Timed, share_s: float, deadline: float, clock: Clock) -> None:
    """Call it until a run of known length fills the share of one."""
    each.warm_s = each.first_s
    if clock() + each.first_s > deadline:
        return
    each.warm_s = each.block(1)
    while each.warm_s < share_s / 10 and each.loops < MOST_LOOPS:
        each.loops *= 10
        each.warm_s = each.block(each.loops)
    call_s = each.warm_s / each.loops
    fitting = int(min(MOST_LOOPS, share_s / call_s)) if call_s > 0 else MOST_LOOPS
    if fitting > each.loops:
        each.loops = _round_down(fitting)
        each.warm_s = call_s * each.loops


def _round_down(count: int) -> int:
    """The largest 1, 2 or 5 times a power of ten that is no larger: easily said.

    >>> [_round_down(count) for count in (1, 7, 49, 2345)]
    [1, 5, 20, 2000]
    """
    power: int = 10 ** (len(str(count)) - 1)
    return next(step * power for step in _STEPS if step * power <= count)


def _timing(each: _Timed) -> Timing:
    """Median and quartiles, by linear interpolation as torch's `Measurement` takes them.

    They are reckoned in plain Python: a session may have put anything in the place of torch's.
    """
    runs_s = each.runs_s or [each.warm_s]
    times = [run_s / each.loops for run_s in runs_s]
    low_s, median_s, high_s = quantiles(times, n=4, method="inclusive") if times[1:] else 3 * times
    noisy = high_s - low_s >= NOISY * median_s
    return Timing(each.first_s, median_s, low_s, high_s, len(runs_s), each.loops, noisy)
