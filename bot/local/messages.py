"""Methods that send text, delete, react, and answer a pressed button."""

from __future__ import annotations

from telegram.constants import ChatAction, ReactionEmoji

from bot.local.delivery import deliver, place_of, record, text_of
from bot.local.entities import Json, units
from bot.local.errors import bad_request
from bot.local.message import Message
from bot.local.params import Params
from bot.local.people import BOT_ID, Group
from bot.local.transcript import Call, Signal
from bot.local.world import World

ANSWER_MAX = 200


def send_message(world: World, params: Params) -> Json:
    content = text_of(params)
    return world.to_json(deliver(world, params, place_of(world, params), content))


def delete_message(world: World, params: Params) -> bool:
    message = find(world, params, "message to delete not found")
    chat = world.chats[message.chat_id]
    mine = message.sender.id == BOT_ID
    if isinstance(chat, Group) and not mine and BOT_ID not in chat.administrators:
        raise bad_request("message can't be deleted")
    del world.messages[message.chat_id, message.id]
    record(world, params, message)
    return True


def send_chat_action(world: World, params: Params) -> bool:
    chat = place_of(world, params).chat
    action = params.text("action")
    if action not in set(ChatAction):
        raise bad_request("wrong parameter action in request")
    world.transcript.signals.append(Signal(params.method, chat.id, action))
    return True


def set_message_reaction(world: World, params: Params) -> bool:
    message = find(world, params, "message to react not found")
    reactions = params.items("reaction", "reaction types")
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    for reaction in reactions:
        if reaction.get("emoji") not in set(ReactionEmoji):
            raise bad_request("REACTION_INVALID")
    emoji = "".join(reaction["emoji"] for reaction in reactions)
    world.transcript.signals.append(Signal(params.method, message.chat_id, emoji))
    return True


def answer_callback_query(world: World, params: Params) -> bool:
    text = params.text("text")
    if units(text) > ANSWER_MAX:
        raise bad_request("MESSAGE_TOO_LONG")
    asked = world.callbacks.pop(params.text("callback_query_id"), None)
    if asked is None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if text:
        where = (asked.message.chat_id, asked.message.id)
        call = Call(params.method, *where, asked.user.name, text=text)
        world.transcript.calls.append(call)
    return True


def find(world: World, params: Params, missing: str) -> Message:
    chat = world.writable(params.chat_id())
    message_id = params.integer("message_id")
    if message_id is None:
        raise bad_request("message identifier is not specified")
    message = world.messages.get((chat.id, message_id))
    if message is None:
        raise bad_request(missing)
    return message
