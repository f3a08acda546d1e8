"""Traces that nobody may find in what a reader gets: hashes, dates, archive names, scanners; our logs."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
import sqlite3
import warnings
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from storage.handover.hand_over import hand_over
from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import COLUMNS, ROWS, a_series, a_slice, written
from workstation.intake.deidentify.new_uids import renamed
from workstation.intake.importing.importer import import_folders
from workstation.intake.writing import images_folder

CANARY = "QuokkaZebra"
PERSON: dict[str, Any] = {
    "PatientID": "4711081513",
    "PatientName": f"{CANARY}^Jane",
    "PatientBirthDate": "19690207",
    "StudyDate": "20130817",
    "StudyTime": "091723",
    "SeriesTime": "091801",
    "AcquisitionTime": "091901",
    "AcquisitionDateTime": "20130817091901",
    "StudyInstanceUID": "1.2.826.99.471.1",
    "FrameOfReferenceUID": "1.2.826.99.471.3",
}
SERIES = "1.2.826.99.471.2"
# UIDs of ours and digests, which may hold any six digits by chance as well
DRAWN = re.compile(rb"2\.25\.\d{30,39}|(?<![0-9a-f])[0-9a-f]{32,64}(?![0-9a-f])")
MONTHS = {2: "February", 8: "August"}


def _handed_over(study: CoordinatorStudy, out: Path) -> list[Path]:
    """All files of the copy that readers get."""
    study.assign("R1", seed=1)
    hand_over(study.path, out, renamed)
    return [path for path in out.rglob("*") if path.is_file()]


def _hit(files: list[Path], words: set[bytes]) -> set[bytes]:
    """Which words stand in the content or the name of any of the files, in any case."""
    contents = [path.read_bytes().lower() + str(path).encode().lower() for path in files]
    return {word for word in words if any(word.lower() in content for content in contents)}


def _hashed(values: list[str]) -> Iterator[bytes]:
    """Each value by the digests that anonymisers use without a key, as hexadecimal, base64 and decimal."""
    for value in values:
        for text in (value, value.lower(), value.upper()):
            for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b"):
                digest = hashlib.new(name, text.encode()).digest()
                yield digest[:12]
                yield digest.hex()[:16].encode()
                yield base64.b64encode(digest)[:14]
                # UIDs hold digests in decimal, whole or their first 16 bytes
                yield str(int.from_bytes(digest, "big")).encode()[:18]
                yield str(int.from_bytes(digest[:16], "big")).encode()[:18]


@pytest.mark.case(92)
def test_no_unkeyed_digest_of_a_uid_or_an_id_is_in_what_readers_get(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in", SERIES, **PERSON)
    import_folders(study, [tmp_path / "in"])
    plain = [PERSON[name] for name in ("PatientID", "PatientName", "StudyInstanceUID", "FrameOfReferenceUID")]
    plain += [SERIES, *(f"{SERIES}.{number}" for number in range(3))]

    files = _handed_over(study, tmp_path / "copy")

    assert _hit(files, set(_hashed(plain)) | {value.encode() for value in plain}) == set()


def _spelled(year: int, month: int, day: int) -> Iterator[str]:
    moment = datetime(year, month, day, tzinfo=UTC)
    for pattern in (
        "%Y%m%d", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d%m%Y",
        "%d-{0:.3}-%Y", "%d{0:.3}%Y", "%d {0} %Y", "{0} %d, %Y", "%y%m%d%H", "%d.%m.%y", "%Y-%j", "%G-W%V",
    ):  # fmt: skip
        # not %b and %B, which speak the language of whoever runs the tests
        yield moment.strftime(pattern.format(MONTHS[month]))
    yield str(int(moment.timestamp()))
    yield str(moment.toordinal())


@pytest.mark.case(93)
def test_no_date_or_time_of_the_scan_is_in_what_readers_get_in_any_spelling(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "in", SERIES, **PERSON)
    import_folders(study, [tmp_path / "in"])

    files = _handed_over(study, tmp_path / "copy")

    spelled = {*_spelled(2013, 8, 17), *_spelled(1969, 2, 7), "091723", "09:17:23", "091801", "09:18:01", "091901"}
    # images without their pixels, which may hold any six digits by chance
    heads = [path.read_bytes()[: -2 * ROWS * COLUMNS] if path.suffix == ".dcm" else path.read_bytes() for path in files]
    heads = [DRAWN.sub(b"", head) for head in heads]
    assert {word for word in spelled if any(word.encode() in head for head in heads)} == set()
    # nor does the file system tell: scans of 2013 are not files of 2013
    assert {datetime.fromtimestamp(path.stat().st_mtime, UTC).year for path in files}.isdisjoint({2013})


@pytest.mark.case(94)
def test_names_of_an_archive_its_folders_its_members_and_its_comments_stay_with_the_coordinator(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    folder = tmp_path / f"{CANARY} scans"
    files = a_series(tmp_path / "plain", SERIES, **PERSON | {"PatientName": "Doe"})
    folder.mkdir()
    with zipfile.ZipFile(folder / f"{CANARY}.zip", "w") as archive:
        archive.comment = f"sent for {CANARY}".encode()
        for number, file in enumerate(files):
            member = zipfile.ZipInfo(f"{CANARY}/{CANARY}^Jane-{number}.dcm", (2013, 8, 17, 9, 17, 22))
            member.comment = CANARY.encode()
            archive.writestr(member, file.read_bytes())
        archive.writestr(f"{CANARY}/letter.txt", "not DICOM")
    report = import_folders(study, [folder])
    (tmp_path / "plain").rename(tmp_path / "away")

    assert report.accepted == 3
    assert _hit(_handed_over(study, tmp_path / "copy"), {CANARY.encode()}) == set()
    assert CANARY.encode() in (study.path / "vault.db").read_bytes()


@pytest.mark.case(105)
@pytest.mark.case(91)
def test_text_in_overlays_curves_icons_and_behind_the_pixels_stays_outside(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    text = (CANARY.encode() * 4).ljust(64, b"\0")
    for number in range(3):
        dataset = a_slice(f"{SERIES}.{number}", SERIES, z_mm=2.0 * number, seed=number, **PERSON)
        for group in (0x6000, 0x6002, 0x601E):
            dataset.add_new((group, 0x0010), "US", 8)
            dataset.add_new((group, 0x0011), "US", 64)
            dataset.add_new((group, 0x3000), "OW", text)
        dataset.add_new((0x5000, 0x3000), "OW", text)
        icon = Dataset()
        icon.Rows, icon.Columns, icon.PixelData = 8, 8, text
        icon["PixelData"].VR = "OB"
        dataset.IconImageSequence = Sequence([icon])
        dataset.DataSetTrailingPadding = text
        # an overlay in the bits that the pixels don't use
        high = np.frombuffer(dataset.PixelData, "<u2") | np.uint16(0xF000)
        dataset.PixelData = high.astype("<u2").tobytes()
        written(dataset, tmp_path / "in" / str(number))

    import_folders(study, [tmp_path / "in"])

    series = study.subjects()[0].visits[0].series[0]
    assert len(series.slices) == 3
    assert max(int(images_folder.stored(study.images, series, item).max()) for item in series.slices) < 4096
    assert _hit(_handed_over(study, tmp_path / "copy"), {CANARY.encode(), text}) == set()


@pytest.mark.case(96)
def test_an_import_with_all_logs_and_warnings_on_says_nothing_of_what_it_read(
    study: CoordinatorStudy, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    from pydicom import config  # noqa: PLC0415 - its switch for logging each element

    # values that pydicom warns of when it reads or writes them
    odd = {"PatientBirthDate": f"{CANARY}", "PatientAge": CANARY, "PatientComments": CANARY, "PatientSize": None}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number in range(3):
            written(a_slice(f"{SERIES}.{number}", SERIES, z_mm=2.0 * number, **PERSON | odd), tmp_path / f"{number}")
    (tmp_path / "2").write_bytes((tmp_path / "2").read_bytes()[:700])
    caplog.clear()  # pydicom complained when the files were written
    caplog.set_level(logging.DEBUG)
    config.debug(debug_on=True)
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            import_folders(study, [tmp_path / "0", tmp_path / "1", tmp_path / "2"])
    finally:
        config.debug(debug_on=False)

    out, err = capfd.readouterr()
    said = [caplog.text, out, err, *(str(item.message) for item in warned)]
    assert not [text for text in said if CANARY.lower() in text.lower() or PERSON["PatientID"] in text]


@pytest.mark.case(107)
def test_scanner_coil_and_field_stay_with_the_coordinator(study: CoordinatorStudy, tmp_path: Path) -> None:
    first = {"Manufacturer": "Philomena", "ManufacturerModelName": "Achilles", "ReceiveCoilName": "WristFour"}
    second = {"Manufacturer": "Sigurd", "ManufacturerModelName": "Magnolia", "ReceiveCoilName": "KneeEight"}
    told = {"StationName": "MR77", "SoftwareVersions": "R5.7", "SequenceName": "*tse2d", "ProtocolName": "T1W_TSE"}
    for visit, machine, tesla in ((1, first, 3.0), (2, second, 1.5)):
        uid = f"1.2.826.99.{visit}"
        attributes = machine | told | {"MagneticFieldStrength": tesla, "StudyDate": f"20240{visit}05"}
        a_series(tmp_path / "in" / str(visit), f"{uid}.1", **PERSON | attributes | {"StudyInstanceUID": uid})
    import_folders(study, [tmp_path / "in"])

    files = _handed_over(study, tmp_path / "copy")

    words = {str(value).encode() for value in (*first.values(), *second.values(), *told.values())}
    assert _hit(files, words) == set()
    with sqlite3.connect(tmp_path / "copy" / "study.db") as connection:
        columns = {row[1] for row in connection.execute("SELECT * FROM pragma_table_info('series')")}
    assert not columns & {"field_strength", "manufacturer", "coil", "repetition_time", "echo_time", "description"}
    kept = [item.facts["field_strength"] for item in study.vault.series()]
    assert sorted(kept) == [1.5, 3.0]
