"""Layers go on in order, and those left out are not even prepared."""

import subprocess
import sys

WITHOUT_ALL = """
import os
from engine.errors import CannotConfine
from engine.jail import confine
from engine.jail.limits import Layer

def no_library():
    raise CannotConfine("libseccomp is missing")

confine.jail_filter = no_library
{call}
print("not confined")
"""


def run(call: str) -> subprocess.CompletedProcess[str]:
    program = WITHOUT_ALL.format(call=call)
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_unsafe_needs_no_library_for_the_filter_it_leaves_out() -> None:
    done = run("confine.confine(-1, 0, os.getppid(), frozenset(Layer))")
    assert done.stdout == "not confined\n"


def test_a_layer_that_cannot_be_put_on_is_told() -> None:
    done = run("confine.confine(-1, 0, os.getppid(), frozenset(Layer) - {Layer.SECCOMP})")
    assert "CannotConfine: libseccomp is missing" in done.stderr
    assert done.stdout == ""
