"""The track of a redacted sound."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rendition", sa.Column("track", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("rendition", "track")
