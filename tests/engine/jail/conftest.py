"""Pools with a zygote of their own, within a second."""

from collections.abc import Callable, Iterator

import pytest

from engine.jail import supervisor
from engine.jail.limits import PoolSettings
from engine.jail.pool import Pool
from tests.engine.jail.nursery import Nursery, NurseryKeeper

NewPool = Callable[..., Pool]


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture
def new_pool(nursery: Nursery, monkeypatch: pytest.MonkeyPatch) -> NewPool:
    """Makes pools that start quickly; the caller enters them."""
    NurseryKeeper.nursery = nursery
    monkeypatch.setattr(supervisor, "Keeper", NurseryKeeper)
    return lambda **options: Pool(PoolSettings(workers=2), **options)
