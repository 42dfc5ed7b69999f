"""What flows through an autograd graph: gradients at its nodes, derivatives along its edges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from time import perf_counter
from typing import Any, Final

import torch
from torch import Tensor, no_grad

from engine.graph.walk import Link, Walked, is_leaf, is_of_user

NUMEL_MAX: Final = 1 << 22  # all that flows, together
SECONDS_MAX: Final = 2.0

Grads = list[Tensor | None]


class CannotFlow(Exception):
    """No gradient can be had; the message is torch's, or empty where it would take too much."""


@dataclass(frozen=True, slots=True)
class Flow:
    """By node the gradient that arrives there, None where that is unknown; by link the part of it
    that comes this way and, between single numbers, the derivative of the one by the other.
    """

    arriving: tuple[Tensor | None, ...]
    shares: tuple[Tensor | None, ...]
    locals: tuple[Tensor | None, ...]


def flow(walked: Walked) -> Flow:
    """Gradients of the single number whose graph this is: each node's own backward, called once
    with what arrives there, and a second time with 1 where that is a number other than 1.

    Torch's engine is not asked: it would run hooks, fill `.grad` and free what nodes have saved.

    Raises CannotFlow where a backward raises, and where tensors are too large or it takes long.

    >>> from engine.graph.walk import walk
    >>> x = torch.tensor(3.0, requires_grad=True)
    >>> found = flow(walk(((x * x) * 2).grad_fn))
    >>> [float(each) for each in found.shares], [float(each) for each in found.locals]
    ([2.0, 6.0, 6.0], [2.0, 3.0, 3.0])
    >>> found.arriving[-1], x.grad
    (tensor(12.), None)
    """
    sizes = [_outputs(node) for node in walked.nodes]
    if sum(prod(meta.shape) for metas in sizes for meta in metas) > NUMEL_MAX:
        raise CannotFlow
    with no_grad():
        return _Flowing(walked, sizes).flow()


class _Flowing:
    def __init__(self, walked: Walked, sizes: list[list[Any]]) -> None:
        self._walked = walked
        self._sizes = sizes
        self._arriving: list[Grads] = [[None] * len(metas) for metas in sizes]
        self._shares: dict[Link, Tensor | None] = {}
        self._locals: dict[Link, Tensor | None] = {}
        self._until = perf_counter() + SECONDS_MAX

    def flow(self) -> Flow:
        """Every node after all that lead to it."""
        (root,) = self._sizes[0]
        self._arriving[0] = [_like(root)]
        by_result: dict[int, list[Link]] = {}
        for link in self._walked.links:
            by_result.setdefault(link.result, []).append(link)
        for place in _in_order(self._walked):
            if perf_counter() > self._until:
                raise CannotFlow
            if links := by_result.get(place, []):
                self._pass(self._walked.nodes[place], place, links)
        return Flow(
            tuple(_only(grads) for grads in self._arriving),
            tuple(self._shares[link] for link in self._walked.links),
            tuple(self._locals[link] for link in self._walked.links),
        )

    def _pass(self, node: Any, place: int, links: list[Link]) -> None:
        arriving = self._arriving[place]
        shares = self._backward(node, arriving, place, links)
        local = self._local(node, arriving, place, links, shares)
        for link, share, derivative in zip(links, shares, local, strict=True):
            self._shares[link] = share
            self._locals[link] = derivative
            if share is not None:
                into = self._arriving[link.input]
                before = into[link.output]
                into[link.output] = share if before is None else before + share

    def _local(
        self, node: Any, arriving: Grads, place: int, links: list[Link], shares: Grads
    ) -> Grads:
        """Derivatives of a single number by single numbers; None where there is a tensor."""
        gradient = _only(arriving)
        if gradient is None or gradient.ndim or any(s is None or s.ndim for s in shares):
            return [None] * len(links)
        if float(gradient) == 1:
            return shares
        if is_of_user(node):  # called once: it may count its calls
            sound = bool(gradient.isfinite()) and float(gradient) != 0
            return [share / gradient if sound and share is not None else None for share in shares]
        return self._backward(node, [torch.ones_like(gradient)], place, links)

    def _backward(self, node: Any, arriving: Grads, place: int, links: list[Link]) -> Grads:
        """What the node hands on along each of its links, in the shape of what it is for."""
        try:
            if all(gradient is None for gradient in arriving):
                return [None] * len(links)
            found = _of_user(node, arriving, self._sizes[place], links) if is_of_user(node) else (
                _of_torch(node, arriving, links)
            )  # fmt: skip
            return [
                None if grad is None else _fitted(grad, self._sizes[link.input][link.output])
                for grad, link in zip(found, links, strict=True)
            ]
        except Exception as error:
            raise CannotFlow(str(error)) from error


def _of_torch(node: Any, arriving: Grads, links: list[Link]) -> Grads:
    found = node(*arriving)
    found = found if isinstance(found, tuple) else (found,)
    return [found[link.slot] for link in links]


def _of_user(node: Any, arriving: Grads, sizes: list[Any], links: list[Link]) -> Grads:
    """A Function's backward answers for every argument, its links are those that need it."""
    full = [
        _zeros(meta) if gradient is None else gradient
        for gradient, meta in zip(arriving, sizes, strict=True)
    ]
    found = node.apply(*full)
    found = found if isinstance(found, tuple) else (found,)
    needed = [grad for grad, need in zip(found, node.needs_input_grad, strict=False) if need]
    if len(needed) != len(links):
        raise CannotFlow("")
    return needed


def _outputs(node: Any) -> list[Any]:
    """What is known of the outputs of a node: shape, dtype and device."""
    return [node.variable] if is_leaf(node) else [*node._input_metadata]


def _like(meta: Any) -> Tensor:
    return torch.ones(tuple(meta.shape), dtype=meta.dtype, device=meta.device)


def _zeros(meta: Any) -> Tensor:
    return torch.zeros(tuple(meta.shape), dtype=meta.dtype, device=meta.device)


def _fitted(gradient: Tensor, meta: Any) -> Tensor:
    """As torch's engine hands it on: what was stretched is added up again."""
    if tuple(gradient.shape) != tuple(meta.shape):
        gradient = gradient.sum_to_size(tuple(meta.shape))
    return gradient.to(meta.dtype)


def _only(gradients: Grads) -> Tensor | None:
    return gradients[0] if len(gradients) == 1 else None


def _in_order(walked: Walked) -> Iterator[int]:
    waits = Counter(link.input for link in walked.links)
    ready = [0]
    for place in ready:
        yield place
        for link in walked.links:
            if link.result == place:
                waits[link.input] -= 1
                if not waits[link.input]:
                    ready.append(link.input)
