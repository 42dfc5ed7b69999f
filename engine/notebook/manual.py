"""`name?` and `name??`: what Python itself can tell about a value."""

from __future__ import annotations

import builtins
import inspect
from collections.abc import Mapping
from typing import Any


def manual(path: str, names: Mapping[str, Any], *, source: bool) -> str:
    """The signature, docstring and type of what a dotted path names; with `source` its code.

    >>> manual("len", {}, source=False).splitlines()[0]
    'Signature: len(obj, /)'
    >>> manual("no.such", {}, source=False)
    'Object `no.such` not found.'
    """
    first, *rest = path.strip().split(".")
    try:
        value = names[first] if first in names else getattr(builtins, first)
        for name in rest:
            value = getattr(value, name)
    except AttributeError:
        return f"Object `{path}` not found."
    parts = [_signature(value, rest[-1] if rest else first)]
    code, text = _source(value) if source else "", inspect.getdoc(value)
    parts.append(f"Source:\n{code}" if code else f"Docstring:\n{text}" if text else "")
    parts.append(f"Type: {type(value).__name__}")
    return "\n".join(part for part in parts if part)


def _signature(value: Any, name: str) -> str:
    try:
        return f"Signature: {name}{inspect.signature(value)}"
    except (TypeError, ValueError):  # no function, or one of C that tells none
        return ""


def _source(value: Any) -> str:
    try:
        return inspect.getsource(value).rstrip()
    except (TypeError, OSError):
        return ""
