"""Merging asks all that the audit asks: of the copy's images, of its beginning, and of each text in it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from storage.audit.pixels import audit_pixels
from storage.audit.verification import audit
from storage.errors import RecordDamaged, StudyError
from storage.record import acts
from storage.records import SiteNote
from storage.recovery.merge import merge
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.dicom_files import a_visit
from tests.builders.editions import a_trial, handed
from tests.builders.resealed import reseal
from tests.builders.studies import changed, key, record
from workstation.intake.importing.importer import import_folders

CANT_BE_TYPED = [
    "two\nlines",
    "bell\x07",
    "\u202eturned",
    "\u2066isolated",
    "null\x00",
    "\x85next",
    "\u2028line",
    "a\tb",
]


def with_pixels(root: Path) -> tuple[Path, str]:
    """A study of one pair of visits with real images, its reader's copy `es` beside it, and the case."""
    a_visit(root / "in" / "a", "1.2.3", StudyDate="20240105")
    a_visit(root / "in" / "b", "1.2.4", StudyDate="20240505")
    with CoordinatorStudy.create(root / "trial") as study:
        import_folders(study, [root / "in"])
        (item,) = study.assign("ES", seed=1)
    handed(root / "trial", "es")
    return root / "trial", item.case


@pytest.fixture
def noted(tmp_path: Path) -> tuple[Path, Path, str]:
    """A study, a copy in which its reader gave a grade and noted something, and the case."""
    folder, cases = a_trial(tmp_path / "trial")
    case = cases["ES"][0].case
    copy = handed(folder, "es")
    record(copy, case, changed("1 ERO CAP", "3"))
    with ReaderStudy.open(copy, "ES") as study:
        study.note(case, key("1 ERO CAP"), SiteNote("look again"))
    return folder, copy, case


@pytest.mark.parametrize("text", CANT_BE_TYPED, ids=ascii)
def test_a_text_that_no_window_takes_isnt_merged(noted: tuple[Path, Path, str], text: str) -> None:
    folder, copy, _ = noted

    def edit(plain: sqlite3.Connection) -> None:
        (detail,) = plain.execute("SELECT detail FROM act WHERE kind = 'noted'").fetchone()
        said = json.dumps(json.loads(detail) | {"note": text}, sort_keys=True, separators=(",", ":"))
        plain.execute("UPDATE act SET detail = ? WHERE kind = 'noted'", (said,))

    reseal(copy, edit)
    audit(copy)

    with pytest.raises(StudyError, match=r"Not merged: es, act row \d+: its note holds signs that no window takes"):
        merge(folder, [copy])
    assert audit(folder).events == 0


def test_a_note_of_several_lines_from_before_schema_7_is_merged(noted: tuple[Path, Path, str]) -> None:
    folder, copy, case = noted

    def edit(plain: sqlite3.Connection) -> None:
        (detail,) = plain.execute("SELECT detail FROM act WHERE kind = 'noted'").fetchone()
        said = json.loads(detail) | {"note": "two\nlines", "at_utc": "2024-01-01T00:00:00.000Z"}
        plain.execute(
            "UPDATE act SET detail = ? WHERE kind = 'noted'", (json.dumps(said, sort_keys=True, separators=(",", ":")),)
        )

    reseal(copy, edit)

    (brought,) = merge(folder, [copy])

    assert brought.notes == 1
    with ReaderStudy.open(folder, "ES") as study:
        assert study.notes(case)[key("1 ERO CAP")].text == "two\nlines"


@pytest.fixture
def parked(tmp_path: Path) -> tuple[Path, Path, str]:
    """A study, a copy that was handed over with a parked case, and that case."""
    folder, cases = a_trial(tmp_path / "trial")
    case = cases["ES"][0].case
    with ReaderStudy.open(folder, "ES") as study:
        study.park(case, "ASK")
    return folder, handed(folder, "es"), case


def test_an_act_that_was_handed_over_and_removed_from_the_copy_is_missed(parked: tuple[Path, Path, str]) -> None:
    folder, copy, case = parked
    reseal(copy, lambda plain: plain.execute("DELETE FROM act WHERE seq = (SELECT max(seq) FROM act)"))
    record(copy, case, changed("1 ERO CAP", "3"))
    audit(copy)

    with pytest.raises(StudyError, match=r"es, act row \d+: it was handed over and is gone"):
        merge(folder, [copy])
    assert audit(folder).events == 0


def test_an_act_that_was_handed_over_and_edited_is_found(parked: tuple[Path, Path, str]) -> None:
    folder, copy, _ = parked
    reseal(
        copy, lambda plain: plain.execute("UPDATE act SET at_utc = '2020-01-01T00:00:00.000Z' WHERE kind = 'parked'")
    )

    with pytest.raises((StudyError, RecordDamaged), match="Not merged: es"):
        merge(folder, [copy])


def test_a_copy_whose_own_audit_refuses_its_images_is_refused_until_a_person_takes_it(tmp_path: Path) -> None:
    folder, case = with_pixels(tmp_path)
    copy = tmp_path / "es"
    record(copy, case, changed("1 ERO CAP", "3"))
    file = min((copy / "images").rglob("*.dcm"))
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    with pytest.raises(RecordDamaged):
        audit_pixels(copy)

    with pytest.raises(StudyError, match=r"aren't those of its record .*--other-images --why TEXT"):
        merge(folder, [copy])
    (brought,) = merge(folder, [copy], other_images_why="one bit, and nobody sees it")

    assert brought.other_images == (case,)
    with CoordinatorStudy.open(folder) as study, study._store.reading() as connection:
        assert acts.of_kind(connection, "merged")[-1].said["why"] == "one bit, and nobody sees it"
    audit(folder)


def test_a_copy_that_comes_home_without_its_images_is_merged(tmp_path: Path) -> None:
    folder, case = with_pixels(tmp_path)
    copy = tmp_path / "es"
    record(copy, case, changed("1 ERO CAP", "3"))
    shutil.rmtree(copy / "images")

    (brought,) = merge(folder, [copy])

    assert (brought.answers, brought.other_images) == (1, ())
