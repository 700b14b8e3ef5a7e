"""What came with a message is stored beside its seal, while the platform still hands it out."""

import asyncio
from dataclasses import dataclass

import httpx
import structlog

from app.clock import Clock
from app.errors import EvidenceError
from app.evidence.keep import add_image
from app.evidence.media import MOST_FILES, Fetched, fetch
from app.evidence.objects import ObjectStore
from app.messages import EvidenceId, Media
from app.metrics import media_total
from app.records import captures, evidence
from app.records.database import Sessions

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaKeeper:
    """Fetches and stores it. `http` is the client for addresses that others gave us."""

    sessions: Sessions
    objects: ObjectStore
    http: httpx.AsyncClient
    clock: Clock

    async def keep(self, evidence_id: EvidenceId) -> None:
        """Store the files that the sealed record names, once; what cannot be had is logged and counted."""
        async with self.sessions() as session:
            fields = await evidence.fields_of(session, evidence_id)
            is_kept = await captures.has_media(session, evidence_id)
        media = [Media(kind=item["kind"], url=item["url"]) for item in (fields or {}).get("media", [])]
        if is_kept or not media:
            return
        fetched = await asyncio.gather(*(fetch(item, self.http) for item in media[:MOST_FILES]))
        for one in fetched:
            if isinstance(one, str):
                media_total.labels(one).inc()
                log.info("media_not_kept", evidence_id=evidence_id, problem=one)
                continue
            try:
                await self._store(evidence_id, one)
            except EvidenceError as error:
                media_total.labels("not_stored").inc()
                log.warning("media_not_kept", evidence_id=evidence_id, problem=str(error))

    async def _store(self, evidence_id: EvidenceId, fetched: Fetched) -> None:
        now = self.clock()
        file = await self.objects.put(fetched.file.content, fetched.file.media_type)
        small = fetched.thumbnail
        stored = await self.objects.put(small.content, small.media_type) if small is not None else None
        async with self.sessions.begin() as session:
            await add_image(session, evidence_id, file, kind="media", taken_at=now)
            if stored is not None:
                await add_image(session, evidence_id, stored, kind="thumbnail", taken_at=now)
        media_total.labels("kept").inc()
        log.info("media_kept", evidence_id=evidence_id, media_type=file.media_type, size=file.size)
