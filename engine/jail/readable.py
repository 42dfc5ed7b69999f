"""Which files a jail may read: interpreter, standard library and needed packages, by leaf."""

from __future__ import annotations

import csv
import re
import sys
import sysconfig
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

# What a student's cell may import; their own requirements come along.
PACKAGES = ("torch", "numpy", "matplotlib", "ipython", "sympy")
THIRD_PARTY = {"site-packages", "dist-packages"}
SYSTEM = (
    "/dev/null",
    "/dev/urandom",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/lib/x86_64-linux-gnu",
    "/lib/aarch64-linux-gnu",
    "/lib64",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/share/zoneinfo",
)


def readable_paths() -> list[Path]:
    """Every leaf a jail may read, resolved, in order; those that do not exist left out."""
    paths = {path.resolve() for path in _candidates() if path.exists()}
    return sorted(paths)


def exposed(private: list[Path], readable: list[Path]) -> list[Path]:
    """Those of `private` that lie beneath a readable path.

    >>> exposed([Path("/srv/tutor/data")], [Path("/srv/tutor"), Path("/usr/lib/python3")])
    [PosixPath('/srv/tutor/data')]
    """
    return [path for path in private if any(path.is_relative_to(root) for root in readable)]


def _candidates() -> Iterator[Path]:
    yield from map(Path, SYSTEM)
    yield Path(sys.executable)
    yield from Path(sys.base_prefix, "lib").glob("libpython*.so*")
    for name in ("stdlib", "platstdlib"):
        folder = Path(sysconfig.get_path(name))
        yield from (leaf for leaf in folder.iterdir() if leaf.name not in THIRD_PARTY)
    for distribution in _needed().values():
        yield from _leaves(distribution)


def _needed() -> dict[str, metadata.Distribution]:
    found: dict[str, metadata.Distribution] = {}
    wanted = list(PACKAGES)
    while wanted:
        name = wanted.pop().lower().replace("_", "-")
        if name in found:
            continue
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # a requirement of another platform or an extra
        wanted += _requirements(found[name])
    return found


def _requirements(distribution: metadata.Distribution) -> list[str]:
    lines = [line for line in distribution.requires or [] if "extra ==" not in line]
    return [re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0] for line in lines]


def _leaves(distribution: metadata.Distribution) -> set[Path]:
    site_packages = Path(str(distribution.locate_file("")))
    # Not `distribution.files`: it makes an object of each of torch's ten thousand files.
    record = csv.reader((distribution.read_text("RECORD") or "").splitlines())
    tops = {row[0].partition("/")[0] for row in record if row}
    return {site_packages / top for top in tops if top not in ("..", "__pycache__")}
