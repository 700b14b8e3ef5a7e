"""A block is lifted by the platform's own call, where it has one: an act of its own, and a thing an account can do."""

from migrations.script import run_sql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let it be named. Every row there is holds to the wider list: of the many acts none needs to be looked at."""
    run_sql(
        """
        alter table actions drop constraint actions_kind_check;
        alter table actions add constraint actions_kind_check check (kind in (
            'evidence', 'hide', 'unhide', 'delete', 'reply', 'private_message', 'block', 'unblock',
            'report_to_platform', 'notify')) not valid;
        alter table account_lacks drop constraint account_lacks_capability_check;
        alter table account_lacks add constraint account_lacks_capability_check check (capability in (
            'hide', 'unhide', 'delete', 'reply', 'private_message', 'block', 'unblock', 'report_to_platform'));
        """
    )


def downgrade() -> None:
    """Forget what was lifted: the older code does not know the word."""
    run_sql(
        """
        delete from attempts a using actions b where b.id = a.action_id and b.kind = 'unblock';
        delete from tasks t using actions b where b.id = t.action_id and b.kind = 'unblock';
        delete from actions where kind = 'unblock';
        alter table actions drop constraint actions_kind_check;
        alter table actions add constraint actions_kind_check check (kind in (
            'evidence', 'hide', 'unhide', 'delete', 'reply', 'private_message', 'block', 'report_to_platform',
            'notify'));
        delete from account_lacks where capability = 'unblock';
        alter table account_lacks drop constraint account_lacks_capability_check;
        alter table account_lacks add constraint account_lacks_capability_check check (capability in (
            'hide', 'unhide', 'delete', 'reply', 'private_message', 'block', 'report_to_platform'));
        """
    )
