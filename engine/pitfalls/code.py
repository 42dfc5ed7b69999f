"""Facts about a student's code that several rules ask for; read from its syntax tree alone."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Final

from engine.pitfalls.rule import Scene

Loop = ast.While | ast.For
Function = ast.FunctionDef | ast.AsyncFunctionDef
_SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_NO_GRAD: Final = ("no_grad", "inference_mode")


def path_to(tree: ast.Module, line: int) -> tuple[ast.stmt, ...]:
    """The statements that a line stands in, the outermost first, the innermost last.

    >>> [type(node).__name__ for node in path_to(ast.parse("while x:\\n    y = 1"), 2)]
    ['While', 'Assign']
    """
    path: list[ast.stmt] = []
    node: ast.AST = tree
    while True:
        around = [item for item in _statements(node) if _spans(item, line)]
        if not around:
            return tuple(path)
        node = around[-1]
        path.append(around[-1])


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        elif isinstance(child, (ast.ExceptHandler, ast.match_case)):
            yield from _statements(child)


def _spans(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def path(scene: Scene) -> tuple[ast.stmt, ...]:
    """The statements that the failing line stands in, within its own function."""
    whole = path_to(scene.tree, scene.line) if scene.tree else ()
    inside = [i for i, node in enumerate(whole[:-1]) if isinstance(node, _SCOPES)]
    return whole[inside[-1] + 1 :] if inside else whole


def statement(scene: Scene) -> ast.stmt | None:
    """The statement of the failing line."""
    return next(reversed(path(scene)), None)


def scope(scene: Scene) -> list[ast.stmt]:
    """The body of the function that the failing line stands in, or that of the cell."""
    whole = path_to(scene.tree, scene.line) if scene.tree else ()
    functions = [node for node in whole[:-1] if isinstance(node, Function)]
    if functions:
        return functions[-1].body
    return scene.tree.body if scene.tree else []


def loop_around(scene: Scene) -> Loop | None:
    """The innermost loop that the failing line stands in, its own head included."""
    loops = [node for node in path(scene) if isinstance(node, Loop)]
    return loops[-1] if loops else None


def statements_before(scene: Scene, node: ast.stmt) -> list[ast.stmt]:
    """The statements of the scope that run before `node` or the statement that holds it."""
    before: list[ast.stmt] = []
    for item in scope(scene):
        if any(inner is node for inner in ast.walk(item)):
            return before
        before.append(item)
    return before


def head(node: ast.stmt | None) -> list[ast.AST]:
    """What a statement evaluates at its own line: of a compound one, only its head."""
    match node:
        case None:
            return []
        case ast.While() | ast.If():
            return [node.test]
        case ast.For():
            return [node.iter]
        case ast.With():
            return [item.context_expr for item in node.items]
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [*node.decorator_list]
        case ast.Try() | ast.Match():
            return []
    return [node]


def siblings(scene: Scene, node: ast.stmt) -> list[ast.stmt]:
    """The block that a statement stands in."""
    assert scene.tree is not None
    for parent in ast.walk(scene.tree):
        for block in ("body", "orelse", "finalbody"):
            inside = getattr(parent, block, None)
            if isinstance(inside, list) and any(item is node for item in inside):
                return inside
    return [node]


def own(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Every node that runs with these: bodies of functions defined in them are left out."""
    waiting = [*nodes][::-1]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _SCOPES):
            waiting.extend([*ast.iter_child_nodes(node)][::-1])


def result_of_backward(scene: Scene) -> ast.expr | None:
    """`f` of the failing `f.backward()` or `autograd.grad(f, …)`; None: not to be told."""
    inside = head(statement(scene))
    for call in calls(inside, "backward"):
        taken = receiver(call)
        if taken is not None and text(taken) not in ("torch.autograd", "autograd"):
            return taken
    return next((call.args[0] for call in calls(inside, "grad", "backward") if call.args), None)


def history(scene: Scene, node: ast.expr) -> list[ast.Assign]:
    """The assignments of the scope that a value comes from, the nearest last.

    Those below the failing line count when they stand in the same loop.
    """
    loop = loop_around(scene)
    last = loop.end_lineno if loop and loop.end_lineno else scene.line
    known = [
        item
        for item in own(scope(scene))
        if isinstance(item, ast.Assign) and item.lineno <= last and item is not statement(scene)
    ]
    names, found = mentions(node), set[ast.Assign]()
    for _ in range(len(known)):
        new = {item for item in known if names & {*targets(item)}} - found
        if not new:
            break
        found |= new
        names = names.union(*(mentions(item.value) for item in new))
    return sorted(found, key=lambda item: item.lineno)


def text(node: ast.AST) -> str:
    """A node as Python writes it.

    >>> text(ast.parse("x  -=  (x.grad)"))
    'x -= x.grad'
    """
    return ast.unparse(node)


def mentions(node: ast.AST) -> set[str]:
    """Names that are read in a node."""
    return {
        item.id
        for item in ast.walk(node)
        if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Load)
    }


def assigned(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that these nodes bind: `x = …`, `x += …`, `for x in …`, `with … as x`."""
    return {
        item.id
        for item in own(nodes)
        if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store)
    }


def assignments(nodes: Iterable[ast.AST], name: str) -> list[ast.Assign]:
    """The plain assignments `name = …`, in the order of the text."""
    return [item for item in own(nodes) if isinstance(item, ast.Assign) and name in targets(item)]


def targets(node: ast.stmt) -> list[str]:
    """The plain names that a statement assigns to.

    >>> targets(ast.parse("a = b, c = f()").body[0])
    ['a', 'b', 'c']
    """
    if isinstance(node, ast.Assign):
        places = node.targets
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
        places = [node.target]
    else:
        return []
    flat = [
        item
        for place in places
        for item in (place.elts if isinstance(place, (ast.Tuple, ast.List)) else [place])
    ]
    return [item.id for item in flat if isinstance(item, ast.Name)]


def calls(nodes: Iterable[ast.AST], *names: str) -> list[ast.Call]:
    """Calls of functions or methods with one of these names: `backward(…)`, `x.backward(…)`."""
    return [item for item in own(nodes) if isinstance(item, ast.Call) and called(item) in names]


def called(node: ast.Call) -> str:
    """The last word of what is called."""
    return last_word(node.func)


def last_word(node: ast.AST) -> str:
    """`torch.no_grad` → "no_grad"; empty for what is no name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def receiver(node: ast.Call) -> ast.expr | None:
    """What a method is called on: `x` of `x.backward()`."""
    return node.func.value if isinstance(node.func, ast.Attribute) else None


def is_no_grad(node: ast.AST) -> bool:
    """Whether a statement turns gradients off for its body."""
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return any(_turns_off(item.context_expr) for item in node.items)
    if isinstance(node, Function):
        return any(_turns_off(item) for item in node.decorator_list)
    return False


def _turns_off(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return last_word(node) in _NO_GRAD
    if called(node) == "set_grad_enabled":
        return bool(node.args) and isinstance(node.args[0], ast.Constant) and not node.args[0].value
    return called(node) in _NO_GRAD


def under_no_grad(tree: ast.AST, wanted: ast.AST) -> bool:
    """Whether gradients are turned off where a node stands."""

    def inside(node: ast.AST, off: bool) -> bool | None:
        if node is wanted:
            return off
        off = is_no_grad(node) or (off and not isinstance(node, Function))
        found = (inside(child, off) for child in ast.iter_child_nodes(node))
        return next((answer for answer in found if answer is not None), None)

    return inside(tree, False) is True


def grad_of(node: ast.AST) -> ast.expr | None:
    """`x` when the node is `x.grad` or `x.grad.data`, else None."""
    if isinstance(node, ast.Attribute) and node.attr == "data":
        node = node.value
    return node.value if isinstance(node, ast.Attribute) and node.attr == "grad" else None


def resets_gradient(nodes: Iterable[ast.AST]) -> bool:
    """Whether any gradient is set back: `zero_grad()`, `x.grad.zero_()`, `x.grad = None`…"""
    return any(_resets(node) for node in own(nodes))


def _resets(node: ast.AST) -> bool:
    match node:
        case ast.Call():
            taken = receiver(node)
            of_gradient = taken is not None and grad_of(taken) is not None
            given = any(grad_of(item) is not None for item in node.args)
            changes = called(node).endswith("_")
            return called(node) == "zero_grad" or (changes and (of_gradient or given))
        case ast.Assign() | ast.Delete():
            return any(grad_of(item) is not None for item in node.targets)
        case ast.AugAssign():
            return grad_of(node.target) is not None
    return False
