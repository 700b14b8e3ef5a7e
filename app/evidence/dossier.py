"""An evidence file for the security office, a prosecutor or a court: pages to read, originals, and what proves them.

It can be checked without this program, with SHA-256 and OpenSSL alone; the last page says how.
"""

import io
import json
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.decisions.explain import explain
from app.decisions.policy import Policy
from app.errors import UploadRefusedError
from app.evidence.fonts import system_fonts
from app.evidence.prove import as_addendum, as_record
from app.evidence.reasons import in_turkish
from app.evidence.roots import DayRoot
from app.evidence.seal import AddendumKind, field_bytes, sha256
from app.evidence.typeset import typeset
from app.evidence.uploads import Picture, drawn_anew, opened
from app.evidence.visible import line_data, visible_line, visible_lines
from app.records.reading.dossiers import MessageFile
from app.records.reading.pages import Row
from app.rules.model import Label

ISTANBUL = ZoneInfo("Europe/Istanbul")
# What a page can show; the original is in the file whatever its type.
SHOWN = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
SUFFIXES = SHOWN | {"application/pdf": "pdf", "video/mp4": "mp4"}
# What strangers and staff hand in: drawn anew for the pages, since one odd file must not keep the rest from a court.
FOREIGN = frozenset({"upload", "upload_copy", "media"})
# In pixels, the longer side of what is drawn anew; a page shows no more.
LONGEST = 6000
# The raw body of a delivery may hold other people's messages.
WITHHELD = "delivery"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDay:
    """A root that names some of the records, the document that was stamped, and the stamp where there is one."""

    root: DayRoot
    document: bytes
    stamp: bytes | None

    def names(self, sequence: int) -> bool:
        """Whether this link's hash is in the document."""
        return self.root.first_sequence <= sequence <= self.root.last_sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What goes into the file. `objects` by SHA-256; None where the store does not give what was sealed."""

    messages: Sequence[MessageFile]
    days: Sequence[ClosedDay]
    objects: Mapping[str, bytes | None]
    policy: Policy
    purpose: str
    case_number: str | None
    prepared_by: str
    prepared_at: datetime


def dossier_zip(dossier: Dossier) -> bytes:
    """The whole file as a ZIP. CPU work of a second and more: call it in a thread. Raises EvidenceError."""
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


def dossier_pdf(dossier: Dossier) -> bytes:
    """The pages. Raises EvidenceError where they cannot be drawn."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shown = _shown(dossier)
        for name, content in shown.values():
            (root / name).write_bytes(content)
        pages = _pages(dossier, {sha256: name for sha256, (name, _) in shown.items()})
        (root / "dossier.json").write_text(json.dumps(pages), encoding="utf-8")
        (root / "dossier.typ").write_bytes(files("app.evidence").joinpath("dossier.typ").read_bytes())
        return typeset(
            "the pages of the evidence file",
            root / "dossier.typ",
            root=root,
            format="pdf",
            font_paths=system_fonts(),
        )


def _shown(dossier: Dossier) -> dict[str, tuple[str, bytes]]:
    """What the pages show, by the SHA-256 of its original: a file's name, and the picture in it."""
    images = [image for one in dossier.messages for image in one.images if image["media_type"] in SHOWN]
    foreign = {image["sha256"] for image in images if image["kind"] in FOREIGN}
    found = {}
    for image in images:
        content = dossier.objects.get(image["sha256"])
        if content is None or image["sha256"] in found:
            continue
        name = f"{image['sha256']}.{SHOWN[image['media_type']]}"
        if image["sha256"] not in foreign:
            found[image["sha256"]] = (name, content)
        elif (drawn := _drawn_anew(content)) is not None:
            found[image["sha256"]] = (f"{image['sha256']}.{SHOWN[drawn.media_type]}", drawn.content)
    return found


def _drawn_anew(content: bytes) -> Picture | None:
    """The picture as we draw it; None where it cannot be opened: then its original alone is in the file."""
    try:
        picture, kind = opened(content)
    except UploadRefusedError:
        return None
    picture.thumbnail((LONGEST, LONGEST))
    return drawn_anew(picture, kind)


@cache
def words() -> Mapping[str, Any]:
    """What the pages say."""
    return tomllib.loads(files("app.evidence").joinpath("dossier.toml").read_text(encoding="utf-8"))


# What proves it.


def _originals(dossier: Dossier) -> dict[str, bytes]:
    return {
        _original(image): content
        for one in dossier.messages
        for image in one.images
        if (content := dossier.objects.get(image["sha256"])) is not None
    }


def _original(image: Row) -> str:
    return f"goruntuler/{image['sha256']}.{SUFFIXES.get(image['media_type'], 'bin')}"


def _records(dossier: Dossier) -> dict[str, bytes]:
    found = {}
    for one in dossier.messages:
        for row in one.records:
            record = as_record({**row, "is_destroyed": row["erased_at"] is not None})
            found[f"kayitlar/{row['sequence']}.json"] = record.seal.hashed
            lines = [field_bytes(name, field) for name, field in record.contents.items() if name != WITHHELD]
            if lines:
                found[f"kayitlar/{row['sequence']}.alanlar.jsonl"] = b"\n".join(lines) + b"\n"
        for row in one.addenda:
            found[f"kayitlar/{row['sequence']}.json"] = as_addendum(row).hashed
    return found


def _days(dossier: Dossier) -> dict[str, bytes]:
    found = {}
    for day in dossier.days:
        found[f"kokler/{day.root.day}.json"] = day.document
        if day.stamp is not None:
            found[f"kokler/{day.root.day}.tsr"] = day.stamp
    return found


def _read_me(dossier: Dossier) -> bytes:
    steps = [line for step in words()["how"] for line in (step["text"], f"   {step['command']}")]
    return "\n".join([words()["verification"], "", *steps, "", *_notes(dossier), ""]).encode()


# What can be read.


def _pages(dossier: Dossier, shown: Mapping[str, str]) -> dict[str, Any]:
    """The template's input; `shown`: the files of the pictures by the SHA-256 of their originals."""
    said = words()
    return {
        "words": {name: said[name] for name in said if isinstance(said[name], str)} | {"how": said["how"]},
        "number": dossier.case_number or "",
        "prepared_by": dossier.prepared_by,
        "prepared_at": _moment(dossier.prepared_at),
        "cover": _pairs("cover", _cover(dossier)),
        "messages": [_message(dossier, one, shown) for one in dossier.messages],
        "notes": _notes(dossier),
    }


def _cover(dossier: Dossier) -> dict[str, str | None]:
    return {
        "purpose": dossier.purpose,
        "case_number": dossier.case_number,
        "prepared_by": dossier.prepared_by,
        "prepared_at": _moment(dossier.prepared_at),
        "messages": str(len(dossier.messages)),
        "times": words()["turkish_time"],
    }


def _message(dossier: Dossier, one: MessageFile, shown: Mapping[str, str]) -> dict[str, Any]:
    message = one.message
    return {
        "summary": f"{message['platform']} · {message['account_handle']} · {_moment(message['received_at'])}",
        "fields": _pairs("fields", _fields(one)),
        "texts": [_text(one, revision) for revision in reversed(one.revisions)],
        "decisions": [_decision(dossier.policy, one, decision) for decision in one.decisions],
        "events": [{"at": _moment(at), "what": _line(what), "who": who} for at, what, who in sorted(_events(one))],
        "records": [_record(dossier, row) for row in one.records],
        "images": [_image(dossier, one, row, shown.get(row["sha256"])) for row in one.images],
    }


def _fields(one: MessageFile) -> dict[str, str | None]:
    message, sealed = one.message, _sealed(one)
    return {
        "platform": message["platform"],
        "account": message["account_handle"],
        "channel": words()["channels"][message["channel"]],
        "author": message["author_name"] or sealed.get("author_name") or words()["not_given"],
        "author_id": message["author_id"] or sealed.get("author_id") or words()["not_given"],
        "author_link": sealed.get("author_link") or _missing(sealed.get("author_link_missing")),
        "external_id": message["external_id"],
        "link": sealed.get("link") or message["link"] or _missing(sealed.get("link_missing")),
        "parent_id": message["parent_id"],
        "post_id": message["post_id"],
        "page": next((page["address"] for page in reversed(one.pages) if page["address"]), None),
        "sent_at": _moment(message["sent_at"]) if message["sent_at"] else words()["not_given"],
        "received_at": _moment(message["received_at"]),
        "state": words()["states"][message["state"]],
    }


def _sealed(one: MessageFile) -> Mapping[str, Any]:
    """What was sealed last of the message, as far as it is still there."""
    return next((row["fields"] for row in reversed(one.records) if row["fields"]), {})


def _missing(why: str | None) -> str:
    return f"{words()['none']}: {in_turkish(why) if why else words()['not_given']}"


def _text(one: MessageFile, revision: Row) -> dict[str, Any]:
    is_last = revision["revision"] == one.message["revision"]
    note = None if is_last else f"{words()['earlier_text']} ({_moment(revision['received_at'])})"
    if revision["expired_at"] is not None:
        return {"note": words()["erased"], "lines": None}
    return {"note": note, "lines": [line_data(line) for line in visible_lines(revision["text"])]}


def _decision(policy: Policy, one: MessageFile, decision: Row) -> dict[str, Any]:
    said = words()
    labels = ", ".join(said["labels"].get(label, label) for label in decision["labels"])
    articles = ", ".join(decision["articles"])
    what = said["dispositions"][decision["disposition"]]
    text = next((row["text"] for row in one.revisions if row["revision"] == decision["revision"]), "")
    sentences = [_because(policy, finding, text) for finding in decision["findings"] or ()]
    if decision["reason"]:
        sentences.append(decision["reason"])
    return {
        "what": " · ".join(part for part in (articles, labels, what) if part),
        "who": f"{_decider(decision)}, {_moment(decision['decided_at'])}",
        "sentences": [_line(sentence) for sentence in dict.fromkeys(sentences) if sentence],
    }


def _because(policy: Policy, finding: Mapping[str, Any], text: str) -> str:
    explained = explain(
        policy,
        label=Label(finding["label"]),
        article=finding["article"],
        rule=finding["rule"],
        kinds=[match["kind"] for match in finding.get("matches", ())],
        spans=finding["spans"],
        text=text,
    )
    return explained.get("tr", "")


def _decider(decision: Row) -> str:
    name: str = decision["person_name"] or words()["machine"]
    return name


def _events(one: MessageFile) -> Iterable[tuple[datetime, str, str]]:
    """Everything that happened, each with its time and who did it."""
    said = words()["events"]
    for revision in one.revisions:
        yield revision["received_at"], said["received" if revision["revision"] == 1 else "edited"], ""
    for decision in one.decisions:
        what = f"{said['decided']}: {words()['dispositions'][decision['disposition']]}"
        yield decision["decided_at"], what, _decider(decision)
    for row in one.records:
        yield row["sealed_at"], said["sealed"], words()["machine"]
    for row in one.addenda:
        what = said[row["kind"]]
        if row["kind"] == AddendumKind.IMAGE:
            what = f"{what}: {_image_kind(str(row['content'].get('kind')))}"
        yield row["sealed_at"], what, words()["machine"]
    for page in one.pages:
        if page["problem"] is not None and page["ended_at"] is not None:
            why = words()["page_problems"].get(page["problem"], page["problem"])
            yield page["ended_at"], f"{said['page_not_captured']}: {why}", words()["machine"]
        if page["waived_at"] is not None:
            because = page["waived_because"] or words()["none"]
            yield page["waived_at"], f"{said['waived']}: {because}", page["waived_by_name"] or ""
    for action in one.actions:
        act = words()["acts"][action["kind"]]
        if action["recipient"]:
            act = f"{act} ({action['recipient']})"
        what = f"{act}: {words()['act_states'][action['state']]}"
        at = action["finished_at"] or action["started_at"] or action["created_at"]
        yield at, what, action["requested_by_name"] or words()["machine"]
    for review in one.reviews:
        if review["decided_at"] is not None:
            yield review["decided_at"], said["reviewed"], review["decided_by_name"] or ""


def _record(dossier: Dossier, row: Row) -> dict[str, Any]:
    notes = []
    day = next(
        (day for day in dossier.days if day.root.first_sequence <= row["sequence"] <= day.root.last_sequence), None
    )
    if row["erased_at"] is not None:
        notes.append(words()["erased"])
    if day is None:
        notes.append(words()["open_day"])
    elif day.stamp is None:
        notes.append(f"kokler/{day.root.day}.json · {words()['unstamped']}")
    else:
        notes.append(f"kokler/{day.root.day}.json · kokler/{day.root.day}.tsr")
    return {
        "name": f"kayitlar/{row['sequence']}.json",
        "at": _moment(row["sealed_at"]),
        "hash": row["hash"],
        "notes": notes,
    }


def _image(dossier: Dossier, one: MessageFile, row: Row, file: str | None) -> dict[str, Any]:
    content = dossier.objects.get(row["sha256"])
    return {
        "kind": _image_kind(row["kind"]),
        "at": _moment(row["taken_at"]),
        "sha256": row["sha256"],
        "file": f"/{file}" if file is not None else None,
        "problem": _why_not_shown(one, row, content) if file is None else None,
    }


def _image_kind(kind: str) -> str:
    return str(words()["image_kinds"].get(kind, kind))


def _why_not_shown(one: MessageFile, row: Row, content: bytes | None) -> str:
    said = words()
    if content is not None:
        return str(said["not_shown"])
    destroyed = {addendum["evidence_id"] for addendum in one.addenda if addendum["kind"] == AddendumKind.DESTRUCTION}
    return str(said["image_destroyed" if row["evidence_id"] in destroyed else "image_damaged"])


def _notes(dossier: Dossier) -> list[str]:
    return [words()["delivery_withheld"]] if any(one.records for one in dossier.messages) else []


def _pairs(group: str, values: Mapping[str, str | None]) -> list[dict[str, Any]]:
    named = words()[group]
    return [{"label": named[name], "line": _line(value)} for name, value in values.items() if value]


def _line(value: str) -> Any:
    return line_data(visible_line(value))


def _moment(at: datetime) -> str:
    return f"{at.astimezone(ISTANBUL):%d.%m.%Y %H:%M:%S}"


def _plain(one: MessageFile) -> dict[str, Any]:
    """A message's rows for programs; what was sealed lies in its own files."""
    return {
        "message": one.message,
        "revisions": one.revisions,
        "decisions": one.decisions,
        "actions": one.actions,
        "attempts": one.attempts,
        "reviews": one.reviews,
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str).encode()
