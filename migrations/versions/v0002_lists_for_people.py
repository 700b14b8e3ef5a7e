"""The indexes of the lists that people look at."""

from migrations.script import run_sql, sql_beside

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the indexes."""
    run_sql(sql_beside(__file__))


def downgrade() -> None:
    """Drop them."""
    run_sql(
        """
        drop index decisions_by_label, decisions_by_disposition, messages_by_state, reviews_of_message,
            tasks_of_message, audit_of_subject, audit_of_person;
        """
    )
