"""Which images an object has is looked up by its name, for each object that is destroyed or proven to be."""

from migrations.script import run_sql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    run_sql("create index evidence_images_of_object on evidence_images (object_key);")


def downgrade() -> None:
    """Take it away."""
    run_sql("drop index evidence_images_of_object;")
