"""Randomness and torch's own settings, put back whatever code does to them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch._C import DisableTorchFunction

# Kept here: a cell may put something else in their places.
_torch, _numpy = torch.default_generator, np.random.mtrand._rand
_set_random, _set_dtype, _set_grad = (
    random.setstate,
    torch.set_default_dtype,
    torch._C._set_grad_enabled,
)
_get_device, _set_device = torch.get_default_device, torch.set_default_device


@contextmanager
def settings_kept() -> Iterator[None]:
    """Around code that may draw numbers or change a default: all is put back as it was.

    >>> with settings_kept():
    ...     torch.set_default_dtype(torch.float64)
    >>> torch.get_default_dtype()
    torch.float32
    """
    with DisableTorchFunction():  # a session may have left a mode on that answers for torch
        drawn = _torch.get_state(), _numpy.get_state(), random.getstate()
        dtype, device = torch.get_default_dtype(), _get_device()
        gradients = torch.is_grad_enabled()
    try:
        yield
    finally:
        with DisableTorchFunction():
            _torch.set_state(drawn[0])
            _numpy.set_state(drawn[1])
            _set_random(drawn[2])
            _set_dtype(dtype)
            _set_grad(gradients)
            if _get_device() != device:
                _set_device(None if device.type == "cpu" else device)
