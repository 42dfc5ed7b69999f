"""The local Telegram: a Bot API server on loopback."""

from __future__ import annotations

import inspect
import json
import re
import secrets
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.local.entities import Json
from bot.local.errors import ApiError, too_many_requests
from bot.local.faults import Dropped, Faults
from bot.local.files import UPLOAD_MAX_BYTES
from bot.local.methods import METHODS, Method
from bot.local.params import Params, Upload
from bot.local.people import BOT_ID, User
from bot.local.person import Person
from bot.local.transcript import Refusal, Transcript
from bot.local.world import World

_TOKEN = re.compile(r"\d+:[\w-]{30,}", re.ASCII)
_FORM_BYTES = 1024 * 1024


class LocalTelegram:
    """A Telegram of one's own; inside `async with` it listens at `base_url`."""

    def __init__(self, *, port: int = 0) -> None:
        self.token = f"{BOT_ID}:{secrets.token_urlsafe(32)[:35]}"
        self.world = World()
        self.faults = Faults()
        self._port = port
        app = web.Application(client_max_size=UPLOAD_MAX_BYTES + _FORM_BYTES)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        # A poll whose bot went away must not live on.
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/bot"

    @property
    def base_file_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/file/bot"

    @property
    def transcript(self) -> Transcript:
        return self.world.transcript

    def person(self, name: str, language: str | None = None) -> Person:
        """The user of that name, ready to write, press and upload."""
        user: User = self.world.user(name, language)
        return Person(self.world, user.id)

    def provoke_429(self, method: str, retry_after: int, times: int = 1) -> None:
        self.faults.plan(method, too_many_requests(retry_after), times)

    def provoke_500(self, method: str, times: int = 1) -> None:
        self.faults.plan(method, ApiError(500, "Internal Server Error"), times)

    def provoke_drop(self, method: str, times: int = 1) -> None:
        """The connection is cut before the call is carried out; "download" is of a file."""
        self.faults.plan(method, Dropped(), times)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            self._admit(request.match_info["token"])
            name, method = _method(request.match_info["method"])
            self.faults.strike(name)
            return await self._carry_out(method, await _params(name, request))
        except ApiError as error:
            return _refused(error)
        except Dropped:
            return _cut(request)

    async def _carry_out(self, method: Method, params: Params) -> web.Response:
        try:
            result = method(self.world, params)
            result = await result if inspect.isawaitable(result) else result
        except ApiError as error:
            self.transcript.refusals.append(Refusal(params.method, error.description))
            raise
        return web.json_response({"ok": True, "result": result})

    async def _download(self, request: web.Request) -> web.StreamResponse:
        try:
            self._admit(request.match_info["token"])
            self.faults.strike("download")
        except ApiError as error:
            return _refused(error)
        except Dropped:
            return _cut(request)
        file = self.world.files.at(request.match_info["path"])
        if file is None:
            return _refused(ApiError(404, "Not Found"))
        return web.Response(body=file.content, content_type="application/octet-stream")

    def _admit(self, token: str) -> None:
        if not _TOKEN.fullmatch(token):
            raise ApiError(404, "Not Found")
        if not secrets.compare_digest(token, self.token):
            raise ApiError(401, "Unauthorized")


def _method(name: str) -> tuple[str, Method]:
    known = METHODS.get(name.lower())
    if known is None:
        raise ApiError(404, "Not Found")
    return known


async def _params(method: str, request: web.Request) -> Params:
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        return Params(method, values | await _json(request))
    uploads = {}
    try:
        form = await request.post()
    except web.HTTPRequestEntityTooLarge:
        raise ApiError(413, "Request Entity Too Large") from None
    for name, value in form.items():
        if isinstance(value, web.FileField):
            uploads[name] = Upload(value.filename, value.file.read())
        else:
            values[name] = value
    if any(len(upload.content) > UPLOAD_MAX_BYTES for upload in uploads.values()):
        raise ApiError(413, "Request Entity Too Large")
    return Params(method, values, uploads)


async def _json(request: web.Request) -> Json:
    try:
        body = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        body = None
    if not isinstance(body, dict):
        raise ApiError(400, "Bad Request: can't parse request body as JSON object")
    return {name: value for name, value in body.items() if value is not None}


def _refused(error: ApiError) -> web.Response:
    body: Json = {"ok": False, "error_code": error.code, "description": error.description}
    if error.retry_after is not None:
        body["parameters"] = {"retry_after": error.retry_after}
    return web.json_response(body, status=error.code)


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
