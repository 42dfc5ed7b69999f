"""Files that were sent, and what Telegram demands of them."""

from __future__ import annotations

import mimetypes
import secrets

from bot.local.errors import bad_request
from bot.local.message import File
from bot.local.pictures import kind_of, sides

UPLOAD_MAX_BYTES = 50 * 1024 * 1024
DOWNLOAD_MAX_BYTES = 20 * 1024 * 1024
PHOTO_MAX_BYTES = 10 * 1024 * 1024
PHOTO_SIDES_MAX = 10_000
PHOTO_RATIO_MAX = 20


class Files:
    def __init__(self) -> None:
        self._by_id: dict[str, File] = {}

    def photo(self, content: bytes) -> File:
        """A picture to show; refused when Telegram could not show it."""
        _not_empty(content)
        if len(content) > PHOTO_MAX_BYTES:
            raise bad_request(
                f"file of size {len(content)} bytes is too big for a photo; "
                f"the maximum size is {PHOTO_MAX_BYTES} bytes"
            )
        size = sides(content)
        if size is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        width, height = size
        if width + height > PHOTO_SIDES_MAX or max(size) > PHOTO_RATIO_MAX * min(size):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        kind = kind_of(content)
        return self._keep("photo", f"photo.{kind}", f"image/{kind}", content, width, height)

    def document(self, name: str, content: bytes) -> File:
        _not_empty(content)
        mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return self._keep("document", name, mime, content)

    def get(self, file_id: str) -> File | None:
        return self._by_id.get(file_id)

    def at(self, path: str) -> File | None:
        """The file that may be downloaded from this path."""
        return next((file for file in self._by_id.values() if file.path == path), None)

    def _keep(
        self, kind: str, name: str, mime: str, content: bytes, width: int = 0, height: int = 0
    ) -> File:
        file_id = f"local-{secrets.token_hex(12)}"
        file = File(kind, file_id, name, mime, content, width, height)
        self._by_id[file_id] = file
        return file


def _not_empty(content: bytes) -> None:
    if not content:
        raise bad_request("file must be non-empty")
