"""The command line: exit statuses, and what is said about bad usage."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.config import PROJECT

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4Kabc"


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("TUTOR_"):
            monkeypatch.delenv(name)


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What is said to a command that ends with status 2."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    return capsys.readouterr().err


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--help"])

    assert caught.value.code == 0
    told = capsys.readouterr().out
    assert [
        name
        for name in ("serve", "chat", "ask", "doctor", "backup")
        if f"\n    {name} " not in told
    ] == []


def test_installed_command_is_this_program() -> None:
    installed = [str(Path(sys.executable).with_name("tutor")), "--help"]
    here = [sys.executable, "-m", "bot", "--help"]

    told = [
        subprocess.run(command, cwd=PROJECT, capture_output=True, check=True).stdout
        for command in (installed, here)
    ]

    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "required: COMMAND"),
        (["sing"], "invalid choice: 'sing'"),
        (["ask"], "required: MESSAGE"),
        (["ask", "--json"], "required: MESSAGE"),
        (["ask", "--language", "de", "/help"], "invalid choice: 'de'"),
        (["ask", "/eval \udcff"], "not valid UTF-8"),
        (["ask", "--db", "/dev/null/here", "/help"], "/dev/null/here: Not a directory"),
        (["serve", "now"], "unrecognized arguments: now"),
        (["serve"], "telegram.token is empty"),
    ],
)
def test_bad_usage_is_told(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told in refused(arguments, capsys)


@pytest.mark.parametrize("command", [["serve"], ["chat"], ["ask", "/help"], ["backup"]])
def test_mistaken_configuration_is_told(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TUTOR_CHAT__LANGUAGE", "de")

    told = refused(command, capsys)

    assert told.startswith("tutor: chat.language = 'de' (TUTOR_CHAT__LANGUAGE): ")


@pytest.mark.parametrize("command", [["serve"], ["chat"], ["ask", "/help"]])
def test_unsafe_is_refused_with_a_real_token(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TUTOR_TELEGRAM__TOKEN", TOKEN)

    told = refused([*command, "--unsafe"], capsys)

    assert "--unsafe is refused" in told
    assert TOKEN not in told


def test_unsafe_is_loud(capsys: pytest.CaptureFixture[str]) -> None:
    told = refused(["serve", "--unsafe"], capsys)

    assert "NOTHING IS CONFINED" in told


def test_messages_may_begin_with_any_sign(tmp_path: Path) -> None:
    messages = ["/help", "--", "!reply 1 /help", "-x"]

    asked = ask(*messages, folder=tmp_path)

    assert asked.returncode in (0, 1)
    assert asked.stderr == ""


def test_reply_is_printed_and_status_is_0(tmp_path: Path) -> None:
    asked = ask("/eval 6 * 7", folder=tmp_path)

    assert "42" in asked.stdout
    assert (asked.stderr, asked.returncode) == ("", 0)


def test_closed_pipe_is_no_traceback(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)

    asked = subprocess.run(
        [sys.executable, "-m", "bot", "ask", "/help"],
        cwd=PROJECT,
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write)

    assert (asked.stderr, asked.returncode) == ("", 141)


def ask(*messages: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "ask", "--db", str(folder / "new"), *messages],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
