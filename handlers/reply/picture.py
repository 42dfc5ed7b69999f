"""Pictures from a jail, looked at once more before they are sent."""

from __future__ import annotations

from typing import Final

MOST: Final = 4
SIDE: Final = 4096
BYTES: Final = 4 << 20
RATIO: Final = 20  # Telegram refuses longer strips

_MAGIC = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def acceptable(picture: bytes) -> bool:
    """Whether this is a PNG that Telegram will take as a photo."""
    head = len(_MAGIC)
    if len(picture) > BYTES or len(picture) < head + 8 or not picture.startswith(_MAGIC):
        return False
    width, height = (
        int.from_bytes(picture[head : head + 4]),
        int.from_bytes(picture[head + 4 : head + 8]),
    )
    long, short = max(width, height), min(width, height)
    return short > 0 and long <= SIDE and long <= RATIO * short
