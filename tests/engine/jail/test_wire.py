"""Messages survive the wire whole; nothing else gets through it."""

import json
import os
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.jail.wire import Decoder, Message, encode, read_message, write_message
from engine.records import Malformed

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
messages = st.builds(
    Message,
    st.text(max_size=20),
    st.dictionaries(st.text(max_size=5), json_values, max_size=4),
    st.lists(st.binary(max_size=100), max_size=4).map(tuple),
)


@given(st.lists(messages, max_size=4), st.integers(1, 50))
def test_messages_arrive_whole_however_they_are_cut(sent: list[Message], size: int) -> None:
    raw = b"".join(map(encode, sent))
    decoder = Decoder(1 << 20)
    received = []
    for start in range(0, len(raw), size):
        received += decoder.feed(raw[start : start + size])
    assert received == sent
    assert not decoder.buffer


def test_lone_surrogates_arrive() -> None:
    message = Message("answer", {"text": "\ud800 \x00"})
    assert Decoder(1000).feed(encode(message)) == [message]


def frame(header: object) -> bytes:
    raw = json.dumps(header).encode()
    return struct.pack("!I", len(raw)) + raw


@pytest.mark.parametrize(
    "raw",
    [
        struct.pack("!I", 1 << 31),
        struct.pack("!I", 4) + b"\xff\xfe{}",
        struct.pack("!I", 3) + b"nul",
        struct.pack("!I", 900) + b"[" * 900,
        frame([]),
        frame({"type": "a", "data": {}}),
        frame({"type": "a", "data": [], "blobs": []}),
        frame({"type": 1, "data": {}, "blobs": []}),
        frame({"type": "a", "data": {}, "blobs": [], "more": 1}),
        frame({"type": "a", "data": {}, "blobs": [-1]}),
        frame({"type": "a", "data": {}, "blobs": [True]}),
        frame({"type": "a", "data": {}, "blobs": [1.0]}),
        frame({"type": "a", "data": {}, "blobs": [10**30]}),
        frame({"type": "a", "data": {}, "blobs": [500, 500]}),
        frame({"type": "a", "data": {}, "blobs": [0] * 100}),
    ],
)
def test_what_is_no_message_is_refused_before_it_is_allocated(raw: bytes) -> None:
    with pytest.raises(Malformed):
        Decoder(1000).feed(raw)


def test_a_message_passes_through_a_pipe() -> None:
    reader, writer = os.pipe()
    message = Message("job", {"kind": "x"}, (b"\x00\xff", b""))
    write_message(writer, message)
    assert read_message(reader, 1000) == message
    os.close(writer)
    assert read_message(reader, 1000) is None
    os.close(reader)


def test_surplus_bytes_behind_a_message_are_refused() -> None:
    reader, writer = os.pipe()
    os.write(writer, encode(Message("job")) + b"x")
    with pytest.raises(Malformed):
        read_message(reader, 1000)
    os.close(writer)
    os.close(reader)
