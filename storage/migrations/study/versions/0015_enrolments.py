"""Column for the enrolment that a case is of: a person may be enrolled more than once, each time with other visits."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_GUARD = (
    "CREATE TRIGGER assignment_is_never_changed BEFORE UPDATE OF "
    "code, reader, subject, round, position, draw, due_at_utc, mix, visits, enrolment ON reading_case "
    "BEGIN SELECT RAISE(ABORT, 'what was assigned stands'); END"
)


def upgrade() -> None:
    """Add the column; cases that are there already are of the first enrolment. The guard is told of it."""
    op.add_column("reading_case", sa.Column("enrolment", sa.Integer(), nullable=True))
    op.execute("DROP TRIGGER assignment_is_never_changed")
    op.execute(_GUARD)
