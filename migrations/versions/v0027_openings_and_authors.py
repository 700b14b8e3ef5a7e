"""Who opened what (grave content, an author's earlier messages), and who an author is to the University."""

from migrations.script import run_sql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them, empty: nobody has opened anything yet, so that criticism is answered after its author was read up."""
    run_sql(
        """
        create table openings (
            id bigint generated always as identity primary key,
            message_id bigint not null references messages (id),
            revision integer not null,
            person_id bigint not null references people (id),
            what text not null check (what in ('content', 'earlier')),
            is_grave boolean not null,
            opened_at timestamptz not null
        );
        create index openings_of_message on openings (message_id, person_id, what);
        create index openings_grave on openings (opened_at) where is_grave;

        create table author_attributes (
            id bigint generated always as identity primary key,
            platform text not null,
            author_external_id text not null,
            kind text not null check (kind in ('outsider', 'student', 'staff', 'candidate', 'alumnus')),
            source text not null,
            noted_by bigint not null references people (id),
            noted_at timestamptz not null
        );
        create index author_attributes_newest on author_attributes (platform, author_external_id, id desc);

        -- Notes stand as they were written, are emptied on a person's request, and go with the month of their message.
        drop trigger review_notes_written_once on review_notes;
        create trigger review_notes_written_once before update or delete on review_notes
            for each row when (coalesce(current_setting('nobet.month_ends', true), '') <> 'yes')
            execute function nobet_only_emptied('text');
        """
    )


def downgrade() -> None:
    """Drop them."""
    run_sql(
        """
        drop trigger review_notes_written_once on review_notes;
        create trigger review_notes_written_once before update or delete on review_notes
            for each row execute function nobet_only_emptied('text');
        drop table author_attributes, openings;
        """
    )
