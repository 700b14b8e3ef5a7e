"""Working through the review queue: the version one saw, claims, waiting for advice, notes."""

from migrations.script import run_sql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what people need at an item; those that wait now belong to nobody, as before."""
    run_sql(
        """
        alter table reviews
            -- Goes up with everything that a person who decides should have seen.
            add column version integer not null default 1,
            -- What was decided: keep, hide, restore … A decision's disposition does not tell them apart.
            add column decided_as text,
            add column claimed_by bigint references people (id),
            add column claimed_until timestamptz,
            add column parked_until timestamptz,
            add column parked_by bigint references people (id),
            add column parked_because text,
            add column asked_person bigint references people (id),
            add column asked_unit text references units (key),
            add constraint claimed_by_somebody check ((claimed_by is null) = (claimed_until is null)),
            add constraint parked_for_somebody check (
                parked_until is null
                or (parked_by is not null and parked_because is not null
                    and (asked_person is not null or asked_unit is not null)));
        create index reviews_asked_person on reviews (asked_person, id) where asked_person is not null;

        create table review_notes (
            id bigint generated always as identity primary key,
            message_id bigint not null references messages (id),
            person_id bigint not null references people (id),
            text text not null,
            written_at timestamptz not null
        );
        create index review_notes_of_message on review_notes (message_id, id);
        create trigger review_notes_written_once before update or delete on review_notes
            for each row execute function nobet_written_once();
        """
    )


def downgrade() -> None:
    """Take it back, notes and all."""
    run_sql(
        """
        drop table review_notes;
        drop index reviews_asked_person;
        alter table reviews
            drop column asked_unit, drop column asked_person, drop column parked_because, drop column parked_by,
            drop column parked_until, drop column claimed_until, drop column claimed_by, drop column decided_as,
            drop column version;
        """
    )
