"""torch's dispatch modes, put on and put back whatever a cell does with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

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
