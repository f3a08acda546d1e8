"""People of a study: shown, and put on its list."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.signing.printed_names import Person
    from storage.study.staffing import Change


def people(directory: Path, person: str, change: Change, why: str) -> tuple[Person, ...]:
    """Everybody on the list, after somebody was put there if anybody is named."""
    from storage.study.coordinator import CoordinatorStudy
    from workstation.app.coordinating import coordinating

    if not person:
        with CoordinatorStudy.open(directory) as study:
            return study.people()
    with coordinating(directory) as study:
        study.put_person(person, change, why)
        return study.people()


def as_text(listed: Sequence[Person]) -> list[str]:
    """A line for each, or what to do where there is nobody."""
    if not listed:
        how = "ramris study people DIR --set ID --name NAME --role ROLE --why TEXT"
        return [f"Nobody is on the list of people yet; put somebody there: {how}"]
    return [line_of(person) for person in listed]


def line_of(person: Person) -> str:
    """Such as "ES  Ellen Smit, reader, trained 2026-03-01, from 2026-03-02"."""
    said = (
        person.name,
        person.role,
        person.trained and f"trained {person.trained}",
        person.since and f"from {person.since}",
        person.until and f"until {person.until}",
    )
    return f"{person.id}  {', '.join(filter(None, said))}"
