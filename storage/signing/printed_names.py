"""Printed names and roles of a study's staff, as the acts have them; the last one of each person holds.

They stand in the study's own record, which readers don't get: a reader's copy holds that reader's own line.
"""

from __future__ import annotations

from msgspec import Struct, to_builtins
from sqlalchemy import Connection

from storage.record import acts


class StaffMember(Struct, frozen=True):
    """One line of the list. id: that of a reader, for whoever reads. Days are ISO 8601; "" where nothing is said.

    trained: the day on which a training was passed. since, until: the first and the last day in this role.
    """

    id: str
    name: str
    role: str
    trained: str = ""
    since: str = ""
    until: str = ""

    def as_text(self) -> str:
        """Such as "ES  Ellen Smit, reader, trained 2026-03-01, from 2026-03-02"."""
        days = (("trained", self.trained), ("from", self.since), ("until", self.until))
        said = (self.name, self.role, *(f"{word} {day}" for word, day in days if day))
        return f"{self.id}  {', '.join(said)}"

    def acts_on(self, day: str) -> bool:
        """Whether somebody has the role on that day."""
        return (not self.since or self.since <= day) and (not self.until or day <= self.until)


def people(connection: Connection) -> dict[str, StaffMember]:
    """Everybody on the list as the last act says it, by id."""
    said = [act.said["person"] for act in acts.of_kind(connection, acts.STAFFED)]
    found = {person["id"]: StaffMember(**person) for person in said}
    return dict(sorted(found.items()))


def hand_on(connection: Connection, person: StaffMember) -> None:
    """Write a reader's own line into that reader's copy: no reason and nobody else."""
    acts.append(connection, acts.Deed(acts.STAFFED, acts.COORDINATOR, {"person": to_builtins(person), "why": ""}))


def printed_name(connection: Connection, person_id: str) -> str:
    """The printed name of somebody; "" of who isn't on the list."""
    found = people(connection).get(person_id)
    return "" if found is None else found.name
