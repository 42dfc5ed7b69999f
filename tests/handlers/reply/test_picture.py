"""Pictures are looked at once more before they are sent."""

from __future__ import annotations

import pytest

from handlers.reply.picture import BYTES, acceptable
from tests.bot.local.pictures import png


def test_picture_of_matplotlib_size_is_sent() -> None:
    assert acceptable(png(640, 480))


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a" + bytes(100),
        b"<svg>" + bytes(100),
        png(4, 3)[:20],
        png(4097, 300),
        png(0, 3),
        png(2100, 100),  # Telegram refuses strips
        png(4, 3) + bytes(BYTES),
    ],
)
def test_anything_else_is_not(picture: bytes) -> None:
    assert not acceptable(picture)
