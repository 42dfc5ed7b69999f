"""Logs: one line per event, and the token in none of them."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bot.logs import as_json, as_text, start

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4Kabc"


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level, sys.excepthook)
    yield
    root.handlers[:], root.level, sys.excepthook = before
    logging.captureWarnings(False)


def test_event_is_one_line_of_keys_and_values(capsys: pytest.CaptureFixture[str]) -> None:
    start("INFO", "text")
    logging.getLogger("bot.some").info("cell done\nfully", extra={"outcome": "ok", "wall_s": 0.5})

    (line,) = capsys.readouterr().err.splitlines()

    assert line.startswith("time=20")
    assert line.endswith(r'logger=bot.some event="cell done\nfully" outcome=ok wall_s=0.5')


def test_event_is_one_json_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    start("INFO", "json")
    logging.getLogger("bot.some").warning("cell %s", "done", extra={"outcome": "ok"})

    (line,) = capsys.readouterr().err.splitlines()

    assert json.loads(line).items() >= {
        ("level", "warning"),
        ("logger", "bot.some"),
        ("event", "cell done"),
        ("outcome", "ok"),
    }


def test_events_below_the_level_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    start("WARNING", "text")
    logging.getLogger("bot.some").info("quiet")

    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("form", ["text", "json"])
def test_token_is_redacted_wherever_it_stands(
    capsys: pytest.CaptureFixture[str], form: str
) -> None:
    start("DEBUG", form)
    logger = logging.getLogger("bot.some")
    logger.info(f"message {TOKEN}")
    logger.info("argument %s", f"https://api.telegram.org/bot{TOKEN}/getMe")
    logger.info("extra", extra={"address": {"url": TOKEN}})
    try:
        raise ValueError(f"The token `{TOKEN}` was rejected")
    except ValueError:
        logger.exception("traceback")

    written = capsys.readouterr().err

    assert len(written.splitlines()) == 4
    assert written.count("<token>") >= 4
    assert TOKEN not in written
    assert TOKEN.partition(":")[2] not in written


@pytest.mark.parametrize("name", ["httpx", "httpcore.http11", "aiohttp.access"])
def test_addresses_that_are_called_are_not_written(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    start("DEBUG", "text")
    logging.getLogger(name).info("HTTP Request: POST https://api.telegram.org/bot/getMe")

    assert capsys.readouterr().err == ""


def test_uncaught_exception_is_written_without_the_token() -> None:
    program = f"from bot.logs import start; start('INFO', 'text'); raise ValueError('{TOKEN}')"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert 'event="uncaught exception"' in done.stderr
    assert "ValueError: <token>" in done.stderr
    assert TOKEN not in done.stderr


@pytest.mark.parametrize("value", ["", "two words", 'a "quote"', "a=b", "line\nend", "\\"])
def test_value_that_could_be_misread_is_quoted(value: str) -> None:
    assert as_text({"key": value}) == f"key={json.dumps(value)}"


def test_value_that_json_has_no_form_for_is_written_as_text() -> None:
    assert as_json({"error": OSError("no way")}) == '{"error": "no way"}'
