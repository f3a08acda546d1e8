"""Export as a statistician opens it: every row there, nothing invented, nothing that identifies."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import AnswerChanged
from scoring.schemes.load import shipped_scheme
from storage.audit.verification import audit
from storage.exporting.export import Exported, export_study
from storage.exporting.rows.reading_time import seconds_of
from storage.exporting.writing import REDCAP_FILE, Wish
from storage.record import acts, grade_events
from storage.record.study_file import open_study_file
from storage.records import ZEROED, Sighting, SiteNote, Viewing
from storage.signing.content import signed_content
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.studies import a_subject, an_assigned_study, changed, key, read_whole, record
from workstation.reading.answers.focus_moves import MoveFocus
from workstation.reading.session.session import Session

SCHEME = shipped_scheme()


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Two cases: all 1 at baseline and 2 at follow-up but for three sites; and one that was never begun."""
    folder, cases = an_assigned_study(tmp_path / "trial", subjects=2)
    one, two = (changed("1 SYN RC", grade).after for grade in ("1", "2"))
    special = {
        "1 SYN RC": "SQ",
        "2 OST CAP": "OT:=HYPERLINK(1)",
        "2 ERO MC5": "",
    }
    changes = [
        AnswerChanged(at, None, one if at.visit == 1 else two)
        for at in keys_in_reading_order(SCHEME)
        if f"{at.visit} {at.feature} {at.site}" not in special
    ]
    record(folder, cases[0], *changes)
    for place, word in special.items():
        if word:
            record(folder, cases[0], changed(place, word))
    record(folder, cases[0], changed("1 TEN E1", "3", before="1"))
    return folder


def _rows(out: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((out / name).read_bytes().decode("utf-8"), newline="")))


def _begun(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    begun = next(row["case_code"] for row in rows if row.get("score_status", row.get("strict_status")) == "SCORED")
    return [row for row in rows if row["case_code"] == begun]


def _score(rows: list[dict[str, str]], visit: str, feature: str, site: str) -> tuple[str, str, str]:
    (row,) = [row for row in rows if (row["visit"], row["feature"], row["site"]) == (visit, feature, site)]
    return row["score_status"], row["score"], row["reason_code"]


def test_there_is_a_row_for_every_site_of_every_assigned_reading(study: Path, tmp_path: Path) -> None:
    export_study(study, tmp_path / "out")

    rows = _rows(tmp_path / "out", "scores.csv")
    assert len(rows) == 2 * 86
    assert len({(row["case_code"], row["visit_num"], row["feature"], row["site"]) for row in rows}) == 172


def test_a_grade_is_exported_as_it_was_typed_and_a_missing_one_is_empty(study: Path, tmp_path: Path) -> None:
    export_study(study, tmp_path / "out")

    rows = _begun(_rows(tmp_path / "out", "scores.csv"))
    assert _score(rows, "V1", "TEN", "E1") == ("SCORED", "3", "")
    assert _score(rows, "V2", "TEN", "E1") == ("SCORED", "2", "")
    assert _score(rows, "V1", "SYN", "RC") == ("NOT_EVALUABLE", "", "SQ")
    assert _score(rows, "V2", "ERO", "MC5") == ("NOT_DONE", "", "")


def test_a_corrected_grade_shows_how_often_it_was_entered(study: Path, tmp_path: Path) -> None:
    export_study(study, tmp_path / "out")

    rows = _begun(_rows(tmp_path / "out", "scores.csv"))
    entries = {(row["visit"], row["feature"], row["site"]): row["n_entries"] for row in rows}
    assert entries["V1", "TEN", "E1"] == "2"
    assert entries["V2", "TEN", "E1"] == "1"
    assert entries["V2", "ERO", "MC5"] == "0"


def test_totals_under_three_rules_stand_side_by_side(study: Path, tmp_path: Path) -> None:
    export_study(study, tmp_path / "out")

    # by hand: V1 TEN is 9 x 1 + 3; V2 SYN 3 x 2; V1 OST 15 x 1. SYN.RC lacks a grade at V1 (2 of 3 sites are under
    # 80 %), OST.CAP at V2 (14 x 2, pro rata 28 x 15 / 14), ERO.MC5 is not read yet at V2
    rows = _begun(_rows(tmp_path / "out", "totals.csv"))
    names = ("strict_status", "strict", "common", "prorata", "strict_sites", "common_sites", "sites_wanted")
    values = {(row["visit"], row["total"]): tuple(row[name] for name in names) for row in rows}
    assert values == {
        ("V1", "SYNTOT"): ("NOT_EVALUABLE", "", "2", "", "2", "2", "3"),
        ("V1", "TENTOT"): ("SCORED", "12", "12", "12", "10", "10", "10"),
        ("V1", "OSTTOT"): ("SCORED", "15", "14", "15", "15", "14", "15"),
        ("V1", "EROTOT"): ("SCORED", "15", "", "15", "15", "14", "15"),
        ("V1", "MRII"): ("NOT_EVALUABLE", "", "28", "", "27", "26", "28"),
        ("V2", "SYNTOT"): ("SCORED", "6", "4", "6", "3", "2", "3"),
        ("V2", "TENTOT"): ("SCORED", "20", "20", "20", "10", "10", "10"),
        ("V2", "OSTTOT"): ("NOT_EVALUABLE", "", "28", "30", "14", "14", "15"),
        ("V2", "EROTOT"): ("NOT_DONE", "", "", "", "14", "14", "15"),
        ("V2", "MRII"): ("NOT_EVALUABLE", "", "52", "56", "27", "26", "28"),
    }


def test_a_change_is_there_where_both_visits_are_and_may_be_negative(study: Path, tmp_path: Path) -> None:
    export_study(study, tmp_path / "out")

    rows = _rows(tmp_path / "out", "changes.csv")
    changes = {
        (row["measure"], row["total_rule"]): (row["change_status"], row["change"])
        for row in rows
        if row["case_code"] == _begun(_rows(tmp_path / "out", "scores.csv"))[0]["case_code"]
    }
    assert len(changes) == 43 + 5 * 3
    assert changes["TEN.E1", "SITE"] == ("SCORED", "-1")
    assert changes["TEN.E2", "SITE"] == ("SCORED", "1")
    assert changes["SYN.RC", "SITE"] == ("NOT_EVALUABLE", "")
    assert changes["ERO.MC5", "SITE"] == ("NOT_DONE", "")
    assert changes["TENTOT", "STRICT"] == ("SCORED", "8")
    assert changes["EROTOT", "STRICT"] == ("NOT_DONE", "")
    # 14 x 2 - 14 x 1 over the bones graded twice; 30 - 15 pro rata
    assert changes["OSTTOT", "STRICT"] == ("NOT_EVALUABLE", "")
    assert changes["OSTTOT", "COMMON"] == ("SCORED", "14")
    assert changes["OSTTOT", "PRORATA"] == ("SCORED", "15")


def test_the_readers_words_are_apart_and_cannot_be_computed(study: Path, tmp_path: Path) -> None:
    export_study(study, tmp_path / "out")

    (row,) = _rows(tmp_path / "out", "comments.csv")
    assert (row["visit"], row["feature"], row["site"], row["reason_code"]) == ("V2", "OST", "CAP", "OT")
    assert row["comment"] == "'=HYPERLINK(1)"
    others = [path for path in (tmp_path / "out").iterdir() if path.name != "comments.csv"]
    assert all(b"HYPERLINK" not in path.read_bytes() for path in others)


def test_a_grade_comes_with_where_it_was_seen_and_what_was_noted(study: Path, tmp_path: Path) -> None:
    with ReaderStudy.open(study, "ES") as door:
        (case,) = [item.case for item in door.worklist() if not item.answered]
        seen = Sighting("S002V1", 1, (0.5, -1.5, 1 / 3), 10.0, 900.0, "width_mm", 4.9)
        door.record(case, [changed("1 TEN E1", "2")], "room", [seen])
        door.note(case, key("2 TEN E2"), SiteNote("-1 mm?", unsure=True))

    export_study(study, tmp_path / "out")

    (place,) = _rows(tmp_path / "out", "places.csv")
    names = ("case_code", "visit", "feature", "site", "series_code", "slice_index", "x_mm", "y_mm", "z_mm")
    assert [place[name] for name in names] == [case, "V1", "TEN", "E1", "S002V1", "1", "0.5", "-1.5", "0.333333"]
    values = ("point_from", "window_low", "window_high", "measured", "measured_value")
    assert [place[name] for name in values] == ["READER", "10", "900", "width_mm", "4.9"]
    noted = {row["site"]: row for row in _rows(tmp_path / "out", "comments.csv")}
    assert (noted["E2"]["note"], noted["E2"]["unsure"], noted["E2"]["reason_code"]) == ("'-1 mm?", "YES", "")
    assert (noted["CAP"]["note"], noted["CAP"]["unsure"], noted["CAP"]["reason_code"]) == ("", "NO", "OT")


def test_an_answer_comes_with_the_slices_that_had_been_seen_and_one_of_a_table_says_that_there_are_none(
    study: Path, tmp_path: Path
) -> None:
    with ReaderStudy.open(study, "ES") as door:
        (case,) = [item.case for item in door.worklist() if not item.answered]
        seen = Viewing("T1 COR", 3, 10, (480, 512), 5, 3.2)
        door.record(case, [changed("1 ERO CAP", "0")], "room", viewings=[seen])
        door.record(case, [changed("1 ERO HAM", "0")], "room", viewings=[Viewing(by=ZEROED)])
        door.record(case, [changed("1 ERO LUN", "0")], "enter")
        assert door.viewings(case) == {
            (key("1 ERO CAP"), changed("1 ERO CAP", "0").after): seen,
            (key("1 ERO HAM"), changed("1 ERO HAM", "0").after): Viewing(by=ZEROED),
        }
    audit(study)

    export_study(study, tmp_path / "out")

    names = ("slices_status", "slices_seen", "slices_needed", "slices_seconds", "given_by")
    rows = [row for row in _rows(tmp_path / "out", "scores.csv") if row["case_code"] == case and row["visit"] == "V1"]
    said = {row["site"]: [row[name] for name in names] for row in rows if row["feature"] == "ERO"}
    assert said["CAP"] == ["COUNTED", "5", "8", "3.2", "SINGLE"]
    assert said["HAM"] == ["NOT_KNOWN", "", "", "", "ZEROED"]
    assert said["LUN"] == said["SCA"] == ["NOT_APPLICABLE", "", "", "", ""]
    older = next(row for row in _rows(tmp_path / "out", "scores.csv") if row["case_code"] != case and row["score"])
    assert [older[name] for name in names] == ["NOT_KEPT", "", "", "", ""]


@pytest.mark.parametrize(
    ("marks", "point_from"),
    [("", "READER"), ('{"expected":true}', "EXPECTED"), ('{"width":null,"expected":false}', "READER"), ("{", "READER")],
)
def test_a_point_that_the_reader_did_not_choose_says_so(
    study: Path, tmp_path: Path, marks: str, point_from: str
) -> None:
    with ReaderStudy.open(study, "ES") as door:
        (case,) = [item.case for item in door.worklist() if not item.answered]
        seen = Sighting("S002V1", 1, (0.5, -1.5, 2.0), 10.0, 900.0, marks=marks)
        door.record(case, [changed("1 TEN E1", "2")], "room", [seen])

    export_study(study, tmp_path / "out")

    (place,) = _rows(tmp_path / "out", "places.csv")
    assert place["point_from"] == point_from


def test_a_grade_comes_with_the_gain_and_the_windows_of_both_visits_where_they_were_kept(
    study: Path, tmp_path: Path
) -> None:
    light = '{"how":"MATCHED","gain":1.36,"voxels":12458,"other_series":"S002V2","other_low":0.0,"other_high":551.65}'
    with ReaderStudy.open(study, "ES") as door:
        (case,) = [item.case for item in door.worklist() if not item.answered]
        lit = Sighting("S002V1", 1, (0.5, -1.5, 2.0), 0.0, 405.6, marks=f'{{"expected":false,"light":{light}}}')
        before = Sighting("S002V1", 1, (0.5, -1.5, 2.0), 10.0, 900.0)
        door.record(case, [changed("1 TEN E1", "2"), changed("1 TEN E2", "1")], "room", [lit, before])

    export_study(study, tmp_path / "out")

    names = ("window_low", "window_high", "light", "gain", "gain_voxels")
    others = ("other_series_code", "other_window_low", "other_window_high")
    rows = {row["site"]: [row[name] for name in (*names, *others)] for row in _rows(tmp_path / "out", "places.csv")}
    assert rows["E1"] == ["0", "405.6", "MATCHED", "1.36", "12458", "S002V2", "0", "551.65"]
    assert rows["E2"] == ["10", "900", "", "", "", "", "", ""]


def _act(folder: Path, kind: str, role: str, case: str) -> None:
    """Put a signature or its reopening on the record."""
    store, row = open_study_file(folder)
    with store.writing() as connection:
        reading = grade_events.current_reading(connection, case)
        detail = signed_content(row.scheme, reading, (1, 2)) if kind == "signed" else {"why": "a slip"}
        acts.append(connection, acts.Deed(kind, role, detail, reader="ES", case=case))
    store.close()


def test_an_amended_answer_shows_what_had_been_signed(tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    read_whole(folder, case, {"2 OST CAP": "OT:cast"})
    _act(folder, "signed", "reader", case)
    first = _rows(_exported(folder, tmp_path / "signed"), "readings.csv")[0]
    _act(folder, "reopened", "coordinator", case)
    record(folder, case, changed("1 ERO CAP", "4", before="0"), changed("2 OST CAP", "1", before="OT:cast"))
    reopened = _rows(_exported(folder, tmp_path / "reopened"), "readings.csv")[0]
    _act(folder, "signed", "reader", case)

    out = _exported(folder, tmp_path / "amended")

    (reading,) = _rows(out, "readings.csv")
    assert [item["reading_status"] for item in (first, reopened, reading)] == ["SIGNED", "COMPLETE", "SIGNED"]
    assert [item["amended"] for item in (first, reopened, reading)] == ["NO", "YES", "YES"]
    assert first["signed_utc"] < reading["signed_utc"]
    assert reopened["signed_utc"] == ""
    amended = {
        (row["feature"], row["site"], row["visit"]): (row["score"], row["signed_answer"])
        for row in _rows(out, "scores.csv")
        if row["answer_amended"] == "YES"
    }
    assert amended == {("ERO", "CAP", "V1"): ("4", "0"), ("OST", "CAP", "V2"): ("1", "OT")}


def _exported(folder: Path, out: Path) -> Path:
    return export_study(folder, out).out


def test_each_row_says_under_which_scheme_and_for_what_it_was_read(study: Path, tmp_path: Path) -> None:
    export_study(study, tmp_path / "out")

    row = _rows(tmp_path / "out", "scores.csv")[0]
    assert (row["scheme_id"], row["scheme_version"]) == ("ramris-wrist", SCHEME.version)
    assert row["scheme_sha256"] == SCHEME.sha256
    assert (row["reader_id"], row["round"], row["read_purpose"], row["chronology"]) == ("ES", "1", "PRIMARY", "KNOWN")
    assert (row["grade_min"], row["grade_max"], row["grade_step"]) == ("0", "3", "1")


def test_rows_are_sorted_by_subject_then_visit_then_reader(study: Path, tmp_path: Path) -> None:
    with CoordinatorStudy.open(study) as coordinator:
        coordinator.assign("AB", seed=9)
    export_study(study, tmp_path / "out")

    rows = [(row["subject_id"], row["visit_num"], row["reader_id"]) for row in _rows(tmp_path / "out", "scores.csv")]
    assert rows == sorted(rows)
    assert len(rows) == 4 * 86


def test_first_readings_of_a_later_reader_are_for_agreement(study: Path, tmp_path: Path) -> None:
    with CoordinatorStudy.open(study) as coordinator:
        coordinator.assign("AB", seed=9)
    export_study(study, tmp_path / "out")

    purposes = {(row["reader_id"], row["read_purpose"]) for row in _rows(tmp_path / "out", "readings.csv")}
    assert purposes == {("ES", "PRIMARY"), ("AB", "INTER")}


def test_the_dictionary_describes_every_column_of_every_table(study: Path, tmp_path: Path) -> None:
    tables = _tables(export_study(study, tmp_path / "out", Wish(wide=True)))

    described = [(row["file"], row["name"]) for row in _rows(tmp_path / "out", "data_dictionary.csv")]
    headers = [
        (path.name, name)
        for path in tables
        if path.name != REDCAP_FILE
        for name in path.read_text("utf-8").splitlines()[0].split(",")
    ]
    assert described == headers
    assert all(name.isascii() and name == name.lower() and len(name) <= 32 for _, name in headers)


def test_a_visit_that_the_study_does_not_have_is_not_waited_for(tmp_path: Path) -> None:
    with CoordinatorStudy.create(tmp_path / "trial") as coordinator:
        coordinator.replace_subject(a_subject("S001", visits=(1,)))
        coordinator.assign("ES", seed=1)

    export_study(tmp_path / "trial", tmp_path / "out")

    scores = {row["visit"]: row["score_status"] for row in _rows(tmp_path / "out", "scores.csv")}
    changes = {row["change_status"] for row in _rows(tmp_path / "out", "changes.csv")}
    totals = {(row["visit"], row["strict_status"]) for row in _rows(tmp_path / "out", "totals.csv")}
    assert scores == {"V1": "NOT_DONE", "V2": "NOT_APPLICABLE"}
    assert changes == {"NOT_APPLICABLE"}
    assert totals == {("V1", "NOT_DONE"), ("V2", "NOT_APPLICABLE")}


def test_a_reading_says_how_far_it_is_and_when_it_was_read(study: Path, tmp_path: Path) -> None:
    export_study(study, tmp_path / "out")

    begun, blank = sorted(_rows(tmp_path / "out", "readings.csv"), key=lambda row: row["reading_status"])
    scores = _begun(_rows(tmp_path / "out", "scores.csv"))
    assert (begun["reading_status"], blank["reading_status"]) == ("DRAFT", "NOT_STARTED")
    assert begun["started_utc"] == min(row["last_entry_utc"] for row in scores if row["last_entry_utc"])
    assert (begun["finished_utc"], begun["signed_utc"], blank["started_utc"]) == ("", "", "")
    counts = ("answers_wanted", "answers_graded", "answers_unscorable", "answers_blank", "n_entries")
    assert [begun[name] for name in counts] == ["86", "83", "2", "1", "86"]


def test_the_wide_file_has_a_row_a_reading_and_the_numbers_of_the_long_ones(study: Path, tmp_path: Path) -> None:
    export_study(study, tmp_path / "out", Wish(wide=True))

    rows = {row["case_code"]: row for row in _rows(tmp_path / "out", "wide.csv")}
    assert len(rows) == 2
    for row in _rows(tmp_path / "out", "scores.csv"):
        name = f"{row['feature']}_{row['site']}_{row['visit']}".lower().replace("-", "_")
        wide = rows[row["case_code"]]
        assert wide[name] == row["score"]
        assert wide[f"{name}_why"] == (row["reason_code"] or ("" if row["score"] else "BLANK"))
    for row in _rows(tmp_path / "out", "totals.csv"):
        names = (row["total"].lower(), row["visit"].lower())
        for rule, suffix in (("strict", ""), ("common", "_com"), ("prorata", "_pro")):
            assert rows[row["case_code"]][f"{names[0]}{suffix}_{names[1]}"] == row[rule]


def _tables(exported: Exported) -> list[Path]:
    return [path for path in exported.paths if path.suffix == ".csv"]


@pytest.mark.parametrize(
    ("place", "seconds"),
    [
        ('{"version":1,"active_s":754}', 754),
        (None, None),
        ("", None),
        ("no JSON", None),
        ("[1]", None),
        ('{"active_s":true}', None),
        ('{"active_s":-1}', None),
        ("[" * 100_000, None),
    ],
)
def test_the_time_of_reading_is_what_the_room_kept_and_nothing_else(place: str | None, seconds: int | None) -> None:
    assert seconds_of(place) == seconds


def test_the_time_that_the_room_counted_is_in_the_readings(study: Path, tmp_path: Path) -> None:
    with ReaderStudy.open(study, "ES") as door:
        case = door.worklist()[0].case
        moments = iter([0.0, 60.0, 1000.0, 1030.5])
        session = Session(door, case, lambda: next(moments))
        for _ in range(4):
            session.dispatch(MoveFocus(sites=1))

    rows = {row["case_code"]: row["reading_seconds"] for row in _rows(_exported(study, tmp_path / "o"), "readings.csv")}

    # 60 s, a pause of 940 s left out, 30.5 s in whole seconds
    assert rows[case] == "90"
    assert set(rows.values()) == {"90", ""}
