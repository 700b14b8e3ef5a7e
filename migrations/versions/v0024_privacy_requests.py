"""Requests of persons about their data: what was asked, what was found and done; and what must not come back."""

from migrations.script import run_sql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the requests, and the pseudonyms of what was erased."""
    run_sql(
        """
        -- What a finding says may quote; the decision's labels and articles stay.
        drop trigger decisions_written_once on decisions;
        create trigger decisions_written_once before update or delete on decisions
            for each row execute function nobet_only_emptied('reason', 'findings');

        create table privacy_requests (
            id bigint generated always as identity primary key,
            note text not null,
            -- Emptied once everything is erased: then the pseudonyms are left.
            authors jsonb not null,
            identifiers text[] not null,
            opened_at timestamptz not null,
            opened_by bigint not null references people (id),
            previewed_at timestamptz,
            exported_at timestamptz,
            erased_at timestamptz,
            erased_by bigint references people (id),
            reason text,
            outcome jsonb,
            constraint erased_by_somebody check ((erased_at is null) = (erased_by is null or reason is null))
        );
        -- Drawn once, at random; whoever deletes it makes all pseudonyms anonymous.
        create table pseudonym_keys (
            id integer primary key check (id = 1),
            key bytea not null
        );
        create table erased_ids (
            pseudonym text primary key,
            erased_at timestamptz not null
        );
        """
    )


def downgrade() -> None:
    """Drop them; what was erased stays so."""
    run_sql(
        """
        drop table privacy_requests, pseudonym_keys, erased_ids;
        drop trigger decisions_written_once on decisions;
        create trigger decisions_written_once before update or delete on decisions
            for each row execute function nobet_only_emptied('reason');
        """
    )
