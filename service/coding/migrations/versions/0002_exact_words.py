"""Words say how clear their speaker is, what gave their times, and whether they are disfluent."""

from service.transcript import schema_0002

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    schema_0002.create()


def downgrade() -> None:
    schema_0002.drop()
