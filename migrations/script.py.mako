"""${message}"""

from migrations.script import run_sql, sql_beside

revision = "${up_revision}"
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(sql_beside(__file__))


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
