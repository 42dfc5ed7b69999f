"""A layer that was given something else than it takes."""

from __future__ import annotations

from types import FrameType, TracebackType

import torch

from engine.records import Note
from engine.tracing.look import look

_traceback = BaseException.__dict__["__traceback__"].__get__
_FORWARD = torch.nn.Linear.forward.__code__


def layer_note(error: BaseException) -> Note | None:
    """What a linear layer on the way to an exception takes, and what it was given."""
    step: TracebackType | None = _traceback(error)
    found: Note | None = None
    while step is not None:
        if step.tb_frame.f_code is _FORWARD:
            found = _linear(step.tb_frame) or found
        step = step.tb_next
    return found


def _linear(frame: FrameType) -> Note | None:
    layer, given = frame.f_locals.get("self"), look(frame.f_locals.get("input"))
    if not isinstance(layer, torch.nn.Linear) or given is None or not given.sizes:
        return None
    takes = layer.in_features
    if type(takes) is not int or takes == given.sizes[-1]:
        return None
    return Note("note.linear", {"takes": takes, "shape": given.shape, "last": given.sizes[-1]})
