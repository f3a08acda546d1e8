"""The first schema that a record on a server had: its tables were laid down whole, and no step leads there."""

revision = "0016"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing: a database without tables is no record, and is never upgraded."""
