"""Staff of a study in the coordinator's hands: who is put on the list, and who may act. Each change has a reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from msgspec import Struct, to_builtins
from sqlalchemy import Connection

from scoring.design import reader_ids
from scoring.values import replace
from storage.errors import StudyError
from storage.record import acts
from storage.record.study_lock import checked_reason
from storage.signing import staff_passphrases
from storage.signing.printed_names import StaffMember, people

COORDINATOR: Final = "coordinator"
ROLES: Final = (COORDINATOR, "reader", "adjudicator", "statistician", "monitor")
LONGEST_NAME: Final = 100
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Change(Struct, frozen=True):
    """What is to be said of somebody from now on; None leaves what stood."""

    name: str | None = None
    role: str | None = None
    trained: str | None = None
    since: str | None = None
    until: str | None = None


def put(connection: Connection, person_id: str, change: Change, why: str) -> StaffMember:
    """Put somebody on the list, or change what it says; the act keeps why.

    Raises:
        StudyError: an id, a name, a role, a day or a reason that can't be one, or nothing that changes.
    """
    checked_reason(why, needed=True)
    refusal = reader_ids.refusal(person_id)
    if refusal:
        raise StudyError(f"person {person_id!a}: {refusal}")
    before = people(connection).get(person_id)
    known = before or StaffMember(person_id, "", "")
    said = {name: value.strip() for name in Change.__struct_fields__ if (value := getattr(change, name)) is not None}
    now = replace(known, **said)
    _check(now)
    if now == before:
        raise StudyError(f"{person_id} is on the list like this already; nothing was changed")
    acts.append(
        connection,
        acts.Deed(acts.STAFFED, acts.COORDINATOR, {"person": to_builtins(now), "why": why.strip()}, reader=None),
    )
    return now


def checked_actor(listed: Mapping[str, StaffMember], who: str) -> str:
    """Who acts for the coordinator: on the list, in that role, today; StudyError for anybody else."""
    if not who:
        may = ", ".join(who_may_act(listed)) or "nobody yet"
        raise StudyError(
            "Nobody was named to act for the coordinator. Name yourself before the command: `ramris --as ID`, for the "
            f"window `ramris --as ID manage DIR`; who may act today: {may}"
        )
    if who not in who_may_act(listed):
        there = ", ".join(item.id for item in listed.values() if item.role == COORDINATOR) or "nobody yet"
        raise StudyError(f"{who!a} is no coordinator of this study today; on its list: {there}")
    return who


def who_may_act(listed: Mapping[str, StaffMember]) -> tuple[str, ...]:
    """The ids of those who may act for the coordinator today."""
    today = datetime.now(UTC).date().isoformat()
    return tuple(item.id for item in listed.values() if item.role == COORDINATOR and item.acts_on(today))


def refuse_to_lock_out(connection: Connection, least: int) -> None:
    """StudyError where fewer than so many could open the study once it asks for a passphrase."""
    able = set(who_may_act(people(connection))) & set(staff_passphrases.stored(connection))
    if len(able) < least:
        there = ", ".join(sorted(able)) or "nobody"
        raise StudyError(
            f"Of those who may act for the coordinator today {there} would have a passphrase; {least} must, so that a "
            "forgotten one can be set anew by another: `ramris study passphrase DIR`"
        )


def _check(person: StaffMember) -> None:
    if not person.name or len(person.name) > LONGEST_NAME or not person.name.isprintable():
        raise StudyError(f"{person.id}: the printed name is one line of 1 to {LONGEST_NAME} characters: --name NAME")
    if person.role not in ROLES:
        raise StudyError(f"{person.id}: role {person.role!a}: one of {', '.join(ROLES)}: --role ROLE")
    for option, text in (("trained", person.trained), ("from", person.since), ("until", person.until)):
        if text and not _is_day(text):
            raise StudyError(f"{person.id}: --{option} {text!a}: a day such as 2026-03-01")
    # a day later, since somewhere on earth it is that day already
    if person.trained > (datetime.now(UTC) + timedelta(days=1)).date().isoformat():
        raise StudyError(f"{person.id}: --trained {person.trained}: that day has not come; note it when it was passed")
    if person.since and person.until and person.until < person.since:
        raise StudyError(f"{person.id}: until {person.until} is before {person.since}; give --from and --until anew")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return _DAY.fullmatch(text) is not None
