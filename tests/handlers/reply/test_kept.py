"""A memory with bounds."""

from __future__ import annotations

from handlers.reply import Kept


def test_value_is_kept_under_its_key() -> None:
    kept: Kept[int] = Kept()
    kept.put("a", 1)

    assert (kept.get("a"), kept.get("b")) == (1, None)


def test_oldest_is_forgotten_when_there_are_too_many() -> None:
    kept: Kept[int] = Kept(most=2)
    for key in "abac":
        kept.put(key, 1)

    assert [kept.get(key) for key in "abc"] == [1, None, 1]


def test_value_is_forgotten_when_its_time_is_up() -> None:
    now = 0.0
    kept: Kept[int] = Kept(for_s=10, clock=lambda: now)
    kept.put("a", 1)
    now = 5.0
    kept.put("b", 2)
    now = 10.0

    assert (kept.get("a"), kept.get("b"), len(kept)) == (None, 2, 1)


def test_heavy_value_makes_room_for_itself() -> None:
    kept: Kept[str] = Kept(most=10, weigh=len)
    for key, value in {"a": "xxx", "b": "xxx", "c": "xxxxx"}.items():
        kept.put(key, value)
    kept.put("c", "xxxx")

    assert [kept.get(key) for key in "abc"] == [None, "xxx", "xxxx"]
    kept.put("d", "x" * 11)
    assert len(kept) == 0


def test_taken_value_is_gone() -> None:
    kept: Kept[int] = Kept()
    kept.put("a", 1)

    assert (kept.pop("a"), kept.pop("a")) == (1, None)
