"""Images and destructions are links of the chain too; each day's links have a root, which is time-stamped."""

import hashlib
import json
from datetime import UTC
from typing import Any

from alembic import op
from sqlalchemy import Row, text

from migrations.script import run_sql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them, and seal the images that are there behind the last record, in their order."""
    run_sql(
        """
        create table evidence_addenda (
            id bigint generated always as identity primary key,
            evidence_id bigint not null references evidence (id),
            kind text not null check (kind in ('image', 'destruction')),
            content jsonb not null,
            sequence bigint not null unique,
            previous_hash text not null,
            hash text not null unique,
            version integer not null,
            sealed_at timestamptz not null
        );
        create index evidence_addenda_of_record on evidence_addenda (evidence_id, kind);
        create trigger evidence_addenda_written_once before update or delete on evidence_addenda
            for each row execute function nobet_written_once();
        create trigger evidence_addenda_truncated before truncate on evidence_addenda
            for each statement execute function nobet_written_once();

        create table evidence_roots (
            day date primary key,
            first_sequence bigint not null,
            last_sequence bigint not null,
            previous_hash text not null unique,
            hash text not null unique,
            version integer not null,
            closed_at timestamptz not null
        );
        create trigger evidence_roots_written_once before update or delete on evidence_roots
            for each row execute function nobet_written_once();
        create trigger evidence_roots_truncated before truncate on evidence_roots
            for each statement execute function nobet_written_once();

        -- The authority's answers, and, where it gave none, why.
        create table evidence_stamps (
            day date primary key references evidence_roots (day),
            authority text not null,
            response bytea not null,
            stamped_at timestamptz not null
        );
        create trigger evidence_stamps_written_once before update or delete on evidence_stamps
            for each row execute function nobet_written_once();
        create trigger evidence_stamps_truncated before truncate on evidence_stamps
            for each statement execute function nobet_written_once();
        create table evidence_stamp_tries (
            day date primary key references evidence_roots (day),
            tries integer not null,
            problem text not null,
            tried_at timestamptz not null
        );
        """
    )
    _seal_images()


def downgrade() -> None:
    """Take it back; what was sealed of images, the roots and their stamps go with it."""
    run_sql("drop table evidence_stamp_tries, evidence_stamps, evidence_roots, evidence_addenda;")


def _seal_images() -> None:
    bind = op.get_bind()
    end = bind.execute(text("select sequence, hash from evidence order by sequence desc limit 1")).one_or_none()
    if end is None:
        return
    sequence, previous = end.sequence, end.hash
    images = bind.execute(
        text(
            "select i.*, e.hash as record from evidence_images i join evidence e on e.id = i.evidence_id order by i.id"
        )
    ).all()
    for image in images:
        sequence += 1
        content = _content(image)
        link = {
            "version": 1,
            "sequence": sequence,
            "previous_hash": previous,
            "sealed_at": content["taken_at"],
            "kind": "image",
            "content": content,
        }
        # All of it is ASCII, where this is the spelling of app.evidence.canonical at the time.
        hashed = json.dumps(link, sort_keys=True, separators=(",", ":")).encode()
        previous_hash, previous = previous, hashlib.sha256(hashed).hexdigest()
        bind.execute(
            text(
                "insert into evidence_addenda "
                "(evidence_id, kind, content, sequence, previous_hash, hash, version, sealed_at) values "
                "(:evidence_id, 'image', cast(:content as jsonb), :sequence, :previous_hash, :hash, 1, :sealed_at)"
            ),
            {
                "evidence_id": image.evidence_id,
                "content": json.dumps(content),
                "sequence": sequence,
                "previous_hash": previous_hash,
                "hash": previous,
                "sealed_at": image.taken_at,
            },
        )


def _content(image: Row[Any]) -> dict[str, Any]:
    return {
        "evidence": image.record,
        "kind": image.kind,
        "object_key": image.object_key,
        "sha256": image.sha256,
        "media_type": image.media_type,
        "size": image.size,
        "taken_at": image.taken_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "taken_by": image.taken_by,
    }
