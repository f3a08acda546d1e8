"""Export of results as DICOM: a structured report, key images and segmentations of each visit, and their codes."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from storage.errors import StudyError
from storage.exporting.exchange import PACKAGE_FILE
from storage.exporting.folder import Building, WrittenFile, export_folder
from storage.exporting.package import package
from storage.exporting.results import Result, Results
from storage.exporting.tables.columns import CodeList, Part, Table, code, integer, words
from storage.exporting.tables.csv_text import text_line
from storage.records import VisitRecord
from storage.version import VERSION
from workstation.errors import UsageRefused
from workstation.exchange import segmentation
from workstation.exchange.label_maps import label_maps
from workstation.exchange.results_out.coding import CodeTable, Term, code_table, mapping_text
from workstation.exchange.results_out.key_objects import key_objects_of
from workstation.exchange.results_out.report import Named, report_of, signed_then
from workstation.exchange.results_out.sources import Sources
from workstation.imaging.errors import ImagesUnreachable

Progress = Callable[[int, int, str], None]
SCIENCE, ARCHIVE = "science", "archive"
REPORT, KEYS, SEGMENTS = "SR", "KO", "SEG"
_WHAT: Final = CodeList(
    "modality", ((REPORT, "Structured report"), (KEYS, "Key object selection"), (SEGMENTS, "Segmentation"))
)


class ExportedResults(Struct, frozen=True):
    """What was written. objects: how many of each modality; told: what was left out, and why, a line each."""

    out: Path
    way: str
    locked: bool
    readings: int
    objects: Mapping[str, int]
    files: tuple[WrittenFile, ...]
    told: tuple[str, ...]

    @property
    def dicom(self) -> tuple[Path, ...]:
        """The DICOM files."""
        return tuple(self.out / file.name for file in self.files if file.name.endswith(".dcm"))

    def as_json(self) -> dict[str, object]:
        """The object that `--json` prints."""
        return {
            "out": str(self.out),
            "for": self.way,
            "locked": self.locked,
            "readings": self.readings,
            "objects": dict(self.objects),
            "told": list(self.told),
            "files": [file.as_json() for file in self.files],
        }


class Job(Struct, frozen=True):
    """What is written: the readings of a study, into the folder `out`, about the images of `sources`, for whom."""

    study: Path
    out: Path
    found: Results
    sources: Sources
    way: str


class _Object(Struct, frozen=True):
    """A DICOM file, as a row."""

    of: Result
    visit: int
    modality: str
    file: str
    uid: str


def export_results(job: Job, progress: Progress) -> ExportedResults:
    """Write the results of all these readings.

    Raises:
        UsageRefused: `out` lies inside the study.
        EnvironmentLacks: highdicom isn't installed.
        StudyError: an image isn't there, or it isn't known what the scanner sent.
        NotSaved: `out` can't be written.
    """
    check_folder(job.study, job.out)
    found = job.found
    tables = {of.signed.scheme.sha256: code_table(of.signed.scheme) for of in found.readings}
    rows: list[_Object] = []
    files: list[WrittenFile] = []
    told = [_waiting(found.waiting)] if found.waiting else []
    with export_folder(job.out) as building, unusual_names():
        for done, of in enumerate(found.readings, 1):
            if not of.visits:
                told.append(
                    f"Case {of.signed.case}: its images aren't in the study, so no report could name them; tables have "
                    "its grades"
                )
            for visit in of.visits:
                table = tables[of.signed.scheme.sha256]
                for modality, name, made in _objects(job, of, visit, table, told):
                    files.append(_written(building, f"{modality.lower()}/{name}.dcm", made, job.way))
                    rows.append(_Object(of, visit.number, modality, files[-1].name, str(made.SOPInstanceUID)))
            progress(done, len(found.readings), "Results")
        files = _described(building, job, tuple(tables.values()), rows, files)
    count = {modality: sum(row.modality == modality for row in rows) for modality in (REPORT, KEYS, SEGMENTS)}
    return ExportedResults(job.out, job.way, found.locked, len(found.readings), count, tuple(files), tuple(told))


@contextmanager
def unusual_names() -> Iterator[None]:
    """A block in which a code may stand where highdicom expects a family name and a given name, and warns."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The string .* is unlikely to represent")
        yield


def check_folder(study: Path, out: Path) -> None:
    """Refuse, before the vault is opened and anything is put on the record, what can't be written."""
    if out.resolve().is_relative_to(study.resolve()):
        raise UsageRefused(f"--out {out.name}: not inside the study folder, which readers get; choose another folder")
    segmentation.need_highdicom("DICOM results")


def _objects(
    job: Job, of: Result, visit: VisitRecord, table: CodeTable, told: list[str]
) -> Iterator[tuple[str, str, Any]]:
    name = f"{of.signed.case}-{visit.number}"
    named = Named(job.found.study, job.way, of.signed.case, visit.number)
    lost = False
    try:
        headers = {one.code: job.sources.headers(one, of.subject) for one in visit.series}
    except ImagesUnreachable:
        lost = True
    if lost:
        raise StudyError(
            f"Not exported: images of case {of.signed.case} aren't there, or aren't those of the record; see "
            "`ramris audit`"
        )
    whole = all(job.sources.whole(one) for one in visit.series)
    if not whole:
        told.append(
            f"Case {of.signed.case}, visit {visit.number}: its images are frames of larger objects, so "
            "grades name these alone, without points, and there are no segmentations"
        )
    report = keys = None
    try:
        report = report_of(of, visit, table, named, headers, whole=whole)
        keys = key_objects_of(of, visit, table, named, headers)
    # headers by codes are our own; what a scanner's may hold that highdicom refuses nobody knows
    except (ValueError, TypeError, AttributeError):
        if job.way != ARCHIVE:
            raise
    if report is None:
        raise StudyError(
            f"Not exported: what the scanner's files say of person and examination of case {of.signed.case}, visit "
            f"{visit.number}, can't be written into a report; export with codes"
        )
    yield REPORT, name, report
    if keys is not None:
        yield KEYS, name, keys
    if whole:
        yield from _segmentations(job, of, visit, headers, told)


def _segmentations(
    job: Job, of: Result, visit: VisitRecord, headers: Mapping[str, Sequence[Any]], told: list[str]
) -> Iterator[tuple[str, str, Any]]:
    series = {one.code: (visit.number, one) for one in visit.series}
    standing = {
        key: sighting
        for (key, answer), sighting in of.signed.sightings.items()
        if of.signed.reading.answers.get(key) == answer
    }
    for each in label_maps(of.signed.scheme, series, standing):
        name = f"{of.signed.case}_{each.series.code}_{each.feature.code}"
        word = f"{job.found.study}\0{job.way}\0{of.revision}"
        names = segmentation.Names(word, of.signed.case, each.series.code, str(each.feature.code))
        try:
            made = segmentation.segmentation_on(headers[each.series.code], each, names, binary=True)
        # highdicom refuses images that lie on one another, as localizers and series over time do
        except ValueError:
            made = None
        if made is None:
            told.append(
                f"Case {of.signed.case}: outlines in series {each.series.code} have no segmentation, since its slices "
                "don't lie side by side"
            )
        else:
            signed_then(made, of)
            yield SEGMENTS, name, made


def _written(building: Building, name: str, made: Any, way: str) -> WrittenFile:  # noqa: ANN401 - a dataset
    if way == SCIENCE:
        made.PatientIdentityRemoved, made.DeidentificationMethod = "YES", "Rebuilt from an allow-list"
    # names of people, and words of a scheme, may be of any alphabet
    made.SpecificCharacterSet = "ISO_IR 192"
    content = BytesIO()
    made.save_as(content)
    return building.write(name, [content.getvalue()], private=way == ARCHIVE)


def _waiting(count: int) -> str:
    cases = "1 signed case waits" if count == 1 else f"{count} signed cases wait"
    return f"{cases} for the lock: repeats, and people of whom images are still read"


def _described(
    building: Building, job: Job, tables: Sequence[CodeTable], rows: list[_Object], files: list[WrittenFile]
) -> list[WrittenFile]:
    objects = Table("objects", "DICOM objects: one row for each file", (_object_part(),), ("file",))
    codes = Table(
        "codes", "Codes that the objects are written in: one row for each", (_code_part(),), ("scheme", "code")
    )
    lines: dict[Table, Iterator[str]] = {
        objects: (_object_part().line(row) for row in rows),
        codes: (_code_part().line((table, term)) for table in tables for term in table.terms),
    }
    written = {
        table: building.write(table.file, chain([text_line(table.header)], content), is_table=True)
        for table, content in lines.items()
    }
    mappings = [building.write(f"mapping-{table.scheme}.toml", [mapping_text(table)]) for table in tables]
    found = job.found
    facts = {"program": VERSION, "study": found.study, "head_sha256": found.head, "locked": found.locked}
    described = package(written, [*files, *mappings], created=found.last_utc, facts=facts | {"for": job.way})
    described |= {
        "name": "ramris-results",
        "title": "Results of readings as DICOM objects",
        "description": "Structured reports (TID 1500), key object selections and segmentations of signed readings.",
    }
    text = json.dumps(described, indent=2, ensure_ascii=False) + "\n"
    return [*written.values(), *mappings, *files, building.write(PACKAGE_FILE, [text])]


def _object_part() -> Part[_Object]:
    return Part(
        (
            code("file", "The DICOM file", lambda row: row.file, length=80),
            code("modality", "What it is", lambda row: row.modality, _WHAT, length=3),
            code("case_code", "Code of the reading", lambda row: row.of.signed.case, length=16),
            code("subject_id", "Code of the person", lambda row: row.of.subject, length=20),
            words("reader_id", "Who read", lambda row: row.of.called, length=32),
            integer("visit", "Visit as it was shown", lambda row: row.visit, minimum=1),
            integer("revision", "Which of the case's signatures it is of", lambda row: row.of.revision, minimum=1),
            code("sop_instance_uid", "UID of the object", lambda row: row.uid, length=64),
        )
    )


def _code_part() -> Part[tuple[CodeTable, Term]]:
    return Part(
        (
            code("scheme", "Scoring scheme", lambda row: row[0].scheme, length=64),
            code("scheme_version", "Its version", lambda row: row[0].version, length=16),
            code("oid", "OID of 99RAMRIS as this scheme has it", lambda row: row[0].oid, length=64),
            code("code", "DESIGNATOR:VALUE", lambda row: row[1].written, length=80),
            words("meaning", "Its meaning", lambda row: row[1].meaning, length=64),
            code("kind", "A code of what: feature, site, grade or reason", lambda row: row[1].kind, length=8),
            words("means", "What the scheme has for it", lambda row: row[1].means, length=64),
        )
    )
