"""A folder of databases has one owner at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import PROJECT
from bot.folder import FolderHeld, held


def test_folder_is_held_once_and_free_again(tmp_path: Path) -> None:
    with held(tmp_path), pytest.raises(FolderHeld, match="another tutor"), held(tmp_path):
        pass
    with held(tmp_path):
        pass


def test_folder_of_a_killed_process_is_free(tmp_path: Path) -> None:
    program = f"""
from pathlib import Path
from bot.folder import held
with held(Path({str(tmp_path)!r})):
    print(flush=True)
    input()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(FolderHeld), held(tmp_path):
            pass
        process.kill()
    with held(tmp_path):
        pass
