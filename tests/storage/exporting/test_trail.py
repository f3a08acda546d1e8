"""`ramris trail`, and the script in it that verifies without the program: what it finds, attacked row by row."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from storage.audit.verification import audit
from storage.exporting.trail.trail_rows import _OF_ALL
from storage.exporting.trail.trail_table import trail_table
from storage.record import acts
from storage.records import Sighting, Viewing
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.studies import an_assigned_study, changed, read_whole
from workstation.cli import main

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study and its trail: a case signed, reopened and changed, seen on a slice; the other one untouched."""
    root = tmp_path_factory.mktemp("made")
    folder, (case, _) = an_assigned_study(root / "trial", subjects=2)
    read_whole(folder, case)
    with ReaderStudy.open(folder, "ES") as door:
        answers = {item.id: "seen so" for item in door.signing_sheet(case).findings}
        door.sign(case, answers)
    with CoordinatorStudy.open(folder) as door:
        door.reopen(case, 'the "T2" came late, =1+1')
    with ReaderStudy.open(folder, "ES") as door:
        seen = Sighting("S002V1", 1, (0.5, -1.5, 1 / 3), 10.0, 900.0, "width_mm", 4.9)
        viewing = Viewing("S002V1", 3, 10, (480, 512), 5, 3.2)
        door.record(case, [changed("2 ERO CAP", "3", before="0")], "room", [seen], viewings=[viewing])
    assert main(["trail", str(folder), str(root / "out"), "--zone", "Europe/Copenhagen"]) == 0
    return root


@pytest.fixture
def study(made: Path, tmp_path: Path) -> Path:
    """The study, to be changed."""
    return Path(shutil.copytree(made / "trial", tmp_path / "trial"))


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    """Its trail, to be changed."""
    return Path(shutil.copytree(made / "out", tmp_path / "out"))


def _verify(out: Path, *head: str) -> tuple[int, str]:
    """By a Python that knows no package at all, neither this project's nor any other."""
    script = [sys.executable, "-I", "-S", str(out / "verify_trail.py"), *head]
    found = subprocess.run(script, capture_output=True, text=True, check=False)
    return found.returncode, found.stdout + found.stderr


def _table(out: Path) -> list[dict[str, str]]:
    with (out / "trail.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _record(out: Path) -> Rows:
    return [json.loads(line) for line in (out / "record.jsonl").read_text().splitlines()]


def _forge(out: Path, change: Callable[[Rows], Rows]) -> None:
    """Change rows in the record and the table alike, as somebody would who knows that both are compared."""
    rows, cells = _record(out), _table(out)
    header = list(cells[0])
    words = {(row["chain"], row["seq"]): row for row in cells}
    forged = change(rows)
    (out / "record.jsonl").write_text("".join(json.dumps(row) + "\n" for row in forged))
    with (out / "trail.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, header)
        table.writeheader()
        for row in forged:
            known = words.get((row["chain"], str(row["seq"])), dict.fromkeys(header, ""))
            table.writerow(known | {name: str(value) for name, value in row.items() if name in header})
    _digest_anew(out)


def _digest_anew(out: Path) -> None:
    """Write into the package what its files are now."""
    package = json.loads((out / "datapackage.json").read_text())
    for file in (*package["resources"], *package["ramris"]["other_files"]):
        file["hash"] = "sha256:" + sha256((out / file["path"]).read_bytes()).hexdigest()
    (out / "datapackage.json").write_text(json.dumps(package))


def _sealed(row: dict[str, Any]) -> dict[str, Any]:
    """The row with the hash that it would have: written from docs/record.md, not by the program."""
    rest = {name: row[name] for name in row if name not in {"chain", "seen", "hash", "previous_hash"}}
    text = f"{row['previous_hash']}\n{json.dumps(rest, sort_keys=True, separators=(',', ':'))}"
    return row | {"hash": sha256(text.encode()).hexdigest()}


def test_the_script_verifies_the_trail_without_the_program(study: Path, out: Path) -> None:
    found = audit(study)
    code, told = _verify(out)
    assert code == 0, told
    assert f"Whole: {found.events} events and {found.acts} acts" in told
    assert found.head in told
    assert _verify(out, found.head)[0] == 0


def test_a_head_that_was_noted_earlier_is_found_in_a_later_trail(study: Path, tmp_path: Path) -> None:
    noted = audit(study).head
    case = _second_case(study)
    with ReaderStudy.open(study, "ES") as door:
        door.record(case, [changed("1 SYN RC", "2")], "room")
    assert main(["trail", str(study), str(tmp_path / "later")]) == 0
    assert _verify(tmp_path / "later", noted)[0] == 0
    code, told = _verify(tmp_path / "later", "0" * 64)
    assert code == 1
    assert "never went through that head" in told


def _second_case(study: Path) -> str:
    with ReaderStudy.open(study, "ES") as door:
        return next(case for case in door.worklist() if not case.answered).case


def _change_a_grade(rows: Rows) -> Rows:
    return [row | {"after": "1"} if row.get("seq") == 5 and row["chain"] == "event" else row for row in rows]


def _change_and_seal_it_again(rows: Rows) -> Rows:
    return [_sealed(row) if row.get("seq") == 5 and row["chain"] == "event" else row for row in _change_a_grade(rows)]


def _change_a_reason(rows: Rows) -> Rows:
    return [
        row | {"detail": row["detail"].replace("came late", "was bad")} if row.get("kind") == "reopened" else row
        for row in rows
    ]


def _move_where_it_was_seen(rows: Rows) -> Rows:
    return [row | {"seen": row["seen"] | {"slice_index": 0}} if "seen" in row else row for row in rows]


def _take_out_the_sight(rows: Rows) -> Rows:
    return [{name: value for name, value in row.items() if name != "seen"} for row in rows]


def _take_one_out(rows: Rows) -> Rows:
    return [row for row in rows if (row["chain"], row["seq"]) != ("event", 7)]


def _take_the_end_off(rows: Rows) -> Rows:
    return rows[:-1]


def _exchange_two(rows: Rows) -> Rows:
    return [*rows[:9], rows[10], rows[9], *rows[11:]]


def _put_the_act_elsewhere(rows: Rows) -> Rows:
    signed = next(row for row in rows if row.get("kind") == "signed")
    rest = [row for row in rows if row is not signed]
    return [*rest[:20], signed, *rest[20:]]


def _another_reader(rows: Rows) -> Rows:
    return [row | {"reader": "KJ"} if row.get("reader") == "ES" else row for row in rows]


FORGERIES = (
    _change_a_grade,
    _change_and_seal_it_again,
    _change_a_reason,
    _move_where_it_was_seen,
    _take_out_the_sight,
    _take_one_out,
    _take_the_end_off,
    _exchange_two,
    _put_the_act_elsewhere,
    _another_reader,
)


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.__name__)
def test_the_script_finds_what_was_done_to_the_record(out: Path, forgery: Callable[[Rows], Rows]) -> None:
    _forge(out, lambda rows: rows)
    assert _verify(out)[0] == 0, "what is written again unchanged must hold"

    _forge(out, forgery)
    code, told = _verify(out)
    assert code == 1, told


def test_a_record_that_was_sealed_anew_as_a_whole_is_told_by_the_head_that_was_noted(study: Path, out: Path) -> None:
    """Whoever owns the file can write all hashes anew: only a head that is kept elsewhere proves the whole."""
    noted = audit(study).head

    def all_anew(rows: Rows) -> Rows:
        found: Rows = []
        last: dict[str, str] = {}
        for row in _change_a_grade(rows):
            fields = dict(row)
            if row["chain"] in last:
                fields["previous_hash"] = last[row["chain"]]
            if row["chain"] == "act" and row["after_event"]:
                fields["event_hash"] = last["event"]
            found.append(_sealed(fields))
            last[row["chain"]] = found[-1]["hash"]
        head = sha256(f"ramris head\n{last['event']}\n{last['act']}".encode()).hexdigest()
        package = json.loads((out / "datapackage.json").read_text())
        package["ramris"]["head_sha256"] = head
        (out / "datapackage.json").write_text(json.dumps(package))
        return found

    _forge(out, all_anew)
    assert _verify(out)[0] == 0
    assert _verify(out, noted)[0] == 1


def _edit_cell(out: Path, column: str, *, empty: bool) -> bool:
    """Change one cell of a column: the last that holds something, or the first that holds nothing; if there is one."""
    rows = _table(out)
    found = [row for row in rows if bool(row[column]) != empty]
    if not found:
        return False
    row = found[0] if empty else found[-1]
    row[column] = "7" if empty else row[column][:-1] + ("7" if row[column][-1] != "7" else "8")
    _write(out, rows)
    return True


def _write(out: Path, rows: list[dict[str, str]]) -> None:
    with (out / "trail.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)


COLUMNS = [column.name for column in trail_table(None)[0].columns]


@pytest.mark.parametrize("empty", [False, True], ids=["changed", "put in"])
@pytest.mark.parametrize("column", COLUMNS)
def test_an_edit_in_any_column_of_the_table_is_found(out: Path, column: str, empty: bool) -> None:
    if not _edit_cell(out, column, empty=empty):
        assert empty or column == "clock_back_ms", "each column has a cell to change"
        return
    code, told = _verify(out)
    assert code == 1, told
    assert f"trail.csv says something else than record.jsonl: {column}\n" in told


@pytest.mark.parametrize("column", COLUMNS)
def test_an_edit_in_any_column_is_found_also_where_the_digests_were_written_anew(out: Path, column: str) -> None:
    changed_one = _edit_cell(out, column, empty=False)
    _digest_anew(out)
    assert _verify(out)[0] == (1 if changed_one else 0)


def test_of_the_columns_for_people_two_edits_stay_unseen(out: Path) -> None:
    """The same moment by another clock, and other words in all rows of a kind: nothing of either was sealed."""

    def edit(row: dict[str, str]) -> dict[str, str]:
        moment = datetime.fromisoformat(row["at_local"]).astimezone(timezone(timedelta(hours=5)))
        words = row["what"].replace("signed", "seen")
        return row | {"at_local": moment.isoformat(timespec="milliseconds"), "what": words}

    rows = _table(out)
    assert [edit(row) for row in rows] != rows
    _write(out, [edit(row) for row in rows])
    _digest_anew(out)
    assert _verify(out)[0] == 0


@pytest.mark.parametrize("file", ["trail.html", "trail.pdf", "verify_trail.py"])
def test_a_file_that_isn_t_as_it_was_written_is_named(out: Path, file: str) -> None:
    with (out / file).open("ab") as written:
        written.write(b"\n")
    code, told = _verify(out)
    assert (code, told) == (1, f"{file}: it isn't the file that was written\n")


def test_the_script_is_some_fifty_lines_that_need_python_alone() -> None:
    text = (files("storage.exporting.scripts") / "verify_trail.py").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip()]
    asked = {line.split()[1] for line in lines if line.startswith(("import ", "from "))}
    assert len(lines) <= 52
    assert asked <= sys.stdlib_module_names


@pytest.mark.parametrize("file", ["trail.csv", "record.jsonl", "datapackage.json"])
def test_a_file_that_is_gone_or_cut_short_is_told_in_a_line(out: Path, file: str) -> None:
    whole = (out / file).read_bytes()
    (out / file).write_bytes(whole[: len(whole) // 2])
    code, told = _verify(out)
    assert (code, told.count("\n")) == (1, 1), told
    (out / file).unlink()
    assert _verify(out)[0] == 1


def test_a_row_says_who_when_what_before_after_why_and_where(out: Path) -> None:
    *_, reopened, changed_again = _table(out)
    assert (reopened["who"], reopened["kind"], reopened["role"]) == ("coordinator", "reopened", "coordinator")
    assert reopened["why"] == 'the "T2" came late, =1+1'
    assert [changed_again[name] for name in ("who", "what", "before", "after", "series", "slice_index", "z_mm")] == [
        *("ES", "answer: Erosion, Capitate, visit 2", "0", "3", "S002V1", "1", "0.3333333333333333"),
    ]
    assert changed_again["at_utc"].endswith("Z")
    # Copenhagen is one or two hours ahead of UTC
    assert changed_again["at_local"].endswith(("+01:00", "+02:00"))


def test_a_part_holds_what_was_asked_for_and_says_that_it_is_a_part(study: Path, tmp_path: Path) -> None:
    case = _second_case(study)
    with ReaderStudy.open(study, "ES") as door:
        door.record(case, [changed("1 SYN RC", "2")], "room")
    out = tmp_path / "part"
    assert main(["trail", str(study), str(out), "--case", case]) == 0
    assert [(row["case"], row["after"]) for row in _table(out)] == [(case, "2")]
    code, told = _verify(out)
    assert code == 0
    assert told.startswith("A part: each of these 1 rows")
    assert f"case {case}" in (out / "trail.html").read_text()
    assert (out / "trail.pdf").read_bytes().startswith(b"%PDF-")

    assert main(["trail", str(study), str(out), "--until", "2001-01-01"]) == 0
    assert _table(out) == []
    assert main(["trail", str(study), str(out), "--from", "2001-01-01T00:00+01:00", "--reader", "ES"]) == 0
    assert {row["reader"] for row in _table(out)} == {"ES"}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("--reader", "XX"), "reader 'XX' isn't in this study; there is ES"),
        (("--case", "XX"), "case 'XX' isn't in this study; there is "),
        (("--from", "yesterday"), "--from 'yesterday': a day as 2026-03-01"),
        (("--zone", "Mars/Olympus"), "--zone 'Mars/Olympus': this machine knows no such zone"),
        (("--zone", "../etc"), "--zone '../etc': this machine knows no such zone"),
        (("--why", "because"), "--why goes with --with-identities"),
    ],
)
def test_what_can_t_be_given_is_refused_in_a_line(
    study: Path, tmp_path: Path, asked: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trail", str(study), str(tmp_path / "out"), *asked]) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_trail_doesn_t_go_into_the_study_folder_which_readers_get(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trail", str(study), str(study / "trail")]) == 2
    assert "not inside the study folder" in capsys.readouterr().err
    assert not (study / "trail").exists()


def test_identities_come_for_a_reason_alone_which_stands_in_the_trail(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert main(["trail", str(study), str(out)]) == 0
    assert not (out / "identities.csv").exists()
    assert main(["trail", str(study), str(out), "--with-identities", "--why", "asked by the inspector"]) == 0
    assert _table(out)[-1]["why"] == "asked by the inspector"


def test_each_kind_of_act_has_words() -> None:
    assert set(_OF_ALL) == set(acts.KINDS)
