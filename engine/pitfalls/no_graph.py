"""`backward()` of a result without a graph: where on the way the graph was lost."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from types import FunctionType, ModuleType
from typing import Final

from torch import nn

from engine.pitfalls.code import (
    Loop,
    called,
    calls,
    grad_of,
    history,
    is_no_grad,
    mentions,
    own,
    receiver,
    result_of_backward,
    scope,
    statement,
    targets,
    text,
    under_no_grad,
)
from engine.pitfalls.mending import Edits, mended, with_expression
from engine.pitfalls.rule import Example, Finding, Rule, Scene
from engine.pitfalls.steps import mended_steps, steps_inside
from engine.pitfalls.trial import runs
from engine.pitfalls.values import is_plain, tensor_at
from engine.records import Certainty

_NO_GRAPH = r"RuntimeError: element 0 of tensors does not require grad"
_NUMBER = r"AttributeError: '(?:float|int|numpy\.\w+)' object has no attribute 'backward'"
NO_GRADIENT: Final = (
    r"AttributeError: 'NoneType' object has no attribute '\w+'"
    r"|TypeError: unsupported operand type\(s\) for .*'NoneType'"
)
NO_GRADIENT_ALONE: Final = (
    r"AttributeError: 'NoneType' object has no attribute '(?:zero_|detach_)'"
    r"|TypeError: .* 'Tensor' and 'NoneType'|TypeError: .* 'NoneType' and 'Tensor'"
)
_CUTS: Final = ("item", "detach", "numpy", "tolist")
_STEPS: Final = ("argmax", "argmin", "argsort", "long", "int", "bool", "gt", "lt", "ge", "le", "eq")
_MAKERS: Final = ("tensor", "ones", "zeros", "rand", "randn", "full", "arange", "linspace", "eye")


def asked_for(scene: Scene) -> ast.expr | None:
    """What a gradient was wanted of or for: `f` of `f.backward()`, `x` of `x.grad`."""
    result = result_of_backward(scene)
    return result if result is not None else missing_gradient(scene)


def missing_gradient(scene: Scene) -> ast.expr | None:
    """`x` of an `x.grad` in the failing statement that is None, as far as is known."""
    node = statement(scene)
    for item in own([node] if node is not None and not isinstance(node, Loop) else []):
        owner = grad_of(item)
        if owner is not None:
            value = tensor_at(scene, owner)
            if value is None or tensor_at(scene, item) is None:  # type: ignore[arg-type]
                return owner
    return None


def _look_at_update(scene: Scene) -> Finding | None:
    """`with torch.no_grad(): x = x - …`: the new x does not require a gradient."""
    wanted, failing = asked_for(scene), statement(scene)
    name, found = steps_inside(scene)
    if wanted is None or failing is None or not found:
        return None
    value = tensor_at(scene, ast.Name(name, ast.Load()))
    made = mentions(wanted).union(*(mentions(item.value) for item in history(scene, wanted)))
    if name not in made or (value is not None and value.requires_grad):
        return None
    fix, trial = mended_steps(scene, name, found, failing)
    values = {"name": name, "code": text(found[-1])}
    return Finding(Certainty.LIKELY, values, fix, trial, proves=True)


def _look_at_quiet_result(scene: Scene) -> Finding | None:
    """The result itself is computed in `no_grad`."""
    result, failing = result_of_backward(scene), statement(scene)
    if result is None or failing is None or scene.tree is None:
        return None
    quiet = [item for item in history(scene, result) if under_no_grad(scene.tree, item)]
    if not quiet:
        functions = [item for item in _functions_called(scene, result) if is_no_grad(item)]
        values = {"name": text(result), "code": f"{functions[0].name}(…)"} if functions else {}
        return Finding(Certainty.LIKELY, values) if functions else None
    edits: Edits = []
    for holder in [node for node in own(scope(scene)) if isinstance(node, ast.With)]:
        inside = [item for item in holder.body if item in quiet]
        if inside:
            edits = [*edits, (holder, _moved_out(holder, inside))]
    values = {"name": targets(quiet[-1])[0], "code": text(quiet[-1])}
    if not edits:
        return Finding(Certainty.LIKELY, values)
    return Finding(Certainty.LIKELY, values, *mended(scene, edits, failing), proves=True)


def _moved_out(holder: ast.With, inside: Sequence[ast.stmt]) -> str:
    outside = "\n".join(text(item) for item in inside)
    if len(inside) == len(holder.body):
        return outside
    kept = [item for item in holder.body if item not in inside]
    head = text(holder).splitlines()[0]
    body = "\n".join(f"    {line}" for item in kept for line in text(item).splitlines())
    return f"{head}\n{body}\n{outside}"


def _look_at_cut(scene: Scene) -> Finding | None:
    """`.item()`, `.detach()`, `.data`, `torch.tensor(x)` on the way to the result."""
    result, failing = result_of_backward(scene), statement(scene)
    if result is None or failing is None:
        return None
    places = [(failing, result), *((item, item.value) for item in history(scene, result))]
    found = [(node, *cut) for node, value in places for cut in _cuts(scene, value)]
    if not found:
        return _look_at_returned(scene, result)
    _, cut, whole = max(found, key=lambda item: _needs_gradient(scene, item[2]) is True)
    values = {"cut": text(cut), "whole": text(whole)}
    if any(calls([item], "numpy", "tolist") for _, item, _ in found):
        return Finding(Certainty.LIKELY, values)
    first = {id(node): (node, cut, whole) for node, cut, whole in reversed(found)}
    edits = [(node, text(with_expression(node, cut, whole))) for node, cut, whole in first.values()]
    edits.sort(key=lambda edit: edit[0].lineno)
    return Finding(Certainty.LIKELY, values, *mended(scene, edits, failing), proves=True)


def _look_at_returned(scene: Scene, result: ast.expr) -> Finding | None:
    """A function of the same cell that returns its value without a graph."""
    for function in _functions_called(scene, result):
        for node in own(function.body):
            if isinstance(node, ast.Return) and node.value is not None:
                for cut, whole in _cuts(scene, node.value):
                    values = {"cut": text(cut), "whole": text(whole)}
                    return Finding(Certainty.LIKELY, values)
    return None


def _functions_called(scene: Scene, result: ast.expr) -> list[ast.FunctionDef]:
    """Functions of the same cell that the result comes out of."""
    assert scene.tree is not None
    made = [result, *(item.value for item in history(scene, result))]
    names = {text(call.func) for node in made for call in own([node]) if isinstance(call, ast.Call)}
    return [
        node for node in scene.tree.body if isinstance(node, ast.FunctionDef) and node.name in names
    ]


def _cuts(scene: Scene, node: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Expressions that cut the graph off, and what they cut it from."""
    for item in own([node]):
        whole: ast.expr | None = None
        if isinstance(item, ast.Call) and called(item) in _CUTS:
            whole = receiver(item)
        elif isinstance(item, ast.Call) and _copies(item):
            whole = item.args[0]
        elif isinstance(item, ast.Attribute) and item.attr == "data":
            whole = item.value
        if whole is None or not isinstance(item, ast.expr) or not mentions(whole):
            continue
        if _needs_gradient(scene, whole) is not False:
            yield item, whole


def _copies(node: ast.Call) -> bool:
    made = called(node) in ("tensor", "as_tensor", "float") and receiver(node) is not None
    plain = text(node.func) in ("float", "torch.tensor", "tensor")
    return (made or plain) and text(node.func) != "torch.float" and len(node.args) == 1


def _needs_gradient(scene: Scene, node: ast.expr) -> bool | None:
    """Whether any live tensor in an expression requires a gradient; None: not to be told."""
    known = [tensor_at(scene, ast.Name(name, ast.Load())) for name in mentions(node)]
    if any(value is not None and value.requires_grad for value in known):
        return True
    others = [scene.names.get(name) for name in mentions(node)]
    unknown = not scene.names or any(value is None or not is_plain(value) for value in others)
    return None if unknown else False


def _look_at_step(scene: Scene) -> Finding | None:
    """`argmax`, a comparison, `.long()`: nothing to differentiate."""
    result = result_of_backward(scene)
    if result is None:
        return None
    for node in [result, *(item.value for item in reversed(history(scene, result)))]:
        for item in own([node]):
            flat = isinstance(item, ast.Compare) or (
                isinstance(item, ast.Call) and called(item) in _STEPS and item.func is not None
            )
            if flat and mentions(item) and _needs_gradient(scene, item) is not False:  # type: ignore[arg-type]
                certain = _needs_gradient(scene, item) is True  # type: ignore[arg-type]
                return Finding(
                    Certainty.PROVED if certain else Certainty.LIKELY, {"code": text(item)}
                )
    return None


def _look_at_inputs(scene: Scene) -> Finding | None:
    """Nothing that the result is made from requires a gradient."""
    wanted, failing = asked_for(scene), statement(scene)
    if wanted is None or failing is None:
        return None
    made = history(scene, wanted)
    names = sorted(mentions(wanted).union(*(mentions(item.value) for item in made)))
    tensors = {name: tensor_at(scene, ast.Name(name, ast.Load())) for name in names}
    if any(value is not None and value.requires_grad for value in tensors.values()):
        return None
    born = [item for item in made if _is_made(item)]
    read = {grad_of(node).id for node in own(scope(scene)) if isinstance(grad_of(node), ast.Name)}  # type: ignore[union-attr]
    leaves = [item for item in born if read & {*targets(item)}] or born
    if not leaves:
        return None
    values = {"name": ", ".join(dict.fromkeys(targets(item)[0] for item in leaves))}
    sure = all(_is_known(scene, name, born) for name in names)
    if len(leaves) > 1:
        return Finding(Certainty.LIKELY, values) if sure else None
    edit = _asking(leaves[0])
    _, trial = mended(scene, [(leaves[0], edit)], failing)
    if not sure:  # what a function of the student's does inside, only a run can tell
        unknown = [name for name in names if not _is_known(scene, name, born)]
        if not all(_is_closed(scene, name) for name in unknown) or not runs(trial, scene.names):
            return None
    return Finding(Certainty.LIKELY, values, edit, trial, proves=True)


def _asking(node: ast.Assign) -> str:
    """`x = torch.tensor(1.0)` with `requires_grad=True`."""
    call = node.value
    assert isinstance(call, ast.Call)
    others = [word for word in call.keywords if word.arg != "requires_grad"]
    asking = ast.keyword("requires_grad", ast.Constant(True))
    return text(with_expression(node, call, ast.Call(call.func, call.args, [*others, asking])))


def _is_known(scene: Scene, name: str, born: list[ast.Assign]) -> bool:
    """Whether a name stands for nothing that could bring a graph of its own."""
    if not scene.names:
        made = {target for item in born for target in targets(item)}
        return name in made or name in ("torch", "F", "nn", "math", "np")
    value = scene.names.get(name)
    return is_plain(value) or type(value) in (int, float, bool, ModuleType)


def _is_closed(scene: Scene, name: str) -> bool:
    """Whether a function of the user's computes with nothing but its arguments."""
    value = scene.names.get(name)
    if type(value) is not FunctionType or value.__closure__:
        return False
    inside = [scene.names.get(item) for item in value.__code__.co_names]
    return not any(is_plain(item) or isinstance(item, nn.Module) for item in inside)


def _is_made(node: ast.Assign) -> bool:
    """Whether a statement makes one tensor from numbers: `x = torch.tensor(1.0)`."""
    call = node.value
    return (
        isinstance(call, ast.Call)
        and len(targets(node)) == 1
        and called(call) in _MAKERS
        and text(call.func).partition(".")[0] in ("torch", *_MAKERS)
    )


_NEWTON = """\
def poly(x):
    return x ** 7 + 5 * x ** 3 + 17 * x - 9

x = torch.tensor(1.0, requires_grad=True)
val = poly(x)
while val.abs() > 1e-5:
    val.backward()
    with torch.no_grad():
        {step}
    x.grad = None
    val = poly(x)
x"""

NO_GRAPH: tuple[Rule, ...] = (
    Rule(
        "update_in_no_grad",
        f"{_NO_GRAPH}|{NO_GRADIENT}",
        _look_at_update,
        (
            Example(
                "w = torch.tensor(1.0, requires_grad=True)\n"
                "f = w + 1\n"
                "f.backward()\n"
                "with torch.no_grad():\n"
                "    w = w - w.grad\n"
                "f = w + 1\n"
                "f.backward()",
                "w = torch.tensor(1.0, requires_grad=True)\n"
                "f = w + 1\n"
                "f.backward()\n"
                "with torch.no_grad():\n"
                "    w -= w.grad\n"
                "w.grad = None\n"
                "f = w + 1\n"
                "f.backward()",
            ),
            Example(
                _NEWTON.format(step="x = x - val / x.grad"),
                _NEWTON.format(step="x -= val / x.grad"),
            ),
            Example(
                "w = torch.tensor(1.0, requires_grad=True)\n"
                "for _ in range(3):\n"
                "    loss = (w - 3) ** 2\n"
                "    loss.backward()\n"
                "    with torch.no_grad():\n"
                "        w = w - 0.1 * w.grad\n"
                "    w.grad.zero_()",
                "w = torch.tensor(1.0, requires_grad=True)\n"
                "for _ in range(3):\n"
                "    loss = (w - 3) ** 2\n"
                "    loss.backward()\n"
                "    with torch.no_grad():\n"
                "        w -= 0.1 * w.grad\n"
                "    w.grad.zero_()",
            ),
        ),
        alone=_NO_GRAPH,
    ),
    Rule(
        "result_in_no_grad",
        _NO_GRAPH,
        _look_at_quiet_result,
        (
            Example(
                _NEWTON.format(step="x -= val / x.grad\n        val = poly(x)").replace(
                    "\n    val = poly(x)\nx", "\nx"
                ),
                _NEWTON.format(step="x -= val / x.grad"),
            ),
            Example(
                "w = torch.tensor([1.0, 2.0], requires_grad=True)\n"
                "with torch.no_grad():\n"
                "    loss = (w ** 2).sum()\n"
                "loss.backward()",
                "w = torch.tensor([1.0, 2.0], requires_grad=True)\n"
                "loss = (w ** 2).sum()\n"
                "loss.backward()",
            ),
        ),
    ),
    Rule(
        "graph_cut",
        f"{_NO_GRAPH}|{_NUMBER}",
        _look_at_cut,
        (
            Example(
                "x = torch.tensor([1.0, 2.0], requires_grad=True)\n"
                "y = (x ** 2).sum().item()\n"
                "y.backward()",
                "x = torch.tensor([1.0, 2.0], requires_grad=True)\n"
                "y = (x ** 2).sum()\n"
                "y.backward()",
            ),
            Example(
                "w = torch.tensor([1.0, 2.0], requires_grad=True)\n"
                "pred = w.detach() * 3\n"
                "loss = ((pred - 1) ** 2).mean()\n"
                "loss.backward()",
                "w = torch.tensor([1.0, 2.0], requires_grad=True)\n"
                "pred = w * 3\n"
                "loss = ((pred - 1) ** 2).mean()\n"
                "loss.backward()",
            ),
            Example(
                "x = torch.tensor(2.0, requires_grad=True)\ny = x ** 3\ntorch.tensor(y).backward()",
                "x = torch.tensor(2.0, requires_grad=True)\ny = x ** 3\ny.backward()",
            ),
            Example(
                "x = torch.tensor(2.0, requires_grad=True)\ny = x.data ** 3\ny.backward()",
                "x = torch.tensor(2.0, requires_grad=True)\ny = x ** 3\ny.backward()",
            ),
        ),
    ),
    Rule(
        "no_derivative",
        _NO_GRAPH,
        _look_at_step,
        (
            Example(
                "scores = torch.tensor([0.2, 0.8], requires_grad=True)\n"
                "wrong = (scores > 0.5).float().sum()\n"
                "wrong.backward()",
                "scores = torch.tensor([0.2, 0.8], requires_grad=True)\n"
                "loss = torch.sigmoid(10 * (scores - 0.5)).sum()\n"
                "loss.backward()",
            ),
            Example(
                "scores = torch.tensor([0.2, 0.8], requires_grad=True)\n"
                "best = scores.argmax()\n"
                "best.backward()",
                "scores = torch.tensor([0.2, 0.8], requires_grad=True)\n"
                "best = scores.max()\n"
                "best.backward()",
            ),
        ),
    ),
    Rule(
        "nothing_requires_grad",
        f"{_NO_GRAPH}|{NO_GRADIENT}",
        _look_at_inputs,
        (
            Example(
                "x = torch.tensor(2.0)\ny = x ** 2\ny.backward()\nx.grad",
                "x = torch.tensor(2.0, requires_grad=True)\ny = x ** 2\ny.backward()\nx.grad",
            ),
            Example(
                "w = torch.ones(3, requires_grad=False)\n(w * 2).sum().backward()",
                "w = torch.ones(3, requires_grad=True)\n(w * 2).sum().backward()",
            ),
        ),
        alone=f"{_NO_GRAPH}|{NO_GRADIENT_ALONE}",
    ),
)
