"""The way of a message: deliveries, messages, decisions, actions, evidence; the people and their queue."""

from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment

from migrations.script import run_sql, sql_beside

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the job engine's tables, then ours."""
    run_sql(QueryBuilderEnvironment().build_install_query())
    run_sql(sql_beside(__file__))


def downgrade() -> None:
    """Drop everything. Evidence goes too: only for a database that never held any."""
    run_sql(
        """
        drop table idempotency_keys, audit, notifications, tasks, reviews, attempts, actions, evidence_images,
            evidence_contents, evidence, decisions, revisions, messages, echoes, event_keys, deliveries, silences,
            template_approvals, policy_activations, policies, api_tokens, responsibilities, accounts, people, units;
        drop function nobet_require_evidence, nobet_machine_within_bounds, nobet_written_once,
            nobet_contents_only_erased;
        """
    )
    run_sql(QueryBuilderEnvironment().build_uninstall_query())
