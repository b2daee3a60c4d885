"""What voices measure, of which what is usual for a person is made, and what markers were found against."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "measured_voice",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("session", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name="fk_measured_voice_interview_id_interview"
        ),
        sa.PrimaryKeyConstraint("interview_id", "label", name="pk_measured_voice"),
    )
    op.create_table(
        "measured",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=16), nullable=False),
        sa.Column("basis", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name="fk_measured_interview_id_interview"
        ),
        sa.PrimaryKeyConstraint("interview_id", name="pk_measured"),
    )


def downgrade() -> None:
    op.drop_table("measured")
    op.drop_table("measured_voice")
