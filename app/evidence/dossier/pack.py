"""The evidence file as a ZIP: what can be read, the originals, and what proves them.

It can be checked without this program, with SHA-256 and OpenSSL alone; the last page says how.
"""

import io
import json
import zipfile
from textwrap import indent
from typing import Any

from app.evidence.dossier.content import ISTANBUL, Dossier, original, record_name, words
from app.evidence.dossier.pages import dossier_pdf, notes
from app.evidence.prove import as_addendum, as_record
from app.evidence.seal import field_bytes, sha256
from app.records.reading.dossiers import MessageFile

# The raw body of a delivery may hold other people's messages.
WITHHELD = "delivery"


def dossier_zip(dossier: Dossier) -> bytes:
    """The whole file. CPU work of a second and more: call it in a thread. Raises EvidenceError."""
    found = _originals(dossier) | _records(dossier) | _days(dossier)
    found["mesajlar.json"] = _json([_plain(one) for one in dossier.messages])
    found["rapor.pdf"] = dossier_pdf(dossier)
    found["BENIOKU.txt"] = _read_me(dossier)
    sums = "".join(f"{sha256(content)}  {name}\n" for name, content in sorted(found.items()))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted((found | {"SHA256SUMS": sums.encode()}).items()):
            archive.writestr(zipfile.ZipInfo(name, dossier.prepared_at.astimezone(ISTANBUL).timetuple()[:6]), content)
    return packed.getvalue()


def _originals(dossier: Dossier) -> dict[str, bytes]:
    return {
        original(image): content
        for one in dossier.messages
        for image in one.images
        if (content := dossier.objects.get(image["sha256"])) is not None
    }


def _records(dossier: Dossier) -> dict[str, bytes]:
    found = {}
    for one in dossier.messages:
        for row in one.records:
            record = as_record({**row, "is_destroyed": row["erased_at"] is not None})
            found[record_name(row["sequence"])] = record.seal.hashed
            lines = [field_bytes(name, field) for name, field in record.contents.items() if name != WITHHELD]
            if lines:
                found[f"kayitlar/{row['sequence']}.alanlar.jsonl"] = b"\n".join(lines) + b"\n"
        for row in one.addenda:
            found[record_name(row["sequence"])] = as_addendum(row).hashed
    return found


def _days(dossier: Dossier) -> dict[str, bytes]:
    found = {}
    for day in dossier.days:
        found[day.name] = day.document
        if day.stamp is not None:
            found[day.stamp_name] = day.stamp
    if dossier.certificates is not None and any(day.stamp is not None for day in dossier.days):
        found["kokler/KURUM.pem"] = dossier.certificates
    return found


def _read_me(dossier: Dossier) -> bytes:
    steps = [line for step in words()["how"] for line in (step["text"], indent(step["command"], " " * 3))]
    contents = [f"{one['name']}: {one['text']}" for one in words()["contents"]]
    said = words()
    lines = [said["contents_title"], "", *contents, "", said["verification"], "", *steps, "", *notes(dossier), ""]
    return "\n".join(lines).encode()


def _plain(one: MessageFile) -> dict[str, Any]:
    """A message's rows for programs; what was sealed lies in its own files."""
    return {
        "message": one.message,
        "revisions": one.revisions,
        "decisions": one.decisions,
        "approvals": one.approvals,
        "actions": one.actions,
        "attempts": one.attempts,
        "reviews": one.reviews,
        "notices": one.notices,
        "holds": one.holds,
        "page_captures": one.pages,
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str).encode()
