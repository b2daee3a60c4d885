"""What each expected interview is for, by the protocol; not known of what was released before."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("place", sa.Column("kind", sa.String(16)))


def downgrade() -> None:
    with op.batch_alter_table("place") as table:
        table.drop_column("kind")
