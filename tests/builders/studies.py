"""Studies on disk with subjects that have a small index, and answers in a few words."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from decimal import Decimal
from pathlib import Path

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Answer, AnswerChanged, Graded, NotAssessable, SiteKey
from scoring.schemes.scheme import FeatureCode, SiteCode
from storage.database.study_schema import TRIGGERS
from storage.records import SeriesRecord, SliceRecord, SubjectRecord, VisitRecord
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.vault.schema import TRIGGERS as VAULT_TRIGGERS
from storage.vault.vault import Vault
from tests.builders.seeds import SECRET


def key(place: str) -> SiteKey:
    """`1 ERO CAP` -> the key of baseline, erosion, capitate."""
    visit, feature, site = place.split()
    return SiteKey(int(visit), FeatureCode(feature), SiteCode(site))


def answer(word: str) -> Answer | None:
    """`3` -> a grade; `NC` or `OT:words` -> no grade and why; empty -> blank."""
    if not word:
        return None
    code, _, text = word.partition(":")
    return NotAssessable(code, text) if code.isalpha() else Graded(Decimal(word))


def changed(place: str, after: str, before: str = "") -> AnswerChanged:
    """One change at a place."""
    return AnswerChanged(key(place), answer(before), answer(after))


def a_subject(code: str = "S001", visits: tuple[int, ...] = (1, 2)) -> SubjectRecord:
    """A subject with one stack of two slices a visit; the numbers are odd enough to be mixed up if they can be."""
    return SubjectRecord(code, tuple(VisitRecord(number, (a_stack(f"{code}V{number}"),)) for number in visits))


def a_study(folder: Path, *subjects: str) -> Path:
    """A closed study with those subjects, whose vault has the secret of tests: the same draws in each run."""
    CoordinatorStudy.create(folder).close()
    with_secret_of_tests(folder)
    with CoordinatorStudy.open(folder) as study:
        for code in subjects:
            study.replace_subject(a_subject(code))
    return folder


def with_secret_of_tests(folder: Path) -> None:
    """Give a new study's vault the secret of tests; its chain begins with that one."""
    with closing(sqlite3.connect(folder / "vault.db")) as vault, vault:
        for name in VAULT_TRIGGERS:
            vault.execute(f"DROP TRIGGER {name}")
        vault.execute("DELETE FROM vault_change")
        vault.execute("UPDATE secret SET value = ?", [SECRET])
        for trigger in VAULT_TRIGGERS.values():
            vault.execute(trigger)
    with closing(Vault.open(folder)) as made, made._store.writing() as connection:
        connection.exec_driver_sql("UPDATE secret SET value = value")


def an_assigned_study(folder: Path, reader: str = "ES", subjects: int = 1) -> tuple[Path, tuple[str, ...]]:
    """A closed study with a worklist; its folder and the case codes in worklist order."""
    a_study(folder, *(f"S{number:03}" for number in range(1, subjects + 1)))
    with CoordinatorStudy.open(folder) as study:
        cases = study.assign(reader, seed=1)
    return folder, tuple(item.case for item in cases)


def read_whole(folder: Path, case: str, grades: Mapping[str, str] | None = None, reader: str = "ES") -> None:
    """Answer all that a case asks for in one go: 0, and where `grades` names a place, the answer written there."""
    given = {key(place): answer(word) for place, word in (grades or {}).items()}
    with ReaderStudy.open(folder, reader) as study:
        wanted = keys_in_reading_order(study.scheme, tuple(visit.number for visit in study.case(case).visits))
        study.record(case, [AnswerChanged(at, None, given.get(at, Graded(Decimal(0)))) for at in wanted], "room")


def with_files(folder: Path) -> Path:
    """The same study with a small file wherever its index names an image."""
    connection = sqlite3.connect(folder / "study.db")
    for (name,) in connection.execute("SELECT DISTINCT file FROM image").fetchall():
        file = folder / "images" / name
        file.parent.mkdir(exist_ok=True)
        # of one size, as images of one matrix are
        file.write_bytes(b"pixels".ljust(64))
    connection.close()
    return folder


def as_it_is(header: bytes, _uid: object) -> bytes:
    """In the place of new UIDs for images whose content is of no interest."""
    return header


def record(folder: Path, case: str, *changes: AnswerChanged, reader: str = "ES") -> None:
    """Record through the reader's door and close it."""
    with ReaderStudy.open(folder, reader) as study:
        study.record(case, changes, "room")


def tamper(folder: Path, *statements: str, guards_back: bool = True) -> None:
    """Change study.db behind the program's back, its guards taken off first."""
    connection = sqlite3.connect(folder / "study.db")
    with connection:
        for name in TRIGGERS:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        if guards_back:
            for trigger in TRIGGERS.values():
                connection.execute(trigger)
    connection.close()


def a_stack(code: str) -> SeriesRecord:
    """A series of two slices."""
    slices = tuple(
        SliceRecord(f"1.2.{code}.{number}", f"{code}/{number}.dcm", 1000 + number, (0.1, -0.2, 3.3 * number))
        for number in range(2)
    )
    return SeriesRecord(
        code=code,
        kind="T1",
        plane="AX",
        frame=f"F{code}",
        rows=4,
        columns=5,
        pixel_spacing_mm=(0.3, 0.25),
        slice_spacing_mm=3.3,
        orientation=(1.0, 0.0, 0.0, 0.0, 1 / 3, -1.0),
        dtype="uint16",
        inverted=False,
        minimum=0,
        maximum=4095,
        window_low=10.5,
        window_high=3000.25,
        slices=slices,
    )
