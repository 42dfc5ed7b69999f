"""The autograd graph of a formula at a point, every node with the expression that made it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from torch import Tensor

from engine.formula.operations import OPERATIONS, Acts
from engine.formula.request import Request
from engine.formula.tensors import tensor_of
from engine.formula.tree import (
    Apply,
    Compare,
    Formula,
    Index,
    Name,
    Node,
    Point,
    children,
    names_in,
    with_children,
)
from engine.formula.tree import walk as nodes_of
from engine.formula.writing.text import text_of
from engine.formula.writing.torch_function import torch_function
from engine.graph.build import ERROR_CHARACTERS, Label, graph_of, too_large
from engine.graph.tensor_text import tensor_text, title_text
from engine.graph.walk import TooLarge, is_leaf, walk
from engine.records import Graph, Note

_WHOLE: Final = (Acts.REDUCES, Acts.ALONG, Acts.PRODUCT)  # what is done to vectors


def formula_graph(request: Request) -> Graph | Note:
    """The graph of a formula at its point, in float64; a Note where there is none to draw.

    >>> from engine.formula.request import read_request
    >>> found = formula_graph(read_request("f(x, y) = x^2 + xy + (x + y)^2 at x=2, y=2"))
    >>> found.title, [edge.share for edge in found.edges if found.nodes[edge.input].text == "x"]
    ('f(2, 2) = 24', ['4', '2', '8'])
    """
    formula, point = request.formula, request.point
    if request.missing:
        return Note(
            "mistake.graph_point", {"names": [*request.missing], "example": _asked(request)}
        )
    try:
        made = _Values(formula, point)
        root = made.of(formula.body)
    except (RuntimeError, IndexError, ValueError) as error:  # shapes that do not fit
        return Note("mistake.graph_raised", {"error": _line(error)})
    if root is None or root.grad_fn is None:
        return Note("mistake.graph_constant", {"formula": text_of(formula.body)})
    walked = walk(root.grad_fn)
    if isinstance(walked, TooLarge):
        return too_large(walked)
    labels = made.labels()
    for node in filter(is_leaf, walked.nodes):
        labels[id(node)] = made.leaf(node.variable)
    return graph_of(_title(formula, point, root), walked, labels, (*request.notes, *made.notes()))


class _Values:
    """Tensors of a formula's expressions, computed one by one and each only once."""

    def __init__(self, formula: Formula, point: Point) -> None:
        self._inputs = {name: tensor_of(point[name]).requires_grad_() for name in formula.inputs}
        self._made: list[tuple[str, Tensor]] = []

    def of(self, node: Node) -> Tensor | None:
        """The value of an expression; None of one without inputs, which stays as it is written."""
        if isinstance(node, Name):
            return self._inputs[node.name]
        if not names_in(node):
            return None
        given: dict[str, Tensor] = {}
        asked = with_children(node, [self._operand(child, given) for child in children(node)])
        made = torch_function(Formula("f", tuple(given), asked))(*given.values())
        self._made.append((text_of(node), made))
        return made

    def _operand(self, node: Node, given: dict[str, Tensor]) -> Node:
        """What stands for it in the operation above: a name for its value, put into `given`."""
        if isinstance(node, Compare):  # a condition has no gradient, and no dtype to take
            return with_children(node, [self._operand(side, given) for side in children(node)])
        value = self.of(node)
        if value is None:
            return node
        name = f"v{len(given)}"
        given[name] = value
        return Name(name)

    def labels(self) -> dict[int, Label]:
        """Expressions and values by the nodes that computed them; what was there first stays."""
        labels: dict[int, Label] = {}
        for text, made in self._made:
            if made.grad_fn is not None:
                labels.setdefault(id(made.grad_fn), Label(text, tensor_text(made.detach())))
        return labels

    def notes(self) -> Iterator[Note]:
        """Where the first nan came from: it is computed before all that it spreads to."""
        for text, value in self._made:
            if value.isnan().any():
                yield Note("note.graph_nan", {"text": text})
                return

    def leaf(self, tensor: Tensor) -> Label:
        name = next(name for name, leaf in self._inputs.items() if leaf is tensor)
        return Label(name, tensor_text(tensor.detach()))


def _title(formula: Formula, point: Point, root: Tensor) -> str:
    """`f(2, 2) = 24`; inputs that are no numbers by their names."""
    numbers = all(not point[name].shape for name in formula.inputs)
    given = [text_of(point[name]) if numbers else name for name in formula.inputs]
    return f"{formula.title}({', '.join(given)}) = {title_text(root.detach())}"


def _asked(request: Request) -> str:
    """The same formula with a point, as it could be sent."""
    formula = request.formula
    vectors = set(_vectors(formula.body))
    given = [
        f"{name}={_sent(request, name, '[1, 2]' if name in vectors else str(place % 3 + 1))}"
        for place, name in enumerate(formula.inputs, 1)
    ]
    return f"{text_of(formula.body)} at {', '.join(given)}"


def _sent(request: Request, name: str, example: str) -> str:
    value = request.point.get(name)
    return text_of(value) if value else example


def _vectors(body: Node) -> Iterator[str]:
    for node in nodes_of(body):
        if isinstance(node, Index) and isinstance(node.base, Name):
            yield node.base.name
        if isinstance(node, Apply) and OPERATIONS[node.op].acts in _WHOLE:
            yield from (each.name for each in node.args if isinstance(each, Name))


def _line(error: Exception) -> str:
    return str(error).partition("\n")[0][:ERROR_CHARACTERS]
