"""Methods that edit a message of the bot."""

from __future__ import annotations

from dataclasses import replace

from bot.local.delivery import caption_of, record, text_of
from bot.local.entities import Formatted, Json
from bot.local.errors import bad_request
from bot.local.keyboard import keyboard_of
from bot.local.media import media_of
from bot.local.message import File, Message
from bot.local.messages import find
from bot.local.params import Params
from bot.local.people import BOT_ID
from bot.local.world import World, now

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)


def edit_message_text(world: World, params: Params) -> Json:
    content = text_of(params)
    old = _own(world, params)
    if old.file is not None:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, params, old, content, None)


def edit_message_caption(world: World, params: Params) -> Json:
    content = caption_of(params)
    old = _own(world, params)
    if old.file is None:
        raise bad_request("there is no caption in the message to edit")
    return _edit(world, params, old, content, old.file)


def edit_message_media(world: World, params: Params) -> Json:
    old = _own(world, params)
    media = params.mapping("media", "input media")
    file, content = media_of(world, params, media)
    told = replace(params, values={**params.values, "caption": media.get("caption")})
    return _edit(world, told, old, content, file)


def edit_message_reply_markup(world: World, params: Params) -> Json:
    old = _own(world, params)
    return _edit(world, params, old, old.content, old.file)


def _own(world: World, params: Params) -> Message:
    message = find(world, params, "message to edit not found")
    if message.sender.id != BOT_ID or message.topic_created is not None:
        raise bad_request("message can't be edited")
    return message


def _edit(
    world: World, params: Params, old: Message, content: Formatted, file: File | None
) -> Json:
    new = replace(old, content=content, file=file, keyboard=keyboard_of(params))
    if new == old:
        raise bad_request(_NOT_MODIFIED)
    record(world, params, new)
    return world.to_json(world.keep(replace(new, edited=now())))
