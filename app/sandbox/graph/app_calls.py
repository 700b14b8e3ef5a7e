"""Calls on our application itself: which webhook it has for an object, and which fields that is told of.

https://developers.facebook.com/docs/graph-api/reference/app/subscriptions
"""

import hmac
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import httpx

from app.sandbox.graph.call import Call
from app.sandbox.graph.errors import GraphError, bad_token, gone, missing_token, parameter
from app.sandbox.graph.page_calls import SUBSCRIBABLE
from app.sandbox.ground import Ground
from app.sandbox.meta.seed import APP_ID
from app.sandbox.seed import Platform
from app.sandbox.world.clock import opaque
from app.sandbox.world.records import AppSubscription
from app.sandbox.world.state import World

PATH: Final = (APP_ID, "subscriptions")
PLATFORMS: Final[Mapping[str, Platform]] = {"page": Platform.FACEBOOK, "instagram": Platform.INSTAGRAM}
OF_INSTAGRAM: Final = frozenset(
    {
        "comments",
        "live_comments",
        "mentions",
        "messages",
        "message_edit",
        "message_reactions",
        "messaging_seen",
        "messaging_postbacks",
        "messaging_referral",
        "messaging_handover",
        "messaging_optins",
        "standby",
        "story_insights",
    }
)
FIELDS: Final[Mapping[str, frozenset[str]]] = {"page": SUBSCRIBABLE, "instagram": OF_INSTAGRAM}
TAKEN: Final = frozenset(
    {"object", "callback_url", "fields", "include_values", "verify_token", "access_token", "appsecret_proof"}
)


def begin(world: World, name: str) -> None:
    """The application tells the service of every field from the start."""
    if name not in world.app_subscriptions:
        world.put(AppSubscription(object=name, callback="", fields=tuple(sorted(FIELDS[name]))))


async def carry_out(ground: Ground, call: Call) -> dict[str, object]:
    """``GET``, ``POST`` and ``DELETE /{app}/subscriptions``, with the application's token alone."""
    _check_token(ground.world, call)
    if unknown := call.parameters.keys() - TAKEN:
        raise parameter(f"Unexpected parameter: {min(unknown)}")
    match call.method:
        case "GET":
            return {"data": [_shown(ground, one) for one in ground.world.app_subscriptions.values() if one.fields]}
        case "POST":
            return await _subscribe(ground, call)
        case "DELETE":
            return _unsubscribe(ground.world, call)
    raise gone(APP_ID, call.method)


def _check_token(world: World, call: Call) -> None:
    if call.token is None:
        raise missing_token()
    if not call.token.startswith(f"{APP_ID}|"):
        if any(
            hmac.compare_digest(call.token.encode(), each.access_token.encode()) for each in world.accounts.values()
        ):
            raise GraphError(15, "(#15) This method must be called with an app access_token.")
        raise bad_token()
    secrets = {world.accounts_on(platform)[0].app_secret for platform in PLATFORMS.values()}
    if not any(hmac.compare_digest(call.token.encode(), f"{APP_ID}|{secret}".encode()) for secret in secrets):
        raise GraphError(190, "Error validating application. Invalid application secret.")


async def _subscribe(ground: Ground, call: Call) -> dict[str, object]:
    """One webhook an object: another address, and another list of fields, take the place of the former ones."""
    name, callback = _object(call), call.required_text("callback_url")
    verify_token = call.required_text("verify_token")
    fields = tuple(str(field) for field in call.listing("fields") or ())
    if not fields or set(fields) - FIELDS[name]:
        raise parameter(f"Param fields must be of the known fields of {name}, not {list(fields)}")
    address = urlsplit(callback)
    is_here = address.scheme == "http" and address.hostname in {"127.0.0.1", "localhost"}
    if not (address.hostname and (address.scheme == "https" or is_here)):
        raise GraphError(2200, "(#2200) Callback URL must be a secure URL")
    await _verify(ground, callback, verify_token)
    ground.world.put(
        AppSubscription(
            object=name,
            callback="" if callback == _own(ground, name) else callback,
            fields=fields,
            includes_values=bool(call.boolean("include_values")),
        )
    )
    return {"success": True}


async def _verify(ground: Ground, callback: str, verify_token: str) -> None:
    """Ask the address whether it knows the word; it has to give the challenge back as it was."""
    challenge = str(int.from_bytes(opaque("", callback, str(ground.world.ids.number())).encode()[:6]))
    asked = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
    try:
        answer = await ground.http.get(callback, params=asked)
    except httpx.HTTPError:
        raise GraphError(2200, "(#2200) Callback verification failed: no answer") from None
    if answer.status_code != 200 or answer.text != challenge:
        said = f"HTTP Status Code = {answer.status_code}"
        raise GraphError(2200, f"(#2200) Callback verification failed with the following errors: {said}")


def _unsubscribe(world: World, call: Call) -> dict[str, object]:
    """One object's, or some of its fields; without an object, all."""
    names = [_object(call)] if call.text("object") is not None else list(FIELDS)
    dropped = {str(field) for field in call.listing("fields") or ()}
    for name in names:
        known = world.app_subscriptions.get(name)
        kept = tuple(field for field in known.fields if field not in dropped) if known is not None and dropped else ()
        callback = known.callback if known is not None else ""
        world.put(AppSubscription(object=name, callback=callback, fields=kept))
    return {"success": True}


def _object(call: Call) -> str:
    name = call.required_text("object")
    if name not in FIELDS:
        raise parameter(f"Param object must be one of {{{', '.join(FIELDS)}}}")
    return name


def _shown(ground: Ground, one: AppSubscription) -> dict[str, object]:
    return {
        "object": one.object,
        "callback_url": one.callback or _own(ground, one.object),
        "active": True,
        "fields": [{"name": field, "version": "v25.0"} for field in one.fields],
    }


def _own(ground: Ground, name: str) -> str:
    return f"{(ground.settings.webhook_url or '').rstrip('/')}/webhooks/{PLATFORMS[name]}"
