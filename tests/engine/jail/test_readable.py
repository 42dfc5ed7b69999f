"""A jail reads libraries leaf by leaf, and no folder that could hold anything else."""

import os
import site
import sys
from pathlib import Path

import torch

from engine.jail.keeper import PROJECT
from engine.jail.pool import Pool
from engine.jail.readable import exposed, readable_paths

SITE = Path(torch.__file__).parent.parent


def test_what_a_cell_imports_is_readable() -> None:
    readable = readable_paths()
    for name in ("torch", "numpy", "matplotlib", "IPython", "sympy", "mpmath"):
        assert exposed([(SITE / name).resolve()], readable)
    assert exposed([Path(os.__file__).resolve()], readable)


def test_no_whole_folder_of_packages_is_readable() -> None:
    readable = readable_paths()
    wide = [Path("/"), Path("/usr"), Path("/etc"), Path("/home"), Path("/proc"), Path("/dev")]
    wide += [Path.home(), SITE.resolve(), Path(sys.prefix).resolve(), PROJECT]
    wide += [Path(folder).resolve() for folder in site.getsitepackages()]
    assert exposed(wide, readable) == []


def test_what_only_the_bot_needs_is_not_readable() -> None:
    readable = readable_paths()
    ours = ["telegram", "aiosqlite", "aiohttp", "babel", "tensor_tutor", "pydantic_settings"]
    assert exposed([SITE / name for name in ours], readable) == []


def test_the_project_and_its_parts_are_not_readable() -> None:
    parts = ["bot", "engine", "handlers", "tests", "config.toml", "data", ".git"]
    assert exposed([PROJECT, *(PROJECT / part for part in parts)], readable_paths()) == []


def test_a_neighbour_with_a_longer_name_is_not_beneath() -> None:
    assert exposed([Path("/srv/data2")], [Path("/srv/data")]) == []
    assert exposed([Path("/srv/data")], [Path("/srv/data")]) == [Path("/srv/data")]


def test_every_path_is_resolved_and_there() -> None:
    for path in readable_paths():
        assert path == path.resolve()
        assert path.exists()


async def test_the_zygote_reads_by_the_same_list(pool: Pool) -> None:
    keeper = pool._supervisor._keeper
    assert keeper is not None
    assert keeper.readable == readable_paths()
