"""The e-mail addresses of accounts are sealed, and take more room so."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None

WIDTHS = {"email": 254, "oidc_subject": 255}


def upgrade() -> None:
    with op.batch_alter_table("account") as batch:
        for column, width in WIDTHS.items():
            batch.alter_column(
                column, existing_type=sa.String(length=width), type_=sa.Text(), existing_nullable=True
            )


def downgrade() -> None:
    # What is sealed would be cut off: whoever goes back sets the addresses again.
    op.execute("UPDATE account SET email = NULL, oidc_subject = NULL")
    with op.batch_alter_table("account") as batch:
        for column, width in WIDTHS.items():
            batch.alter_column(
                column, existing_type=sa.Text(), type_=sa.String(length=width), existing_nullable=True
            )
