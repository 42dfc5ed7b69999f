"""A tensor in a few characters: its number, its few numbers, else its shape."""

from __future__ import annotations

from typing import Final

import torch

FEW: Final = 3
ROOM: Final = 16


def tensor_text(tensor: torch.Tensor) -> str:
    """A single number as we write numbers; a short row of them; of anything else the shape.

    >>> tensor_text(torch.tensor(4.0)), tensor_text(torch.tensor([1.5, 2.0]))
    ('4', '[1.5, 2]')
    >>> tensor_text(torch.ones(2, 3)), tensor_text(torch.ones(9))
    ('(2, 3)', '(9,)')
    """
    if tensor.is_complex() or tensor.is_meta or tensor.layout is not torch.strided:
        return shape_text(tuple(tensor.shape))
    if tensor.ndim == 0:
        return figure(tensor.item())
    if tensor.ndim == 1 and 0 < tensor.numel() <= FEW:
        text = f"[{', '.join(map(figure, tensor.tolist()))}]"
        if len(text) <= ROOM:
            return text
    return shape_text(tuple(tensor.shape))


def shape_text(shape: tuple[int, ...]) -> str:
    """A shape as Python prints it; nothing for a single number.

    >>> shape_text((3,)), shape_text(())
    ('(3,)', '')
    """
    return str(tuple(shape)) if shape else ""


def figure(value: float) -> str:
    return f"{value:.6g}"
