"""Readers who are compared where nobody names two: those of the one scheme that two people read by."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoring.schemes.folder import shipped_folder
from storage.audit.disagreements import disagreements
from storage.errors import StudyError
from storage.study.coordinator import CoordinatorStudy
from storage.worklists.allotting import ALL
from tests.builders.studies import a_study, read_whole

XRAY = "sharp-vdh"


def _read_by(folder: Path, mri: tuple[str, ...], radiographs: tuple[str, ...]) -> dict[str, str]:
    """A study of one person whose MRI and radiographs are read by these; the case of each reader."""
    a_study(folder, "S001")
    with CoordinatorStudy.open(folder) as study:
        study.add_scheme(shipped_folder(XRAY), "radiographs as published", without_images=True)
        for reader in mri:
            study.give(reader, ALL, 1)
        for reader in radiographs:
            study.give(reader, ALL, 1, scheme=XRAY)
        with study._store.reading() as connection:
            rows = connection.exec_driver_sql("SELECT reader, code FROM reading_case").fetchall()
    return {row[0]: row[1] for row in rows}


def test_two_readers_of_the_mri_are_compared_beside_one_of_the_radiographs(tmp_path: Path) -> None:
    cases = _read_by(tmp_path / "trial", ("AD", "ME"), ("ND",))
    read_whole(tmp_path / "trial", cases["AD"], {"1 ERO CAP": "4"}, reader="AD")
    read_whole(tmp_path / "trial", cases["ME"], {"1 ERO CAP": "1"}, reader="ME")

    (found,) = disagreements(tmp_path / "trial", None, "1")

    assert (found.readers, str(found.key.site), str(found.difference)) == (("AD", "ME"), "CAP", "-3")


def test_where_two_read_by_each_scheme_the_readers_have_to_be_named(tmp_path: Path) -> None:
    _read_by(tmp_path / "trial", ("AD", "ME"), ("ND", "OL"))

    with pytest.raises(StudyError, match=r"this study has 4 \(AD, ME, ND, OL\); say --readers A,B"):
        disagreements(tmp_path / "trial", None, "1")


def test_where_one_reads_by_each_scheme_there_is_nobody_to_compare(tmp_path: Path) -> None:
    _read_by(tmp_path / "trial", ("AD",), ("ND",))

    with pytest.raises(StudyError, match="AD reads by ramris-wrist and ND by sharp-vdh"):
        disagreements(tmp_path / "trial", None, "1")
