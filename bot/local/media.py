"""Methods that send files, and the one that gives them back."""

from __future__ import annotations

import secrets
from dataclasses import replace

from bot.local.delivery import caption_of, deliver, place_of
from bot.local.entities import Formatted, Json
from bot.local.errors import bad_request
from bot.local.files import DOWNLOAD_MAX_BYTES
from bot.local.message import File
from bot.local.params import Params, Upload
from bot.local.world import World

ALBUM_MAX = 10


def send_photo(world: World, params: Params) -> Json:
    return _send(world, params, "photo")


def send_document(world: World, params: Params) -> Json:
    return _send(world, params, "document")


def send_media_group(world: World, params: Params) -> list[Json]:
    items = params.items("media", "input media")
    if not items:
        raise bad_request("there are no messages to send")
    if len(items) > ALBUM_MAX:
        raise bad_request("too many messages to send as an album")
    if len({item.get("type") for item in items}) > 1:
        raise bad_request("document can't be mixed with other media types")
    contents = [media_of(world, params, item) for item in items]
    place = place_of(world, params)
    album = str(secrets.randbits(53))
    sent = []
    for item, (file, content) in zip(items, contents, strict=True):
        told = replace(params, values={"caption": item.get("caption")})
        sent.append(deliver(world, told, place, content, file, album))
    return [world.to_json(message) for message in sent]


def get_file(world: World, params: Params) -> Json:
    file = world.files.get(params.text("file_id"))
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.content) > DOWNLOAD_MAX_BYTES:
        raise bad_request("file is too big")
    return {**file.to_json(), "file_path": file.path}


def media_of(world: World, params: Params, media: Json) -> tuple[File, Formatted]:
    """The file and the caption of one InputMedia."""
    kind = str(media.get("type", ""))
    if kind not in ("photo", "document"):
        raise bad_request("can't parse InputMedia: Unsupported type specified")
    item = Params(params.method, media, params.uploads)
    return _file(world, item, kind, item.text("media")), caption_of(item)


def _send(world: World, params: Params, kind: str) -> Json:
    content = caption_of(params)
    file = _file(world, params, kind, params.text(kind))
    return world.to_json(deliver(world, params, place_of(world, params), content, file))


def _file(world: World, params: Params, kind: str, reference: str) -> File:
    upload = params.upload(reference) if reference else params.uploads.get(kind)
    if upload is not None:
        return _stored(world, kind, upload)
    if not reference:
        raise bad_request(f"there is no {kind} in the request")
    known = world.files.get(reference)
    if known is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if known.kind != kind:
        raise bad_request(f"can't use file of type {known.kind.title()} as {kind.title()}")
    return known


def _stored(world: World, kind: str, upload: Upload) -> File:
    if kind == "photo":
        return world.files.photo(upload.content)
    return world.files.document(upload.name, upload.content)
