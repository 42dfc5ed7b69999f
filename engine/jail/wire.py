"""Messages between the bot and its jails: a length, a JSON header, raw bytes.

    | header length, 4 bytes big-endian | header, JSON | blob | blob | ...

The header is `{"type": str, "data": object, "blobs": [length, ...]}`. Either end may be
hostile, so nothing is allocated before its size has been checked, and nothing is ever
unpickled. A jail speaks with `read` and `write` alone.
"""

from __future__ import annotations

import json
import os
import struct
from dataclasses import dataclass, field

from engine.records import Data, Malformed

LENGTH = struct.Struct("!I")
HEADER_MAX = 8 << 20
ANSWER_HEADER_MAX = 1 << 20  # a jail's: JSON of nothing but brackets is 20 times as large decoded
BLOBS_MAX = 64
CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Message:
    """One message: what it is, plain data, raw bytes."""

    type: str
    data: Data = field(default_factory=dict)
    blobs: tuple[bytes, ...] = ()


@dataclass(slots=True)
class Decoder:
    """Takes bytes as they come, gives whole messages.

    `limit` bounds one message in bytes, `header_limit` the JSON of all of them together: that
    takes time and memory to read, blobs do not.

    Raises `Malformed` as soon as what came cannot be a message of that size.

    >>> Decoder(1000).feed(encode(Message("tick", {"n": 1}, (b"ab",))))
    [Message(type='tick', data={'n': 1}, blobs=(b'ab',))]
    """

    limit: int
    header_limit: int = HEADER_MAX
    buffer: bytearray = field(default_factory=bytearray)
    header: Data | None = None

    def feed(self, chunk: bytes) -> list[Message]:
        self.buffer += chunk
        messages = []
        while (message := self._next()) is not None:
            messages.append(message)
        return messages

    def _next(self) -> Message | None:
        if self.header is None and not self._take_header():
            return None
        assert self.header is not None
        lengths = self.header["blobs"]
        if len(self.buffer) < sum(lengths):
            return None
        blobs = tuple(self._take(length) for length in lengths)
        message = Message(self.header["type"], self.header["data"], blobs)
        self.header = None
        return message

    def _take_header(self) -> bool:
        if len(self.buffer) < LENGTH.size:
            return False
        (length,) = LENGTH.unpack_from(self.buffer)
        allowed = min(self.limit, self.header_limit)
        if length > allowed:
            raise Malformed(f"a header of {length} bytes, {allowed} allowed")
        if len(self.buffer) < LENGTH.size + length:
            return False
        self._take(LENGTH.size)
        self.header_limit -= length
        self.header = _checked(self._take(length), self.limit - length)
        return True

    def _take(self, length: int) -> bytes:
        taken = bytes(self.buffer[:length])
        del self.buffer[:length]
        return taken


def _checked(raw: bytes, room: int) -> Data:
    try:
        header: Data = json.loads(raw)
    except (ValueError, RecursionError):
        raise Malformed("the header is not JSON") from None
    match header:
        case {"type": str(), "data": dict(), "blobs": list(lengths)} if len(header) == 3:
            _check_lengths(lengths, room)
            return header
    raise Malformed("the header lacks type, data or blobs")


def _check_lengths(lengths: list[object], room: int) -> None:
    total = 0
    for length in lengths:
        if type(length) is not int or length < 0:
            raise Malformed("a blob's length is not a count of bytes")
        total += length
    if len(lengths) > BLOBS_MAX or total > room:
        raise Malformed(f"{len(lengths)} blobs of {total} bytes, {room} allowed")


def encode(message: Message) -> bytes:
    """The bytes of a message.

    Lone surrogates survive: JSON writes them as escapes.
    """
    header = {
        "type": message.type,
        "data": message.data,
        "blobs": [len(blob) for blob in message.blobs],
    }
    raw = json.dumps(header).encode("ascii")
    return b"".join((LENGTH.pack(len(raw)), raw, *message.blobs))


def write_message(fd: int, message: Message) -> None:
    """Write all of a message to a blocking descriptor."""
    view = memoryview(encode(message))
    while view:
        view = view[os.write(fd, view) :]


def read_message(fd: int, limit: int) -> Message | None:
    """The next message from a blocking descriptor, None when the other end has closed.

    One message at a time: the bot sends the next only after an answer, so surplus bytes
    are an error of the sender and raise `Malformed`.
    """
    decoder = Decoder(limit)
    while chunk := os.read(fd, CHUNK):
        messages = decoder.feed(chunk)
        if messages:
            if len(messages) > 1 or decoder.buffer or decoder.header is not None:
                raise Malformed("more than one message")
            return messages[0]
    return None
