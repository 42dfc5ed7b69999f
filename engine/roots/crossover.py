"""From how many on one way is faster than another: where two curves of measured times cross."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise


def crossover(
    counts: Sequence[int], slower_at_first: Sequence[float], other: Sequence[float]
) -> int | None:
    """The smallest count from which on `other` takes less time, None where it never does.

    Times t(n) were measured at the counts, which rise; between two of them both are taken for
    powers of n, straight lines in log-log. With d(n) = log other(n) - log slower_at_first(n) the
    answer is where d falls below 0 for the last time: the smallest count where it is below 0 from
    the beginning, None where the last d is not below 0.

    Raises ValueError for lists of other lengths, counts that do not rise from 1 or more, and
    times that are not positive.

    >>> crossover([1, 100], [1e-6, 1e-4], [2.55e-5, 2.55e-5])
    26
    >>> crossover([1, 100], [1e-6, 1e-4], [1e-5, 1e-3]) is None
    True
    """
    _check(counts, slower_at_first, other)
    leads = [math.log(b) - math.log(a) for a, b in zip(slower_at_first, other, strict=True)]
    behind = [place for place, lead in enumerate(leads) if lead >= 0]
    if not behind:
        return counts[0]
    if (last := behind[-1]) == len(counts) - 1:
        return None
    here, there = leads[last], leads[last + 1]
    low, high = counts[last], counts[last + 1]
    between = math.exp(math.log(low) + here / (here - there) * math.log(high / low))
    return min(high, max(low, math.floor(between)) + 1)


def _check(counts: Sequence[int], one: Sequence[float], other: Sequence[float]) -> None:
    if not len(counts) == len(one) == len(other) > 0:
        raise ValueError(f"{len(counts)} counts, {len(one)} and {len(other)} times")
    if counts[0] < 1 or any(after <= before for before, after in pairwise(counts)):
        raise ValueError(f"counts must rise from 1 or more, got {[*counts]}")
    if not all(0 < time < math.inf for time in (*one, *other)):
        raise ValueError("times must be positive and finite")
