"""People sign in with a browser; tokens have a scope and tell the day of their last use."""

from migrations.script import run_sql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what signing in needs; tokens that are there keep doing all that their person may."""
    run_sql(
        """
        -- Who signed in once is known by what the identity provider calls them, whatever becomes of their address.
        create table sign_in_subjects (
            issuer text not null,
            subject text not null,
            person_id bigint not null references people (id),
            created_at timestamptz not null default now(),
            primary key (issuer, subject),
            unique (person_id, issuer)
        );
        create table browser_sessions (
            id bigint generated always as identity primary key,
            person_id bigint not null references people (id),
            digest bytea not null unique,
            method text not null check (method in ('oidc', 'password')),
            created_at timestamptz not null,
            last_seen_at timestamptz not null,
            ends_at timestamptz not null,
            ended_at timestamptz
        );
        create index browser_sessions_of_person on browser_sessions (person_id);
        create index browser_sessions_old on browser_sessions (ends_at);
        -- Filled in the demo alone.
        create table passwords (
            person_id bigint primary key references people (id),
            hash text not null,
            changed_at timestamptz not null default now()
        );
        alter table api_tokens
            add column scope text not null default 'write'
                constraint api_tokens_scope check (scope in ('read', 'write')),
            add column last_used_on date,
            -- What a token made ends with it.
            add column made_by_token bigint references api_tokens (id);
        create index api_tokens_of_person on api_tokens (person_id, id desc);
        """
    )


def downgrade() -> None:
    """Drop them; a token of scope read is ended, since without its scope it would be one of all rights."""
    run_sql(
        """
        update api_tokens set revoked_at = now() where scope = 'read' and revoked_at is null;
        drop index api_tokens_of_person;
        alter table api_tokens drop column made_by_token, drop column last_used_on, drop column scope;
        drop table passwords, browser_sessions, sign_in_subjects;
        """
    )
