"""The process that has the GPU: `python -s -P -m engine.gpu.worker FD DEVICE BOT`.

FD is its end of a socket, DEVICE "cuda" or, for tests, "cpu", BOT the process that it dies with.
The bot says hello, it answers `ready` with {"device": name} or `refused` with {"why": text}; then
it takes jobs as a jail does. It runs what we generate from checked formulas and nothing else,
holds no secret, and gives up what it may once the device is open.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import Final, NoReturn

import torch

from engine.gpu.device import Device, NoDevice, opened
from engine.gpu.newton import solve_task
from engine.jail.confine import die_with, gain_nothing
from engine.jail.inside import serve
from engine.jail.limits import WIRE
from engine.jail.wire import Message, read_message, write_message
from engine.records import Answer, Call, GpuTask, from_data, to_data

HELLO_MAX: Final = 4096


def main(fd: int, name: str, bot: int) -> NoReturn:
    """Open the device, say so, and answer jobs until the bot closes the socket."""
    die_with(bot)
    if fd != WIRE:
        os.dup2(fd, WIRE)
        os.close(fd)
    torch.set_num_threads(1)
    if read_message(WIRE, HELLO_MAX) is None:
        os._exit(0)
    try:
        device = opened(name)
    except NoDevice as error:
        write_message(WIRE, Message("refused", {"why": str(error)}))
        os._exit(0)
    _give_up_privileges(bot)
    write_message(WIRE, Message("ready", {"device": device.card.name}))
    serve({"root.batch": partial(answer, device)})


def answer(device: Device, call: Call) -> Answer:
    """The report on one task. A device that has failed is never used again: the process ends."""
    try:
        return Answer(to_data(solve_task(from_data(GpuTask, call.data), device)))
    except RuntimeError:
        if not _healthy(device):
            os._exit(1)
        raise


def _healthy(device: Device) -> bool:
    """An illegal access or a lost card makes every later call fail too."""
    try:
        torch.zeros(1, device=device.place).item()
    except RuntimeError:
        return False
    return True


def _give_up_privileges(bot: int) -> None:
    # Not before the device is open: the driver may have to make its device files by a helper.
    Path("/proc/self/oom_score_adj").write_text("1000")
    gain_nothing()
    die_with(bot)  # again: a change of credentials may forget it


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
