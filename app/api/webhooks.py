"""The platforms' door: handshake, and raw deliveries in. It stands before the application's layers: a delivery needs
none of them, and in a storm of deliveries they would cost more than the storing."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.actions.alarms import raise_alarm
from app.api.bodies import NoRoomError, Place, Room, read_limited
from app.api.problems import UNREACHABLE, problem
from app.api.service import Service, service_of
from app.connectors.base import Inbound, Leasing
from app.errors import DeliveryRejectedError
from app.ingest.accept import Source
from app.messages import PlatformName
from app.metrics import deliveries_total
from app.notices.model import SystemNotice
from app.records import accounts, subscriptions

log = structlog.get_logger(__name__)

# A platform gives up after some ten seconds and sends again; an answer after that reaches nobody.
STORE_LIMIT = timedelta(seconds=9)
READ_LIMIT = timedelta(seconds=60)
PREFIX = "/webhooks/"


async def door(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request below `PREFIX`: one address a platform, two uses. An ASGI application."""
    request = Request(scope, receive, send)
    platform = scope["path"].removeprefix(PREFIX)
    match scope["method"]:
        case "POST":
            response = await take(request, platform)
        case "GET" | "HEAD":
            response = await handshake(request, platform)
        case _:
            response = problem("method_not_allowed", headers={"Allow": "GET, POST"})
    await response(scope, receive, send)


async def handshake(request: Request, platform: str) -> Response:
    """Prove to the platform that this address is ours: its challenge comes back as it was."""
    service = service_of(request)
    source = service.ingest.source(platform)
    if source is None:
        return problem("not_found")
    if source.verify_setting is not None and source.keys.verify_token is None:
        return _not_configured(platform, source.verify_setting)
    if source.verify_setting is None and not source.keys.secrets:
        return _not_configured(platform, source.proof_setting)
    keys = source.keys
    if source.inbound.manners.names_account:
        try:
            async with asyncio.timeout(STORE_LIMIT.total_seconds()), service.sessions() as session:
                keys = replace(keys, accounts=await accounts.external_ids(session, platform))
        except (SQLAlchemyError, *UNREACHABLE):
            return problem("unavailable", headers={"Retry-After": "5"})
    answer = source.inbound.handshake(dict(request.query_params), keys=keys)
    try:
        if answer is None or not await _is_wanted(service, platform, source.inbound, dict(request.query_params)):
            log.warning("webhook_handshake_refused", platform=platform)
            return problem("handshake_refused", status=source.inbound.manners.foreign)
    except (SQLAlchemyError, *UNREACHABLE) as error:
        log.error("lease_not_stored", platform=platform, error=type(error).__name__)
        return problem("unavailable", headers={"Retry-After": "5"})
    log.info("webhook_handshake_done", platform=platform)
    return Response(answer.body, media_type=answer.media_type)


async def _is_wanted(service: Service, platform: str, inbound: Inbound, query: Mapping[str, str]) -> bool:
    """Whether we asked for what the answer confirms; if so it is remembered, before the answer is given."""
    if not isinstance(inbound, Leasing):
        return True
    leased = inbound.leased(query, at=service.clock())
    # We never ask for a subscription's end.
    if leased is None or leased.ends_at is None:
        return False
    async with asyncio.timeout(STORE_LIMIT.total_seconds()), service.sessions.begin() as session:
        return await subscriptions.confirmed(
            session,
            platform,
            leased.external_id,
            ends_at=leased.ends_at,
            renew_at=leased.renew_at,
            at=service.clock(),
        )


async def take(request: Request, name: str) -> Response:
    """Take a delivery: 200 once it is committed, 401 where it is not proven, 503 where it could not be stored."""
    platform = PlatformName(name)
    service = service_of(request)
    source = service.ingest.source(platform)
    if source is None:
        return problem("not_found")
    if not source.keys.secrets:
        return _not_configured(platform, source.proof_setting)
    room: Room = request.app.state.room
    with room.place() as place:
        return await _take(request, service, source, platform, place)


async def _take(request: Request, service: Service, source: Source, platform: PlatformName, place: Place) -> Response:
    try:
        async with asyncio.timeout(READ_LIMIT.total_seconds()):
            body = await read_limited(request, service.settings.max_body_bytes, place)
    except TimeoutError:
        return problem("too_slow", headers={"Connection": "close"})
    except ClientDisconnect:
        return Response(status_code=400)
    except NoRoomError:
        deliveries_total.labels(platform, "no_room").inc()
        log.error("delivery_found_no_room", platform=platform)
        return problem("unavailable", headers={"Retry-After": "5", "Connection": "close"})
    if body is None:
        return await _too_large(service, platform)
    try:
        async with asyncio.timeout(STORE_LIMIT.total_seconds()):
            await service.ingest.accept(platform, request.headers, body)
    except DeliveryRejectedError as error:
        log.warning("delivery_rejected", platform=platform, reason=error.reason, size=len(body))
        forged = source.inbound.manners.forged
        return problem("signature_rejected") if forged >= 400 else Response(status_code=forged)
    except (SQLAlchemyError, *UNREACHABLE) as error:
        deliveries_total.labels(platform, "not_stored").inc()
        log.error("delivery_not_stored", platform=platform, error=type(error).__name__, size=len(body))
        return problem("unavailable", headers={"Retry-After": "5"})
    return Response(status_code=200)


async def _too_large(service: Service, platform: PlatformName) -> Response:
    """Refuse, and tell people once an hour: what is in it will have to be fetched in another way."""
    deliveries_total.labels(platform, "too_large").inc()
    limit = service.settings.max_body_bytes
    log.error("delivery_too_large", platform=platform, limit=limit)
    try:
        async with asyncio.timeout(STORE_LIMIT.total_seconds()), service.sessions.begin() as session:
            hour = service.clock().strftime("%Y-%m-%dT%H")
            await raise_alarm(session, SystemNotice.DELIVERY_TOO_LARGE, f"{platform}:{hour}")
    except (SQLAlchemyError, *UNREACHABLE) as error:
        log.error("alarm_not_stored", kind=SystemNotice.DELIVERY_TOO_LARGE, error=type(error).__name__)
    return problem("too_large", headers={"Connection": "close"})


def _not_configured(platform: str, setting: str) -> Response:
    log.error("webhook_secret_missing", platform=platform, setting=f"NOBET_{platform}__{setting}".upper())
    return problem("secret_missing")
