"""Every method of the Bot API that the local Telegram knows."""

from __future__ import annotations

from collections.abc import Callable

from bot.local import chats, edits, media, menus, messages, polling
from bot.local.params import Params
from bot.local.world import World

Method = Callable[[World, Params], object]

_METHODS: dict[str, Method] = {
    "getMe": chats.get_me,
    "getUpdates": polling.get_updates,
    "getWebhookInfo": polling.get_webhook_info,
    "deleteWebhook": polling.delete_webhook,
    "setWebhook": polling.set_webhook,
    "sendMessage": messages.send_message,
    "deleteMessage": messages.delete_message,
    "sendChatAction": messages.send_chat_action,
    "setMessageReaction": messages.set_message_reaction,
    "answerCallbackQuery": messages.answer_callback_query,
    "editMessageText": edits.edit_message_text,
    "editMessageCaption": edits.edit_message_caption,
    "editMessageMedia": edits.edit_message_media,
    "editMessageReplyMarkup": edits.edit_message_reply_markup,
    "sendPhoto": media.send_photo,
    "sendDocument": media.send_document,
    "sendMediaGroup": media.send_media_group,
    "getFile": media.get_file,
    "getChat": chats.get_chat,
    "getChatMember": chats.get_chat_member,
    "getChatAdministrators": chats.get_chat_administrators,
    "setMyCommands": menus.set_my_commands,
    "getMyCommands": menus.get_my_commands,
    "deleteMyCommands": menus.delete_my_commands,
    "setMyName": menus.text_setter("name"),
    "getMyName": menus.text_getter("name"),
    "setMyDescription": menus.text_setter("description"),
    "getMyDescription": menus.text_getter("description"),
    "setMyShortDescription": menus.text_setter("short_description"),
    "getMyShortDescription": menus.text_getter("short_description"),
}
# Telegram takes the name of a method in any case.
METHODS = {name.lower(): (name, method) for name, method in _METHODS.items()}
