"""An operation of a student's line: its name, its node, and what it was given."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import torch
from torch import nn

from engine.pitfalls.facts.trusted import is_tensor

SIGNS: Final[Mapping[type[ast.AST], tuple[str, Callable[..., Any]]]] = {
    ast.Add: ("+", operator.add), ast.Sub: ("-", operator.sub), ast.Mult: ("*", operator.mul),
    ast.Div: ("/", operator.truediv), ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("%", operator.mod), ast.Pow: ("**", operator.pow),
    ast.MatMult: ("@", operator.matmul), ast.BitAnd: ("&", operator.and_),
    ast.BitOr: ("|", operator.or_), ast.BitXor: ("^", operator.xor),
    ast.Lt: ("<", operator.lt), ast.LtE: ("<=", operator.le), ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge), ast.Eq: ("==", operator.eq), ast.NotEq: ("!=", operator.ne),
    ast.USub: ("-", operator.neg), ast.Invert: ("~", operator.invert),
}  # fmt: skip
IN_PLACE: Final[Mapping[type[ast.AST], Callable[..., Any]]] = {
    ast.Add: operator.iadd, ast.Sub: operator.isub, ast.Mult: operator.imul,
    ast.Div: operator.itruediv, ast.FloorDiv: operator.ifloordiv, ast.Pow: operator.ipow,
    ast.Mod: operator.imod, ast.MatMult: operator.imatmul,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation that raised when done again: its name, what it was given, its node.

    `name` is a sign ("+", "@", "+=") or the function's name ("view", "cross_entropy", "Linear");
    "[]" is indexing and "[]=" an assignment to a part. `texts` are the operands in the code.
    """

    node: ast.AST
    name: str
    texts: tuple[str, ...]
    values: tuple[Any, ...]
    keywords: Mapping[str, Any] = field(default_factory=dict)
    layer: nn.Module | None = None
    label: str = ""  # the layer's own text

    @property
    def place(self) -> str:
        """What "[]" reads or "[]=" writes to, as the code has it: `x[:, 1]`."""
        node = self.node.targets[0] if isinstance(self.node, ast.Assign) else self.node
        return ast.unparse(node)

    @property
    def tensors(self) -> tuple[tuple[str, torch.Tensor], ...]:
        """Operands that are tensors, with their texts."""
        pairs = zip(self.texts, self.values, strict=False)
        return tuple((text, value) for text, value in pairs if is_tensor(value))
