"""A formula in torch: source as a student would write it, and the function it defines."""

from __future__ import annotations

import math
from collections.abc import Callable
from keyword import iskeyword
from typing import Final, cast

import torch

from engine.formula.tree import Apply, Array, Compare, Constant, Formula, Index, Name, Node, Number
from engine.formula.writing.python_numbers import (
    EXACT_INTEGERS,
    float_source,
    number_source,
    plain,
    rows_source,
)

FLOAT32_LARGEST: Final = 3.4e38

_F: Final = "torch.nn.functional"


def torch_source(formula: Formula) -> str:
    """Source of `def f(x, y): return ...` in terms of torch alone.

    Numbers stay Python numbers where torch lets them, so that they take the dtype of the inputs;
    elsewhere they become tensors of the first input's dtype (float64 without inputs). It computes
    what torch computes: infinities and nan, never an exception of Python.

    >>> from fractions import Fraction
    >>> x, y = Name("x"), Name("y")
    >>> square = Apply("pow", (x, Number(Fraction(2))))
    >>> print(torch_source(Formula("f", ("x", "y"), Apply("add", (square, Apply("exp", (y,)))))))
    def f(x, y):
        return x ** 2 + torch.exp(y)
    """
    body = _tensor(formula.body)
    lines = [f"def {_TITLE}({', '.join(formula.inputs)}):"]
    if "dtype=dtype" in body:
        local = "dtype" if "dtype" not in formula.inputs else "_dtype"
        first = f"{formula.inputs[0]}.dtype" if formula.inputs else "torch.float64"
        lines.append(f"    {local} = {first}")
        body = body.replace("dtype=dtype", f"dtype={local}")
    return "\n".join([*lines, f"    return {body}"])


def torch_function(formula: Formula) -> Callable[..., torch.Tensor]:
    """The function that `torch_source` defines: takes the inputs in order, returns a tensor.

    The title and the names of a user never reach the compiler unchecked: they are identifiers by
    the grammar, and this refuses (ValueError) what is not.

    >>> from fractions import Fraction
    >>> double = Apply("mul", (Number(Fraction(2)), Name("x")))
    >>> torch_function(Formula("f", ("x",), double))(torch.tensor(3.0))
    tensor(6.)
    """
    for name in formula.inputs:
        if not name.isidentifier() or iskeyword(name) or name in _TAKEN:
            raise ValueError(f"{name!r} cannot be an input of a function")
    space: dict[str, object] = {"torch": torch, "__builtins__": _BUILTINS}
    exec(compile(torch_source(formula), "<formula>", "exec"), space)
    return cast("Callable[..., torch.Tensor]", space[_TITLE])


_TITLE: Final = "f"
# torch.clamp and torch.where import parts of torch at first use, by the builtins of their caller.
_BUILTINS: Final = {"__import__": __import__}
_TAKEN: Final = {"torch", "_dtype", *_BUILTINS}

# How tightly an expression holds together, as in Python.
_COMPARED, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(6)

_SIGNS: Final = {  # sign, its level, what the left and the right side must at least be
    "add": ("+", _SUM, _SUM, _PRODUCT),
    "sub": ("-", _SUM, _SUM, _PRODUCT),
    "mul": ("*", _PRODUCT, _PRODUCT, _SIGN),
    "div": ("/", _PRODUCT, _PRODUCT, _SIGN),
    "matmul": ("@", _PRODUCT, _PRODUCT, _SIGN),
    "pow": ("**", _POWER, _ATOM, _SIGN),
}


def _expression(node: Node) -> tuple[str, int]:
    """The node in Python, and its level. A number, and arithmetic of numbers, stays one."""
    match node:
        case Number(value=value):
            source = number_source(value)
            return source, _SIGN if source.startswith("-") else _ATOM
        case Constant(name=name):
            return f"torch.{name}", _ATOM
        case Name(name=name):
            return name, _ATOM
        case Array(shape=shape, values=values):
            return f"torch.tensor({rows_source(shape, values)}, dtype=dtype)", _ATOM
        case Index(base=base, where=where):
            return f"{_at_least(base, _ATOM)}[{', '.join(map(str, where))}]", _ATOM
        case Compare(relation=relation, left=left, right=right):
            return f"{_tensor(left, _SUM)} {relation} {_at_least(right, _SUM)}", _COMPARED
        case _:
            return TORCH[node.op](node)


def _at_least(node: Node, level: int) -> str:
    text, own = _expression(node)
    return text if own >= level else f"({text})"


def _tensor(node: Node, level: int = _COMPARED) -> str:
    """The node as a tensor: bare numbers are made one."""
    if plain(node) is not None:
        return f"torch.tensor({_float_text(node)}, dtype=dtype)"
    return _at_least(node, level)


def _bare(node: Node) -> bool:
    """Whether it is a number that torch takes as one, in float32 too."""
    number = plain(node)
    return number is not None and (abs(number) <= FLOAT32_LARGEST or math.isinf(number))


def _float_text(node: Node) -> str:
    return float_source(_expression(node)[0])


def _infix(node: Apply) -> tuple[str, int]:
    sign, level, left, right = _SIGNS[node.op]
    first, second = node.args
    number = plain(node)
    if number is not None and abs(number) >= EXACT_INTEGERS:  # Python's integers grow past torch's
        return repr(number), _ATOM if number >= 0 else _SIGN
    if node.op == "matmul" or _without_tensor(node):
        return f"{_tensor(first, left)} {sign} {_tensor(second, right)}", level
    return f"{_at_least(first, left)} {sign} {_at_least(second, right)}", level


def _without_tensor(node: Apply) -> bool:
    """Numbers alone, and Python would raise where torch has an infinity or nan."""
    return plain(node) is None and all(plain(each) is not None for each in node.args)


def _negative(node: Apply) -> tuple[str, int]:
    return f"-{_at_least(node.args[0], _SIGN)}", _SIGN


Emit = Callable[[Apply], tuple[str, int]]


def _call(function: str, *extra: str) -> Emit:
    def emit(node: Apply) -> tuple[str, int]:
        args = [*map(_tensor, node.args), *extra]
        if node.dim is not None:
            args.append(f"dim={node.dim}")
        return f"{function}({', '.join(args)})", _ATOM

    return emit


def _method(template: str, along: str | None = None) -> Emit:
    """`{0}`, `{1}`: the arguments; `along` is used instead where there is a dim."""

    def emit(node: Apply) -> tuple[str, int]:
        chosen = template if node.dim is None or along is None else along
        args = [_tensor(each, _ATOM) for each in node.args]
        return chosen.format(*args, dim=node.dim), _ATOM

    return emit


def _sloped(function: str, otherwise: str) -> Emit:
    """torch wants the second argument of these as a number; where it is none, by hand."""

    def emit(node: Apply) -> tuple[str, int]:
        x = _tensor(node.args[0])
        if len(node.args) == 1:
            return f"{function}({x})", _ATOM
        if _bare(node.args[1]):
            return f"{function}({x}, {_float_text(node.args[1])})", _ATOM
        x, slope = (_tensor(each, _ATOM) for each in node.args)
        return f"torch.where({x} > 0, {x}, {slope} * {otherwise.format(x)})", _ATOM

    return emit


def _extreme(of_one: str, along: str, of_two: str) -> Emit:
    def emit(node: Apply) -> tuple[str, int]:
        found, *rest = map(_tensor, node.args)
        if not rest and node.dim is None:
            return f"{of_one}({found})", _ATOM
        if not rest:
            return f"{along}({found}, dim={node.dim})", _ATOM
        for each in rest:
            found = f"{of_two}({found}, {each})"
        return found, _ATOM

    return emit


def _clamp(node: Apply) -> tuple[str, int]:
    bounds = node.args[1:]
    numbers = all(_bare(each) for each in bounds)
    texts = [_expression(each)[0] if numbers else _tensor(each) for each in bounds]
    return f"torch.clamp({', '.join([_tensor(node.args[0]), *texts])})", _ATOM


def _where(node: Apply) -> tuple[str, int]:
    condition, *values = node.args
    numbers = all(plain(each) is not None for each in values)
    texts = [
        _expression(each)[0] if _bare(each) and not numbers else _tensor(each) for each in values
    ]
    return f"torch.where({', '.join([_expression(condition)[0], *texts])})", _ATOM


def _reduced(function: str, all_of_it: str) -> Emit:
    return _method(f"{function}({{0}}, {all_of_it})", f"{function}({{0}}, dim={{dim}})")


def _placed(node: Apply) -> tuple[str, int]:
    value, at = node.args
    if not isinstance(at, Index):
        raise ValueError("placed() puts a value where an Index is")
    base = _tensor(at.base)
    where = "".join(f"torch.tensor({i}), " for i in at.where)
    return f"torch.zeros_like({base}).index_put(({where}), {_tensor(value)})", _ATOM


_OTHERS: Final = "torch.where(torch.eye({0}.numel(), dtype=torch.bool), 1, {0}.flatten())"
_OTHERS_ALONG: Final = (
    "torch.where(torch.eye({0}.shape[{dim}], dtype=torch.bool), 1, "
    "{0}.movedim({dim}, -1).unsqueeze(-2)).prod(-1).movedim(-1, {dim})"
)

_SAME_NAME: Final = (
    "sin cos tan asin acos atan sinh cosh tanh exp log log2 log10 log1p expm1 sqrt rsqrt abs sign "
    "floor ceil relu sigmoid erf sum mean prod dot outer"
)

TORCH: Final[dict[str, Emit]] = {
    **{name: _call(f"torch.{name}") for name in _SAME_NAME.split()},
    **dict.fromkeys(_SIGNS, _infix),
    "neg": _negative,
    "gelu": _call(f"{_F}.gelu"),
    "silu": _call(f"{_F}.silu"),
    # Beyond its threshold torch answers x; from 36 on that is right to the last digit of float64.
    "softplus": _call(f"{_F}.softplus", "threshold=36"),
    "leaky_relu": _sloped(f"{_F}.leaky_relu", "{0}"),
    "elu": _sloped(f"{_F}.elu", "torch.expm1({0})"),
    "max": _extreme("torch.max", "torch.amax", "torch.maximum"),
    "min": _extreme("torch.min", "torch.amin", "torch.minimum"),
    "clamp": _clamp,
    "where": _where,
    "norm": _call("torch.linalg.vector_norm"),
    "logsumexp": _method(
        "torch.logsumexp({0}.flatten(), dim=0)", "torch.logsumexp({0}, dim={dim})"
    ),
    "softmax": _reduced("torch.softmax", "dim=-1"),
    "log_softmax": _reduced("torch.log_softmax", "dim=-1"),
    "zeroed": _method("torch.where({1} == 0, 0.0, {0})"),
    "transpose": _method("{0}.mT"),
    "like": _method("{0}.expand_as({1})"),
    "unlike": _method("{0}.sum_to_size({1}.shape)"),
    "along": _method("{0}.expand_as({1})", "{0}.unsqueeze({dim}).expand_as({1})"),
    "placed": _placed,
    "count": _method(
        "torch.tensor({0}.numel(), dtype=dtype)", "torch.tensor({0}.shape[{dim}], dtype=dtype)"
    ),
    "others": _method(f"{_OTHERS}.prod(-1).view_as({{0}})", _OTHERS_ALONG),
}
