"""Screenshots that staff bring, ask for again, or do without: what waits for a picture of the page goes on by them."""

from dataclasses import dataclass

import structlog

from app.actions.by_hand import NotPossibleError
from app.actions.captures import address_of, screenshot_came
from app.clock import Clock
from app.evidence.keep import add_image
from app.evidence.objects import ObjectStore
from app.evidence.uploads import checked
from app.messages import EvidenceId, MessageId, PersonId
from app.records import audit, captures, evidence, messages
from app.records.database import Sessions
from app.records.jobs import Job, enqueue, message_job

log = structlog.get_logger(__name__)

# What is hidden, some pages show still; what is gone, none does.
GONE = frozenset({"deleted", "removed_by_author"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploads:
    """Takes them to the newest record of a message."""

    sessions: Sessions
    objects: ObjectStore
    clock: Clock

    async def upload(self, message_id: MessageId, content: bytes, *, by: PersonId, note: str | None) -> EvidenceId:
        """Store a screenshot, with its copy for viewing where there may be one; the same file again is one.

        Raises UploadRefusedError where it is not what it should be, NotPossibleError where nothing is sealed yet.
        """
        upload = await checked(content)
        evidence_id = await self._record(message_id)
        original = await self.objects.put(upload.original.content, upload.original.media_type)
        copy = await self.objects.put(upload.copy.content, upload.copy.media_type) if upload.copy is not None else None
        now = self.clock()
        async with self.sessions.begin() as session:
            await add_image(session, evidence_id, original, kind="upload", taken_at=now, taken_by=by)
            if copy is not None:
                await add_image(session, evidence_id, copy, kind="upload_copy", taken_at=now, taken_by=by)
            await audit.note(
                session,
                by=by,
                act="evidence.upload",
                subject=f"evidence/{evidence_id}",
                detail={"sha256": original.sha256, "media_type": original.media_type, "note": note},
            )
            await screenshot_came(session, message_id, now=now, by=by, note="screenshot uploaded")
            await message_job(session, message_id)
        log.info("screenshot_uploaded", message_id=message_id, evidence_id=evidence_id, media_type=original.media_type)
        return evidence_id

    async def capture_again(self, message_id: MessageId, *, by: PersonId) -> EvidenceId:
        """Queue the page's picture anew after it could not be had. Raises NotPossibleError where that is of no use."""
        now = self.clock()
        evidence_id = await self._record(message_id)
        async with self.sessions.begin() as session:
            capture = await captures.of_record(session, evidence_id, lock=True)
            if capture is None or capture.state == "taken":
                raise NotPossibleError(
                    "Bu kayıt için alınamamış bir sayfa görüntüsü yok.",
                    "No picture of the page is missing from this record.",
                )
            if capture.is_under_way:
                raise NotPossibleError(
                    "Sayfanın görüntüsü zaten sırada.", "The picture of the page is under way already."
                )
            loaded = await messages.load_revision(session, message_id, capture.revision)
            if loaded.superseded or loaded.state in GONE:
                raise NotPossibleError(
                    "Bu sözler artık sayfada değil: mesaj düzenlenmiş ya da silinmiş.",
                    "These words are no longer on the page: the message was edited or deleted.",
                )
            fields = await evidence.fields_of(session, evidence_id) or {}
            if not loaded.message.is_public or address_of(fields) is None:
                raise NotPossibleError(
                    "Bu mesajın herkese açık bir sayfası yok; ekran görüntüsü yüklenebilir.",
                    "This message has no public page; a screenshot can be uploaded.",
                )
            await captures.want_again(session, evidence_id, by=by, at=now)
            await enqueue(session, Job.CAPTURE, evidence_id)
            await audit.note(
                session,
                by=by,
                act="evidence.capture",
                subject=f"evidence/{evidence_id}",
                detail={"problem_before": capture.problem},
            )
        log.info("page_wanted_again", message_id=message_id, evidence_id=evidence_id)
        return evidence_id

    async def waive(self, message_id: MessageId, *, by: PersonId, reason: str) -> EvidenceId:
        """Do without the screenshot that the article demands. Raises NotPossibleError where none is waited for."""
        now = self.clock()
        evidence_id = await self._record(message_id)
        async with self.sessions.begin() as session:
            capture = await captures.of_record(session, evidence_id, lock=True)
            if capture is None or not capture.is_missing:
                raise NotPossibleError(
                    "Bu mesaj için beklenen bir ekran görüntüsü yok.", "No screenshot is waited for on this message."
                )
            await captures.waive(session, evidence_id, by=by, because=reason, at=now)
            await audit.note(
                session, by=by, act="evidence.waive", subject=f"evidence/{evidence_id}", detail={"reason": reason}
            )
            await screenshot_came(session, message_id, now=now, by=by, note="waived")
            await message_job(session, message_id)
        log.info("screenshot_waived", message_id=message_id, evidence_id=evidence_id)
        return evidence_id

    async def _record(self, message_id: MessageId) -> EvidenceId:
        async with self.sessions() as session:
            found = await captures.latest_record(session, message_id)
            is_there = found is not None and await evidence.fields_of(session, found) is not None
        if found is None:
            raise NotPossibleError(
                "Bu mesajın mühürlü kanıt kaydı yok; görüntü ancak bir kayda eklenebilir.",
                "This message has no sealed evidence to which a picture could be added.",
            )
        if not is_there:
            raise NotPossibleError(
                "Bu kaydın içeriği, saklama süresi dolduğu için silindi; ona bir şey eklenemez.",
                "The content of this record was erased when its time was over; nothing can be added to it.",
            )
        return found
