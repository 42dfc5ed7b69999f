"""No connection leaves a jail, not even to this machine (row 20)."""

import asyncio

import pytest

from tests.attacks.attacker import Attacker

FAMILIES = ("AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_PACKET", "AF_VSOCK")


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("kind", ["SOCK_STREAM", "SOCK_DGRAM", "SOCK_RAW"])
async def test_no_socket_is_made(attacker: Attacker, family: str, kind: str) -> None:
    error = await attacker.error(f"import socket\nsocket.socket(socket.{family}, socket.{kind})")
    assert error.startswith("PermissionError")


@pytest.mark.parametrize(
    "act",
    [
        "socket.socketpair()",
        "socket.create_connection(('127.0.0.1', {port}))",
        "socket.create_connection(('169.254.169.254', 80))",
        "socket.create_server(('', 0))",
        "urllib.request.urlopen('http://127.0.0.1:{port}/')",
        "torch.hub.load_state_dict_from_url('http://127.0.0.1:{port}/', model_dir='/')",
        "socket.socket(fileno=3).sendmsg([b'x'])",
        "socket.fromfd(3, socket.AF_UNIX, socket.SOCK_STREAM).connect('/run/x')",
    ],
)
async def test_a_server_here_hears_nothing(attacker: Attacker, act: str) -> None:
    heard = list[object]()
    server = await asyncio.start_server(lambda *ends: heard.append(ends), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        error = await attacker.error(f"import socket, urllib.request\n{act.format(port=port)}")
    assert "ermission denied" in error or "not permitted" in error, error
    assert heard == []
