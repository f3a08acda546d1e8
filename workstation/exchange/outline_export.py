"""Export of outlines: label maps as NIfTI and DICOM segmentation, and the table that says what each number means."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

from msgspec import Struct

from scoring.readings import rounds
from scoring.readings.answers import format_answer
from scoring.readings.reading import NotAssessable
from storage.errors import StudyError
from storage.exporting.exchange import PACKAGE_FILE
from storage.exporting.folder import Building, WrittenFile, export_folder
from storage.exporting.package import package
from storage.exporting.tables.columns import CodeList, Part, Table, code, integer, number, words, yes_no
from storage.exporting.tables.csv_text import text_line
from storage.files.layout import IMAGES_FOLDER
from storage.study.sighted_readings import SightedReading, SightedReadings, sighted_readings
from storage.version import VERSION
from workstation.errors import UsageRefused
from workstation.exchange import segmentation
from workstation.exchange.label_maps import PARTS, Label, LabelMap, label_maps
from workstation.exchange.nifti import is_even, nifti
from workstation.imaging.errors import ImagesUnreachable
from workstation.imaging.volume import load_volume
from workstation.reading.tools.outlines import BONE

Progress = Callable[[int, int, str], None]
TABLE: Final = "outlines"
_ROUNDS: Final = CodeList(
    "round",
    (
        (f"{rounds.FIRST}", "First reading"),
        (f"{rounds.REREAD}", "The same case again"),
        (f"{rounds.DRIFT}", "Hidden repeat"),
        (f"{rounds.ADJUDICATION}", "Reading by a third reader"),
    ),
)
_PARTS: Final = CodeList(
    "part", tuple((part, "Outline of the bone" if part == BONE else "Outline of the lesion") for part in PARTS)
)


class Asked(Struct, frozen=True):
    """Whose, of which case ("" is all), and what beside label maps as NIfTI: DICOM segmentations, the images."""

    reader: str = ""
    case: str = ""
    seg: bool = False
    images: bool = False


class ExportedOutlines(Struct, frozen=True):
    """What was written. maps: label maps; readings: signed ones that were looked through; locked: the study is."""

    out: Path
    files: tuple[WrittenFile, ...]
    maps: int
    readings: int
    locked: bool

    def as_json(self) -> dict[str, object]:
        """The object that `--json` prints."""
        files = [file.as_json() for file in self.files]
        return {
            "out": str(self.out),
            "maps": self.maps,
            "readings": self.readings,
            "locked": self.locked,
            "files": files,
        }


class _Job(NamedTuple):
    """Where it is written to, the folder of the images, of what, and what was asked for."""

    building: Building
    images: Path
    found: SightedReadings
    asked: Asked


class _Mapped(NamedTuple):
    """A label of a map, as a row."""

    of: SightedReading
    map: LabelMap
    label: Label
    name: str


def export_outlines(study: Path, out: Path, wish: Asked, progress: Progress) -> ExportedOutlines:
    """Write the label maps of all signed readings, or of those that are asked for, into the folder `out`.

    Raises:
        UsageRefused: `out` lies inside the study.
        EnvironmentLacks: segmentations are asked for, and highdicom isn't installed.
        RecordDamaged, UnknownReader, StudyError: the record, or what was asked for; nothing was outlined.
        NotSaved: `out` can't be written.
    """
    if out.resolve().is_relative_to(study.resolve()):
        raise UsageRefused(
            f"outlines {out.name}: not inside the study folder, which readers get; choose another folder"
        )
    if wish.seg:
        segmentation.need_highdicom()
    found = sighted_readings(study, wish.reader, wish.case)
    files: list[WrittenFile] = []
    rows: list[_Mapped] = []
    with export_folder(out) as building:
        count, job = len(found.readings), _Job(building, study / IMAGES_FOLDER, found, wish)
        for done, of in enumerate(found.readings, 1):
            for each in _maps(of):
                name = f"{of.case}_{each.series.code}_{each.feature.code}"
                files += _write(job, of, each, name)
                rows += [_Mapped(of, each, label, name) for label in each.labels]
            progress(done, count, "Outlines")
        if not rows:
            raise StudyError(
                "Nothing was outlined in the signed readings that are asked for: a reader outlines with Shift+M"
            )
        files = _told(building, found, rows, files)
    return ExportedOutlines(out, tuple(files), len({row.name for row in rows}), count, found.locked)


def _maps(of: SightedReading) -> Iterator[LabelMap]:
    return label_maps(of.scheme, of.series, {key: sighting for key, (_, sighting) in of.sighted.items()})


def _write(job: _Job, of: SightedReading, each: LabelMap, name: str) -> Iterator[WrittenFile]:
    building, wish = job.building, job.asked
    yield building.write(f"labels/{name}.nii.gz", [nifti(each.values, each.series)])
    lost = False
    try:
        if wish.images and not building.path(f"images/{each.series.code}.nii.gz").exists():
            volume = load_volume(each.series, job.images)
            yield building.write(f"images/{each.series.code}.nii.gz", [nifti(volume, each.series)])
        if wish.seg:
            names = segmentation.Names(job.found.study, of.case, each.series.code, each.feature.code)
            content = BytesIO()
            segmentation.segmentation(each, job.images, names).save_as(content)
            yield building.write(f"seg/{name}.dcm", [content.getvalue()])
    except ImagesUnreachable:
        lost = True
    if lost:
        raise StudyError(
            f"Not exported: images of case {of.case} aren't there, or aren't those of the record; see `ramris audit`"
        )


def _told(
    building: Building, found: SightedReadings, rows: list[_Mapped], maps: list[WrittenFile]
) -> list[WrittenFile]:
    part = _part()
    title = "Labels of the label maps: one row for each part of a site that was outlined"
    table = Table(TABLE, title, (part,), ("file", "label"))
    written = building.write(
        table.file, chain([text_line(table.header)], (part.line(row) for row in rows)), is_table=True
    )
    facts = {"program": VERSION, "study": found.study, "head_sha256": found.head, "locked": found.locked}
    described = package({table: written}, maps, created=found.last_utc, facts=facts)
    described |= {
        "name": "ramris-outlines",
        "title": title,
        "description": "Label maps in the geometry of the images. 0 is what nobody outlined; it may still be ill.",
    }
    text = json.dumps(described, indent=2, ensure_ascii=False) + "\n"
    return [written, *maps, building.write(PACKAGE_FILE, [text])]


def _part() -> Part[_Mapped]:
    return Part(
        (
            code("file", "Label map: labels/FILE.nii.gz, and seg/FILE.dcm", lambda row: row.name, length=64),
            integer("label", "Number in the label map", lambda row: row.label.number, minimum=1),
            words("reader_id", "Who drew it", lambda row: row.of.reader, length=32),
            code("subject_id", "Code of the subject and its enrolment", lambda row: row.of.subject, length=20),
            code("case_code", "Code of the reading", lambda row: row.of.case, length=16),
            code("round", "What the reading is for", lambda row: f"{row.of.round}", _ROUNDS, length=1),
            integer("visit", "Visit as it was shown", lambda row: row.label.key.visit, minimum=1),
            code("series_code", "Code of the series", lambda row: row.map.series.code, length=32),
            code("kind", "Kind of the series", lambda row: row.map.series.kind, length=8),
            code("plane", "Plane of the series", lambda row: row.map.series.plane, length=3),
            code("feature", "Code of the feature", lambda row: row.label.key.feature, length=16),
            code("site", "Code of the site", lambda row: row.label.key.site, length=16),
            code("part", "What is inside", lambda row: row.label.part, _PARTS, length=6),
            words("answer", "Grade, or reason for none, that stands at the site", _answer, length=8),
            integer(
                "voxels", "Voxels of the label; of a bone without its lesion", lambda row: row.label.voxels, minimum=0
            ),
            number("volume_mm3", "Their volume; empty where slices have no distance", _volume, empty=True),
            yes_no(
                "even",
                "Whether every slice lies where the one affine of NIfTI has it",
                lambda row: is_even(row.map.series),
            ),
            code("scheme_sha256", "SHA-256 of the scheme", lambda row: row.of.scheme.sha256, length=64),
        )
    )


def _answer(row: _Mapped) -> str:
    answer = row.of.sighted[row.label.key][0]
    return answer.code if isinstance(answer, NotAssessable) else format_answer(answer)


def _volume(row: _Mapped) -> Decimal | None:
    size = row.map.voxel_mm3
    return None if size is None else Decimal(repr(round(size * row.label.voxels, 3)))
