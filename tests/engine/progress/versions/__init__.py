"""A real file of every version of the store; `python -m tests.engine.progress.versions` adds one.

Run it with the migration that makes a new version; a file once committed never changes.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent


def of_version(number: int) -> Path:
    """Where the file of a version stands."""
    return FOLDER / f"{number:04}.db"
