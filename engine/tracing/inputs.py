"""Tensors given by shape alone: in `x=(5, 3); w=(3, 2); relu(x @ w)` the tuples mean tensors."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

Sizes = tuple[int, ...]

_ASSIGNED = re.compile(r"(\w+)[ \t]*=[ \t]*(?:\([\d,\s]*\)|\[[\d,\s]*\])")
_SEPARATOR = re.compile(r"([ \t]*)(,?)[ \t]*(?=[\w(\[])")
_GOES_ON = re.compile(r"(?:if|and|or|is|in|not|for|else)\b")
_SIZE_NAME = re.compile(
    r"(?:^|_)(?:size|shape|dim|stride|padding|kernel|axis|axes|perm|order)s?(?:$|_)", re.IGNORECASE
)
_SIZE_KEYWORDS = frozenset(
    "size shape sizes shapes dim dims axis axes stride padding dilation kernel_size output_size "
    "normalized_shape repeats shifts pad permutation".split()
)
# Every argument is a size, or data that is no tensor yet.
_MAKERS = frozenset(
    "tensor as_tensor zeros ones empty full rand randn randint normal Size new_zeros new_ones "
    "new_empty new_full broadcast_shapes range tuple list set sorted prod zip enumerate "
    "print".split()
)
# Of a method every argument is a size, of a function all but the first.
_TAKERS = frozenset(
    "view reshape expand permute repeat tile roll flip unflatten broadcast_to movedim moveaxis sum "
    "mean amax amin std var norm pad layer_norm interpolate as_strided squeeze".split()
)
_MODULES = ("torch", "F", "functional", "nn", "np", "math")


def separated(source: str) -> str:
    """Shapes on one line with the code, set apart by semicolons; as long as the text was.

    >>> separated("x=(5,3) w=(3,2) relu(x @ w)")
    'x=(5,3);w=(3,2);relu(x @ w)'
    >>> separated("x=(5,3), w=(3,2), relu(x @ w)"), separated("x = (5, 3), y")
    ('x=(5,3); w=(3,2); relu(x @ w)', 'x = (5, 3), y')
    """
    lines = source.split("\n")
    for number, line in enumerate(lines):
        lines[number] = _separated(line)
        if not _ASSIGNED.match(line.lstrip()):
            break
    return "\n".join(lines)


def _separated(line: str) -> str:
    start = len(line) - len(line.lstrip())
    while found := _ASSIGNED.match(line, start):
        gap = _SEPARATOR.match(line, found.end())
        if gap is None or not (gap[1] or gap[2]) or _GOES_ON.match(line, gap.end()):
            rest = re.compile(r"[ \t]*;[ \t]*").match(line, found.end())
            if rest is None:
                return line
            start = rest.end()
            continue
        # `x = (5, 3), y` is a tuple, unless what follows needs the name or gives another.
        rest = line[gap.end() :]
        if gap[2] and not (re.search(rf"\b{found[1]}\b", rest) or re.match(r"\w+\s*=[^=]", rest)):
            return line
        place = gap.start(2) if gap[2] else gap.start(1)
        line = line[:place] + ";" + line[place + 1 :]
        start = gap.end()
    return line


def find_inputs(tree: ast.Module) -> dict[ast.Assign, Sizes]:
    """Top-level assignments of a literal of sizes to names that are nowhere used as sizes.

    >>> [*find_inputs(ast.parse("x = (5, 3); s = (3, 5); x.view(s)")).values()]
    [(5, 3)]
    """
    given = {node: sizes for node in tree.body if (sizes := _sizes(node)) is not None}
    if not given:
        return {}
    as_sizes = set(_names_of_sizes(tree))
    return {
        node: sizes
        for node, sizes in given.items()
        if not any(name in as_sizes or _SIZE_NAME.search(name) for name in _targets(node))
    }


def _targets(node: ast.Assign) -> Iterator[str]:
    return (target.id for target in node.targets if isinstance(target, ast.Name))


def _sizes(node: ast.stmt) -> Sizes | None:
    """The sizes that a statement assigns to plain names; an empty list is for appending."""
    match node:
        case ast.Assign(targets=targets, value=ast.Tuple(elts=members) | ast.List(elts=members)):
            values = [each.value for each in members if isinstance(each, ast.Constant)]
            whole = len(values) == len(members) and all(type(value) is int for value in values)
            named = all(isinstance(target, ast.Name) for target in targets)
            if whole and named and (values or isinstance(node.value, ast.Tuple)):
                return tuple(values)
    return None


def _names_of_sizes(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call():
                yield from _in_call(node)
            case ast.Starred(value=ast.Name(id=name)):
                yield name
            case ast.Assign(targets=[ast.Tuple() | ast.List()], value=ast.Name(id=name)):
                yield name
            case ast.For(iter=ast.Name(id=name)) | ast.comprehension(iter=ast.Name(id=name)):
                yield name
            case ast.Subscript(value=ast.Name(id=name), slice=index) if _is_number(index):
                yield name
            case ast.BinOp(left=ast.Name(id=name), right=ast.Tuple()):
                yield name
            case ast.BinOp(left=ast.Tuple(), right=ast.Name(id=name)):
                yield name
            case ast.Compare(left=left, comparators=[right]):
                yield from _compared(left, right)
                yield from _compared(right, left)


def _in_call(node: ast.Call) -> Iterator[str]:
    for keyword in node.keywords:
        if keyword.arg in _SIZE_KEYWORDS and isinstance(keyword.value, ast.Name):
            yield keyword.value.id
    match node.func:
        case ast.Name(id=called):
            method = False
        case ast.Attribute(value=ast.Name(id=owner), attr=called):
            method = owner not in _MODULES
        case ast.Attribute(attr=called):
            method = not isinstance(node.func.value, ast.Attribute)
        case _:
            return
    first = 0 if called in _MAKERS or called[:1].isupper() or method else 1
    if called in _MAKERS or called in _TAKERS or called[:1].isupper():
        yield from (arg.id for arg in node.args[first:] if isinstance(arg, ast.Name))


def _compared(one: ast.expr, other: ast.expr) -> Iterator[str]:
    """`y.shape == x` compares sizes."""
    sized = isinstance(other, ast.Attribute) and other.attr == "shape"
    if sized and isinstance(one, ast.Name):
        yield one.id


def _is_number(index: ast.expr) -> bool:
    if isinstance(index, ast.UnaryOp):
        index = index.operand
    return isinstance(index, ast.Constant) and type(index.value) is int
