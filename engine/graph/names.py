"""What a user calls the tensors of a graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

import torch
from torch import nn

from engine.graph.build import Label
from engine.graph.tensor_text import tensor_text
from engine.graph.walk import Walked, is_leaf

NAMES_MAX: Final = 5_000
ITEMS_MAX: Final = 200
DEPTH_MAX: Final = 4
_OF_NOTEBOOK: Final = ("In", "Out")
_members = object.__getattribute__


def labels_in(names: Mapping[str, Any], walked: Walked) -> dict[int, Label]:
    """Labels of the nodes that made a tensor with a name; the first and plainest name stays.

    Nothing of a user's runs: only torch's own containers and Python's are looked into.

    >>> from engine.graph.walk import walk
    >>> w = torch.tensor(2.0, requires_grad=True)
    >>> loss = w * w
    >>> walked = walk(loss.grad_fn)
    >>> [label.text for label in labels_in({"w": w, "loss": loss}, walked).values()]
    ['w', 'loss']
    """
    wanted = {id(node): node for node in walked.nodes}
    leaves = {id(node.variable): id(node) for node in walked.nodes if is_leaf(node)}
    labels: dict[int, Label] = {}
    for text, tensor in islice(_tensors(names), NAMES_MAX):
        place = leaves.get(id(tensor)) or id(tensor.grad_fn)
        if place in wanted and place not in labels:
            labels[place] = Label(text, tensor_text(tensor.detach()))
    return labels


def is_tensor(value: object) -> bool:
    """Whether it is a tensor, whatever its class says of itself."""
    return issubclass(type(value), torch.Tensor)


def _tensors(names: Mapping[str, Any]) -> Iterator[tuple[str, torch.Tensor]]:
    """Plain variables first, then what stands in lists, dictionaries and layers."""
    own = [
        (name, value)
        for name, value in islice(list(names.items()), NAMES_MAX)
        if type(name) is str and not name.startswith("_") and name not in _OF_NOTEBOOK
    ]
    yield from ((name, value) for name, value in own if is_tensor(value))
    for name, value in own:
        yield from _inside(name, value, DEPTH_MAX)


def _inside(name: str, value: Any, depth: int) -> Iterator[tuple[str, torch.Tensor]]:
    for text, part in islice(_parts(name, value), ITEMS_MAX):
        if is_tensor(part):
            yield text, part
        elif depth:
            yield from _inside(text, part, depth - 1)


def _parts(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if type(value) in (list, tuple):
        yield from ((f"{name}[{place}]", part) for place, part in enumerate(value))
    elif type(value) is dict:
        for key, part in [*islice(value.items(), ITEMS_MAX)]:
            if type(key) in (str, int):
                yield f"{name}[{key!r}]", part
    elif issubclass(type(value), nn.Module):
        members = _members(value, "__dict__")
        for kind in ("_parameters", "_modules"):
            for key, part in [*members.get(kind, {}).items()]:
                place = f"[{key}]" if str(key).isdigit() else f".{key}"
                yield f"{name}{place}", part
