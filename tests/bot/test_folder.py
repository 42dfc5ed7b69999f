"""A folder of databases has one owner at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import PROJECT
from bot.folder import FolderHeld, held
from engine.errors import DatabaseError, Trouble
from tests.engine.disks import can_mount, read_only


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


@pytest.mark.skipif(not can_mount(), reason="no file system can be mounted here")
def test_folder_that_cannot_be_written_is_told_in_words(tmp_path: Path) -> None:
    with read_only(tmp_path), pytest.raises(DatabaseError) as caught, held(tmp_path):
        pass

    assert caught.value.trouble is Trouble.READ_ONLY
