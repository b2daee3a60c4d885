"""The track of a released sound: where its file is, and its key."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sound", sa.Column("track", sa.String(length=64), nullable=True))
    op.add_column("sound", sa.Column("track_key", sa.String(length=128), nullable=True))


def downgrade() -> None:
    op.drop_column("sound", "track_key")
    op.drop_column("sound", "track")
