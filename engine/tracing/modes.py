"""torch's modes, put on and put back whatever a cell does with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from torch.overrides import (
    TorchFunctionMode,
    _get_current_function_mode_stack,
)
from torch.overrides import _pop_mode as _pop_function_mode
from torch.overrides import _push_mode as _push_function_mode
from torch.utils._device import DeviceContext
from torch.utils._python_dispatch import (
    TorchDispatchMode,
    _get_current_dispatch_mode_stack,
    _pop_mode,
    _push_mode,
)


def modes() -> list[TorchDispatchMode]:
    """The modes that are on, the innermost last."""
    return list(_get_current_dispatch_mode_stack())


def restore_modes(before: Sequence[TorchDispatchMode]) -> None:
    """Have exactly these modes on."""
    now = modes()
    if len(now) == len(before) and all(a is b for a, b in zip(now, before, strict=True)):
        return
    for mode in reversed(now):
        _pop_mode(getattr(mode, "_mode_key", None))
    for mode in before:
        _push_mode(mode)


def function_modes() -> list[TorchFunctionMode]:
    """The function modes that are on, the innermost last; a default device is not one of them."""
    return [mode for mode in _all_function_modes() if type(mode) is not DeviceContext]


def restore_function_modes(before: Sequence[TorchFunctionMode]) -> None:
    """Have exactly these function modes on, above the default device."""
    now = _all_function_modes()
    device = [mode for mode in now if type(mode) is DeviceContext]
    wanted = [*device, *before]
    if len(now) == len(wanted) and all(a is b for a, b in zip(now, wanted, strict=True)):
        return
    for _ in now:
        _pop_function_mode()  # type: ignore[no-untyped-call]
    for mode in wanted:
        _push_function_mode(mode)  # type: ignore[no-untyped-call]


def _all_function_modes() -> list[TorchFunctionMode]:
    return list(_get_current_function_mode_stack())  # type: ignore[no-untyped-call]


@contextmanager
def under(mode: TorchDispatchMode) -> Iterator[None]:
    """Within it `mode` is on; afterwards those that were on before."""
    before = modes()
    mode.__enter__()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        with suppress(Exception):  # a cell may have taken it off
            mode.__exit__(None, None, None)  # type: ignore[no-untyped-call]
        restore_modes(before)
