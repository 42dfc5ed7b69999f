"""Settings from config.toml and the environment; a mistake in them is told in full."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.logs import TOKEN, redact
from engine.jail.limits import PoolSettings

PROJECT = Path(__file__).resolve().parent.parent
PREFIX = "TUTOR_"


class ConfigError(Exception):
    """The operator's configuration is mistaken; the text says where and what is allowed."""


def _token(value: Any) -> Any:
    if value is None or value == "":
        return None  # TOML has no null: an empty token is no token
    secret = value.get_secret_value() if isinstance(value, SecretStr) else value
    # What the logs would not recognise, and so not redact, is not accepted either.
    if not isinstance(secret, str) or not TOKEN.fullmatch(secret):
        raise ValueError("should be as @BotFather gave it: digits, a colon, 35 letters or digits")
    return value


def _address(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("should be an address, http:// or https://")
    return value


def _time_zone(value: Any) -> Any:
    try:
        return ZoneInfo(value).key
    except (ValueError, OSError, TypeError, LookupError):
        raise ValueError("should be a name such as Europe/Moscow or UTC") from None


def _listed(value: Any) -> Any:
    return value.replace(",", " ").split() if isinstance(value, str) else value


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Telegram(_Section):
    token: Annotated[SecretStr | None, BeforeValidator(_token)] = None
    base_url: Annotated[str, AfterValidator(_address)] = "https://api.telegram.org/bot"
    base_file_url: Annotated[str, AfterValidator(_address)] = "https://api.telegram.org/file/bot"


class Course(_Section):
    instructors: Annotated[list[int], NoDecode, BeforeValidator(_listed)] = []
    time_zone: Annotated[str, BeforeValidator(_time_zone)] = "Europe/Moscow"
    name: str = Field(default="", max_length=100)
    chat: int = 0


class Chat(_Section):
    language: Literal["ru", "en"] = "ru"
    stale_after_s: float = Field(default=300.0, gt=0)
    commands_per_minute: int = Field(default=60, ge=1)


class Gpu(_Section):
    use: bool = True


class Corrections(_Section):
    empty_tensors: bool = True
    graph_cycle: bool = True
    detach_copy: bool = True
    second_backward: bool = True
    take_along_dim: bool = True


class Privacy(_Section):
    keep_days: int = Field(default=365, ge=1)
    keep_marks: bool = True


class Backup(_Section):
    every_h: float = Field(default=24.0, ge=0)
    keep: int = Field(default=7, ge=1)


class Storage(_Section):
    path: Path = Path("data")


class Logs(_Section):
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["text", "json"] = "text"


class Settings(BaseSettings):
    """Everything an operator may choose, one field per section of config.toml."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
    )

    telegram: Telegram = Telegram()
    course: Course = Course()
    chat: Chat = Chat()
    jail: PoolSettings = Field(default_factory=PoolSettings)
    gpu: Gpu = Gpu()
    corrections: Corrections = Corrections()
    privacy: Privacy = Privacy()
    storage: Storage = Storage()
    backup: Backup = Backup()
    logs: Logs = Logs()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, config_path())


def config_path() -> Path:
    """The file that `TUTOR_CONFIG` names, else config.toml beside the project."""
    named = os.environ.get(f"{PREFIX}CONFIG")
    return Path(named).expanduser() if named else PROJECT / "config.toml"


def load() -> Settings:
    """Read the configuration; raises `ConfigError` naming every key that is wrong."""
    path = config_path()
    if os.environ.get(f"{PREFIX}CONFIG") and not path.is_file():
        raise ConfigError(f"TUTOR_CONFIG = {str(path)!r}: there is no such file")
    if mistakes := list(_unknown_sections()):
        raise ConfigError("\n".join(mistakes))
    try:
        settings = Settings()
    except ValidationError as error:
        raise ConfigError("\n".join(_told(item, path) for item in error.errors())) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    # A relative folder must not depend on where the command was started.
    kept = path.parent.absolute() / settings.storage.path.expanduser()
    return settings.model_copy(update={"storage": Storage(path=kept)})


def private(settings: Settings) -> tuple[Path, ...]:
    """What no jail may ever be able to read, beside the project itself."""
    return (config_path(), settings.storage.path)


def keys() -> dict[str, list[str]]:
    """Every section with its keys, as config.toml spells them."""
    return {name: _names(field.annotation) for name, field in Settings.model_fields.items()}


def _names(section: Any) -> list[str]:
    if is_dataclass(section):
        return [field.name for field in fields(section)]
    return list(section.model_fields)


def _unknown_sections() -> Iterable[str]:
    # Settings itself reads only names that begin with a section it knows.
    for name in os.environ:
        if not name.upper().startswith(PREFIX) or name.upper() == f"{PREFIX}CONFIG":
            continue
        section, mark, _ = name[len(PREFIX) :].lower().partition("__")
        if section not in keys():
            yield f"{name}: no such section{_nearest(section, keys())}"
        elif not mark:
            yield f"{name}: should name a key, as {name.upper()}__{keys()[section][0].upper()}"


def _told(error: Mapping[str, Any], path: Path) -> str:
    where = [str(part) for part in error["loc"]]
    key = ".".join(where)
    allowed = error["msg"].removeprefix("Value error, ").replace("Input should", "should")
    if len(where) == 1 and error["type"] == "value_error":
        return f"{key}: {allowed}"  # a rule of the whole section: the text names the key
    variable = PREFIX + "__".join(where[:2]).upper()
    source = variable if variable in map(str.upper, os.environ) else path
    if error["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        known = keys()[where[0]] if len(where) > 1 else keys()
        return f"{key} ({source}): no such key{_nearest(where[-1], known)}"
    shown = "" if key == "telegram.token" else f" = {redact(repr(error['input']))}"
    return f"{key}{shown} ({source}): {allowed}"


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name.lower(), known, n=1)
    return f"; did you mean {near[0]}?" if near else f"; allowed: {', '.join(known)}"
