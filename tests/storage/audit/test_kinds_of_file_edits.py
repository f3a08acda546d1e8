"""Kinds of edits of files beside the record, as docs/record.md lists them: images, and a trail that was handed over."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest

from storage.exporting.trail.export_trail import TrailWish, export_trail
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.dicom_files import a_visit
from tests.builders.studies import changed
from workstation.cli import main
from workstation.cli.shared import DONE
from workstation.intake.importing.importer import import_folders

PAGE = Path(__file__).parents[3] / "docs" / "record.md"
Row = dict[str, str]


class Made(NamedTuple):
    """A study with images and answers, and its trail."""

    study: Path
    trail: Path


class Edit(NamedTuple):
    """What is done, and what is said then; "" where nobody finds it."""

    said: str
    done: Callable[[Made], None]


def _image(made: Made) -> Path:
    return min(path for path in (made.study / "images").rglob("*") if path.is_file())


def _bytes(place: int, new: bytes) -> Callable[[Made], None]:
    def edit(made: Made) -> None:
        content = bytearray(_image(made).read_bytes())
        at = place % len(content)
        content[at : at + len(new)] = new
        _image(made).write_bytes(content)

    return edit


def _rows(change: Callable[[Row], Row]) -> Callable[[Made], None]:
    """Rows of trail.csv, and then its digest in the package."""

    def edit(made: Made) -> None:
        with (made.trail / "trail.csv").open(encoding="utf-8", newline="") as file:
            rows = [change(row) for row in csv.DictReader(file)]
        with (made.trail / "trail.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, list(rows[0]))
            table.writeheader()
            table.writerows(rows)
        package = json.loads((made.trail / "datapackage.json").read_text("utf-8"))
        for file_ in package["resources"]:
            digest = sha256((made.trail / file_["path"]).read_bytes()).hexdigest()
            file_["hash"] = f"sha256:{digest}"
        (made.trail / "datapackage.json").write_text(json.dumps(package), "utf-8")

    return edit


def _of_answer(number: str, **new: str) -> Callable[[Made], None]:
    return _rows(lambda row: row | new if (row["chain"], row["seq"]) == ("event", number) else row)


def _of_package(name: str) -> Callable[[Made], None]:
    def edit(made: Made) -> None:
        package = json.loads((made.trail / "datapackage.json").read_text("utf-8"))
        (made.trail / "datapackage.json").write_text(json.dumps(package | {name: "other"}), "utf-8")

    return edit


def _five_hours_on(row: Row) -> Row:
    """As a clock would show it that stands on UTC, for one of five hours east of it."""
    hour = (int(row["at_utc"][11:13]) + 5) % 24
    # another day may have begun there
    return row | {"at_local": f"{row['at_utc'][:11]}{hour:02}{row['at_utc'][13:-1]}+05:00"} if hour >= 5 else row


def _other(trail: str) -> str:
    return f"trail.csv says something else than record.jsonl: {trail}"


KINDS = {
    "a file of images/ removed": Edit("aren't those of the record", lambda made: _image(made).unlink()),
    "a pixel": Edit("aren't those of the record", _bytes(-1, b"\x55")),
    "a file added in images/": Edit(
        "1 file in images/ is of no series", lambda made: (made.study / "images" / "one.dcm").touch()
    ),
    "the header of an image file": Edit("", _bytes(0, b"other")),
    "a grade in a trail": Edit(_other("after"), _of_answer("2", after="5")),
    "when it was, in a trail": Edit(_other("at_utc"), _of_answer("2", at_utc="2001-01-01T00:00:00.000Z")),
    "the local moment in a trail": Edit(_other("at_local"), _of_answer("2", at_local="2001-01-01T00:00:00.000+00:00")),
    "whose case it is, in a trail": Edit(_other("subject_id"), _of_answer("2", subject_id="S002")),
    "the words of one row of a trail": Edit(_other("what"), _of_answer("3", what="answer: another site")),
    "the words of all rows of a kind": Edit("", _rows(lambda row: row | {"what": row["what"].upper()})),
    "the same moment by another clock": Edit("", _rows(_five_hours_on)),
    "the title of a trail's package": Edit("", _of_package("title")),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Made:
    root = tmp_path_factory.mktemp("edits")
    a_visit(root / "in" / "a", "1.2.3", StudyDate="20240105")
    a_visit(root / "in" / "b", "1.2.4", StudyDate="20240505")
    with CoordinatorStudy.create(root / "study") as study:
        import_folders(study, [root / "in"])
        study.assign("ES", seed=1)
    with ReaderStudy.open(root / "study", "ES") as door:
        case = door.worklist()[0].case
        door.record(case, [changed("1 ERO CAP", "3"), changed("1 ERO HAM", "2"), changed("2 ERO CAP", "3")], "enter")
        door.record(case, [changed("1 ERO HAM", "1", "2"), changed("2 ERO CAP", "2", "3")], "enter")
    export_trail(root / "study", root / "trail", TrailWish(), {})
    return Made(root / "study", root / "trail")


@pytest.fixture
def made(whole: Made, tmp_path: Path) -> Made:
    return Made(*(Path(shutil.copytree(folder, tmp_path / folder.name)) for folder in whole))


def _said(made: Made, capsys: pytest.CaptureFixture[str]) -> tuple[bool, str]:
    """Whether the audit and the script of the trail find nothing, and what they say."""
    status = main(["audit", str(made.study)])
    told = capsys.readouterr()
    script = [sys.executable, "-I", "-S", str(made.trail / "verify_trail.py")]
    found = subprocess.run(script, capture_output=True, text=True, check=False)
    return status == DONE and found.returncode == 0, told.out + told.err + found.stdout + found.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_an_edit_of_this_kind_is_found_by_what_the_page_says(
    kind: str, made: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _said(made, capsys)[0]
    before = {path: path.read_bytes() for folder in made for path in folder.rglob("*") if path.is_file()}

    KINDS[kind].done(made)

    assert before != {path: path.read_bytes() for folder in made for path in folder.rglob("*") if path.is_file()}
    whole, said = _said(made, capsys)
    assert whole == (not KINDS[kind].said)
    assert KINDS[kind].said in said


def test_the_page_lists_these_kinds_and_says_of_each_whether_it_is_found() -> None:
    part = PAGE.read_text("utf-8").partition("| changed beside the record | found by |")[2].partition("\n\n")[0]
    listed = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", part, re.MULTILINE))

    assert listed.keys() == KINDS.keys()
    assert {kind for kind, by in listed.items() if by == "not found"} == {k for k, e in KINDS.items() if not e.said}
