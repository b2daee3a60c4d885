"""Whether a person confirmed or added a marker."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("marker", sa.Column("judged", sa.String(length=16), nullable=True))


def downgrade() -> None:
    op.drop_column("marker", "judged")
