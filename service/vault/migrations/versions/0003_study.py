"""The protocol, which expected interviews an interview covers, when it was held, and voices."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "protocol",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_protocol"),
    )
    op.create_table(
        "place",
        sa.Column("group_code", sa.String(length=32), nullable=False),
        sa.Column("role_code", sa.String(length=32), nullable=False),
        sa.Column("wave", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], name="fk_place_interview_id_interview"),
        sa.PrimaryKeyConstraint("group_code", "role_code", "wave", name="pk_place"),
    )
    op.create_index("ix_place_interview_id", "place", ["interview_id"])
    op.execute(
        "INSERT INTO place (group_code, role_code, wave, interview_id) "
        "SELECT group_code, role_code, wave, id FROM interview "
        "WHERE name IS NOT NULL AND group_code IS NOT NULL AND role_code IS NOT NULL AND wave IS NOT NULL"
    )
    op.add_column("interview", sa.Column("held_on", sa.Date(), nullable=True))
    op.add_column("interview", sa.Column("held_on_source", sa.String(length=16), nullable=True))
    op.add_column("interview", sa.Column("interviewer", sa.String(length=32), nullable=True))
    op.add_column(
        "interview", sa.Column("voices_heard", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "role",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_role"),
    )
    op.create_table(
        "voiceprint",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("speech_ms", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name="fk_voiceprint_interview_id_interview"
        ),
        sa.PrimaryKeyConstraint("interview_id", "label", name="pk_voiceprint"),
    )
    op.create_table(
        "voice",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("confirmed_by", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], name="fk_voice_interview_id_interview"),
        sa.PrimaryKeyConstraint("interview_id", "label", name="pk_voice"),
    )
    op.create_index("ix_voice_person", "voice", ["person"])


def downgrade() -> None:
    for table in ("voice", "voiceprint", "role", "place", "protocol"):
        op.drop_table(table)
    for column in ("voices_heard", "interviewer", "held_on_source", "held_on"):
        op.drop_column("interview", column)
