"""Wish for an assignment, from what was typed and what the vault knows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from scoring.design.allotment import overlap_from, share_from
from scoring.ordinary_file import content_of
from storage.worklists import taking_back
from storage.worklists.allotting import ALL, Wish
from workstation.app.assigning import chosen_subjects
from workstation.app.assigning.chosen_subjects import Known
from workstation.errors import UsageRefused

if TYPE_CHECKING:
    from storage.study.coordinator import CoordinatorStudy


class Which(Struct, frozen=True):
    """As it is typed: codes, a file of codes, part of a share, an overlap, a site of the trial; "" or None: none."""

    subjects: str = ""
    file: Path | None = None
    share: str = ""
    overlap: str = ""
    site: str = ""


def wish(study: CoordinatorStudy, which: Which | None) -> Wish:
    """What is meant; UsageRefused or DesignRefused say what can't be."""
    if which is None:
        return ALL
    return Wish(
        _among(study, which),
        share_from(which.share) if which.share else None,
        overlap_from(which.overlap) if which.overlap else None,
    )


def taken(study: CoordinatorStudy, which: Which, cases: str = "") -> taking_back.Which:
    """Which cases are meant to be taken back, or given back: by their codes, or those of subjects."""
    if not cases:
        return taking_back.Which(subjects=_among(study, which))
    if which != Which():
        raise UsageRefused("--cases already says which; leave out --subjects, --file and --site")
    return taking_back.Which(cases=frozenset(part.strip().upper() for part in cases.split(",")))


def known(study: CoordinatorStudy) -> Known:
    """What a subject of the study may be called. A patient ID that two subjects have names neither."""
    of_id: dict[str, str] = {}
    twice = set()
    for person in study.vault.people():
        identity = str(person.attributes.get("PatientID", "")).strip()
        if identity in of_id:
            twice.add(identity)
        of_id[identity] = person.subject
    named = {identity: code for identity, code in of_id.items() if identity and identity not in twice}
    return Known(frozenset(study.subject_codes()), named)


def _among(study: CoordinatorStudy, which: Which) -> frozenset[str] | None:
    if not (which.subjects or which.file or which.site):
        return None
    if which.subjects and which.file:
        raise UsageRefused("--subjects and --file both name subjects; give one of them")
    there = known(study)
    if which.file is not None:
        return chosen_subjects.listed(which.file.name, _bytes(which.file), there, which.site or None)
    found = chosen_subjects.typed(which.subjects, there) if which.subjects else there.codes
    return found & chosen_subjects.of_site(which.site, there) if which.site else found


def _bytes(file: Path) -> bytes:
    try:
        return content_of(file)
    except OSError as error:
        why = error.strerror
    raise UsageRefused(f"{file.name}: {why}; give a file with one subject on each line")
