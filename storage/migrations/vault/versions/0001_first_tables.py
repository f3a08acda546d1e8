"""The first tables of vault.db."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "person",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("identity_key", sa.LargeBinary(), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_person"),
        sa.UniqueConstraint("identity_key", name="uq_person_identity_key"),
    )
    op.create_table(
        "root",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_root"),
        sa.UniqueConstraint("path", name="uq_root_path"),
    )
    op.create_table(
        "secret",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_secret"),
    )
    op.create_table(
        "source",
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("slice_uid", sa.String(), nullable=False),
        sa.Column("sop_uid", sa.LargeBinary(), nullable=False),
        sa.Column("series_code", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("path", "slice_uid", name="pk_source"),
    )
    op.create_table(
        "series",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("series_uid", sa.LargeBinary(), nullable=False),
        sa.Column("description", sa.LargeBinary(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("series_time", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["subject"], ["person.subject"], name="fk_series_subject_person"),
        sa.PrimaryKeyConstraint("code", name="pk_series"),
    )
    op.create_table(
        "visit",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("date", sa.String(), nullable=False),
        sa.Column("study_uids", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["subject"], ["person.subject"], name="fk_visit_subject_person"),
        sa.PrimaryKeyConstraint("subject", "number", name="pk_visit"),
    )
