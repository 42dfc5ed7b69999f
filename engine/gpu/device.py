"""The device that batches are solved on: opened, asked what it is, tried."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from engine.errors import EngineError
from engine.gpu.kernel import Kernels, trusted
from engine.gpu.limits import Card


class NoDevice(EngineError):
    """There is no such device here, or torch cannot use it; the text says why."""


@dataclass(frozen=True, slots=True)
class Device:
    """An open device: `kernels` is None where the loop runs in torch, step by step."""

    place: torch.device
    card: Card
    kernels: Kernels | None


def opened(name: str) -> Device:
    """The device "cuda", or "cpu" for tests, ready for work. Raises `NoDevice`.

    >>> opened("cpu").card.name
    'cpu'
    """
    if name == "cpu":
        return Device(torch.device("cpu"), Card("cpu", (0, 0), 0, 0.0, 0.0, 0), None)
    if name != "cuda":
        raise NoDevice(f"no device is called {name!r}: cuda or cpu")
    if torch.version.cuda is None:
        raise NoDevice(f"torch {torch.__version__} was built without CUDA")
    if not torch.cuda.is_available():
        raise NoDevice("torch finds no CUDA device")
    place = torch.device("cuda", torch.cuda.current_device())
    try:
        torch.ones(2, dtype=torch.float64, device=place).sum().item()
    except RuntimeError as error:  # another driver, a card too old for this torch, no memory left
        raise NoDevice(str(error).splitlines()[0]) from error
    return Device(place, card_of(place), trusted())


def card_of(place: torch.device) -> Card:
    """What torch knows of a CUDA device; 0 for what this torch does not tell."""
    told = torch.cuda.get_device_properties(place)
    return Card(
        told.name,
        (told.major, told.minor),
        told.multi_processor_count,
        1e3 * getattr(told, "clock_rate", 0),
        1e3 * getattr(told, "memory_clock_rate", 0),
        getattr(told, "memory_bus_width", 0),
    )
