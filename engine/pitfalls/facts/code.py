"""Facts about a student's code that several rules ask for; read from its syntax tree alone."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from engine.pitfalls.rule import Scene

Loop = ast.While | ast.For
Function = ast.FunctionDef | ast.AsyncFunctionDef
_SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


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
    return _blocks(scene.tree).get(node, [node])


@lru_cache(maxsize=1)
def _blocks(tree: ast.Module) -> dict[ast.stmt, list[ast.stmt]]:
    found: dict[ast.stmt, list[ast.stmt]] = {}
    for parent in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if isinstance(block, list):
                found.update(dict.fromkeys(block, block))
    return found


def own(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Every node that runs with these: bodies of functions defined in them are left out."""
    waiting = [*nodes][::-1]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _SCOPES):
            waiting.extend([*ast.iter_child_nodes(node)][::-1])


def history(scene: Scene, node: ast.expr) -> list[ast.Assign]:
    """The assignments of the scope that a value comes from, in the order of the text.

    Of a name that is set several times only the last counts, and in a loop all that stand there.
    """
    made = _made(scope(scene), statement(scene))
    loop = loop_around(scene)
    first = loop.lineno if loop else scene.line
    turn = _made(loop.body if loop else [], statement(scene))
    found: set[ast.Assign] = set()
    seen: set[str] = set()
    waiting = [*mentions(node)]
    for name in waiting:
        if name in seen:
            continue
        seen.add(name)
        before = [item for item in made.get(name, []) if item.lineno < first]
        new = [*_last(before, name), *turn.get(name, [])]
        found |= {*new}
        waiting += [other for item in new for other in mentions(item.value)]
    return sorted(found, key=lambda item: item.lineno)


def _made(nodes: Iterable[ast.AST], but: ast.stmt | None) -> dict[str, list[ast.Assign]]:
    found: dict[str, list[ast.Assign]] = {}
    for item in own(nodes):
        if isinstance(item, ast.Assign) and item is not but:
            for name in targets(item):
                found.setdefault(name, []).append(item)
    return found


def _last(made: list[ast.Assign], name: str) -> list[ast.Assign]:
    """The last assignments of a name, back to the one that does not read it."""
    for number, item in enumerate(reversed(made), 1):
        if name not in mentions(item.value):
            return made[-number:]
    return made


def functions_called(scene: Scene, result: ast.expr) -> list[ast.FunctionDef]:
    """Functions of the same cell that the result comes out of."""
    assert scene.tree is not None
    made = [result, *(item.value for item in history(scene, result))]
    names = {text(call.func) for node in made for call in own([node]) if isinstance(call, ast.Call)}
    return [
        node for node in scene.tree.body if isinstance(node, ast.FunctionDef) and node.name in names
    ]


def text(node: ast.AST) -> str:
    """A node as Python writes it.

    >>> text(ast.parse("x  -=  (x.grad)"))
    'x -= x.grad'
    """
    return ast.unparse(node)


def mentions(node: ast.AST) -> set[str]:
    """Names that are read in a node; `x += 1` reads x.

    >>> sorted(mentions(ast.parse("x += y")))
    ['x', 'y']
    """
    inside = [*ast.walk(node)]
    read = [item for item in inside if isinstance(item, ast.Name)]
    changed = [item.target for item in inside if isinstance(item, ast.AugAssign)]
    names = {item.id for item in read if isinstance(item.ctx, ast.Load)}
    return names | {item.id for item in changed if isinstance(item, ast.Name)}


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
