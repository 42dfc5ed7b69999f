"""The autograd graph of a variable of the session, which stays as it was."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any, Final

from torch import Tensor, nn
from torch._C import DisableTorchFunction

from engine.graph.build import ERROR_CHARACTERS, Label, graph_of, too_large
from engine.graph.expression import read_chain
from engine.graph.names import is_tensor, labels_in
from engine.graph.tensor_text import shape_text, tensor_text, title_text
from engine.graph.walk import TooLarge, Walked, is_leaf, is_of_user, walk
from engine.notebook.display import printable
from engine.notebook.failure import exception_line, name_of
from engine.notebook.interpreter import Raised, attempt
from engine.notebook.state import Notebook
from engine.records import Graph, Note

TEXT_CHARACTERS: Final = 80
_LIKENESS: Final = 0.6


def variable_graph(notebook: Notebook, text: str) -> Graph | Note:
    """The graph of what a chain of names stands for; a Note when it has none, and why.

    A user's objects are asked for their attributes and items, and a user's Function for its
    backward; neither keeps a `.grad`, a name or a random number it changes.
    """
    if not notebook.number:
        return Note("mistake.graph_empty")
    shown = printable(text.strip())[:TEXT_CHARACTERS]
    tree = read_chain(text)
    if tree is None:
        return Note("mistake.graph_chain", {"text": shown})
    code = compile(tree, "<graph>", "eval", dont_inherit=True)
    value = attempt(lambda: eval(code, notebook.names), notebook.module)
    if isinstance(value, Raised):
        return _not_had(notebook, tree, shown, value.error)
    if not is_tensor(value):
        return _no_tensor(shown, value)
    found = attempt(lambda: _graph(notebook.names, shown, value), notebook.module)
    if isinstance(found, Raised):
        return _not_had(notebook, tree, shown, found.error)
    return found


def _graph(names: Mapping[str, Any], text: str, tensor: Tensor) -> Graph | Note:
    with DisableTorchFunction():  # a subclass, or a mode that is on, would answer for torch
        if tensor.grad_fn is None:
            key = "mistake.graph_leaf" if tensor.requires_grad else "mistake.graph_none"
            return Note(key, {"name": text})
        walked = walk(tensor.grad_fn)
        if isinstance(walked, TooLarge):
            return too_large(walked)
        labels = labels_in(names, walked)
        labels[id(tensor.grad_fn)] = root = Label(text, tensor_text(tensor.detach()))
        with _gradients_kept(walked):
            return graph_of(_title(root, tensor), walked, labels)


def _title(root: Label, tensor: Tensor) -> str:
    shape = shape_text(tuple(tensor.shape))
    return (
        f"{root.text}: {shape}"
        if root.value == shape
        else f"{root.text} = {title_text(tensor.detach())}"
    )


@contextmanager
def _gradients_kept(walked: Walked) -> Iterator[None]:
    """Around backwards that a user wrote: one may call `backward()` itself, as checkpoints do."""
    leaves = [node.variable for node in walked.nodes if is_leaf(node)]
    if not any(map(is_of_user, walked.nodes)):
        leaves = []
    before = [leaf.grad for leaf in leaves]
    try:
        for leaf in leaves:
            leaf.grad = None  # what is added in place is then not added to what was there
        yield
    finally:
        for leaf, gradient in zip(leaves, before, strict=True):
            leaf.grad = gradient


def _not_had(notebook: Notebook, tree: ast.Expression, text: str, error: BaseException) -> Note:
    """Why there is no value: no such name, and which is nearest; else what was raised."""
    name = next(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    if issubclass(type(error), NameError) and name not in notebook.names:
        names = [own for own in [*notebook.names] if type(own) is str and own[:1] != "_"]
        near = get_close_matches(name, names, 1, _LIKENESS)
        values = {"name": name, "near": near[0]} if near else {"name": name}
        return Note("mistake.graph_near" if near else "mistake.graph_unknown", values)
    line = attempt(lambda: exception_line(error), notebook.module)
    said = printable(line if isinstance(line, str) else name_of(error))[:ERROR_CHARACTERS]
    return Note("mistake.graph_value", {"text": text, "error": said})


def _no_tensor(text: str, value: object) -> Note:
    if issubclass(type(value), nn.Module):
        return Note("mistake.graph_module", {"name": text})
    kind = str(type.__dict__["__name__"].__get__(type(value)))
    return Note(
        "mistake.graph_not_tensor", {"name": text, "type": printable(kind)[:TEXT_CHARACTERS]}
    )
