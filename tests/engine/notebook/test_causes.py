"""Exceptions that come from what a cell has not."""

from __future__ import annotations

import io
from typing import Any

import pytest

from tests.engine.notebook.cells import Session, notes


@pytest.mark.parametrize(
    ("source", "key", "values"),
    [
        ("nothing_here", "note.missing_name", {"name": "nothing_here"}),
        ("import no_such_module", "note.missing_module", {"name": "no_such_module"}),
        ("open('/no/such/file')", "note.files", {"path": "/no/such/file"}),
        ("raise PermissionError(13, 'no', '/etc/x')", "note.forbidden", {"path": "/etc/x"}),
        ("raise OSError(1, 'no')", "note.forbidden", {"path": ""}),
        ('raise RuntimeError("can\'t start new thread")', "note.forbidden", {"path": ""}),
        ("import socket; socket.create_connection(('127.0.0.1', 1))", "note.network", {}),
        ("import urllib.request as u; u.urlopen('http://127.0.0.1:1')", "note.network", {}),
        ("raise SystemExit", "note.exit", {}),
    ],
)
def test_cause_is_noted(source: str, key: str, values: dict[str, Any]) -> None:
    assert notes(Session().run(source)) == {key: values}


def test_input_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert "note.input" in notes(Session().run("input('name?')"))
    assert "note.input" in notes(Session().run("import sys; sys.stdin = None; input()"))


@pytest.mark.parametrize(
    "source",
    ["1 / 0", "raise OSError('x')", "raise RuntimeError('x')", "def f(): x; x = 1\nf()"],
)
def test_other_errors_have_no_note(source: str) -> None:
    assert notes(Session().run(source)) == {}
