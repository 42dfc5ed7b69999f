"""A place to run a cell beside the session: what it does there stays there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch._C import DisableTorchFunction

from engine.notebook.figures import take_figures
from engine.notebook.state import Notebook
from engine.tracing.modes import function_modes, modes, restore_function_modes, restore_modes

_Randomness = tuple[torch.Tensor, Any, Any]
_Defaults = tuple[torch.dtype, torch.device, bool]
# Kept here: a cell may put something else in their places.
_torch, _numpy = torch.default_generator, np.random.mtrand._rand
_set_random, _set_dtype, _set_grad = (
    random.setstate,
    torch.set_default_dtype,
    torch._C._set_grad_enabled,
)
_get_device, _set_device = torch.get_default_device, torch.set_default_device


@contextmanager
def aside(notebook: Notebook) -> Iterator[None]:
    """Around code that may bind names, draw numbers and figures: all is put back as it was."""
    names = notebook.names
    on, functions = modes(), function_modes()
    with DisableTorchFunction():  # a session may have left a mode on that answers for torch
        before, randomness, defaults = dict(names), _randomness(), _defaults()
    try:
        yield
    finally:
        restore_modes(on)
        names.clear()
        names.update(before)
        restore_function_modes(functions)
        with DisableTorchFunction():
            _restore(randomness, defaults)
        take_figures()


def _randomness() -> _Randomness:
    return _torch.get_state(), _numpy.get_state(), random.getstate()


def _defaults() -> _Defaults:
    return torch.get_default_dtype(), torch.get_default_device(), torch.is_grad_enabled()


def _restore(randomness: _Randomness, defaults: _Defaults) -> None:
    _torch.set_state(randomness[0])
    _numpy.set_state(randomness[1])
    _set_random(randomness[2])
    _set_dtype(defaults[0])
    _set_grad(defaults[2])
    if _get_device() != defaults[1]:
        _set_device(None if defaults[1].type == "cpu" else defaults[1])
