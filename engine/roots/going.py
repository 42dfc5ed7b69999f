"""Which elements of a batch have not converged yet, and how many steps each has taken."""

from __future__ import annotations

import numpy as np
import torch


class Going:
    """Told of every f(x) of a vector. On the CPU numpy counts: its comparison is five times faster.

    `counts` are int8: at most 127 steps.
    """

    def __init__(self, x: torch.Tensor) -> None:
        self.counts = torch.empty(x.shape, dtype=torch.int8, device=x.device)
        self._shrunk = torch.empty_like(x)
        self._going = torch.empty(x.shape, dtype=torch.bool, device=x.device)
        self._numpy = x.is_cpu

    def anew(self, x: torch.Tensor) -> Going:
        """For another vector: this one where it fits, since fresh memory is slow."""
        going = self if x.shape == self.counts.shape else Going(x)
        going.counts.zero_()
        return going

    def shrunk(self, value: torch.Tensor, tol: float) -> torch.Tensor:
        """f, but 0 where |f| ≤ tol; there an element has converged."""
        torch.ops.aten.hardshrink.out(value, tol, out=self._shrunk)
        if self._numpy:
            np.not_equal(self._shrunk.numpy(), 0.0, self._going.numpy())
        else:
            torch.ne(self._shrunk, 0, out=self._going)
        return self._shrunk

    def left(self) -> int:
        """How many elements have not converged."""
        if self._numpy:
            return int(np.count_nonzero(self._going.numpy()))
        return int(torch.count_nonzero(self._going))

    def count(self) -> None:
        """These now take a step."""
        if self._numpy:
            counts = self.counts.numpy()
            np.add(counts, self._going.numpy().view(np.int8), counts)
        else:
            self.counts += self._going
