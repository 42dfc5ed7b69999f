"""Requests by their texts."""

from __future__ import annotations

from engine.formula.request import Request, read_request


def read(text: str) -> Request:
    """What a text without a mistake asks."""
    found = read_request(text)
    assert isinstance(found, Request), found
    return found
