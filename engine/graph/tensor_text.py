"""A tensor in a few characters: its number, its few numbers, else its shape."""

from __future__ import annotations

from typing import Final

import torch

FEW: Final = 3
ROOM: Final = 16
WHOLE: Final = 1e6


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
    """A number in few digits: four that mean something, of a whole number up to a million all.

    >>> [figure(each) for each in (4.0, 2 / 3, -12345.0, 1e-5 / 3, float("nan"))]
    ['4', '0.6667', '-12345', '3.333e-06', 'nan']
    """
    if value == value // 1 and abs(value) < WHOLE:
        return str(int(value))
    return f"{value:.4g}"


def title_text(tensor: torch.Tensor) -> str:
    """The same where there is room for six digits.

    >>> title_text(torch.tensor(2 / 3)), title_text(torch.tensor(24.0))
    ('0.666667', '24')
    """
    short = tensor_text(tensor)
    if tensor.ndim or not tensor.is_floating_point() or short == f"{tensor.item():.0f}":
        return short
    return f"{tensor.item():.6g}"
