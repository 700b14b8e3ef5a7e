"""The pages of an evidence file: what a prosecutor, the security office or a court's expert reads."""

import json
import tempfile
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from app.decisions.explain import explain
from app.decisions.policy import Policy
from app.evidence.dossier.content import Dossier, moment, original, record_name, words
from app.evidence.dossier.events import because, decider, events, image_kind
from app.evidence.dossier.pictures import Shown, shown_pictures
from app.evidence.fonts import system_fonts
from app.evidence.reasons import in_turkish
from app.evidence.seal import AddendumKind
from app.evidence.typeset import typeset
from app.evidence.visible import line_data, visible_line, visible_lines
from app.records.captures import CUT
from app.records.reading.dossiers import MessageFile
from app.records.reading.pages import Row
from app.rules.model import Label


def dossier_pdf(dossier: Dossier) -> bytes:
    """The pages as PDF. Raises EvidenceError where they cannot be drawn."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shown = shown_pictures(dossier)
        for picture in shown.values():
            (root / picture.name).write_bytes(picture.content)
        (root / "dossier.json").write_text(json.dumps(_pages(dossier, shown)), encoding="utf-8")
        (root / "dossier.typ").write_bytes(files("app.evidence").joinpath("dossier.typ").read_bytes())
        return typeset(
            "the pages of the evidence file",
            root / "dossier.typ",
            root=root,
            format="pdf",
            font_paths=system_fonts(),
        )


def notes(dossier: Dossier) -> list[str]:
    """What must be said of the file as a whole."""
    said = words()
    stamped = [day for day in dossier.days if day.stamp is not None]
    return [
        note
        for note, holds in (
            (said["certificates"], dossier.certificates is not None and stamped),
            (said["without_certificates"], dossier.certificates is None and stamped),
            (said["delivery_withheld"], any(one.records for one in dossier.messages)),
        )
        if holds
    ]


def _pages(dossier: Dossier, shown: Mapping[str, Shown]) -> dict[str, Any]:
    """The template's input; `shown`: the pictures by the SHA-256 of their originals."""
    said = words()
    return {
        "words": {name: said[name] for name in said if isinstance(said[name], str | list)},
        "number": dossier.case_number or "",
        "prepared_by": dossier.prepared_by,
        "prepared_at": moment(dossier.prepared_at),
        "cover": _pairs("cover", _cover(dossier)),
        "messages": [_message(dossier, one, shown) for one in dossier.messages],
        "notes": notes(dossier),
    }


def _cover(dossier: Dossier) -> dict[str, str | None]:
    crisis = dossier.scope.crisis
    return {
        "purpose": dossier.purpose,
        "case_number": dossier.case_number,
        "scope": _scope(dossier),
        "crisis_reason": crisis["reason"] if crisis else None,
        "crisis_opened": f"{moment(crisis['opened_at'])}, {crisis['opened_by_name']}" if crisis else None,
        "crisis_closed": f"{moment(crisis['closed_at'])}, {crisis['closed_by_name']}"
        if crisis and crisis["closed_at"]
        else None,
        "crisis_summary": crisis["summary"] if crisis else None,
        "messages": _how_many(dossier),
        "prepared_by": dossier.prepared_by,
        "prepared_at": moment(dossier.prepared_at),
        "times": words()["turkish_time"],
    }


def _scope(dossier: Dossier) -> str:
    first, crisis = dossier.messages[0], dossier.scope.crisis
    said: str = words()["scopes"][dossier.scope.kind]
    return said.format(
        author=_author(first), account=first.message["account_handle"], crisis=crisis["title"] if crisis else ""
    )


def _how_many(dossier: Dossier) -> str:
    there = len(dossier.messages)
    if there >= dossier.scope.total:
        return str(there)
    said: str = words()["newest"]
    return said.format(there=there, total=dossier.scope.total)


def _message(dossier: Dossier, one: MessageFile, shown: Mapping[str, Shown]) -> dict[str, Any]:
    message = one.message
    return {
        "at": moment(message["received_at"]),
        "place": f"{_platform(message['platform'])} · {message['account_handle']}",
        "author": _line(_author(one)),
        "about": ", ".join(_labels(message["labels"] or ())) or words()["no_label"],
        "state": words()["states"][message["state"]],
        "fields": _pairs("fields", _fields(one)),
        "texts": [_text(one, revision) for revision in reversed(one.revisions)],
        "decisions": [_decision(dossier.policy, one, decision) for decision in one.decisions],
        "events": [{"at": moment(at), "what": _line(what), "who": who} for at, what, who in events(one, dossier.units)],
        "records": [_record(dossier, row) for row in one.records],
        "images": [_images(dossier, one, same, shown) for same in _same_pictures(one.images)],
    }


def _platform(name: str) -> str:
    return str(words()["platforms"].get(name, name))


def _labels(labels: Iterable[str]) -> list[str]:
    return [words()["labels"].get(label, label) for label in labels]


def _author(one: MessageFile) -> str:
    return str(one.message["author_name"] or _sealed(one).get("author_name") or words()["not_given"])


def _fields(one: MessageFile) -> dict[str, str | None]:
    message, sealed = one.message, _sealed(one)
    page = next((page for page in reversed(one.pages) if page["address"]), None)
    return {
        "number": str(message["id"]),
        "platform": _platform(message["platform"]),
        "account": message["account_handle"],
        "channel": words()["channels"][message["channel"]],
        "author": _author(one),
        "author_id": message["author_id"] or sealed.get("author_id") or words()["not_given"],
        "author_link": sealed.get("author_link") or _missing(one, sealed.get("author_link_missing")),
        "external_id": message["external_id"],
        "link": sealed.get("link") or message["link"] or _missing(one, sealed.get("link_missing")),
        "parent_id": message["parent_id"],
        "post_id": message["post_id"],
        "page": page["address"] if page else None,
        "page_shows": words()["beginning_alone"] if page and page["is_whole"] is False else None,
        "sent_at": moment(message["sent_at"]) if message["sent_at"] else words()["not_given"],
        "received_at": moment(message["received_at"]),
        "state": words()["states"][message["state"]],
    }


def _sealed(one: MessageFile) -> Mapping[str, Any]:
    """What was sealed last of the message, as far as it is still there."""
    return next((row["fields"] for row in reversed(one.records) if row["fields"]), {})


def _missing(one: MessageFile, why: str | None) -> str:
    said = words()
    if not one.records:
        return str(said["not_asked"])
    return f"{said['none']}: {in_turkish(why) if why else said['not_given']}"


def _text(one: MessageFile, revision: Row) -> dict[str, Any]:
    is_last = revision["revision"] == one.message["revision"]
    note = None if is_last else f"{words()['earlier_text']} ({moment(revision['received_at'])})"
    if revision["expired_at"] is not None:
        return {"note": words()["erased"], "lines": None}
    return {"note": note, "lines": [line_data(line) for line in visible_lines(revision["text"])]}


# Why it was decided so.


def _decision(policy: Policy, one: MessageFile, decision: Row) -> dict[str, Any]:
    said = words()
    articles = ", ".join(decision["articles"])
    what = said["dispositions"][decision["disposition"]]
    text = next((row["text"] for row in one.revisions if row["revision"] == decision["revision"]), "")
    sentences = [_because(policy, finding, text) for finding in decision["findings"] or ()]
    if decision["reason"]:
        sentences.append(f"{said['reason']}: {decision['reason']}")
    sentences += [_second_person(wish) for wish in one.approvals if wish["decision_id"] == decision["id"]]
    return {
        "what": " · ".join(part for part in (articles, ", ".join(_labels(decision["labels"])), what) if part),
        "who": f"{decider(decision)}, {moment(decision['decided_at'])}",
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


def _second_person(wish: Row) -> str:
    """Who agreed to what another wanted."""
    agreed = f"{words()['second_person']}: {wish['answered_by_name']}, {moment(wish['answered_at'])}"
    return because(agreed, wish["answer_reason"])


# What was sealed of it.


def _record(dossier: Dossier, row: Row) -> dict[str, Any]:
    said = words()
    day = next((day for day in dossier.days if day.names(row["sequence"])), None)
    found = [said["erased"]] if row["erased_at"] is not None else []
    if day is None:
        found.append(said["open_day"])
    elif day.stamp is None or day.stamped_at is None:
        found.append(f"{said['root']}: {day.name} · {said['unstamped']}")
    else:
        found += [
            f"{said['root']}: {day.name}",
            f"{said['stamp']}: {day.stamp_name} · {moment(day.stamped_at)} · {day.authority or ''}",
        ]
    return {
        "name": record_name(row["sequence"]),
        "at": moment(row["sealed_at"]),
        "hash": row["hash"],
        "notes": found,
    }


def _same_pictures(images: Iterable[Row]) -> Iterable[list[Row]]:
    """The images, those with the same content together: a short page is seen whole in its window."""
    found: dict[str, list[Row]] = {}
    for image in images:
        found.setdefault(image["sha256"], []).append(image)
    return found.values()


def _images(dossier: Dossier, one: MessageFile, same: list[Row], shown: Mapping[str, Shown]) -> dict[str, Any]:
    """A picture with all that it is: what it shows, who handed it in, and where that is sealed."""
    said, first = words(), same[0]
    picture = shown.get(first["sha256"])
    sealed = [
        record_name(row["sequence"])
        for row in one.addenda
        if row["kind"] == AddendumKind.IMAGE and row["content"].get("sha256") == first["sha256"]
    ]
    takers = dict.fromkeys(image["taken_by_name"] for image in same if image["taken_by_name"])
    found = [f"{said['taken_by']}: {name}" for name in takers]
    if any(image["kind"] == "page_full" for image in same) and any(page["detail"] == CUT for page in one.pages):
        found.append(said["cut"])
    if picture is not None and picture.is_tall:
        found.append(said["shrunk"])
    content = dossier.objects.get(first["sha256"])
    if picture is None and content is not None:
        found.append(said["not_shown"])
    return {
        "kind": "; ".join(dict.fromkeys(image_kind(image["kind"]) for image in same)),
        "at": moment(first["taken_at"]),
        "file": original(first).replace(first["sha256"], f"{first['sha256'][:12]}…") if content is not None else None,
        "sha256": first["sha256"],
        "sealed": ", ".join(sealed),
        "notes": found,
        "problem": _lost(one, first) if content is None else None,
        "picture": f"/{picture.name}" if picture is not None else None,
    }


def _lost(one: MessageFile, image: Row) -> str:
    """Why the original is not in the file."""
    destroyed = {addendum["evidence_id"] for addendum in one.addenda if addendum["kind"] == AddendumKind.DESTRUCTION}
    return str(words()["image_destroyed" if image["evidence_id"] in destroyed else "image_damaged"])


def _pairs(group: str, values: Mapping[str, str | None]) -> list[dict[str, Any]]:
    named = words()[group]
    return [{"label": named[name], "line": _line(value)} for name, value in values.items() if value]


def _line(value: str) -> Any:
    return line_data(visible_line(value))
