"""Methods that ask about the bot, a chat or its members."""

from __future__ import annotations

from bot.local.entities import Json
from bot.local.errors import bad_request
from bot.local.params import Params
from bot.local.people import BOT, BOT_ID, Chat, Group, Private, User
from bot.local.world import World

_RIGHTS = (
    "can_be_edited",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
)


def get_me(world: World, params: Params) -> Json:
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return {**BOT.to_json(), **abilities}


def get_chat(world: World, params: Params) -> Json:
    chat = world.chat(params.chat_id())
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    return {
        **chat.to_json(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            **dict.fromkeys(gifts, False),
            "gifts_from_channels": False,
        },
    }


def get_chat_member(world: World, params: Params) -> Json:
    chat = world.chat(params.chat_id())
    user = world.users.get(params.integer("user_id") or 0)
    if user is None:
        raise bad_request("user not found")
    return _member(chat, user)


def get_chat_administrators(world: World, params: Params) -> list[Json]:
    chat = world.chat(params.chat_id())
    if isinstance(chat, Private):
        raise bad_request("there are no administrators in the private chat")
    return [_member(chat, world.users[admin]) for admin in sorted(chat.administrators)]


def _member(chat: Chat, user: User) -> Json:
    told: Json = {"user": user.to_json()}
    if isinstance(chat, Group) and user.id in chat.administrators:
        return {**told, "status": "administrator", **_rights()}
    members = chat.members if isinstance(chat, Group) else {chat.id, BOT_ID}
    return {**told, "status": "member" if user.id in members else "left"}


def _rights() -> Json:
    return {**dict.fromkeys(_RIGHTS, True), "is_anonymous": False}
