"""Health and metrics, for machines and for whoever is on duty; nothing personal in them, so no token is asked for."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError

from app import checks
from app.api.service import Running, Service
from app.api.views.quotas import QuotaView
from app.checks import Check, Status
from app.connectors.base import Quota
from app.messages import PlatformName
from app.metrics import (
    circuits_open,
    held_jobs_waiting,
    queue_lag_seconds,
    quota_closed,
    quota_poll_pause_seconds,
    quota_resets_at_seconds,
    quota_units,
)
from app.records import circuits, held_jobs
from app.records.circuits import CircuitState
from app.records.jobs import Job
from app.records.jobs import queue_lag_seconds as lag

router = APIRouter(tags=["health"])

# The store is a remote service, perhaps billed by the call; probes come every few seconds.
STORAGE_KEPT_FOR = timedelta(seconds=15)


class CircuitView(BaseModel):
    """Bir hesaba yapılan çağrıların durumu."""

    account: Annotated[str, Field(description="Hesabın platformdaki adı", examples=["izmirekonomiuni"])]
    state: Annotated[
        CircuitState,
        Field(
            description=(
                "`closed` (çağrılar yapılıyor), `open` (platform yanıt vermiyor, çağrı yapılmıyor) ya da `half_open` "
                "(bir çağrı deneniyor)"
            ),
            examples=["closed"],
        ),
    ]
    since: Annotated[datetime | None, Field(description="Ne zamandan beri açık", examples=[None])]
    next_probe_at: Annotated[datetime | None, Field(description="Sonraki denemenin zamanı", examples=[None])]
    failures: Annotated[int, Field(description="Art arda başarısız çağrılar", examples=[0])]


class WorkerView(BaseModel):
    """Bir işçi süreci ve gerçekten çalıştırdığı politika sürümü."""

    name: Annotated[str, Field(description="İşçinin kendine verdiği ad", examples=["3f9a1c07"])]
    policy_version: Annotated[str, Field(description="Çalıştırdığı politika sürümü", examples=["shipped-1a2b3c4d5e6f"])]
    policy_since: Annotated[
        datetime, Field(description="Bu sürümü ne zamandan beri çalıştırdığı", examples=["2026-11-23T09:00:00Z"])
    ]
    started_at: Annotated[datetime, Field(description="Başladığı zaman", examples=["2026-11-23T08:00:00Z"])]
    seen_at: Annotated[datetime, Field(description="Son haber verdiği zaman", examples=["2026-11-23T09:05:00Z"])]


class CheckResult(BaseModel):
    """Bir denetimin sonucu."""

    status: Annotated[Status, Field(description="`ok`, `warning` (dikkat) ya da `failing` (bozuk)", examples=["ok"])]
    detail: Annotated[str, Field(description="Ne görüldüğü ve gerekiyorsa ne yapılacağı", examples=["answers"])]
    circuits: Annotated[
        list[CircuitView], Field(description="Platform denetimlerinde her hesabın çağrı durumu", examples=[[]])
    ] = []
    workers: Annotated[
        list[WorkerView], Field(description="`workers` denetiminde her işçi ve politika sürümü", examples=[[]])
    ] = []
    quota: Annotated[
        QuotaView | None,
        Field(description="Platformun çağrı kotası; kotası olmayan platformlarda boş", examples=[None]),
    ] = None


class Readiness(BaseModel):
    """Hizmetin durumu ve tek tek denetimler."""

    status: Annotated[
        Status,
        Field(
            description=(
                "En kötü denetimin durumu. Yanıt kodu yalnızca veritabanı ya da politika yoksa 503 olur; öteki "
                "bozukluklar burada görünür ama hizmeti trafikten çekmez."
            ),
            examples=["ok"],
        ),
    ]
    checks: Annotated[
        dict[str, CheckResult],
        Field(
            description=(
                "Denetimler: database, policy, workers, queue, months, storage, urgent_routes, browser, platform_…"
            ),
            examples=[{"database": {"status": "ok", "detail": "answers"}}],
        ),
    ]


@dataclass(slots=True)
class StorageProbe:
    """Remembers for a while how the store was."""

    _found: Check | None = field(default=None, init=False)
    _at: float = field(default=0.0, init=False)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def check(self, service: Service) -> Check:
        """The store's state, at most `STORAGE_KEPT_FOR` old."""
        async with self._lock:
            if self._found is None or time.monotonic() - self._at > STORAGE_KEPT_FOR.total_seconds():
                self._found = await checks.check_storage(service.objects)
                self._at = time.monotonic()
            return self._found


@router.get("/health/live", summary="Süreç ayakta mı", response_model=dict[str, str])
async def live() -> dict[str, str]:
    """Yalnızca sürecin yanıt verdiğini söyler."""
    return {"status": "ok"}


@router.get(
    "/health/ready",
    summary="Hizmet çalışmaya hazır mı",
    response_model=Readiness,
    responses={503: {"model": Readiness, "description": "Veritabanı ya da politika yok: istek alınamaz"}},
)
async def ready(request: Request, response: Response, service: Running) -> Readiness:
    """Veritabanı, politika, iş kuyruğu, kanıt deposu, acil bildirim yolları, sayfaların tarayıcısı, platformlar."""
    probe: StorageProbe = request.app.state.storage_probe
    single = await asyncio.gather(
        checks.check_database(service.sessions),
        checks.check_policy(service.policies),
        checks.check_workers(service.sessions, service.policies),
        checks.check_queue(service.sessions),
        checks.check_months(service.sessions, service.clock()),
        probe.check(service),
        checks.check_routes(service.sessions, service.settings),
        checks.check_closing(service.sessions, service.settings, service.clock),
    )
    platforms = await checks.check_platforms(service.sessions, service.ingest, service.tokens, service.quotas)
    found = [*single, checks.check_browser(service.settings), *platforms]
    if any(check.required and check.status is Status.FAILING for check in found):
        response.status_code = 503
    return Readiness(
        status=max((check.status for check in found), key=list(Status).index),
        checks={check.name: _result(check) for check in found},
    )


def _result(check: Check) -> CheckResult:
    circuits = [
        CircuitView(
            account=one.account,
            state=one.circuit.state,
            since=one.circuit.opened_at,
            next_probe_at=one.circuit.probe_at,
            failures=one.circuit.failures,
        )
        for one in check.circuits
    ]
    reports = [WorkerView(**{name: getattr(one, name) for name in WorkerView.model_fields}) for one in check.workers]
    quota = QuotaView.of(check.quota) if check.quota is not None else None
    return CheckResult(status=check.status, detail=check.detail, circuits=circuits, workers=reports, quota=quota)


def _tell_of_quotas(quotas: Mapping[PlatformName, Quota]) -> None:
    for platform, quota in quotas.items():
        quota_units.labels(platform, "used").set(quota.used)
        quota_units.labels(platform, "limit").set(quota.limit)
        quota_units.labels(platform, "reserved").set(quota.reserved)
        quota_poll_pause_seconds.labels(platform).set(quota.pause.total_seconds())
        quota_resets_at_seconds.labels(platform).set(quota.resets_at.timestamp())
        quota_closed.labels(platform).set(quota.is_closed)


@router.get("/metrics", summary="Prometheus ölçümleri", response_class=Response)
async def metrics(service: Running) -> Response:
    """Sayaçlar ve süreler, Prometheus biçiminde; kişisel veri içermez."""
    try:
        async with asyncio.timeout(1), service.sessions() as session:
            queue_lag_seconds.set(await lag(session))
            held = await held_jobs.count_by_kind(session)
            for kind in Job:
                held_jobs_waiting.labels(kind).set(held.get(kind, 0))
            for platform, number in (await circuits.open_by_platform(session)).items():
                circuits_open.labels(platform).set(number)
            _tell_of_quotas(await service.quotas.shown())
    except (SQLAlchemyError, OSError, TimeoutError):
        queue_lag_seconds.set(float("nan"))
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
