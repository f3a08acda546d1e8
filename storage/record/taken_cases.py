"""Cases taken back: unread ones that left a worklist by the coordinator's hand, by the acts that say so.

A row of a case never goes: a copy that is out may hold it, and it comes back under the same code.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, delete, insert, select

from storage.database import study_schema as tables
from storage.record import acts
from storage.record.acts import COORDINATOR, Deed

TAKEN: Final = "taken_back"
GIVEN: Final = "given_back"
# which of the design's readers there were before
ROLES: Final = ("readers", "primary", "inter")


def standing(connection: Connection) -> dict[str, acts.Act]:
    """The cases that are taken back, each with the act by which."""
    table = tables.act
    query = select(table).where(table.c.kind.in_((TAKEN, GIVEN))).order_by(table.c.seq)
    found: dict[str, acts.Act] = {}
    for row in connection.execute(query).mappings():
        act = acts.Act(**row)
        for code in act.said["cases"]:
            if act.kind == TAKEN:
                found[code] = act
            else:
                found.pop(code, None)
    return found


def take(connection: Connection, reader: str, cases: list[str], why: str, roles: dict[str, list[str]]) -> None:
    """Put down that these cases leave the reader's worklist."""
    said = {"cases": cases, "why": why, "roles": roles}
    acts.append(connection, Deed(TAKEN, COORDINATOR, said, reader=reader))
    connection.execute(insert(tables.excluded_case), [{"case": code} for code in cases])


def give_back(connection: Connection, reader: str, cases: list[str], why: str) -> None:
    """Put down that they are on it again."""
    acts.append(connection, Deed(GIVEN, COORDINATOR, {"cases": cases, "why": why}, reader=reader))
    gone = tables.excluded_case
    connection.execute(delete(gone).where(gone.c.case.in_(cases)))


def told(reader: str | None, case: str) -> str:
    """That a case was taken back, and what to do, for whoever brings something that was read of it meanwhile."""
    return (
        f"case {case} was taken back from {reader} while the copy was out. To take what was read of it, give it back "
        f"first: ramris study take-back DIR --reader {reader} --undo --cases {case} --why TEXT"
    )
