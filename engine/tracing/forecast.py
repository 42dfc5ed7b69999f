"""What a cell would need: run on tensors that have shapes and dtypes but no numbers."""

from __future__ import annotations

import io
import logging
import mmap
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch._ops import OpOverload
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from engine.tracing.modes import under

LARGE_BYTES = 1 << 30  # not computed only to see a shape
LARGE_FLOPS = 3e10  # about a second of one core
ELEMENT_FLOPS = 4  # what it takes to write a number, beside multiplying
SMALL_BYTES = 64 << 20  # fits always
OPERATIONS_MOST = 3000

_log = logging.getLogger("torch._subclasses.fake_tensor")  # it prints what we do not ask


class TooLong(BaseException):
    """A cell of more operations than a forecast follows."""


@dataclass(slots=True)
class Cost:
    """What a cell would need at once, and compute; `largest` is its largest new tensor.

    `at` is the number of the expression which makes it, None until that is recorded.
    """

    peak_bytes: int = 0
    flops: float = 0.0
    largest: int = 0
    at: int | None = None
    _live: list[tuple[StorageWeakRef, int]] = field(default_factory=list)
    _sum: int = 0

    @property
    def too_large(self) -> bool:
        """Whether running would take too much memory."""
        if self.peak_bytes > LARGE_BYTES:
            return True
        return self.peak_bytes > SMALL_BYTES and not _fits(self.peak_bytes)

    @property
    def too_long(self) -> bool:
        """Whether running would take too much time."""
        return self.flops > LARGE_FLOPS

    @property
    def cheap(self) -> bool:
        """Whether it is run only to see the shapes."""
        return not (self.too_large or self.too_long)

    def recorded(self, number: int) -> None:
        """The expression `number` has just been evaluated."""
        if self.at is None:
            self.at = number

    def add(self, tensor: torch.Tensor) -> None:
        """Count the memory of a new tensor."""
        storage = tensor.untyped_storage()
        size = int(storage.nbytes())
        if size > self.largest:
            self.largest, self.at = size, None
        self.flops += ELEMENT_FLOPS * tensor.numel()
        self._sum += size
        self._live.append((StorageWeakRef(storage), size))  # type: ignore[no-untyped-call]
        if self._sum > max(SMALL_BYTES, self.peak_bytes):
            self._live = [(ref, size) for ref, size in self._live if not _gone(ref)]
            self._sum = sum(size for _, size in self._live)
        self.peak_bytes = max(self.peak_bytes, self._sum)


def _gone(ref: StorageWeakRef) -> bool:
    return bool(ref.expired())  # type: ignore[no-untyped-call]


class _Counting(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Adds up what every operation would allocate and compute."""

    def __init__(self, cost: Cost, check: Callable[[], None]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._cost, self._check, self._left = cost, check, OPERATIONS_MOST

    def __torch_dispatch__(
        self,
        func: OpOverload[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        made = func(*args, **(kwargs or {}))
        if count := flop_registry.get(func.overloadpacket):
            self._cost.flops += count(*args, **(kwargs or {}), out_val=made)
        several = made if isinstance(made, (tuple, list)) else (made,)
        if func.is_view or not any(isinstance(tensor, FakeTensor) for tensor in several):
            # Asked from within torch, for a device or for what autograd saves: an exception
            # there would end the process.
            return made
        self._check()
        self._left -= 1
        if self._left < 0:
            raise TooLong
        if not func._schema.is_mutable:
            for tensor in several:
                if isinstance(tensor, FakeTensor):
                    self._cost.add(tensor)
        return made


@contextmanager
def without_numbers() -> Iterator[None]:
    """Within it tensors, those made before included, have shape and dtype but no numbers.

    Shapes come out right; that an operation is accepted proves nothing, nor does an error.
    """
    _log.disabled = True
    try:
        with under(FakeTensorMode(allow_non_fake_inputs=True)):
            yield
    finally:
        _log.disabled = False


@contextmanager
def counting(cost: Cost, check: Callable[[], None]) -> Iterator[None]:
    """Within it, which is within `without_numbers`, `cost` grows by all that is computed.

    `check` is asked after each operation and may raise; `TooLong` is, after very many.
    """
    with under(_Counting(cost, check)):
        yield


@contextmanager
def silence() -> Iterator[None]:
    """Within it nothing is printed, and nothing warns."""
    streams, nowhere = (sys.stdout, sys.stderr), _Nowhere()
    sys.stdout = sys.stderr = nowhere
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.stdout, sys.stderr = streams


class _Nowhere(io.TextIOBase):
    def write(self, text: str) -> int:
        return len(text)


def _fits(size: int) -> bool:
    """Whether this process may have so many bytes more; asks for addresses, touches none."""
    try:
        mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS).close()
    except (OSError, ValueError, OverflowError):
        return False
    return True
