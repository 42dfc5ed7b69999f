"""What may require a gradient, and what a tensor that does may not be turned into."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy
from typing import Final

from engine.pitfalls.facts.code import called, calls, head, mentions, own, receiver, statement, text
from engine.pitfalls.facts.values import tensor_at
from engine.pitfalls.repair.mending import with_expression
from engine.pitfalls.rule import Example, Finding, Rule, Scene
from engine.records import Certainty

_CUT: Final = ("detach", "data", "item", "tolist", "shape", "size", "grad")


def _look_at_integers(scene: Scene) -> Finding | None:
    """`torch.tensor([1, 2], requires_grad=True)`, `torch.arange(3).requires_grad_()`."""
    node = statement(scene)
    for call in calls(head(node), *_MAKERS):
        asks = any(word.arg == "requires_grad" for word in call.keywords)
        if asks and node is not None:
            fix = text(with_expression(node, call, _of_floats(call)))
            return Finding(Certainty.LIKELY, {"code": text(call)}, fix, proves=True)
    for call in calls(head(node), "requires_grad_"):
        whole = receiver(call)
        if whole is not None and node is not None:
            new = ast.Call(ast.Attribute(whole, "float", ast.Load()), [], [])
            fix = text(with_expression(node, whole, new))
            return Finding(Certainty.LIKELY, {"code": text(whole)}, fix, proves=True)
    match node:
        case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=name), attr="requires_grad")]):
            fix = f"{name} = {name}.float()\n{text(node)}"
            return Finding(Certainty.LIKELY, {"code": name}, fix, proves=True)
    return None


_MAKERS = ("tensor", "arange", "ones", "zeros", "full", "randint", "eye", "as_tensor", "linspace")


def _of_floats(call: ast.Call) -> ast.Call:
    """The call with its integers written as floats, or with dtype=torch.float32."""
    words = [word for word in call.keywords if word.arg != "dtype"]
    first = call.args[0] if call.args else None
    written = called(call) == "tensor" and first is not None and not mentions(first)
    if written and len(words) == len(call.keywords):
        return ast.Call(call.func, [_Floats().visit(_copy(first)), *call.args[1:]], words)
    kind = ast.keyword("dtype", ast.parse("torch.float32", mode="eval").body)
    return ast.Call(call.func, call.args, [kind, *words])


def _copy(node: ast.expr | None) -> ast.expr:
    assert node is not None
    return ast.parse(text(node), mode="eval").body


class _Floats(ast.NodeTransformer):
    """Writes 1 as 1.0."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant(float(node.value)) if type(node.value) is int else node


def _look_at_numpy(scene: Scene) -> Finding | None:
    """`.numpy()`, `np.sin(x)`, `plt.plot(x)` of a tensor that requires a gradient."""
    node = statement(scene)
    if node is None:
        return None
    for call in calls(head(node), "numpy"):
        whole = receiver(call)
        if whole is not None:
            return _detached(scene, node, whole)
    found = [*_in_graph(scene, node)]
    return _detached(scene, node, *found) if found else None


def _in_graph(scene: Scene, node: ast.stmt) -> Iterator[ast.Name]:
    """Names of a statement that stand for tensors with a graph, and are not detached there."""
    inside = [*own(head(node))]
    freed = {item.value for item in inside if isinstance(item, ast.Attribute) and item.attr in _CUT}
    for item in inside:
        value = tensor_at(scene, item) if isinstance(item, ast.Name) and item not in freed else None
        if isinstance(item, ast.Name) and value is not None and value.requires_grad:
            yield item


def _detached(scene: Scene, node: ast.stmt, *wholes: ast.expr) -> Finding:
    value = tensor_at(scene, wholes[0])
    certainty = Certainty.PROVED if value is not None and value.requires_grad else Certainty.LIKELY
    cut = [ast.Call(ast.Attribute(whole, "detach", ast.Load()), [], []) for whole in wholes]
    swap = {id(whole): new for whole, new in zip(wholes, cut, strict=True)}
    fix = text(deepcopy(node, {**swap})) if head(node) == [node] else text(cut[0])
    return Finding(certainty, {"name": text(wholes[0])}, fix)


def _look_at_flag(scene: Scene) -> Finding | None:
    """`y.requires_grad = False` where y is the result of an operation."""
    node = statement(scene)
    owner: ast.expr | None = None
    match node:
        case ast.Assign(targets=[ast.Attribute(value=whole, attr="requires_grad")]):
            owner = whole
    for call in calls(head(node), "requires_grad_"):
        owner = receiver(call)
    if not isinstance(owner, ast.Name):
        return None
    value = tensor_at(scene, owner)
    known = value is not None and value.grad_fn is not None
    certainty = Certainty.PROVED if known else Certainty.LIKELY
    return Finding(certainty, {"name": owner.id}, f"{owner.id} = {owner.id}.detach()")


LEAVES: tuple[Rule, ...] = (
    Rule(
        "integer_gradient",
        r"RuntimeError: [Oo]nly Tensors of floating point",
        _look_at_integers,
        (
            Example(
                "x = torch.tensor(1, requires_grad=True)",
                "x = torch.tensor(1.0, requires_grad=True)",
            ),
            Example(
                "x = torch.tensor([[1, -2], [3, 4]], requires_grad=True)",
                "x = torch.tensor([[1.0, -2.0], [3.0, 4.0]], requires_grad=True)",
            ),
            Example(
                "x = torch.arange(3).requires_grad_()",
                "x = torch.arange(3.0).requires_grad_()",
            ),
            Example(
                "x = torch.arange(3)\nx.requires_grad = True",
                "x = torch.arange(3.0)\nx.requires_grad = True",
            ),
            Example(
                "n = 5\nx = torch.arange(n, requires_grad=True)",
                "n = 5\nx = torch.arange(n, dtype=torch.float32, requires_grad=True)",
            ),
        ),
    ),
    Rule(
        "numpy_of_graph",
        r"RuntimeError: Can't call numpy\(\) on Tensor that requires grad",
        _look_at_numpy,
        (
            Example(
                "w = torch.ones(3, requires_grad=True)\nw.numpy()",
                "w = torch.ones(3, requires_grad=True)\nw.detach().numpy()",
            ),
            Example(
                "import matplotlib.pyplot as plt\n"
                "w = torch.ones(3, requires_grad=True)\n"
                "losses = w * 2\n"
                "plt.plot(losses)",
                "import matplotlib.pyplot as plt\n"
                "w = torch.ones(3, requires_grad=True)\n"
                "losses = w * 2\n"
                "plt.plot(losses.detach())",
            ),
        ),
    ),
    Rule(
        "flag_of_computed",
        r"RuntimeError: you can only change requires_grad flags of leaf variables",
        _look_at_flag,
        (
            Example(
                "x = torch.tensor(2.0, requires_grad=True)\ny = x * 3\ny.requires_grad = False",
                "x = torch.tensor(2.0, requires_grad=True)\ny = x * 3\ny = y.detach()",
            ),
        ),
    ),
)
