"""A number of bytes as people say it."""

from __future__ import annotations

from markupsafe import Markup

from handlers.words import Say


def size(say: Say, count: int) -> Markup:
    """A number of bytes in the unit that suits it."""
    count = min(count, 1 << 60)  # a cell can forge what its own jail tells
    if count < 1 << 10:
        return say.n("size.bytes", count)
    if count < 1 << 20:
        return say("size.kib", n=f"{count / (1 << 10):.3g}")
    if count < 1 << 30:
        return say("size.mib", n=f"{count / (1 << 20):.3g}" if count < 1000 << 20 else count >> 20)
    return say("size.gib", n=f"{count / (1 << 30):.3g}" if count < 1000 << 30 else count >> 30)
