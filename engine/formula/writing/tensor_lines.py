"""A formula of one number and its derivative as straight lines of torch, for a whole vector.

Every operation is one line that writes into a buffer, used again as soon as its value is no
longer needed: nothing is allocated, and little leaves the cache.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.formula.tree import Apply, Compare, Formula, Name, Node, children
from engine.formula.writing.straight import NotScalar, constant_of, lowered, variables


@dataclass(frozen=True, slots=True)
class TensorCode:
    """`source` defines `both(x, k0, ..., b0, ...)`: a tensor for every one of the `constants`, then
    so many `buffers` shaped like x; it returns f and f'."""

    source: str
    constants: tuple[float, ...]
    buffers: int


def tensor_code(formula: Formula, derivative: Node) -> TensorCode:
    """f and f' together; the formula has one input.

    Raises:
        NotScalar: the formula is of vectors or matrices.

    >>> from fractions import Fraction
    >>> from engine.formula.tree import Number
    >>> x, two, three = Name("x"), Number(Fraction(2)), Number(Fraction(3))
    >>> cube = Formula("f", ("x",), Apply("pow", (x, three)))
    >>> code = tensor_code(cube, Apply("mul", (three, Apply("pow", (x, two)))))
    >>> print(code.source, code.constants)
    def both(x, k0, b0, b1):
        mul(x, x, out=b0)
        mul(b0, x, out=b1)
        mul(k0, b0, out=b0)
        return b1, b0 (3.0,)
    """
    roots = lowered([formula.body, derivative])
    x = variables(formula.inputs)[formula.inputs[0]]
    writer = _Writer(x, _uses(roots))
    results = [writer.whole(node) for node in roots]
    constants = [f"k{place}" for place in range(len(writer.constants))]
    buffers = [f"b{place}" for place in range(writer.buffers)]
    head = f"def both({', '.join([x, *constants, *buffers])}):"
    lines = [*writer.lines, f"return {', '.join(results)}"]
    source = "\n".join([head, *(f"    {line}" for line in lines)])
    return TensorCode(source, tuple(writer.constants), writer.buffers)


def _uses(roots: Sequence[Node]) -> Counter[int]:
    """How often each part is read, by identity; a result once more, so that it stays."""
    uses = Counter(map(id, roots))
    waiting, seen = [*roots], set[int]()
    while waiting:
        each = waiting.pop()
        if id(each) not in seen and constant_of(each) is None:
            seen.add(id(each))
            uses.update(map(id, children(each)))
            waiting += children(each)
    return uses


@dataclass(slots=True)
class _Writer:
    x: str
    uses: Counter[int]
    lines: list[str] = field(default_factory=list)
    constants: list[float] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)  # of constants, by their text
    named: dict[int, str] = field(default_factory=dict)
    free: list[str] = field(default_factory=list)
    buffers: int = 0
    conditions: int = 0

    def whole(self, node: Node) -> str:
        """A result: shaped like x even where it is the same everywhere."""
        name = self.name(node)
        return f"{name}.expand_as({self.x})" if constant_of(node) is not None else name

    def name(self, node: Node) -> str:
        """The variable that holds the node's value, once the lines so far have run."""
        if isinstance(node, Name):
            return self.x
        if (value := constant_of(node)) is not None:
            return self.constant(value)
        if id(node) not in self.named:
            self.named[id(node)] = self.computed(node)
        return self.named[id(node)]

    def constant(self, value: float) -> str:
        if repr(value) not in self.places:
            self.places[repr(value)] = len(self.constants)
            self.constants.append(value)
        return f"k{self.places[repr(value)]}"

    def computed(self, node: Node) -> str:
        names = [self.name(each) for each in children(node)]
        for each in children(node):
            self.read(each)
        if isinstance(node, Compare):
            self.lines.append(f"c{self.conditions} = {names[0]} {node.relation} {names[1]}")
            self.conditions += 1
            return f"c{self.conditions - 1}"
        if not isinstance(node, Apply) or node.op not in TENSORS:
            raise NotScalar("Lines for numbers were asked for, and this is of vectors or matrices.")
        found = self.buffer()
        self.lines.append(TENSORS[node.op].format(*names, out=found))
        return found

    def read(self, node: Node) -> None:
        self.uses[id(node)] -= 1
        name = self.named.get(id(node), "")
        if not self.uses[id(node)] and name.startswith("b"):
            self.free.append(name)

    def buffer(self) -> str:
        if self.free:
            return self.free.pop()
        self.buffers += 1
        return f"b{self.buffers - 1}"


_UNARY: Final = (
    "neg sin cos tan asin acos atan sinh cosh tanh exp log log2 log10 log1p expm1 sqrt rsqrt abs "
    "sign floor ceil sigmoid erf"
)
_BINARY: Final = "add sub mul div pow"

# What has no `out` makes a tensor of its own, and the buffer's name is the name of that.
TENSORS: Final[dict[str, str]] = {
    **{name: f"{name}({{0}}, out={{out}})" for name in _UNARY.split()},
    **{name: f"{name}({{0}}, {{1}}, out={{out}})" for name in _BINARY.split()},
    "max": "maximum({0}, {1}, out={out})",
    "min": "minimum({0}, {1}, out={out})",
    "where": "where({0}, {1}, {2}, out={out})",
    "relu": "{out} = relu({0})",
    "gelu": "{out} = gelu({0})",
    "silu": "{out} = silu({0})",
    "softplus": "{out} = softplus({0}, threshold=36)",
    "leaky_relu": "{out} = where({0} > 0, {0}, {1} * {0})",
    "elu": "{out} = where({0} > 0, {0}, {1} * expm1({0}))",
    "zeroed": "{out} = where({1} == 0, 0, {0})",
    "norm": "abs({0}, out={out})",
    "softmax": "{out} = {0} - {0} + 1",
    "log_softmax": "sub({0}, {0}, out={out})",
}
