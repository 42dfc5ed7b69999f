"""What the bot says about itself: commands by scope and language, descriptions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.local.entities import Json
from bot.local.errors import bad_request

COMMANDS_MAX = 100
_COMMAND = re.compile(r"[a-z0-9_]+")
_LANGUAGE = re.compile(r"[a-z]{2}")
_SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}
# The longest text of each kind, in characters.
TEXTS = {"name": 64, "description": 512, "short_description": 120}

Scope = tuple[str, ...]


@dataclass(slots=True)
class Profile:
    commands: dict[tuple[Scope, str], tuple[Json, ...]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)


def scope_of(scope: Json) -> Scope:
    kind = scope.get("type", "default")
    if kind not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    fields = _SCOPES[kind]
    missing = next((name for name in fields if scope.get(name) is None), None)
    if missing:
        raise bad_request(f"can't parse BotCommandScope: Can't find field \"{missing}\"")
    return (kind, *(str(scope[name]) for name in fields))


def language_of(code: str) -> str:
    if code and not _LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code


def command_list(commands: object) -> tuple[Json, ...]:
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > COMMANDS_MAX:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    return tuple(_command(command) for command in commands)


def _command(command: object) -> Json:
    if not isinstance(command, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name = str(command.get("command", "")).strip().removeprefix("/")
    description = str(command.get("description", "")).strip()
    if not name:
        raise bad_request("command must be non-empty")
    if len(name) > 32:
        raise bad_request("command length must not exceed 32")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > 256:
        raise bad_request("command description length must not exceed 256")
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    return {"command": name, "description": description}
