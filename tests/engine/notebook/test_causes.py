"""Exceptions that come from what a cell has not."""

from __future__ import annotations

import io
import json
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

import pytest

from tests.engine.notebook.cells import Session, notes


@pytest.mark.parametrize(
    ("source", "key", "values"),
    [
        ("nothing_here", "note.missing_name", {"name": "nothing_here"}),
        ("import no_such_module", "note.missing_module", {"name": "no_such_module"}),
        ("open('/no/such/file')", "note.files", {}),
        ("raise PermissionError(13, 'no', '/etc/x')", "note.files", {}),
        ("raise PermissionError(1, 'no', 'a.png')", "note.no_writing", {}),
        ("raise RuntimeError('open file failed')", "note.no_writing", {}),
        ("import bdb\nraise bdb.BdbQuit", "note.debugger", {}),
        ("raise OSError(1, 'no')", "note.forbidden", {}),
        ('raise RuntimeError("can\'t start new thread")', "note.forbidden", {}),
        ("torch.ones(2).to('cuda')", "note.device", {}),
        ("torch.ones(2, device='mps')", "note.device", {}),
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


def test_a_library_that_may_not_be_read_is_a_missing_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = tmp_path / "site-packages" / "hidden" / "__init__.py"
    package.parent.mkdir(parents=True)
    package.touch()

    def refuse(loader: object, path: str) -> bytes:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(SourceFileLoader, "get_data", refuse)
    monkeypatch.syspath_prepend(tmp_path / "site-packages")
    assert notes(Session().run("import hidden.part")) == {"note.missing_module": {"name": "hidden"}}


@pytest.mark.parametrize(
    ("source", "near"),
    [
        ("my_net = 1\nmy_nett", "my_net"),
        ("prit(5)", "print"),
        ("true", "True"),
        ("retrun = 1\ndef f(x):\n    retrun x", "return"),
        ("if 1:\n    2\nesle:\n    3", "else"),
        ("torch.oness(2)", "ones"),
        ("torch.ones(2).shap", "shape"),
        ("nn.Linaer(2, 3)", "Linear"),
        ("import numpi", "numpy"),
        ("import torch.utils.dat", "data"),
        ("from torch.utils.data import Dataloader", "DataLoader"),
        ("from torch import oness", "ones"),
    ],
)
def test_a_slip_in_a_name_is_told(source: str, near: str) -> None:
    assert notes(Session().run(source)) == {"note.near": {"near": near}}


@pytest.mark.parametrize(
    ("source", "name", "near"),
    [
        ("tоrch.ones(2)", "tоrch", "torch"),
        ("х = 5\nx", "x", "х"),
        ("torch.оnes(2)", "оnes", "ones"),
        ("import tоrch", "tоrch", "torch"),
        ("fоr i in range(3):\n    i", "fоr", "for"),
    ],
)
def test_a_letter_of_the_other_alphabet_is_told(source: str, name: str, near: str) -> None:
    assert notes(Session().run(source)) == {"note.letters": {"name": name, "near": near}}


def test_letters_are_not_blamed_for_another_mistake() -> None:
    session = Session()
    session.run("\u0445 = 5")
    assert "note.letters" not in notes(session.run("print(x"))
    assert "note.near" not in notes(session.run("form = = 2"))


def test_a_loader_with_workers_is_told_to_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(process: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("multiprocessing.process.BaseProcess.start", refuse)
    report = Session().run("list(torch.utils.data.DataLoader([1, 2], num_workers=2))")
    assert "note.workers" in notes(report)


def test_a_name_of_a_cell_that_was_not_sent_is_no_slip() -> None:
    assert notes(Session().run("from torch import wholly_new")) == {}
    for name in ("net", "model", "loader", "x"):
        assert notes(Session().run(name)) == {"note.missing_name": {"name": name}}


@pytest.mark.parametrize(
    "source",
    [
        "class A:\n    def __dir__(self): return [1]\nA().b",
        "raise AttributeError(name='\\ud800', obj=5)",
        "globals()[5] = 1\nnothing_here",
        "raise ModuleNotFoundError(name=5)",
        "setattr(torch, 'here\\ud800', 1)\ngetattr(torch, 'here\\ud801')",
    ],
)
def test_odd_names_are_no_fault_of_ours(source: str) -> None:
    session = Session()
    assert session.run(source).failure is not None
    assert json.dumps(session.answer.data, ensure_ascii=False).encode()
