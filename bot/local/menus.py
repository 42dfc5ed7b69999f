"""Methods that set and get what the bot says about itself."""

from __future__ import annotations

from collections.abc import Callable

from bot.local.entities import Json
from bot.local.errors import bad_request
from bot.local.params import Params
from bot.local.profile import TEXTS, Scope, command_list, language_of, scope_of
from bot.local.world import World


def set_my_commands(world: World, params: Params) -> bool:
    commands = command_list(params.parsed("commands", "commands"))
    world.profile.commands[_where(world, params)] = commands
    return True


def get_my_commands(world: World, params: Params) -> list[Json]:
    return list(world.profile.commands.get(_where(world, params), ()))


def delete_my_commands(world: World, params: Params) -> bool:
    world.profile.commands.pop(_where(world, params), None)
    return True


def text_setter(kind: str) -> Callable[[World, Params], bool]:
    """setMyName, setMyDescription or setMyShortDescription."""

    def set_text(world: World, params: Params) -> bool:
        text = params.text(kind).strip()
        if len(text) > TEXTS[kind]:
            raise bad_request(f"bot {kind.replace('_', ' ')} is too long")
        world.profile.texts[kind, language_of(params.text("language_code"))] = text
        return True

    return set_text


def text_getter(kind: str) -> Callable[[World, Params], Json]:
    """Falls back to the text without a language, as Telegram does."""

    def get_text(world: World, params: Params) -> Json:
        texts = world.profile.texts
        code = language_of(params.text("language_code"))
        return {kind: texts.get((kind, code)) or texts.get((kind, ""), "")}

    return get_text


def _where(world: World, params: Params) -> tuple[Scope, str]:
    scope = scope_of(params.mapping("scope", "bot command scope"))
    if len(scope) > 1:
        world.chat(Params("", {"chat_id": scope[1]}).chat_id())
    return scope, language_of(params.text("language_code"))
