"""A message of the bot on its way: what it says, where it goes, what it answers."""

from __future__ import annotations

from dataclasses import dataclass

from bot.local import html
from bot.local.entities import Entity, Formatted, Json, settle, trim, units
from bot.local.errors import bad_request
from bot.local.keyboard import keyboard_of
from bot.local.message import File, Message
from bot.local.params import Params
from bot.local.people import BOT, Chat, Group, Private
from bot.local.transcript import Call
from bot.local.world import World, now

TEXT_MAX = 4096
CAPTION_MAX = 1024
_CONTROLS = {*range(32)} - {ord("\n"), ord("\r")}
_REMOVED = {ord("\r"), *range(0x2028, 0x202F), 0x30A, 0x333, 0x33F}
_CLEANED = dict.fromkeys(_CONTROLS, " ") | dict.fromkeys(_REMOVED, "")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes, and what it answers there."""

    chat: Chat
    topic: int | None
    answered: Message | None


def text_of(params: Params) -> Formatted:
    if not params.text("text"):
        raise bad_request("message text is empty")
    content = _formatted(params, "text", "entities")
    if not content.text:
        raise bad_request("text must be non-empty")
    if units(content.text) > TEXT_MAX:
        raise bad_request("message is too long")
    return content


def caption_of(params: Params) -> Formatted:
    content = _formatted(params, "caption", "caption_entities")
    if units(content.text) > CAPTION_MAX:
        raise bad_request("message caption is too long")
    return content


def place_of(world: World, params: Params) -> Place:
    chat = world.writable(params.chat_id())
    answered = _answered(world, chat, params)
    return Place(chat, _topic(chat, params, answered), answered)


def deliver(
    world: World,
    params: Params,
    place: Place,
    content: Formatted,
    file: File | None = None,
    album: str | None = None,
) -> Message:
    message = Message(
        id=world.next_id(place.chat),
        chat_id=place.chat.id,
        sender=BOT,
        date=now(),
        content=content,
        file=file,
        keyboard=keyboard_of(params),
        reply_to=place.answered.id if place.answered else None,
        topic=place.topic,
        album=album,
    )
    record(world, params, message)
    return world.keep(message)


def record(world: World, params: Params, message: Message) -> None:
    """Writes a call down as it was sent, once nothing can refuse it any more."""
    text, caption = params.values.get("text"), params.values.get("caption")
    call = Call(
        method=params.method,
        chat_id=message.chat_id,
        message_id=message.id,
        user=_addressee(world, message),
        text=None if text is None else str(text),
        caption=None if caption is None else str(caption),
        keyboard=message.keyboard,
        file=message.file,
        file_name=world.transcript.name(message.file) if message.file else None,
        reply_to=message.reply_to,
    )
    world.transcript.calls.append(call)


def _addressee(world: World, message: Message) -> str | None:
    chat = world.chats[message.chat_id]
    if isinstance(chat, Private):
        return chat.user.name
    answered = world.messages.get((message.chat_id, message.reply_to or 0))
    return answered.sender.name if answered else None


def _formatted(params: Params, text: str, entities: str) -> Formatted:
    source = _clean(params.text(text))
    mode = params.text("parse_mode")
    if mode.lower() == "html":
        return trim(settle(html.parse(source)))
    if mode:
        raise bad_request("unsupported parse_mode")
    listed = params.items(entities, "message entities")
    return trim(settle(Formatted(source, tuple(_entity(entity) for entity in listed))))


def _clean(text: str) -> str:
    """Telegram shows no control characters; a tab becomes a single space too."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    return text.translate(_CLEANED)


def _entity(told: Json) -> Entity:
    try:
        fields = (told["type"], int(told["offset"]), int(told["length"]))
    except (KeyError, TypeError, ValueError):
        raise bad_request("can't parse MessageEntity") from None
    optional = (told.get(name) for name in ("url", "language", "custom_emoji_id"))
    return Entity(*fields, *optional)


def _answered(world: World, chat: Chat, params: Params) -> Message | None:
    reply = params.mapping("reply_parameters", "reply parameters")
    told = Params(params.method, reply)
    message_id = told.integer("message_id") or params.integer("reply_to_message_id")
    if not message_id:
        return None
    answered = world.messages.get((told.integer("chat_id") or chat.id, message_id))
    if answered is None:
        if any(p.flag("allow_sending_without_reply") for p in (told, params)):
            return None
        raise bad_request("message to be replied not found")
    if told.text("quote") not in answered.content.text:
        raise bad_request("QUOTE_TEXT_INVALID")
    return answered


def _topic(chat: Chat, params: Params, answered: Message | None) -> int | None:
    thread = params.integer("message_thread_id")
    if not thread:
        return answered.topic if answered else None
    # The general topic is not a thread, though clients show it as number 1.
    if not isinstance(chat, Group) or thread not in chat.topics:
        raise bad_request("message thread not found")
    return thread
