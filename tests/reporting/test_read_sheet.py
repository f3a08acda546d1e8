"""Sheets of signed readings: all that a signature stands for is on paper, and nothing of who the person is."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from storage.errors import CaseClosed, NotSaved
from storage.records import KeyImage, SeriesRecord, Sighting, SiteNote, SliceRecord, SubjectRecord, Viewing, VisitRecord
from storage.signing.signed_reading import SignedReading
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.study.signed_readings import signed_readings
from storage.study.staffing import Change
from tests.builders.studies import a_study, changed, key, read_whole, tamper
from workstation.app.printing.sheets import save_sheet, sheet_of
from workstation.cli import main
from workstation.reporting.key_pictures import key_pictures
from workstation.reporting.png import png_of
from workstation.reporting.read_sheet import read_sheet

# slice 0 is black, slice 1 has a ramp of columns: 0, 10 ... 70
SLICE = np.tile(np.arange(0, 80, 10, dtype="<u2"), (6, 1))


def _series(visit: int) -> SeriesRecord:
    slices = tuple(SliceRecord(f"1.2.{visit}.{at}", f"V{visit}/{at}.dcm", 4, (0.0, 0.0, 3.0 * at)) for at in range(2))
    return SeriesRecord(
        code=f"SERIES0{visit}",
        kind="T1FSGD",
        plane="AX",
        frame="F",
        rows=6,
        columns=8,
        pixel_spacing_mm=(1.0, 0.5),
        slice_spacing_mm=3.0,
        orientation=(1.0, 0.0, 0.0, 0.0, 1.0, 0.0),
        dtype="uint16",
        inverted=False,
        minimum=0,
        maximum=70,
        window_low=0.0,
        window_high=70.0,
        slices=slices,
    )


pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A study and a case of it that was signed, reopened, changed and signed again; two of its slices are kept."""
    folder = a_study(tmp_path_factory.mktemp("made") / "trial")
    for visit in (1, 2):
        (folder / "images" / f"V{visit}").mkdir(parents=True)
        for at in range(2):
            (folder / "images" / f"V{visit}" / f"{at}.dcm").write_bytes(b"head" + (SLICE * at).tobytes())
    with CoordinatorStudy.open(folder) as study:
        study.put_person("ES", Change(name="Ellen Smit", role="reader"), "reads for the study")
        study.replace_subject(SubjectRecord("S042", tuple(VisitRecord(at, (_series(at),)) for at in (1, 2))))
        (case,) = (item.case for item in study.assign("ES", seed=1))
    read_whole(folder, case, {"1 ERO CAP": "3", "2 ERO CAP": "5", "1 ERO LUN": "2", "2 SYN RC": "OT:a plate"})
    with ReaderStudy.open(folder, "ES") as door:
        seen = Sighting("SERIES02", 1, (1.0, 2.0, 3.0), 0.0, 70.0, "width_mm", 4.9)
        viewing = Viewing("T1 AX", 0, 1, seen=1)
        door.record(case, [changed("2 ERO HAM", "1", before="0")], "room", [seen], viewings=[viewing])
        door.note(case, key("1 ERO CAP"), SiteNote("a ganglion <beside> it", unsure=True))
        door.keep_image(case, KeyImage(1, key("2 ERO CAP"), "SERIES02", 1, (2.0, 3.0, 3.0), 0.0, 70.0))
        door.keep_image(case, KeyImage(2, key("1 ERO CAP"), "SERIES01", 1, (0.0, 0.0, 3.0), 0.0, 70.0))
        door.sign(case, {item.id: "seen at both planes" for item in door.signing_sheet(case).findings})
    with CoordinatorStudy.open(folder) as study:
        study.reopen(case, "a site was graded at the wrong wrist")
    with ReaderStudy.open(folder, "ES") as door:
        door.record(case, [changed("1 SYN DRUJ", "2", before="0")], "room")
        door.sign(case, {item.id: "seen at both planes" for item in door.signing_sheet(case).findings})
    return folder, case


@pytest.fixture
def signed(made: tuple[Path, str], tmp_path: Path) -> tuple[Path, str]:
    """The same, to be changed."""
    return Path(shutil.copytree(made[0], tmp_path / "trial")), made[1]


def _found(folder: Path) -> SignedReading:
    (found,) = signed_readings(folder)
    return found


def _words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.partition("</style>")[2]))


def test_a_sheet_says_whose_reading_it_is_of_what_by_which_scheme_and_version(signed: tuple[Path, str]) -> None:
    folder, case = signed
    found = _found(folder)

    words = _words(read_sheet(found, {}))

    assert f"Read sheet of case {case}" in words
    assert "Reader ES, Ellen Smit" in words
    assert f"{found.scheme.id} {found.scheme.version}, SHA-256 {found.scheme.sha256}" in words
    assert f"version {found.signature.design}, SHA-256 {found.signature.design_sha256}" in words


def test_a_sheet_has_a_line_for_each_site_with_both_grades_and_the_change(signed: tuple[Path, str]) -> None:
    found = _found(signed[0])
    words = _words(read_sheet(found, {}))

    assert "Capitate 3 5 +2" in words
    assert "Hamate 0 1 +1" in words
    assert words.count("Distal radius 0 0 0") == 2
    # 43 sites of the scheme, by its own text: 3 of synovitis, 10 of tenosynovitis, 15 each of osteitis and erosion
    page = read_sheet(found, {})
    assert len(re.findall(r'<tr><td class="words" width="40%">', page.partition("Scores of 86")[2])) == 43
    # totals and features: a name, both visits, the change and what is to be known, as wide in each table
    heads = [re.findall(r'width="(\d+)%"', row) for row in re.findall(r"<thead>(.*?)</thead>", page)]
    assert [head for head in heads if head] == [["40", "9", "9", "9", "33"]] * 5
    # by hand: erosion 3 and 2 at baseline, 5 and 1 at follow-up; of synovitis one site has no grade at follow-up
    assert "Erosion total 5 6 +1" in words
    assert "Synovitis total 2 – –" in words  # noqa: RUF001 - a dash is meant


def test_a_sheet_has_codes_in_words_notes_measurements_and_what_was_seen(signed: tuple[Path, str]) -> None:
    words = _words(read_sheet(_found(signed[0]), {}))

    assert "follow-up: OT: Other reason, in words: a plate" in words
    assert "baseline: unsure; baseline: note: a ganglion &lt;beside&gt; it" in words
    assert "follow-up: 1 of 2 slices seen when it was given; follow-up: width 4.9 mm" in words


def test_a_sheet_has_checks_and_answers_amendments_signature_and_head(signed: tuple[Path, str]) -> None:
    folder, _ = signed
    found = _found(folder)
    html = read_sheet(found, {})
    words = _words(html)

    assert "seen at both planes" in words
    assert "Synovitis, Distal radio-ulnar joint, baseline 0 2" in words
    assert len(found.signatures) == 2
    assert found.signatures[0].head[:12] in words
    assert "Signed by Ellen Smit (ES)" in words
    assert f"{found.signature.at_utc[:19].replace('T', ' ')} UTC, local time" in words
    assert found.signature.meaning in words
    assert f"Head of the record {found.signature.head}" in words
    assert main(["audit", str(folder), "--quick", "--head", found.signature.head]) == 0
    assert main(["audit", str(folder), "--quick", "--head", found.signatures[0].head]) == 0


def test_a_sheet_names_no_subject_and_no_file(signed: tuple[Path, str]) -> None:
    html = read_sheet(_found(signed[0]), {})

    assert not [word for word in ("S042", "SERIES0", ".dcm", "1.2.2", "trial") if word in html]


def test_key_images_are_pictures_in_their_window_with_the_point_marked(signed: tuple[Path, str]) -> None:
    folder, _ = signed
    found = _found(folder)

    pictures = key_pictures(folder / "images", found.images, found.series)

    one = QImage.fromData(pictures[1] or b"")
    assert (one.width(), one.height()) == (8, 6)
    # column 7 is the window's upper end, and (2.0, 3.0) mm is column 4, row 3 at 0.5 and 1.0 mm: it stays free
    assert one.pixelColor(7, 0) == QColor(255, 255, 255)
    assert one.pixelColor(0, 0) == QColor(0, 0, 0)
    # by hand: 40 of 70 is 145.7 of 255
    assert one.pixelColor(4, 3) == QColor(146, 146, 146)
    assert one.pixelColor(6, 3) == one.pixelColor(4, 5) == QColor(255, 196, 0)


def test_a_png_is_read_by_another_program_as_it_was_given() -> None:
    colours = np.random.default_rng(1).integers(0, 256, (5, 7, 3), dtype=np.uint8)

    read = QImage.fromData(png_of(colours)).convertToFormat(QImage.Format.Format_RGB888)

    for y, x in product(range(5), range(7)):
        assert read.pixelColor(x, y) == QColor(*map(int, colours[y, x]))


def test_a_picture_whose_pixels_are_gone_or_others_is_left_out_and_said(signed: tuple[Path, str]) -> None:
    folder, _ = signed
    (folder / "images" / "V2" / "1.dcm").unlink()
    found = _found(folder)

    pictures = key_pictures(folder / "images", found.images, found.series)

    assert pictures[1] is None
    assert pictures[2] is not None
    assert "Its pixels aren't there, or aren't those of the record" in _words(read_sheet(found, pictures))


def test_a_sheet_is_a_pdf_with_its_pictures_in_it_and_the_same_each_time(signed: tuple[Path, str]) -> None:
    folder, _ = signed
    found = _found(folder)

    pdf = sheet_of(found, folder / "images")

    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Subtype /Image") == 2
    assert pdf == sheet_of(found, folder / "images")


def test_one_command_writes_the_sheets_of_all_signed_readings(signed: tuple[Path, str], tmp_path: Path) -> None:
    folder, case = signed

    assert main(["sheets", str(folder), str(tmp_path / "out")]) == 0

    assert [path.name for path in (tmp_path / "out").iterdir()] == [f"{case}.pdf"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--reader", "XX"], "reader 'XX' has signed no case; signed by: ES"),
        (["--case", "XX"], "case 'XX' isn't signed; signed: "),
    ],
)
def test_what_can_t_be_given_is_refused_in_a_line(
    given: list[str], told: str, signed: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sheets", str(signed[0]), str(tmp_path / "out"), *given]) == 2

    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_sheets_don_t_go_into_the_study_folder_nor_from_a_record_that_doesn_t_hold(
    signed: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _ = signed
    assert main(["sheets", str(folder), str(folder / "sheets")]) == 2
    assert "not inside the study folder" in capsys.readouterr().err
    tamper(folder, "UPDATE event SET after = '9' WHERE seq = 5")
    assert main(["sheets", str(folder), str(tmp_path / "out")]) == 2
    assert not (tmp_path / "out").exists()


def test_a_signature_names_the_design_under_which_it_was_given(signed: tuple[Path, str]) -> None:
    folder, case = signed
    query = (
        "SELECT design.id, design.sha256 FROM act JOIN design ON design.id = act.design "
        "WHERE kind = 'signed' AND act.\"case\" = ? ORDER BY act.seq"
    )
    with closing(sqlite3.connect(folder / "study.db")) as base:
        told = base.execute(query, [case]).fetchall()

    with ReaderStudy.open(folder, "ES") as door:
        signatures = door.signed_reading(case).signatures

    assert [(once.design, once.design_sha256) for once in signatures] == told
    assert all(number > 0 for number, _ in told)


def test_a_case_that_was_reopened_has_no_sheet_until_it_is_signed_again(
    signed: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, case = signed
    with CoordinatorStudy.open(folder) as study:
        study.reopen(case, "another look")

    assert main(["sheets", str(folder), str(tmp_path / "out")]) == 2

    assert "No case of this study is signed" in capsys.readouterr().err
    with ReaderStudy.open(folder, "ES") as door, pytest.raises(CaseClosed, match="no read sheet yet"):
        door.signed_reading(case)


def test_a_reader_saves_the_sheet_of_an_own_signed_case_among_own_documents(
    signed: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, case = signed
    monkeypatch.setenv("RAMRIS_DOCUMENTS", str(tmp_path / "documents"))
    with ReaderStudy.open(folder, "ES") as door:
        told = save_sheet(door, case)

    assert told == f"The read sheet of case {case} is in your documents, in the folder ramris read sheets."
    assert (tmp_path / "documents" / "ramris read sheets" / f"{case}.pdf").read_bytes().startswith(b"%PDF")


def test_where_documents_can_t_be_written_the_sheet_is_refused_without_a_path(
    signed: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, case = signed
    (tmp_path / "documents").touch()
    monkeypatch.setenv("RAMRIS_DOCUMENTS", str(tmp_path / "documents"))
    with ReaderStudy.open(folder, "ES") as door, pytest.raises(NotSaved, match="ramris read sheets: ") as refused:
        save_sheet(door, case)

    assert str(tmp_path) not in str(refused.value)
