"""Tensors given by shape alone: in `x=(5, 3); w=(3, 2); relu(x @ w)` the tuples mean tensors."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

Sizes = tuple[int, ...]

_ASSIGNED = re.compile(r"(\w+)[ \t]*=[ \t]*(?:\([\d,\s]*\)|\[[\d,\s]*\])")
_APART = re.compile(r"[ \t]*;[ \t]*")
_GAP = re.compile(r"(?P<space>[ \t]*)(?P<comma>,?)[ \t]*(?=[\w(\[])")
_GOES_ON = re.compile(r"(?:if|and|or|is|in|not|for|else)\b")
_MAGIC = re.compile(r"[ \t]*%%(?:time|timeit|capture|prun)\b")
_SIZE_NAME = re.compile(
    r"(?:^|_)(?:size|shape|dim|stride|padding|kernel|axis|axes|perm|order|layer|width|channel)s?"
    r"(?:$|_)",
    re.IGNORECASE,
)
_SIZE_KEYWORD = re.compile(
    r"sizes?|shapes?|dims?|axis|axes|stride|padding|dilation|kernel_size|output_size|repeats|"
    r"normalized_shape|shifts|pad"
)
# Every argument is a size, or data that is no tensor yet; so it is of a class.
_MAKER = re.compile(
    r"tensor|as_tensor|zeros|ones|empty|full|rand|randn|randint|normal|new_(?:zeros|ones|empty|full)|"
    r"broadcast_shapes|range|tuple|list|set|sorted|prod|zip|enumerate|print|[A-Z]\w*"
)
_HOLDER = re.compile(r"tensor|as_tensor|tuple|list|set|sorted|zip|enumerate|print")
_OF_LISTS = ("sum", "max", "min", "len", "any", "all", "map", "reversed")
# Of a method every argument is a size, of a function all but the first.
_TAKER = re.compile(
    r"view|reshape|expand|permute|repeat|tile|roll|flip|unflatten|broadcast_to|movedim|moveaxis|"
    r"sum|mean|amax|amin|std|var|norm|pad|layer_norm|interpolate|as_strided|squeeze"
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
    if _MAGIC.match(lines[0]):  # for time and output; the shapes are those of the cell below
        lines[0] = ""
    for number, line in enumerate(lines):
        lines[number] = _separated(line)
        if line.strip() and not _ASSIGNED.match(line.lstrip()):
            break
    return "\n".join(lines)


def _separated(line: str) -> str:
    start = len(line) - len(line.lstrip())
    while found := _ASSIGNED.match(line, start):
        if apart := _APART.match(line, found.end()):
            start = apart.end()
            continue
        gap = _GAP.match(line, found.end())
        if gap is None or not _separates(gap, found[1], line[gap.end() :]):
            break
        place = gap.start("comma" if gap["comma"] else "space")
        line = f"{line[:place]};{line[place + 1 :]}"
        start = gap.end()
    return line


def _separates(gap: re.Match[str], name: str, rest: str) -> bool:
    """Whether a statement ends there, and does not go on with `rest`."""
    if not gap[0] or _GOES_ON.match(rest):
        return False
    # `x = (5, 3), y` is a tuple, unless what follows uses the name or assigns another.
    follows = rf"\b{name}\b|\A\w+\s*=[^=]"
    return not gap["comma"] or re.search(follows, rest) is not None


def find_inputs(tree: ast.Module) -> dict[ast.Assign, Sizes]:
    """Top-level assignments of a literal of sizes to names that are nowhere used as sizes.

    >>> [*find_inputs(ast.parse("x = (5, 3); s = (3, 5); x.view(s)")).values()]
    [(5, 3)]
    """
    given = {
        node: sizes
        for node in tree.body
        if isinstance(node, ast.Assign) and (sizes := _sizes(node)) is not None
    }
    if not given:
        return {}
    as_sizes = set(_names_of_sizes(tree))
    as_lists = set(_names_of_lists(tree))
    return {
        node: sizes
        for node, sizes in given.items()
        if not any(map(_SIZE_NAME.search, _targets(node)))
        and as_sizes.isdisjoint(_targets(node))
        and not (isinstance(node.value, ast.List) and not as_lists.isdisjoint(_targets(node)))
    }


def _targets(node: ast.Assign) -> list[str]:
    return [target.id for target in node.targets if isinstance(target, ast.Name)]


def _sizes(node: ast.Assign) -> Sizes | None:
    """The sizes that a statement assigns to plain names; an empty list is for appending."""
    if not all(isinstance(target, ast.Name) for target in node.targets):
        return None
    match node.value:
        case ast.Tuple(elts=members) | ast.List(elts=[_, *_] as members):
            values = [getattr(member, "value", None) for member in members]
            sizes = tuple(value for value in values if type(value) is int)
            return sizes if len(sizes) == len(members) else None
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
            case ast.Subscript(slice=ast.Name(id=name)):
                yield name
            case ast.Subscript(slice=ast.Tuple(elts=indices)):
                yield from (index.id for index in indices if isinstance(index, ast.Name))
            case ast.BinOp(left=ast.Name(id=name), right=ast.Tuple()):
                yield name
            case ast.BinOp(left=ast.Tuple(), right=ast.Name(id=name)):
                yield name
            case ast.Compare(left=left, comparators=[right]):
                yield from _compared(left, right)
                yield from _compared(right, left)


def _in_call(node: ast.Call) -> Iterator[str]:
    for keyword in node.keywords:
        if _SIZE_KEYWORD.fullmatch(keyword.arg or "") and isinstance(keyword.value, ast.Name):
            yield keyword.value.id
    match node.func:
        case ast.Name(id=called):
            method = False
        case ast.Attribute(value=owner, attr=called):
            method = not (isinstance(owner, ast.Name) and owner.id in _MODULES)
        case _:
            return
    if _MAKER.fullmatch(called) or _TAKER.fullmatch(called):
        first = 0 if method or _MAKER.fullmatch(called) else 1
        yield from (arg.id for arg in node.args[first:] if isinstance(arg, ast.Name))
        if not _HOLDER.fullmatch(called):
            yield from _numbers(node.args[first:])
        if called == "zip":  # zip(x[:-1], x[1:])
            yield from (name for arg in node.args for name in _names_of_lists(arg))


def _numbers(arguments: Iterable[ast.expr]) -> Iterator[str]:
    """The x of x[0] * x[i] where a number is wanted; elsewhere x[0] is a part of a tensor."""
    for argument in arguments:
        match argument:
            case ast.Subscript(value=ast.Name(id=name), slice=index):
                if not isinstance(index, (ast.Slice, ast.Tuple)):
                    yield name
            case ast.BinOp(left=left, right=right):
                yield from _numbers([left, right])


def _names_of_lists(tree: ast.AST) -> Iterator[str]:
    """Names used as those of lists of numbers are: x[0], x[1:], sum(x).

    Tensors are used so too; one that is given by a list of sizes hardly ever.
    """
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=ast.Name(id=name), slice=index):
                if not isinstance(index, ast.Tuple):
                    yield name
            case ast.Call(func=ast.Name(id=called), args=[ast.Name(id=name), *_]):
                if called in _OF_LISTS:
                    yield name


def _compared(one: ast.expr, other: ast.expr) -> Iterator[str]:
    """`y.shape == x` compares sizes, and so does `y.shape[0] == x[0]`."""
    if isinstance(one, ast.Subscript) and isinstance(other, ast.Subscript):
        one, other = one.value, other.value
    sized = isinstance(other, ast.Attribute) and other.attr == "shape"
    if sized and isinstance(one, ast.Name):
        yield one.id
