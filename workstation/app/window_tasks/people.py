"""Tasks for people: who works on the study, in which role."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from storage.acting import ask
from storage.study.staffing import ROLES, Change
from workstation.app.window_tasks.reading import WHY
from workstation.errors import UsageRefused
from workstation.managing.state import Notice, Tone
from workstation.managing.study_tasks import Asked, Field, Given, StudyTask

GROUP: Final = "Readers"


def people(given: Given) -> Notice:
    """Put somebody on the list, or change what it says."""
    names = ("name", "role", "trained", "since", "until")
    # what is left empty stays as it is
    change = Change(**{name: given[name] for name in names if given[name]})
    put = given.study.put_person(given["person"], change, given["why"])
    return Notice(f"On the list: {put.as_text()}", Tone.DONE, tuple(item.as_text() for item in given.study.people()))


def own_passphrase(given: Given) -> Notice:
    """Set the passphrase of whoever acts, or of another coordinator."""
    if given.values.get("new") != given.values.get("again"):
        raise UsageRefused("The two passphrases differ. Type it again")
    now = given.values.get("now", "")
    token = ask.set(lambda who, _: (who, now))
    try:
        whose = given.study.set_passphrase(given["person"], given.values.get("new", ""), given["why"])
    finally:
        ask.reset(token)
    return Notice(f"{whose} acts for the coordinator with this passphrase from now on", Tone.DONE)


def _roles(_folder: Path) -> Sequence[tuple[str, str]]:
    return (("", "as it is"), *((role, role) for role in ROLES))


PEOPLE: Final = (
    StudyTask(
        "study.people",
        "People: who has which role",
        GROUP,
        "study people",
        "Puts somebody on the list, or changes what it says; what is left empty stays. Signatures show the printed "
        "name. A reader's copy holds that reader's own line alone.",
        people,
        (
            Field("person", "Id", hint="of a reader: the id that cases are assigned to", option="set"),
            Field("name", "Printed name", needed=False, option="name"),
            Field("role", "Role", Asked.CHOICE, choices=_roles, needed=False, option="role"),
            Field("trained", "Training passed on", hint="2026-03-01", needed=False, option="trained"),
            Field("since", "From", hint="2026-03-01", needed=False, option="from"),
            Field("until", "Until", hint="2026-03-01", needed=False, option="until"),
            WHY,
        ),
    ),
    StudyTask(
        "study.passphrase",
        "Passphrase of whoever acts for the coordinator",
        GROUP,
        "study passphrase",
        "Yours, or for a reason that of another coordinator who has forgotten it. Asked for where the design says "
        "acting=passphrase; the window then asks who you are, too.",
        own_passphrase,
        (
            Field("new", "New passphrase", Asked.HIDDEN),
            Field("again", "The same again", Asked.HIDDEN),
            Field("now", "Your passphrase now", Asked.HIDDEN, "empty: you have none", needed=False),
            Field("person", "Of another coordinator", hint="their id; empty: yours", needed=False, option="person"),
            Field("why", "Why", Asked.REASON, "needed for another's", needed=False, option="why"),
        ),
        warns="The old one can't be put back.",
    ),
)
