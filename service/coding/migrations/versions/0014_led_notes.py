"""Whether the writer of a note of a listening session led then; not known of what was written before."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("listening_note", sa.Column("led", sa.Boolean()))


def downgrade() -> None:
    with op.batch_alter_table("listening_note") as table:
        table.drop_column("led")
