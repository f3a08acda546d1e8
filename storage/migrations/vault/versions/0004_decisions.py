"""The log takes decisions of every sort, by the id of their question; examinations are kept apart from visits."""

import json
from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STAYS = "ON choice BEGIN SELECT RAISE(ABORT, 'what was decided stays on the log'); END"


def upgrade() -> None:
    """Every row of the log stays, in its order and with its number; every visit is an examination from now on."""
    _examinations()
    rows = op.get_bind().execute(sa.text("SELECT * FROM choice ORDER BY number")).mappings().all()
    op.drop_table("choice")
    new = op.create_table(
        "choice",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("who", sa.LargeBinary(), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=False),
        sa.Column("at_utc", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_choice"),
    )
    standing: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        what, answer, value = _as_decision(row["series"], row["deed"], json.loads(row["value"]), standing)
        kept = {name: row[name] for name in ("number", "who", "why", "at_utc")}
        op.get_bind().execute(new.insert().values(what=what, answer=answer, value=value, **kept))
    op.execute(f"CREATE TRIGGER choice_is_never_changed BEFORE UPDATE {STAYS}")
    op.execute(f"CREATE TRIGGER choice_is_never_removed BEFORE DELETE {STAYS}")


def _as_decision(
    series: str, deed: str, value: dict[str, Any], standing: dict[str, list[str]]
) -> tuple[str, str, dict[str, Any]]:
    """(what, answer, value) of a row; an undo took back the last choice about the series, whatever it was about."""
    if deed == "seen":
        return f"borders:{series}", "seen", value
    if deed == "undo":
        return (standing[series].pop() if standing[series] else f"kind:{series}"), "undo", {}
    about, answer, rest = ("kind", value["kind"], {}) if deed == "kind" else ("text", deed, value)
    standing[series].append(f"{about}:{series}")
    return f"{about}:{series}", answer, rest


def _examinations() -> None:
    op.add_column("series", sa.Column("examination", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.create_table(
        "examination",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("study_uids", sa.JSON(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.subject"], name="fk_examination_person_person"),
        sa.PrimaryKeyConstraint("number", name="pk_examination"),
    )
    op.execute(
        "INSERT INTO examination (number, person, study_uids, day, facts) "
        "SELECT row_number() OVER (ORDER BY subject, number), subject, study_uids, date, '{}' FROM visit"
    )
    op.execute(
        "UPDATE series SET examination = COALESCE((SELECT mine.place FROM "
        "(SELECT row_number() OVER (ORDER BY subject, number) AS place, subject, number FROM visit) AS mine "
        "WHERE mine.subject = series.subject AND mine.number = series.visit), 0)"
    )
