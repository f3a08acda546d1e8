"""The folder of an export: whole, the same bytes each time, no other file touched, never two exports unsaid."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from pathlib import Path

import pytest

from storage.errors import NotSaved, RecordDamaged, StudyError
from storage.exporting.exchange import NOTE, PACKAGE_FILE
from storage.exporting.export import Exported, export_study
from storage.exporting.writing import Wish
from tests.builders.servers.whole_record import content
from tests.builders.studies import an_assigned_study, read_whole, tamper


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """One case, read whole."""
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    read_whole(folder, case, {"1 SYN RC": "OT:=HYPERLINK(1)"})
    return folder


def test_the_files_are_utf8_without_a_mark_and_end_lines_as_sas_wants(study: Path, tmp_path: Path) -> None:
    for path in _tables(export_study(study, tmp_path / "out")):
        content = path.read_bytes()
        assert not content.startswith(b"\xef\xbb\xbf")
        assert content.endswith(b"\r\n")
        assert content.count(b"\n") == content.count(b"\r\n")


def test_exporting_twice_gives_the_same_bytes(study: Path, tmp_path: Path) -> None:
    def digests(out: Path) -> dict[str, str]:
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in export_study(study, out).paths}

    assert digests(tmp_path / "one") == digests(tmp_path / "two") == digests(tmp_path / "one")


def test_an_excel_copy_differs_by_its_mark_alone(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export_study(study, out, Wish(excel=True))

    for name in ("scores.csv", "comments.csv", "data_dictionary.csv"):
        assert (out / "excel" / name).read_bytes() == b"\xef\xbb\xbf" + (out / name).read_bytes()


@pytest.mark.parametrize("name", ["", "export", "images/export"])
def test_nothing_is_exported_into_the_folder_that_readers_get(study: Path, name: str) -> None:
    before = sorted(study.rglob("*"))

    with pytest.raises(StudyError, match="not inside the study folder, which readers get"):
        export_study(study, study / name)

    assert sorted(study.rglob("*")) == before


def test_the_export_needs_no_vault_and_leaves_the_study_as_it_is(study: Path, tmp_path: Path) -> None:
    for part in study.glob("vault.db*"):
        part.unlink()
    before = content(study)

    export_study(study, tmp_path / "out")

    assert content(study) == before


def test_a_damaged_record_is_not_exported(study: Path, tmp_path: Path) -> None:
    tamper(study, "UPDATE event SET after = '3' WHERE seq = 5")

    with pytest.raises(RecordDamaged, match="record row 5"):
        export_study(study, tmp_path / "out")

    assert not (tmp_path / "out").exists()


def test_a_file_that_no_export_wrote_is_left_alone_and_so_is_the_folder(study: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "totals.csv").write_text("mine\n")

    with pytest.raises(StudyError, match=r"out holds totals\.csv, which no export wrote"):
        export_study(study, tmp_path / "out")

    assert [(path.name, path.read_text()) for path in (tmp_path / "out").iterdir()] == [("totals.csv", "mine\n")]


def test_an_exported_file_that_was_changed_by_hand_is_not_overwritten(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export_study(study, out)
    (out / "totals.csv").write_text((out / "totals.csv").read_text().replace("KNOWN", "known"))

    with pytest.raises(StudyError, match=r"totals\.csv in out was changed after its export"):
        export_study(study, out)

    assert "known" in (out / "totals.csv").read_text()


def test_a_later_export_replaces_all_of_an_earlier_one(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export_study(study, out, Wish(wide=True))

    second = export_study(study, out)

    assert {path.name for path in out.iterdir()} == {path.name for path in second.paths}
    assert not (out / "wide.csv").exists()


def test_when_the_disk_refuses_the_earlier_export_stays_and_nothing_is_left_beside_it(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = export_study(study, tmp_path / "out")
    before = {path.name: path.read_bytes() for path in first.paths}

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotSaved, match="No space left on device"):
        export_study(study, tmp_path / "out")

    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "trial"]


def _broken_off(study: Path, out: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> str:
    """An export over an earlier one whose disk refuses behind so many new files; the line that is told."""
    replace, done = Path.replace, 0

    def refused(path: Path, target: Path) -> Path:
        nonlocal done
        done += path.parent.name.startswith(f".{out.name}")
        if done > after + 1:
            raise OSError(errno.EACCES, "Permission denied")
        return replace(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refused)
        with pytest.raises(NotSaved) as told:
            export_study(study, out)
    return str(told.value)


@pytest.mark.parametrize("after", [0, 1, 5])
def test_an_export_that_is_broken_off_among_its_files_says_so_and_the_next_one_finishes_it(
    after: int, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    export_study(study, out, Wish(wide=True))

    told = _broken_off(study, out, monkeypatch, after)

    assert f"It holds files of two exports now, as {NOTE} there says" in told
    assert not (out / PACKAGE_FILE).exists()
    assert "broken off" in json.loads((out / NOTE).read_text(encoding="utf-8"))["note"]
    made = export_study(study, out)
    assert {path.name for path in out.iterdir()} == {path.name for path in made.paths}


def test_an_export_broken_off_twice_is_finished_all_the_same(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    export_study(study, out, Wish(excel=True))

    for after in (3, 1):
        _broken_off(study, out, monkeypatch, after)

    made = export_study(study, out)
    assert {path for path in out.rglob("*") if path.is_file()} == set(made.paths)


def test_a_file_that_was_changed_since_an_export_was_broken_off_is_not_overwritten(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    export_study(study, out)
    _broken_off(study, out, monkeypatch, 2)
    (out / "totals.csv").write_text("mine\n")

    with pytest.raises(StudyError, match=r"totals\.csv in out was changed after its export"):
        export_study(study, out)

    assert (out / "totals.csv").read_text() == "mine\n"


def test_a_note_without_hashes_vouches_for_no_file(study: Path, tmp_path: Path) -> None:
    export_study(study, tmp_path / "out")
    (tmp_path / "out" / NOTE).write_text("[]")

    with pytest.raises(StudyError, match="which no export wrote"):
        export_study(study, tmp_path / "out")


def _tables(exported: Exported) -> list[Path]:
    return [path for path in exported.paths if path.suffix == ".csv"]
