"""The arrows of the house: who may import whom, and what the bot process never loads."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
HEAVY = ("torch", "sympy", "numpy", "matplotlib", "IPython", "scipy")

# What the bot process may know of the engine.
OPEN_TO_THE_BOT = {
    "engine.records",
    "engine.errors",
    "engine.database",
    "engine.jail.limits",
    "engine.jail.wire",
    "engine.jail.pool",
    "engine.progress",
}
# The rooms of gradients and graphs, and what each may know of the engine beside its records and
# errors: no more than stands to its right.
ROOMS = {
    "engine.formula": set[str](),
    "engine.derivation": {"engine.formula"},
    "engine.witnesses": {"engine.derivation", "engine.formula"},
    "engine.roots": {"engine.derivation", "engine.formula", "engine.timing"},
    "engine.gpu": {
        "engine.derivation",
        "engine.formula",
        "engine.jail",  # the worker serves as a jail does
        "engine.roots",
        "engine.timing",
    },
    "engine.plots": {"engine.derivation", "engine.formula", "engine.roots"},
    "engine.graph": {"engine.formula", "engine.notebook"},
    "engine.progress": {"engine.database", "engine.troubles"},
}
FOR_EVERY_ROOM = {"engine.records", "engine.errors"}
SHARED_HANDLERS = {"download", "source", "reply", "words", "pieces"}
EXCEPTIONS = {("bot.doctor", "engine.jail.landlock")}  # it asks the kernel, and runs nothing

TOP_LEVEL = {
    ".ci",
    ".dockerignore",
    ".gitignore",
    ".pre-commit-config.yaml",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Dockerfile",
    "LICENSE",
    "Makefile",
    "README.md",
    "bot",
    "config.toml",
    "constraints.txt",
    "engine",
    "handlers",
    "pyproject.toml",
    "tests",
}


def modules(package: str) -> Iterator[tuple[str, Path]]:
    for path in sorted((PROJECT / package).rglob("*.py")):
        parts = path.relative_to(PROJECT).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


EVERY_MODULE = [*modules("bot"), *modules("handlers"), *modules("engine")]


def imported(source: str) -> set[str]:
    """Every module a source imports, inside functions too; `from x import y` counts as x."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= _named(node)
    return names


def _named(node: ast.ImportFrom) -> set[str]:
    module = "." * node.level + (node.module or "")
    if module in ("bot", "handlers", "engine", "engine.jail"):  # y is a module itself
        return {f"{module}.{alias.name}" for alias in node.names}
    return {module}


def open_to_the_bot(name: str) -> bool:
    return name in OPEN_TO_THE_BOT or room(name) in OPEN_TO_THE_BOT


def forbidden(module: str, name: str) -> bool:
    """Whether `module` importing `name` goes against an arrow."""
    if name.startswith("."):
        return True
    home, target = module.split(".")[0], name.split(".")[0]
    if home == "engine":
        return target in ("telegram", "bot", "handlers", "tests")
    if target == "engine":
        return not open_to_the_bot(name) and (module, name) not in EXCEPTIONS
    if home == "handlers" and target == "handlers":
        own, other = module.split(".")[1:2], name.split(".")[1:2]
        return own != other and not SHARED_HANDLERS.issuperset(other)
    return target == "tests" or (home == "handlers" and target == "bot")


@pytest.mark.parametrize(("module", "path"), EVERY_MODULE, ids=[name for name, _ in EVERY_MODULE])
def test_imports_follow_the_arrows(module: str, path: Path) -> None:
    assert [name for name in imported(path.read_text()) if forbidden(module, name)] == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("engine.cell", "import telegram"),
        ("engine.cell", "def f():\n    from bot.app import build"),
        ("engine.jail.pool", "from handlers import words"),
        ("handlers.eval", "from bot.config import Settings"),
        ("handlers.eval", "from handlers.start import start"),
        ("handlers.eval", "from handlers import start"),
        ("handlers.eval", "from engine import cell"),
        ("handlers.eval", "import engine.cell"),
        ("bot.app", "from engine.jail import landlock"),
        ("bot.app", "from engine.cell import evaluate"),
        ("bot.app", "from . import config"),
        ("bot.app", "import tests.conftest"),
    ],
)
def test_import_against_an_arrow_is_noticed(module: str, source: str) -> None:
    assert any(forbidden(module, name) for name in imported(source))


def room(module: str) -> str:
    return ".".join(module.split(".")[:2])


def beyond(module: str, names: set[str]) -> set[str]:
    """What a module of one of the rooms imports that its room may not know."""
    home = room(module)
    known = ROOMS[home] | FOR_EVERY_ROOM | {home}
    return {name for name in names if name.startswith("engine.") and room(name) not in known}


def test_rooms_know_only_those_beneath() -> None:
    inside = [(name, path) for name, path in modules("engine") if room(name) in ROOMS]

    assert {room(name) for name, _ in inside} == ROOMS.keys()
    for name, path in inside:
        assert beyond(name, imported(path.read_text())) == set(), name


def test_room_that_knows_too_much_is_noticed() -> None:
    assert beyond("engine.formula.writing.text", {"engine.derivation.paths"})
    assert beyond("engine.plots.graph", {"engine.graph.build"})


def test_no_modules_of_the_engine_import_each_other() -> None:
    sources = {name: imported(path.read_text()) for name, path in modules("engine")}
    imports = {name: {each for each in found if each in sources} for name, found in sources.items()}
    TopologicalSorter(imports).prepare()  # raises CycleError, which names them

    with pytest.raises(CycleError):
        TopologicalSorter({"a": {"b"}, "b": {"a"}}).prepare()


def loaded_by(*names: str) -> set[str]:
    """Which heavy packages a fresh interpreter has after importing these modules."""
    program = f"import sys, {', '.join(names)}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split()) & set(HEAVY)


def test_bot_process_loads_nothing_heavy() -> None:
    names = [name for name, _ in [*modules("bot"), *modules("handlers")]]

    assert {"bot.app", "bot.config", "bot.__main__", "handlers.words"} <= set(names)
    assert loaded_by(*names) == set()


def test_heavy_import_would_be_noticed() -> None:
    assert loaded_by("bot.config", "numpy") == {"numpy"}


def test_command_line_loads_nothing_before_a_command_is_chosen() -> None:
    program = "import sys, bot.__main__; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True
    )

    assert {"pydantic", "telegram", "asyncio", "bot.config"}.isdisjoint(done.stdout.split())


def test_top_level_holds_only_what_belongs_there() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True
    )

    assert {name.split("/")[0] for name in listed.stdout.splitlines()} <= TOP_LEVEL
