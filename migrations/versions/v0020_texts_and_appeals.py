"""Texts saved for templates, by language, season and hour; authors who ask why, and how it ended."""

from migrations.script import run_sql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, empty: until a text is saved and approved, the policy's own words hold."""
    run_sql(
        """
        create table template_texts (
            id bigint generated always as identity primary key,
            template text not null,
            language text not null,
            season text not null check (season in ('any', 'admission', 'outside_admission')),
            hours text not null check (hours in ('any', 'office', 'outside_office')),
            text text not null,
            state text not null check (state in ('draft', 'approved', 'retired')),
            reason text not null,
            saved_by bigint not null references people (id),
            saved_at timestamptz not null default now(),
            approved_by bigint references people (id),
            approved_at timestamptz,
            retired_by bigint references people (id),
            retired_at timestamptz,
            retired_because text,
            constraint approved_by_somebody check ((approved_at is null) = (approved_by is null)
                and (state <> 'approved' or approved_at is not null) and (state <> 'draft' or approved_at is null)),
            constraint retired_by_somebody check ((state = 'retired') = (retired_at is not null)
                and (retired_at is null) = (retired_by is null) and (retired_at is null) = (retired_because is null))
        );
        -- One text at a time for one case.
        create unique index template_texts_once on template_texts (template, language, season, hours)
            where state = 'approved';
        create index template_texts_of_template on template_texts (template, id desc);

        -- By ids alone: what they name may lie in any month.
        create table appeals (
            id bigint generated always as identity primary key,
            message_id bigint not null unique,
            removed_message_id bigint not null,
            decision_id bigint not null,
            state text not null default 'open' check (state in ('open', 'upheld', 'restored')),
            opened_at timestamptz not null default now(),
            decided_by bigint references people (id),
            decided_at timestamptz,
            reason text,
            outcome_decision_id bigint,
            constraint decided_by_somebody check ((state = 'open') = (decided_by is null)
                and (decided_by is null) = (decided_at is null) and (decided_by is null) = (reason is null)
                and (decided_by is null) = (outcome_decision_id is null))
        );
        create index appeals_by_state on appeals (state, id desc);
        """
    )


def downgrade() -> None:
    """Drop them; the policy's own words hold again."""
    run_sql("drop table appeals, template_texts;")
