"""Names that a cell uses without saying where they come from: `relu`, `rand`, `Linear`."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping
from typing import Any

import torch
from torch import nn
from torch.nn import functional

_HOMES = (torch, functional, nn)


def bare_names(tree: ast.AST, known: Mapping[str, Any]) -> dict[str, Any]:
    """What torch, its functional and its nn have for names that exist nowhere else.

    >>> found = bare_names(ast.parse("relu(rand(2)).sum() + sum(x)"), {})
    >>> found == {"relu": torch.relu, "rand": torch.rand}
    True
    """
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    missing = used - bound_names(tree) - set(known) - set(dir(builtins))
    homes = {name: next((h for h in _HOMES if name in vars(h)), None) for name in sorted(missing)}
    return {name: vars(home)[name] for name, home in homes.items() if home is not None}


def bound_names(tree: ast.AST) -> set[str]:
    """Names that a cell itself gives to something, wherever in it."""
    bound: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                bound.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                bound.add(name)
            case ast.alias(name=name, asname=asname):
                bound.add((asname or name).partition(".")[0])
    return bound
