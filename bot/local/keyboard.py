"""Keyboards under messages, checked."""

from __future__ import annotations

import re

from bot.local.entities import Json
from bot.local.errors import bad_request
from bot.local.message import Keyboard
from bot.local.params import Params

DATA_MAX_BYTES = 64
BUTTONS_MAX = 100
_KINDS = (
    "url",
    "callback_data",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "copy_text",
)
_OTHER_MARKUPS = {"keyboard", "remove_keyboard", "force_reply"}
_URL = re.compile(r"(?:(?:https?|tg)://)?[\w\-]+(?:\.[\w\-]+)*(?::\d+)?(?:[/?#]\S*)?")


def keyboard_of(params: Params) -> Keyboard:
    """The inline keyboard of a call, () when it has none."""
    markup = params.mapping("reply_markup", "reply markup")
    if "inline_keyboard" not in markup:
        if markup and not _OTHER_MARKUPS & markup.keys():
            raise bad_request("inline keyboard expected")
        return ()
    return inline(markup["inline_keyboard"])


def inline(rows: object) -> Keyboard:
    if not isinstance(rows, list):
        raise bad_request('field "inline_keyboard" must be of type Array')
    keyboard = tuple(tuple(_button(button) for button in _row(row)) for row in rows)
    if sum(map(len, keyboard)) > BUTTONS_MAX:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return tuple(row for row in keyboard if row)


def _row(row: object) -> list[object]:
    if not isinstance(row, list):
        raise _unparsed("Field must be of type Array", "inline keyboard button row")
    return row


def _button(button: object) -> Json:
    if not isinstance(button, dict):
        raise _unparsed("Object expected as a button")
    if "text" not in button:
        raise _unparsed('Can\'t find field "text"')
    if not isinstance(button["text"], str):
        raise _unparsed('Field "text" must be of type String')
    if not button["text"].strip():
        raise _unparsed("Button text must be non-empty")
    kinds = [kind for kind in _KINDS if button.get(kind) not in (None, "")]
    if not kinds:
        raise _unparsed("Text buttons are unallowed in the inline keyboard")
    _check(kinds[0], button[kinds[0]])
    return {"text": button["text"], kinds[0]: button[kinds[0]]}


def _check(kind: str, value: object) -> None:
    if kind == "copy_text":
        text = value.get("text") if isinstance(value, dict) else None
        if not isinstance(text, str) or not 1 <= len(text) <= 256:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
        return
    if not isinstance(value, str):
        raise _unparsed(f'Field "{kind}" must be of type String')
    if kind == "callback_data" and len(value.encode()) > DATA_MAX_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if kind == "url" and not _URL.fullmatch(value):
        raise bad_request(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")


def _unparsed(reason: str, what: str = "inline keyboard button") -> Exception:
    return bad_request(f"can't parse {what}: {reason}")
