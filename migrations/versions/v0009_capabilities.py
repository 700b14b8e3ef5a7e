"""What an account was found unable to do, when a task is due, and the evidence of a ban that removes."""

from migrations.script import run_sql, sql_beside

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is missing; open tasks get the due time that they would have had."""
    run_sql(sql_beside(__file__))


def downgrade() -> None:
    """Take it back; a ban on YouTube is then no longer checked for its evidence."""
    run_sql(
        """
        drop index tasks_to_do;
        alter table tasks drop column due_at;
        drop table account_lacks;
        drop trigger actions_require_evidence_of_ban on actions;
        drop function nobet_require_evidence_of_ban();
        """
    )
