"""What runs inside a jail: read a job, call the engine function, write the answer."""

from __future__ import annotations

import contextlib
import io
import os
import random
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np
import torch

from engine.jail.limits import WIRE
from engine.jail.wire import ANSWER_HEADER_MAX, Message, encode, read_message, write_message
from engine.records import Answer, Call, Event, Malformed

JOB_MAX = 16 << 20
OUTPUT_FD = 1

Function = Callable[[Call], Answer]


def serve(kinds: dict[str, Function]) -> NoReturn:
    """Answer jobs until the bot closes the wire."""
    _draw_own_randomness()
    _print_to_pipe()
    session: dict[str, Any] = {}
    while (message := _next_job()) is not None:
        write_message(WIRE, _answer(kinds, message, session))
    os._exit(0)


def _draw_own_randomness() -> None:
    # Every fork inherits the zygote's generators: without this all students draw alike.
    random.seed()
    np.random.seed(list(os.urandom(16)))
    torch.default_generator.seed()  # `torch.seed` also looks for devices, which takes longer


def _print_to_pipe() -> None:
    """Text streams of our own on the output pipe: lone surrogates are shown, not an error."""
    raw = io.FileIO(OUTPUT_FD, "w", closefd=False)
    buffered = io.BufferedWriter(raw)
    stream = io.TextIOWrapper(buffered, "utf-8", "backslashreplace", line_buffering=True)
    for name in ("stdout", "stderr", "__stdout__", "__stderr__"):
        setattr(sys, name, stream)


def _next_job() -> Message | None:
    try:
        return read_message(WIRE, JOB_MAX)
    except (Malformed, OSError):
        return None


def _answer(kinds: dict[str, Function], message: Message, session: dict[str, Any]) -> Message:
    data = message.data
    call = Call(data["data"], message.blobs, session, _tell)
    try:
        answer = _interruptible(kinds[data["kind"]], call)
    except BaseException:
        return Message("fault", {"traceback": traceback.format_exc()[-4000:]})
    flags = {"raised": answer.raised, "memory": answer.memory}
    reply = Message("answer", {"answer": answer.data, **flags}, answer.blobs)
    whole, blobs = len(encode(reply)), sum(map(len, reply.blobs))
    if whole > data["result_bytes"] or whole - blobs > ANSWER_HEADER_MAX:
        return Message("too_large")
    return reply


def _interruptible(function: Function, call: Call) -> Answer:
    """SIGINT, which the bot sends at a limit, is ignored but while the user's code runs."""
    try:
        try:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            _tell(Event("started"))
            return function(call)
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            _flush()
    except KeyboardInterrupt:
        return Answer({}, raised=True)


def _flush() -> None:
    try:
        sys.stdout.flush()
    except Exception:  # the user's cell closed or replaced it
        with contextlib.suppress(OSError):  # or closed the descriptor itself
            _print_to_pipe()


def _tell(event: Event) -> None:
    write_message(WIRE, Message("event", {"kind": event.kind, "data": event.data}))
