"""Landlock as the kernel applies it: what is readable stays so, anything else is shut."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import CannotConfine
from engine.jail import landlock
from engine.jail.limits import LAST_FD

Inside = Callable[[str], str]


@pytest.fixture
def inside(tmp_path: Path) -> Inside:
    """Runs a line of Python in a process that may read `open` and nothing else in a folder."""
    for name in ("open", "shut"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)

    def run(line: str) -> str:
        program = (
            "import ctypes, os, pathlib, socket\n"
            "from engine.jail import landlock\n"
            f"here = pathlib.Path({str(tmp_path)!r})\n"
            "rules = landlock.read_only_ruleset([here / 'open', here / 'shut' / 'one'])\n"
            "ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)\n"
            "landlock.enter(rules)\n"
            f"try:\n    print({line})\nexcept OSError as error:\n    print(type(error).__name__)\n"
        )
        (tmp_path / "shut" / "one").write_text("one")
        return subprocess.check_output([sys.executable, "-c", program], text=True).strip()

    return run


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("(here / 'open' / 'file').read_text()", "open"),
        ("os.listdir(here / 'open')", "['file']"),
        ("(here / 'shut' / 'one').read_text()", "one"),
        ("(here / 'shut' / 'file').read_text()", "PermissionError"),
        ("os.listdir(here / 'shut')", "PermissionError"),
        ("(here / 'open' / '..' / 'shut' / 'file').read_text()", "PermissionError"),
        ("(here / 'open' / 'file').write_text('')", "PermissionError"),
        ("(here / 'open' / 'new').write_text('')", "PermissionError"),
        ("(here / 'open' / 'file').unlink()", "PermissionError"),
        ("os.mkdir(here / 'open' / 'new')", "PermissionError"),
        ("os.link(here / 'open' / 'file', here / 'open' / 'x')", "PermissionError"),
        ("os.symlink('/', here / 'open' / 'x')", "PermissionError"),
        ("os.rename(here / 'shut' / 'file', here / 'open' / 'x')", "PermissionError"),
        ("os.execv('/bin/true', ['true'])", "PermissionError"),
    ],
)
def test_a_rule_allows_reading_beneath_it_and_nothing_else(
    inside: Inside, line: str, answer: str
) -> None:
    assert inside(line) == answer


@pytest.mark.skipif(landlock.landlock_abi() < 3, reason="since ABI 3")
def test_what_may_be_read_may_not_be_truncated(inside: Inside) -> None:
    assert inside("os.truncate(here / 'open' / 'file', 0)") == "PermissionError"


@pytest.mark.skipif(landlock.landlock_abi() < 4, reason="since ABI 4")
def test_no_port_is_connected_to_or_listened_on(inside: Inside) -> None:
    assert inside("socket.create_connection(('127.0.0.1', 9))") == "PermissionError"
    assert inside("socket.create_server(('127.0.0.1', 0))") == "PermissionError"


@pytest.mark.skipif(landlock.landlock_abi() < 6, reason="since ABI 6")
def test_no_signal_leaves(inside: Inside) -> None:
    assert inside(f"os.kill({os.getpid()}, 0)") == "PermissionError"


def test_the_memory_of_others_is_not_read(inside: Inside) -> None:
    assert inside(f"open('/proc/{os.getpid()}/mem', 'rb')") == "PermissionError"
    assert inside(f"os.readlink('/proc/{os.getpid()}/cwd')") == "PermissionError"


def test_the_rules_keep_clear_of_a_jails_own_numbers() -> None:
    rules = landlock.read_only_ruleset([Path("/dev/null")])
    assert rules > LAST_FD
    os.close(rules)


def test_a_kernel_without_landlock_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "CREATE_RULESET", 100_000)  # a call that no kernel has
    with pytest.raises(CannotConfine, match="no Landlock"):
        landlock.read_only_ruleset([])


@pytest.mark.parametrize("abi", range(1, landlock.landlock_abi() + 1))
def test_rules_of_an_older_kernel_are_taken_by_this_one(
    monkeypatch: pytest.MonkeyPatch, abi: int
) -> None:
    monkeypatch.setattr(landlock, "landlock_abi", lambda: abi)
    rules = landlock.read_only_ruleset([Path("/dev/null")])
    os.close(rules)
    assert rules > LAST_FD  # the numbers below it are a jail's own
