"""Every list over an index that is in its order: marks of messages, and indexes for what is rare."""

from migrations.script import run_sql, sql_beside

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Note the marks of what was decided so far; a trigger notes them from now on, whichever code decides."""
    run_sql(sql_beside(__file__))


def downgrade() -> None:
    """Drop them; lists are found by the indexes from before."""
    run_sql(
        """
        drop index notifications_put_off, notifications_not_done, notifications_not_seen, notifications_by_urgency,
            actions_by_kind, messages_by_channel, messages_of_platform, messages_by_author;
        create index messages_of_author on messages (account_id, author_external_id, id desc);
        create index decisions_by_label on decisions using gin (labels) where labels <> '{}';
        create index decisions_by_disposition on decisions (disposition, message_id desc) where disposition <> 'keep';
        drop trigger decisions_mark_message on decisions;
        drop trigger notifications_mark_message on notifications;
        drop function nobet_mark_message, nobet_mark_for_unit;
        drop table message_marks;
        """
    )
