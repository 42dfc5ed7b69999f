"""Settings: read from file and environment, mistakes told in full, the token never shown."""

from __future__ import annotations

import os
import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from bot.config import PROJECT, ConfigError, Settings, config_path, keys, load

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4Kabc"
DOCUMENTED = PROJECT / "config.toml"


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("TUTOR_"):
            monkeypatch.delenv(name)


def configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    monkeypatch.setenv("TUTOR_CONFIG", str(path))
    return path


def test_config_toml_documents_every_key_and_no_other() -> None:
    documented = {name: list(section) for name, section in _documented().items()}

    assert documented == keys()


def test_config_toml_holds_the_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TUTOR_CONFIG", str(DOCUMENTED))
    from_file = Settings()
    configured(monkeypatch, tmp_path, "")

    assert Settings() == from_file


def test_config_toml_says_meaning_and_unit_above_every_key() -> None:
    lines = DOCUMENTED.read_text().splitlines()
    above = {line.split(" = ")[0]: before for before, line in pairwise(lines)}

    for key in (key for section in keys().values() for key in section):
        assert re.fullmatch(r"# .{20,}[;(] ?.+\.", above[key]), key


def test_default_file_is_the_one_beside_the_project() -> None:
    assert config_path() == DOCUMENTED


def test_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    configured(monkeypatch, tmp_path, '[chat]\nlanguage = "en"\nstale_after_s = 60')
    monkeypatch.setenv("TUTOR_CHAT__LANGUAGE", "ru")

    chat = load().chat

    assert (chat.language, chat.stale_after_s) == ("ru", 60.0)


def test_jail_and_lists_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_JAIL__CPU_S", "2.5")
    monkeypatch.setenv("TUTOR_COURSE__INSTRUCTORS", "11, 22")
    settings = load()

    assert settings.jail.cpu_s == 2.5
    assert settings.course.instructors == [11, 22]


def test_storage_is_relative_to_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    configured(monkeypatch, tmp_path, '[storage]\npath = "kept"')

    assert load().storage.path == tmp_path / "kept"


def test_empty_token_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_TELEGRAM__TOKEN", "")

    assert load().telegram.token is None


def test_token_is_read_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_TELEGRAM__TOKEN", TOKEN)
    settings = load()

    assert settings.telegram.token is not None
    assert settings.telegram.token.get_secret_value() == TOKEN
    assert TOKEN not in repr(settings) + str(settings) + settings.model_dump_json()


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("TUTOR_CHAT__LANGUAGE", "de", ["chat.language", "'de'", "'ru' or 'en'"]),
        ("TUTOR_CHAT__COMMANDS_PER_MINUTE", "0", ["'0'", "greater than or equal to 1"]),
        ("TUTOR_LOGS__LEVEL", "LOUD", ["logs.level", "'LOUD'", "'DEBUG', 'INFO'"]),
        ("TUTOR_COURSE__TIME_ZONE", "Mars", ["course.time_zone", "'Mars'", "Europe/Moscow"]),
        ("TUTOR_COURSE__TIME_ZONE", "Europe", ["course.time_zone", "'Europe'"]),
        ("TUTOR_COURSE__INSTRUCTORS", "11, me", ["course.instructors.1", "'me'", "integer"]),
        ("TUTOR_JAIL__CPU_S", "soon", ["jail.cpu_s", "'soon'", "number"]),
        ("TUTOR_JAIL__CPU_S", "inf", ["jail.cpu_s", "finite"]),
        ("TUTOR_JAIL__CPU_S", "0", ["jail", "cpu_s must be at least 0.001, got 0"]),
        ("TUTOR_TELEGRAM__BASE_URL", "here", ["telegram.base_url", "'here'", "https://"]),
        ("TUTOR_CHAT__LANGUGE", "ru", ["chat.languge", "no such key", "did you mean language?"]),
        ("TUTOR_JAIL__WALL", "3", ["jail.wall", "no such key", "did you mean wall_s?"]),
        ("TUTOR_LOGS__ZZZ", "3", ["logs.zzz", "allowed: level, format"]),
        ("TUTOR_TELGRAM__TOKEN", TOKEN, ["TUTOR_TELGRAM__TOKEN", "did you mean telegram?"]),
        ("TUTOR_CHAT", "{}", ["TUTOR_CHAT", "TUTOR_CHAT__LANGUAGE"]),
        ("TUTOR_TELEGRAM__TOKEN", "123", ["telegram.token", "@BotFather"]),
        ("TUTOR_TELEGRAM__TOKEN", f'"{TOKEN}"', ["telegram.token", "@BotFather"]),
        ("TUTOR_TELEGRAM__TOKN", TOKEN, ["telegram.tokn", "did you mean token?"]),
        ("TUTOR_TELEGRAM__BASE_URL", f"bot{TOKEN}", ["telegram.base_url", "<token>"]),
        ("TUTOR_CONFIG", "/nowhere.toml", ["TUTOR_CONFIG", "'/nowhere.toml'", "no such file"]),
    ],
)
def test_mistake_is_told_with_key_value_and_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, told: list[str]
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(ConfigError) as caught:
        load()

    message = str(caught.value)
    assert [part for part in told if part not in message] == []
    assert TOKEN not in message


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[chat\n", ["mine.toml", "not valid TOML", "line 1"]),
        ("[chat]\nlanguge = 'ru'", ["chat.languge", "mine.toml", "did you mean language?"]),
        ("[chta]\nlanguage = 'ru'", ["chta", "mine.toml", "did you mean chat?"]),
        ("chat = 3", ["chat = 3", "mine.toml"]),
        ("[telegram]\ntoken = 3", ["telegram.token", "mine.toml"]),
        (f"[telegram]\ntokn = '{TOKEN}'", ["telegram.tokn", "did you mean token?"]),
    ],
)
def test_mistake_in_the_file_is_told_with_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, told: list[str]
) -> None:
    configured(monkeypatch, tmp_path, text)

    with pytest.raises(ConfigError) as caught:
        load()

    message = str(caught.value)
    assert [part for part in told if part not in message] == []
    assert TOKEN not in message


def test_all_mistakes_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_CHAT__LANGUAGE", "de")
    monkeypatch.setenv("TUTOR_LOGS__FORMAT", "xml")

    with pytest.raises(ConfigError) as caught:
        load()

    assert len(str(caught.value).splitlines()) == 2


def test_folder_in_place_of_the_file_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TUTOR_CONFIG", str(tmp_path))

    with pytest.raises(ConfigError, match="no such file"):
        load()


def _documented() -> dict[str, dict[str, object]]:
    return tomllib.loads(DOCUMENTED.read_text())
