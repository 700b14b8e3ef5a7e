"""A removing call begins only on the words that the message has now."""

from migrations.script import run_sql, sql_beside

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the triggers. Code that does not know them hands such an action to a person."""
    run_sql(sql_beside(__file__))


def downgrade() -> None:
    """Drop them."""
    run_sql(
        """
        drop trigger actions_begin_on_present_words on actions;
        drop trigger actions_recorded_on_present_words on actions;
        drop function nobet_remove_present_words;
        """
    )
