"""A study that is read by two schemes: MRI by AD, radiographs by ND, blind to each other."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from scoring.design.reader_roles import INTER, PRIMARY
from scoring.errors import AnswerRefused
from scoring.schemes.folder import shipped_folder
from storage.audit.disagreements import disagreements
from storage.audit.verification import audit
from storage.errors import RecordDamaged, StudyError
from storage.handover.hand_over import hand_over
from storage.recovery.merge import merge
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.study.repeats import coordinators_readings
from storage.vault.vault import Person, VisitIdentity
from storage.worklists.allotting import ALL
from tests.builders.studies import a_study, a_subject, as_it_is, changed, key, read_whole, record, tamper, with_files

MRI, XRAY = "ramris-wrist", "sharp-vdh"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three people; AD has the MRI of each, ND the radiographs."""
    made = with_files(a_study(tmp_path / "trial", "S001", "S002", "S003"))
    with CoordinatorStudy.open(made) as study:
        study.assign("AD", 1)
        study.add_scheme(shipped_folder(XRAY), "radiographs as published", without_images=True)
        study.give("ND", ALL, 1, scheme=XRAY)
    return made


def _cases(folder: Path, reader: str) -> dict[str, str]:
    """Code of each case of a reader, by its subject."""
    with closing(sqlite3.connect(folder / "study.db")) as connection:
        rows = connection.execute("SELECT subject, code FROM reading_case WHERE reader = ?", (reader,))
        return dict(rows.fetchall())


def test_each_reader_has_the_scheme_of_the_worklist(folder: Path) -> None:
    with ReaderStudy.open(folder, "AD") as mri, ReaderStudy.open(folder, "ND") as xray:
        assert (mri.scheme.id, xray.scheme.id) == (MRI, XRAY)
        assert {case.wanted for case in mri.worklist()} == {86}
        # 86 joint areas a visit in Sharp/van der Heijde, two visits
        assert {case.wanted for case in xray.worklist()} == {172}


def test_a_grade_is_checked_by_the_scheme_of_its_reading_and_stands_under_its_hash(folder: Path) -> None:
    case = _cases(folder, "ND")["S001"]
    with ReaderStudy.open(folder, "ND") as door:
        site = door.scheme.features[0].sites[0].code
        record(folder, case, changed(f"1 EROH {site}", "5"), reader="ND")
        with pytest.raises(AnswerRefused):
            record(folder, case, changed(f"1 EROH {site}", "6", "5"), reader="ND")
        with pytest.raises(AnswerRefused):
            record(folder, case, changed("1 ERO CAP", "1"), reader="ND")
        digest = door.scheme.sha256
    with closing(sqlite3.connect(folder / "study.db")) as connection:
        assert connection.execute("SELECT DISTINCT scheme_sha256 FROM event").fetchall() == [(digest,)]
    assert audit(folder).events == 1


def test_a_case_of_a_scheme_without_images_shows_none_and_takes_every_visit(folder: Path) -> None:
    case = _cases(folder, "ND")["S002"]
    with ReaderStudy.open(folder, "ND") as door:
        shown = door.case(case)
        assert [(visit.number, visit.series, visit.side) for visit in shown.visits] == [(1, (), ""), (2, (), "")]
    read_whole(folder, case, reader="ND")
    with ReaderStudy.open(folder, "ND") as door:
        sheet = door.signing_sheet(case)
        assert not sheet.blocked
        door.sign(case, {finding.id: "so" for finding in sheet.findings})
    assert audit(folder).events == 172


def test_one_seed_for_both_draws_gives_orders_and_codes_that_dont_tell_who_belongs_to_whom(tmp_path: Path) -> None:
    people = [f"S{number:03}" for number in range(1, 31)]
    made = a_study(tmp_path / "trial", *people)
    with CoordinatorStudy.open(made) as study:
        study.add_scheme(shipped_folder(XRAY), "radiographs as published", without_images=True)
        drawn = [study.give(reader, ALL, 7, scheme=scheme).cases for reader, scheme in (("AD", MRI), ("ND", XRAY))]

    lists = [[item.subject for item in cases] for cases in drawn]
    lists += [[item.subject for item in sorted(cases, key=lambda one: one.case)] for cases in drawn]
    # ranks of 30 in two orders drawn apart: |Spearman| above 0.6 once in 2000, by the t distribution
    assert all(abs(_rank_correlation(lists[a], lists[b])) < 0.6 for a, b in ((0, 1), (2, 3)))
    assert not {item.case for item in drawn[0]} & {item.case for item in drawn[1]}


def _rank_correlation(one: list[str], other: list[str]) -> float:
    n = len(one)
    apart = sum((rank - other.index(name)) ** 2 for rank, name in enumerate(one))
    return 1 - 6 * apart / (n * (n * n - 1))


def test_a_copy_says_nothing_of_the_other_scheme(folder: Path, tmp_path: Path) -> None:
    hand_over(folder, tmp_path / "out", as_it_is)

    for reader, other, codes in (("AD", "ND", _cases(folder, "ND")), ("ND", "AD", _cases(folder, "AD"))):
        copy = tmp_path / "out" / reader / "study.db"
        words = copy.read_bytes()
        hidden = {"AD": (b"sharp-vdh", b"Heijde"), "ND": (b"ramris-wrist", b"RAMRIS")}[reader]
        for secret in (*hidden, *(code.encode() for code in codes.values()), b"S001", f'"{other}"'.encode()):
            assert secret not in words, (reader, secret)
    assert list((tmp_path / "out" / "ND" / "images").iterdir()) == []
    assert list((tmp_path / "out" / "AD" / "images").iterdir())


def test_what_was_read_in_a_copy_without_images_comes_home(folder: Path, tmp_path: Path) -> None:
    hand_over(folder, tmp_path / "nd", as_it_is, "ND")
    case = _cases(folder, "ND")["S003"]
    read_whole(tmp_path / "nd", case, reader="ND")
    audit(tmp_path / "nd")

    merged = merge(folder, [tmp_path / "nd"])

    assert merged[0].answers == 172
    assert audit(folder).events == 172


def test_a_worklist_has_one_scheme_and_who_reads_by_two_has_two_ids(folder: Path) -> None:
    with CoordinatorStudy.open(folder) as study:
        with pytest.raises(StudyError, match=r"AD has a worklist of ramris-wrist.*AD-2"):
            study.give("AD", ALL, scheme=XRAY)
        with pytest.raises(StudyError, match="this study has ramris-wrist, sharp-vdh"):
            study.give("XX", ALL, scheme="ramris-hand")
        given = study.give("AD-2", ALL, scheme=XRAY)
        assert len(given.new) == 3
        assert [line.scheme for line in study.board()] == [MRI, XRAY, XRAY]


def test_each_scheme_has_a_primary_reader_of_its_own(folder: Path) -> None:
    with CoordinatorStudy.open(folder) as study:
        study.give("N2", ALL, scheme=XRAY)
        purposes = {line.reader: line.purpose for line in study.board()}

    assert purposes == {"AD": PRIMARY, "ND": PRIMARY, "N2": INTER}


def test_readers_of_two_schemes_are_never_compared(folder: Path) -> None:
    with pytest.raises(StudyError, match="AD reads by ramris-wrist and ND by sharp-vdh"):
        disagreements(folder, ("AD", "ND"), "1")


def test_a_scheme_is_taken_out_again_only_while_nobody_has_cases_of_it(folder: Path) -> None:
    with CoordinatorStudy.open(folder) as study:
        with pytest.raises(StudyError, match="ND got cases of it"):
            study.remove_scheme(XRAY, "mistaken")
        study.add_scheme(shipped_folder("ramris-hand"), "hands, too")
        with pytest.raises(StudyError, match="has one of that name"):
            study.add_scheme(shipped_folder("ramris-hand"), "again")
        study.remove_scheme("ramris-hand", "mistaken")
        assert [scheme.id for scheme in study.schemes().all] == [MRI, XRAY]
    audit(folder)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE further_scheme SET toml = replace(toml, 'radiographs', 'photographs')", "was changed after it was"),
        ("DELETE FROM further_scheme", "gone from the study|another scheme"),
        ("INSERT INTO further_scheme VALUES ('x', 'y', 'z')", "isn't on the record"),
    ],
)
def test_a_scheme_that_was_changed_by_hand_is_found(folder: Path, statement: str, told: str) -> None:
    tamper(folder, statement)

    with pytest.raises(RecordDamaged, match=told):
        audit(folder)


def test_a_further_scheme_of_the_study_s_own_images_shows_them_and_hands_them_over(
    folder: Path, tmp_path: Path
) -> None:
    with CoordinatorStudy.open(folder) as study:
        study.add_scheme(shipped_folder("ramris-jsn"), "narrowing, too")
        study.give("JN", ALL, 1, scheme="ramris-jsn")
    case = _cases(folder, "JN")["S001"]
    with ReaderStudy.open(folder, "JN") as door:
        assert [len(visit.series) for visit in door.case(case).visits] == [1, 1]
    hand_over(folder, tmp_path / "jn", as_it_is, "JN")
    read_whole(tmp_path / "jn", case, reader="JN")

    merged = merge(folder, [tmp_path / "jn"])

    # 21 joints at each of two visits
    assert merged[0].answers == 42
    assert len(list((tmp_path / "jn" / "images").rglob("*.dcm"))) == 3 * 2 * 2
    audit(folder)


def test_where_the_order_of_visits_is_hidden_readings_of_both_schemes_are_in_time(tmp_path: Path) -> None:
    folder = tmp_path / "trial"
    with CoordinatorStudy.create(folder, order="hidden") as study:
        for number in range(1, 9):
            code = f"S{number:03}"
            visits = [VisitIdentity(code, visit, date, ()) for visit, date in ((1, "20240105"), (2, "20240506"))]
            study.vault.save((Person(code, f"id:{code}", {}),), visits, (), ())
            study.replace_subject(a_subject(code))
        study.add_scheme(shipped_folder(XRAY), "radiographs as published", without_images=True)
        cases = {item.subject: item.case for item in study.give("ND", ALL, scheme=XRAY).cases}
        turned = study.turned()
    for subject, case in cases.items():
        # in time 2 at baseline and 5 at follow-up, entered as the reader is asked
        shown = ("5", "2") if subject in turned else ("2", "5")
        read_whole(folder, case, {"1 EROH R-IP1": shown[0], "2 EROH R-IP1": shown[1]}, "ND")

    found = coordinators_readings(folder, scheme=XRAY)

    for item in found.readings:
        at = [item.reading.answer(key(f"{visit} EROH R-IP1")) for visit in (1, 2)]
        assert [str(getattr(grade, "grade", None)) for grade in at] == ["2", "5"]
