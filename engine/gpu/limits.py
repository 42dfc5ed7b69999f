"""What a card needs at least: the time for its bytes or for its operations, the longer one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

# Results per clock and multiprocessor of add, multiply and fused multiply-add, in float32 and in
# float64, by compute capability: CUDA C++ Programming Guide, "Arithmetic Instructions", table
# "Throughput of Native Arithmetic Instructions"; 9.0 and 10.0 also in torch.cuda._device_limits.
_LANES: Final[dict[tuple[int, int], tuple[int, int]]] = {
    (7, 0): (64, 32),  # V100
    (7, 5): (64, 2),  # T4, RTX 20
    (8, 0): (64, 32),  # A100
    (8, 6): (128, 2),  # A10, A40, RTX 30
    (8, 9): (128, 2),  # L4, L40, RTX 40
    (9, 0): (128, 64),  # H100, H200
    (10, 0): (128, 64),  # B200
    (12, 0): (128, 2),  # RTX 50
}
_UNKNOWN: Final = (128, 64)  # the most that any has: the limit is then lower than the true one
DATA_PER_CLOCK: Final = 2  # memory sends at both edges of its clock
PER_FUSED: Final = 2  # a fused multiply-add is two operations, as data sheets count


@dataclass(frozen=True, slots=True)
class Card:
    """What of a card's properties sets its limits; clocks in Hz, 0 where the driver is silent."""

    name: str
    capability: tuple[int, int]
    multiprocessors: int
    clock_hz: float
    memory_clock_hz: float
    bus_bits: int

    @property
    def bytes_per_s(self) -> float:
        """What memory moves at most.

        >>> round(Card("A100 80GB", (8, 0), 108, 1.41e9, 1.593e9, 5120).bytes_per_s / 1e9)
        2039
        """
        return self.memory_clock_hz * DATA_PER_CLOCK * self.bus_bits / 8

    def operations_per_s(self, dtype: str) -> float:
        """Additions and multiplications at most, two in each fused multiply-add.

        `dtype` is "float64" or "float32".

        >>> card = Card("A100", (8, 0), 108, 1.41e9, 1.593e9, 5120)
        >>> round(card.operations_per_s("float64") / 1e12)
        10
        """
        lanes = _LANES.get(self.capability, _UNKNOWN)[dtype == "float64"]
        return self.multiprocessors * lanes * self.clock_hz * PER_FUSED


@dataclass(frozen=True, slots=True)
class Least:
    """Seconds that no program can stay below, and what binds it: "memory" or "arithmetic"."""

    seconds: float
    bound: Literal["memory", "arithmetic"]


def least_time(card: Card, dtype: str, moved_bytes: float, operations: float) -> Least:
    """The longer of `moved_bytes` at full bandwidth and `operations` at the peak of arithmetic.

    max(bytes / bandwidth, operations / peak), the roofline of Williams, Waterman and Patterson
    (2009). Latency and launch are left out, so few elements take far longer. 0 seconds where the
    driver does not tell a card's clocks.

    >>> least = least_time(Card("H100", (9, 0), 132, 1.98e9, 2.619e9, 5120), "float64", 21e6, 4e8)
    >>> round(1e6 * least.seconds), least.bound
    (12, 'arithmetic')
    """
    memory_s = _quotient(moved_bytes, card.bytes_per_s)
    arithmetic_s = _quotient(operations, card.operations_per_s(dtype))
    if arithmetic_s > memory_s:
        return Least(arithmetic_s, "arithmetic")
    return Least(memory_s, "memory")


def _quotient(amount: float, per_s: float) -> float:
    return amount / per_s if per_s > 0 else 0.0
