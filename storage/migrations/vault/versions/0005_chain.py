"""The vault has a chain of its own; its rows are adopted when the coordinator opens the study next."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STAYS = "ON vault_change BEGIN SELECT RAISE(ABORT, 'the chain of the vault only grows'); END"


def upgrade() -> None:
    """An empty chain: what the record is bound to isn't known here."""
    op.create_table(
        "vault_change",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at_utc", sa.String(), nullable=False),
        sa.Column("adopted", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("acts", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_vault_change"),
        sa.UniqueConstraint("hash", name="uq_vault_change_hash"),
    )
    op.create_index("ix_source_series_code", "source", ["series_code"])
    op.execute(f"CREATE TRIGGER vault_change_is_never_changed BEFORE UPDATE {STAYS}")
    op.execute(f"CREATE TRIGGER vault_change_is_never_removed BEFORE DELETE {STAYS}")
