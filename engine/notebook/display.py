"""How a value looks as the output of a cell."""

from __future__ import annotations

import sys
from typing import Any

import IPython.display
import torch
from IPython.lib.pretty import pretty
from torch.nn.parameter import UninitializedBuffer, UninitializedParameter

from engine.notebook.figures import clear_output, show_figure
from engine.records import TensorFacts

SHOWN_CHARACTERS = 1 << 16

_Base = torch._C.TensorBase
_NoOverride = torch._C.DisableTorchFunctionSubclass
# Jupyter sets these; their text says more than their repr.
_WRITTEN = (IPython.display.Markdown, IPython.display.Latex, IPython.display.Math)
_SHAPELESS = (UninitializedParameter, UninitializedBuffer)
_shape, _dtype, _device, _layout, _nbytes, _requires_grad, _grad_fn = (
    vars(_Base)[name].__get__
    for name in ("shape", "dtype", "device", "layout", "nbytes", "requires_grad", "grad_fn")
)
_ROWS = ("crow_indices", "col_indices", "values")
_COLUMNS = ("ccol_indices", "row_indices", "values")
_SPARSE = {  # the tensors that one of a sparse layout is made of
    torch.sparse_coo: ("_indices", "_values"),
    torch.sparse_csr: _ROWS,
    torch.sparse_bsr: _ROWS,
    torch.sparse_csc: _COLUMNS,
    torch.sparse_bsc: _COLUMNS,
}


def show(value: object) -> str:
    """The text Jupyter prints for `value`; raises whatever the value's own repr raises.

    >>> show({"a": 1, "b": [1, 2]})
    "{'a': 1, 'b': [1, 2]}"
    """
    if isinstance(value, _WRITTEN):
        return str(value.data)
    text: str = pretty(value)  # type: ignore[no-untyped-call]
    return text


def display(*values: object, **_: object) -> None:
    """`display(...)` of a notebook: a picture of a figure, the text of anything else."""
    for value in values:
        text = present(value)
        if text is not None:
            sys.stdout.write(text + "\n")


def use_display() -> None:
    """Let those who import `display` and `clear_output` from IPython have ours."""
    vars(IPython.display).update(display=display, clear_output=clear_output)


def present(value: object) -> str | None:
    """The text of a value; None when it shows itself: a picture, `_ipython_display_`."""
    if show_figure(value):
        return None
    shows_itself = getattr(type(value), "_ipython_display_", None)
    if shows_itself is not None:
        shows_itself(value)
        return None
    return show(value)


def printable(text: str) -> str:
    """`text` with lone surrogates, which UTF-8 cannot carry, written as escapes.

    >>> printable("a\\ud800")
    'a\\\\ud800'
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def tensor_facts(value: object) -> TensorFacts | None:
    """The attributes of a tensor, None for anything else.

    They are read past the overrides of a subclass, so that none of them can be made up.

    >>> facts = tensor_facts(torch.eye(2))
    >>> facts.shape, facts.dtype, facts.type, facts.grad_fn, facts.memory_bytes
    ((2, 2), 'torch.float32', 'torch.FloatTensor', None, 16)
    """
    kind = type(value)
    if not issubclass(kind, torch.Tensor) or kind in _SHAPELESS:
        return None
    try:
        with _NoOverride():
            return _read_facts(value)
    except Exception:  # not every layout has every attribute
        return None


def _read_facts(value: Any) -> TensorFacts:
    return TensorFacts(
        shape=tuple(int(size) for size in _shape(value)),
        dtype=str(_dtype(value)),
        type=_type(value),
        device=str(_device(value)),
        requires_grad=bool(_requires_grad(value)),
        grad_fn=_grad_fn_name(value),
        memory_bytes=_memory(value),
    )


def _grad_fn_name(value: Any) -> str | None:
    try:
        node = _grad_fn(value)
    except RuntimeError:
        return "Invalid"  # as torch prints it: a view changed in place has lost its node
    if node is None:
        return None
    name = type(node).__name__
    return name if name != "CppFunction" else str(node.name()).rsplit("::", 1)[-1]


def _type(value: Any) -> str:
    try:
        return str(_Base.type(value))
    except RuntimeError:  # compressed sparse layouts have none
        return str(_layout(value))


def _memory(value: Any) -> int:
    parts = _SPARSE.get(_layout(value))
    if parts:
        return sum(_memory(getattr(_Base, part)(value)) for part in parts)
    elements = int(_nbytes(value))
    if _layout(value) is not torch.strided:
        return elements
    return min(elements, int(_Base.untyped_storage(value).nbytes()))  # expanded axes cost nothing
