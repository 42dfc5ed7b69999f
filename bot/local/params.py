"""Parameters of one call, whichever way they were sent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from bot.local.entities import Json
from bot.local.errors import bad_request

_ATTACHED = "attach://"


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Params:
    method: str
    values: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        value = self.values.get(name, "")
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str) -> int | None:
        """A whole number; None when it is absent or is none, as Telegram takes it."""
        try:
            return int(self.values.get(name, ""))
        except (TypeError, ValueError):
            return None

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in ("true", "1", "yes")

    def parsed(self, name: str, what: str) -> Any:
        """A nested value; it comes as JSON text unless the whole call is JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {what} JSON object") from None

    def mapping(self, name: str, what: str) -> Json:
        value = self.parsed(name, what)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise bad_request(f"object expected as {what}")
        return value

    def items(self, name: str, what: str) -> list[Json]:
        """A list of objects; empty when it is absent."""
        value = self.parsed(name, what) or []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise bad_request(f"can't parse {what}: expected an Array of Object")
        return value

    def chat_id(self) -> int:
        if not self.text("chat_id"):
            raise bad_request("chat_id is empty")
        number = self.integer("chat_id")
        if number is None:
            raise bad_request("chat not found")
        return number

    def upload(self, reference: str) -> Upload | None:
        """The file that came with the call under attach://NAME."""
        if not reference.startswith(_ATTACHED):
            return None
        return self.uploads.get(reference.removeprefix(_ATTACHED))
