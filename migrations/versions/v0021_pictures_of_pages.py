"""Pictures of pages: what became of each, who waived it, and no deletion before one where the article asks for it."""

from migrations.script import run_sql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them. Evidence from before has no row here, and nothing is asked of it that was not asked then."""
    run_sql(
        """
        alter table evidence_images drop constraint evidence_images_kind_check;
        alter table evidence_images add constraint evidence_images_kind_check check (kind in (
            'card', 'page', 'page_viewport', 'page_full', 'upload', 'upload_copy', 'media', 'thumbnail'));

        create table page_captures (
            evidence_id bigint primary key references evidence (id),
            state text not null check (state in ('wanted', 'running', 'taken', 'failed')),
            -- What the labels' articles ask for: a picture where it can be had, from a person where it cannot, or
            -- none without which nothing is deleted (6.4.12, 6.4.13).
            need text not null check (need in ('wanted', 'asked', 'demanded')),
            problem text,
            detail text,
            address text,
            is_whole boolean,
            wanted_at timestamptz not null,
            hide_by timestamptz,
            started_at timestamptz,
            ended_at timestamptz,
            waived_at timestamptz,
            waived_by bigint references people (id),
            waived_because text,
            constraint waived_by_somebody check (
                (waived_at is null) = (waived_by is null) and (waived_at is null) = (waived_because is null))
        );
        create index page_captures_due on page_captures (wanted_at) where state in ('wanted', 'running');

        create table browser_states (
            platform text primary key,
            state bytea not null,
            expires_at timestamptz,
            stored_at timestamptz not null,
            stored_by bigint references people (id),
            rejected_at timestamptz
        );

        -- 6.4.12, 6.4.13: where the article demands a screenshot, nothing is deleted without one. A picture that came
        -- with the message is none of it, whatever the label.
        create function nobet_require_picture() returns trigger language plpgsql as $$
        begin
            if new.kind = 'delete' and new.state in ('running', 'done') then
                if not exists (
                    select from evidence e join evidence_images i on i.evidence_id = e.id
                    where e.message_id = new.message_id and e.revision = new.revision
                    and i.kind in ('card', 'page', 'page_viewport', 'page_full', 'upload')
                ) then
                    raise exception 'action delete: no image in evidence for message % revision %',
                        new.message_id, new.revision
                        using errcode = 'check_violation', constraint = 'image_before_deletion';
                end if;
                if exists (
                    select from evidence e join page_captures c on c.evidence_id = e.id
                    where e.message_id = new.message_id and e.revision = new.revision
                    and c.need = 'demanded' and c.waived_at is null
                    and not exists (
                        select from evidence_images i where i.evidence_id = e.id
                        and i.kind in ('page', 'page_viewport', 'page_full', 'upload'))
                ) then
                    raise exception 'action delete: no screenshot for message % revision %',
                        new.message_id, new.revision
                        using errcode = 'check_violation', constraint = 'screenshot_before_deletion';
                end if;
            end if;
            return new;
        end $$;
        create trigger actions_require_picture before insert or update on actions
            for each row execute function nobet_require_picture();
        """
    )


def downgrade() -> None:
    """Take it back; images of the new kinds keep evidence from an older version, so they must not be there."""
    run_sql(
        """
        drop trigger actions_require_picture on actions;
        drop function nobet_require_picture();
        drop table browser_states, page_captures;
        alter table evidence_images drop constraint evidence_images_kind_check;
        alter table evidence_images add constraint evidence_images_kind_check
            check (kind in ('card', 'page', 'upload'));
        """
    )
