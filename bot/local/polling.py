"""Methods by which the bot gets its updates."""

from __future__ import annotations

from bot.local.entities import Json
from bot.local.errors import bad_request
from bot.local.params import Params
from bot.local.updates import LIMIT_MAX
from bot.local.world import World


async def get_updates(world: World, params: Params) -> list[Json]:
    limit = params.integer("limit")
    return await world.updates.take(
        offset=params.integer("offset") or 0,
        limit=LIMIT_MAX if limit is None else limit,
        timeout_s=params.integer("timeout") or 0,
        allowed=params.parsed("allowed_updates", "allowed updates"),
    )


def get_webhook_info(world: World, params: Params) -> Json:
    pending = world.updates.pending
    return {"url": "", "has_custom_certificate": False, "pending_update_count": pending}


def delete_webhook(world: World, params: Params) -> bool:
    if params.flag("drop_pending_updates"):
        world.updates.drop()
    return True


def set_webhook(world: World, params: Params) -> bool:
    if params.text("url"):
        raise bad_request("bad webhook: the local Telegram reaches no webhook; use getUpdates")
    return delete_webhook(world, params)
