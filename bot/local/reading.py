"""How a person reads what the bot has shown: as plain text, as it finally stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bot.local.entities import Json
from bot.local.message import File, Message
from bot.local.transcript import Call
from bot.local.world import World

Face = Callable[[Message, Json], str]


def bracketed(message: Message, button: Json) -> str:
    return f"[{button['text']}]"


def replies(
    world: World, calls: Sequence[Call], save: Path | None, face: Face = bracketed
) -> list[str]:
    """What the calls left on the screen, in order of appearance; `face` draws a button."""
    last = {_place(call, at): call for at, call in enumerate(calls)}
    return [text for call in last.values() if (text := _shown(world, call, save, face))]


def _place(call: Call, at: int) -> object:
    """An edit is seen where the message was; every notification is one of its own."""
    if call.method == "answerCallbackQuery":
        return at
    return call.chat_id, call.message_id


def _shown(world: World, call: Call, save: Path | None, face: Face) -> str:
    if call.method == "answerCallbackQuery":
        return f"[уведомление: {call.text}]"
    message = world.messages.get((call.chat_id or 0, call.message_id or 0))
    return "\n".join(_lines(world, message, save, face)) if message else ""


def save_files(calls: Sequence[Call], folder: Path) -> None:
    """Writes every file the bot sent under the name that the call gives it."""
    for call in calls:
        if call.file is not None and call.file_name is not None:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / call.file_name).write_bytes(call.file.content)


def _lines(world: World, message: Message, save: Path | None, face: Face) -> Iterator[str]:
    if message.file is not None:
        yield _file(world, message.file, save)
    if message.content.text:
        yield message.content.text
    for row in message.keyboard:
        yield " ".join(face(message, button) for button in row)


def _file(world: World, file: File, save: Path | None) -> str:
    name = world.transcript.name(file)
    what = "photo" if file.kind == "photo" else "file"
    return f"[{what}: {save / name if save else name}]"
