"""A forecast is stopped by an exception, but only where torch lets one through."""

from __future__ import annotations

import pytest
import torch

from engine.tracing.forecast import Cost, counting, without_numbers


class Enough(BaseException):
    pass


def stop() -> None:
    raise Enough


def test_a_forecast_is_stopped_at_an_operation() -> None:
    with without_numbers(), counting(Cost(), stop), pytest.raises(Enough):
        torch.ones(3) * 2


def test_a_forecast_is_not_stopped_where_the_process_would_end() -> None:
    with without_numbers():
        x = torch.ones(3, requires_grad=True)
        with counting(Cost(), stop):
            # What autograd asks of the tensors that it saves, from C++ that lets nothing through.
            device, saved = torch.ops.prim.device(x), x.detach()

    assert (str(device), saved.shape) == ("cpu", (3,))
