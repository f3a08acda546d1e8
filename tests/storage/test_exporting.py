"""What a statistician opens: every row there, nothing invented, nothing that identifies."""

from __future__ import annotations

import csv
import hashlib
import io
from decimal import Decimal
from pathlib import Path

import pytest

from scoring.loading import shipped_scheme
from scoring.order import keys_in_reading_order
from scoring.reading import AnswerChanged
from storage.coordinator import CoordinatorStudy
from storage.csv_files import csv_bytes
from storage.errors import RecordDamaged, StudyError
from storage.export import export_study
from storage.export_columns import FILES, NUMBER, TEXT, Column
from tests.builders.studies import an_assigned_study, changed, record, tamper

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
    begun = next(row["case_code"] for row in rows if row.get("score_status", row.get("total_status")) == "SCORED")
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


def test_totals_are_missing_where_a_site_is_and_say_how_many_were_scored(study: Path, tmp_path: Path) -> None:
    export_study(study, tmp_path / "out")

    # by hand: V1 TEN is 9 x 1 + 3; V2 SYN 3 x 2; V1 OST 15 x 1; V1 ERO 15 x 1; what lacks a site has no value
    rows = _begun(_rows(tmp_path / "out", "totals.csv"))
    values = {
        (row["visit"], row["total"]): (row["total_status"], row["value"], row["sites_scored"], row["sites_wanted"])
        for row in rows
    }
    assert values == {
        ("V1", "SYNTOT"): ("NOT_EVALUABLE", "", "2", "3"),
        ("V1", "TENTOT"): ("SCORED", "12", "10", "10"),
        ("V1", "OSTTOT"): ("SCORED", "15", "15", "15"),
        ("V1", "EROTOT"): ("SCORED", "15", "15", "15"),
        ("V1", "MRII"): ("NOT_EVALUABLE", "", "27", "28"),
        ("V2", "SYNTOT"): ("SCORED", "6", "3", "3"),
        ("V2", "TENTOT"): ("SCORED", "20", "10", "10"),
        ("V2", "OSTTOT"): ("NOT_EVALUABLE", "", "14", "15"),
        ("V2", "EROTOT"): ("NOT_DONE", "", "14", "15"),
        ("V2", "MRII"): ("NOT_EVALUABLE", "", "27", "28"),
    }


def test_a_change_is_there_where_both_visits_are_and_may_be_negative(study: Path, tmp_path: Path) -> None:
    export_study(study, tmp_path / "out")

    rows = _rows(tmp_path / "out", "changes.csv")
    changes = {
        (row["total"] or f"{row['feature']}.{row['site']}"): (row["change_status"], row["change"])
        for row in rows
        if row["case_code"] == _begun(_rows(tmp_path / "out", "scores.csv"))[0]["case_code"]
    }
    assert len(changes) == 43 + 5
    assert changes["TEN.E1"] == ("SCORED", "-1")
    assert changes["TEN.E2"] == ("SCORED", "1")
    assert changes["TENTOT"] == ("SCORED", "8")
    assert changes["SYN.RC"] == ("NOT_EVALUABLE", "")
    assert changes["EROTOT"] == ("NOT_DONE", "")


def test_the_readers_words_are_apart_and_cannot_be_computed(study: Path, tmp_path: Path) -> None:
    export_study(study, tmp_path / "out")

    (row,) = _rows(tmp_path / "out", "comments.csv")
    assert (row["visit"], row["feature"], row["site"], row["reason_code"]) == ("V2", "OST", "CAP", "OT")
    assert row["comment"] == "'=HYPERLINK(1)"
    assert all(b"HYPERLINK" not in (tmp_path / "out" / name).read_bytes() for name in FILES if name != "comments.csv")


def test_each_row_says_under_which_scheme_and_for_what_it_was_read(study: Path, tmp_path: Path) -> None:
    export_study(study, tmp_path / "out")

    row = _rows(tmp_path / "out", "scores.csv")[0]
    assert (row["scheme_id"], row["scheme_version"]) == ("ramris-wrist", SCHEME.version)
    assert row["scheme_sha256"] == SCHEME.sha256
    assert (row["reader_id"], row["round"], row["read_purpose"], row["chronology"]) == ("ES", "1", "PRIMARY", "KNOWN")
    assert (row["grade_min"], row["grade_max"], row["grade_step"]) == ("0", "3", "1")


def test_the_files_are_utf8_without_a_mark_and_end_lines_as_sas_wants(study: Path, tmp_path: Path) -> None:
    for path in export_study(study, tmp_path / "out"):
        content = path.read_bytes()
        assert not content.startswith(b"\xef\xbb\xbf")
        assert content.endswith(b"\r\n")
        assert content.count(b"\n") == content.count(b"\r\n")


def test_exporting_twice_gives_the_same_bytes(study: Path, tmp_path: Path) -> None:
    def digests(out: Path) -> dict[str, str]:
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in export_study(study, out)}

    assert digests(tmp_path / "one") == digests(tmp_path / "two") == digests(tmp_path / "one")


def test_rows_are_sorted_by_subject_then_visit_then_reader(study: Path, tmp_path: Path) -> None:
    with CoordinatorStudy.open(study) as coordinator:
        coordinator.assign("AB", seed=9)
    export_study(study, tmp_path / "out")

    rows = [(row["subject_id"], row["visit_num"], row["reader_id"]) for row in _rows(tmp_path / "out", "scores.csv")]
    assert rows == sorted(rows)
    assert len(rows) == 4 * 86


def test_the_dictionary_describes_every_column_of_every_file(study: Path, tmp_path: Path) -> None:
    paths = export_study(study, tmp_path / "out")

    described = [(row["file"], row["name"]) for row in _rows(tmp_path / "out", "data_dictionary.csv")]
    headers = [(path.name, name) for path in paths for name in path.read_text("utf-8").splitlines()[0].split(",")]
    assert described == headers
    assert all(name.isascii() and name == name.lower() and len(name) <= 32 for _, name in headers)


def test_the_export_needs_no_vault_and_leaves_the_study_as_it_is(study: Path, tmp_path: Path) -> None:
    for part in study.glob("vault.db*"):
        part.unlink()
    before = (study / "study.db").read_bytes()

    export_study(study, tmp_path / "out")

    assert (study / "study.db").read_bytes() == before


def test_a_damaged_record_is_not_exported(study: Path, tmp_path: Path) -> None:
    tamper(study, "UPDATE event SET after = '0' WHERE seq = 5")

    with pytest.raises(RecordDamaged, match="record row 5"):
        export_study(study, tmp_path / "out")

    assert not (tmp_path / "out").exists()


def test_somebody_elses_file_of_the_same_name_is_left_alone(study: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "totals.csv").write_text("mine\n")

    with pytest.raises(StudyError, match=r"out holds another totals\.csv"):
        export_study(study, tmp_path / "out")

    assert [(path.name, path.read_text()) for path in (tmp_path / "out").iterdir()] == [("totals.csv", "mine\n")]


def test_no_file_in_the_making_is_left_behind(study: Path, tmp_path: Path) -> None:
    export_study(study, tmp_path / "out")

    assert {path.name for path in (tmp_path / "out").iterdir()} == set(FILES)


def test_a_negative_number_stays_a_number_and_text_that_a_table_would_compute_does_not() -> None:
    columns = (Column("change", NUMBER, "", ""), Column("comment", TEXT, "", ""))
    texts = ["=1", "+1", "-1", "@a", "\t=1", "\uff1d1", 'say "no", please']

    content = csv_bytes(columns, [{"change": Decimal("-2.5"), "comment": text} for text in texts])

    lines = content.decode().split("\r\n")[1:-1]
    assert lines == [*(f"-2.5,'{text}" for text in texts[:-1]), '-2.5,"say ""no"", please"']
