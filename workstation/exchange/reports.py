"""DICOM structured reports of other programs: the grade of each site, and the images that it is of.

Source: DICOM PS3.16 TID 1500 (Measurement Report) and TID 1501 (Measurement Group): a group names its finding site; a
number or a code in it is a measurement, by the code of its concept.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pydicom
from msgspec import Struct

from scoring.ordinary_file import content_of
from workstation.errors import UsageRefused
from workstation.exchange.codes import Codes
from workstation.exchange.whole_file import is_whole
from workstation.intake.headers.nesting import too_deep

# Basic Text, Enhanced, Comprehensive and Comprehensive 3D SR: PS3.4 annex B.5
CLASSES: Final = frozenset(f"1.2.840.10008.5.1.4.1.1.88.{number}" for number in (11, 22, 33, 34))
LARGEST: Final = 50 << 20
_GROUP: Final = "DCM:125007"
_FINDING_SITE: Final = frozenset({"SCT:363698007", "SRT:G-C0E3", "99SDM:G-C0E3"})
_MOST_GROUPS: Final = 10_000
_IMPLICIT, _EXPLICIT = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1"
# preamble, DICM, and the element that says how long the rest of the file meta group is: PS3.10 7.1
_META_ENDS: Final = 144


class Given(Struct, frozen=True):
    """One grade of a report. number: of its group, from 1. images: UIDs of what it is of; none is all of the report."""

    number: int
    feature: str
    site: str
    answer: str
    images: frozenset[str]


class Report(Struct, frozen=True):
    """name, sha256: of the file. images: UIDs of all that it names. unknown: codes of numbers that aren't mapped."""

    name: str
    sha256: str
    images: frozenset[str]
    given: tuple[Given, ...]
    unknown: tuple[str, ...]


def report_of(path: Path, codes: Codes) -> Report:
    """What a file says; UsageRefused in one line for whatever is no report, or says nothing clear."""
    raw = _content(path)
    try:
        found = _read(raw, codes)
    except UsageRefused as refusal:
        why = str(refusal)
    # a damaged file makes pydicom raise nearly anything, and of what it says nothing is believed then
    except Exception:  # noqa: BLE001 - see above
        why = "damaged: it can't be read to its end"
    else:
        images, given, unknown = found
        return Report(path.name, sha256(raw).hexdigest(), images, given, unknown)
    raise UsageRefused(f"--report {path.name!a:.80}: {why}")


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        raw = content_of(path) if size <= LARGEST else b""
    except OSError as error:
        why = error.strerror or "can't be read"
    else:
        if raw:
            return raw
        why = f"larger than {LARGEST >> 20} MB" if size else "empty"
    raise UsageRefused(f"--report {path.name!a:.80}: {why}")


def _read(raw: bytes, codes: Codes) -> tuple[frozenset[str], tuple[Given, ...], tuple[str, ...]]:
    if raw[128:132] != b"DICM":
        raise UsageRefused("no DICOM file")
    if too_deep(raw):
        raise UsageRefused("content lies deeper in itself than any report does")
    report = pydicom.dcmread(BytesIO(raw), stop_before_pixels=True)
    syntax = str(report.file_meta.get("TransferSyntaxUID", ""))
    if syntax not in {_IMPLICIT, _EXPLICIT}:
        raise UsageRefused(f"transfer syntax {syntax!a:.70} isn't read; little endian, implicit or explicit, is")
    if not is_whole(raw, _META_ENDS + report.file_meta.FileMetaInformationGroupLength, implicit=syntax == _IMPLICIT):
        raise UsageRefused("cut off: it isn't there to its end")
    if str(report.get("SOPClassUID", "")) not in CLASSES:
        raise UsageRefused("no structured report")
    groups = [item for item in _walk(report) if _concept(item) == _GROUP]
    if not groups:
        raise UsageRefused("holds no measurement group (TID 1500)")
    if len(groups) > _MOST_GROUPS:
        raise UsageRefused(f"holds {len(groups)} measurement groups; {_MOST_GROUPS} are read at most")
    given: list[Given] = []
    unknown: dict[str, None] = {}
    for number, group in enumerate(groups, 1):
        given += _of_group(number, group, codes, unknown)
    if not given:
        named = ", ".join(list(unknown)[:5]) or "none"
        raise UsageRefused(f"holds no measurement that the mapping names; it has: {named}")
    return frozenset(_images(report)), tuple(given), tuple(unknown)


def _of_group(number: int, group: Any, codes: Codes, unknown: dict[str, None]) -> Iterator[Given]:  # noqa: ANN401 - a dataset
    sites = [_value_code(item) for item in _children(group) if _concept(item) in _FINDING_SITE]
    images = frozenset(_images(group))
    for item in _children(group):
        kind, concept = str(item.get("ValueType", "")), _concept(item)
        if kind not in {"NUM", "CODE"} or concept in _FINDING_SITE:
            continue
        feature = codes.feature(concept)
        if not feature:
            if kind == "NUM":
                unknown[concept] = None
            continue
        own = [_value_code(child) for child in _children(item) if _concept(child) in _FINDING_SITE]
        where = own or sites
        if len(set(where)) != 1:
            raise UsageRefused(
                f"group {number}: names {'no finding site' if not where else 'more than one finding site'}"
            )
        site = codes.site(where[0])
        if not site:
            raise UsageRefused(f"group {number}: the mapping has no site for {where[0]!a:.60}")
        answer = _number(number, item) if kind == "NUM" else codes.answer(_value_code(item))
        if not answer:
            raise UsageRefused(f"group {number}: the mapping has no answer for {_value_code(item)!a:.60}")
        yield Given(number, feature, site, answer, images)


def _number(number: int, item: Any) -> str:  # noqa: ANN401 - a dataset
    values = item.get("MeasuredValueSequence") or []
    text = str(values[0].get("NumericValue", "")).strip() if len(values) == 1 else ""
    if not text:
        raise UsageRefused(f"group {number}: a measurement without its number")
    if not math.isfinite(float(text)):
        raise UsageRefused(f"group {number}: {text!a:.40} is no number")
    return text


def _walk(item: Any) -> Iterator[Any]:  # noqa: ANN401 - datasets
    waiting = [item]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += reversed(_children(found))


def _children(item: Any) -> list[Any]:  # noqa: ANN401 - datasets
    return list(item.get("ContentSequence") or [])


def _concept(item: Any) -> str:  # noqa: ANN401 - a dataset
    return _code(item.get("ConceptNameCodeSequence"))


def _value_code(item: Any) -> str:  # noqa: ANN401 - a dataset
    return _code(item.get("ConceptCodeSequence"))


def _code(sequence: Any) -> str:  # noqa: ANN401 - a sequence or None
    if not sequence:
        return ""
    first = sequence[0]
    value = first.get("CodeValue") or first.get("LongCodeValue") or first.get("URNCodeValue") or ""
    return f"{first.get('CodingSchemeDesignator', '')}:{value}"


def _images(item: Any) -> Iterator[str]:  # noqa: ANN401 - a dataset
    """UIDs of what is referenced in the content of an item, and of a whole report also in its evidence."""
    for found in _walk(item):
        for reference in found.get("ReferencedSOPSequence") or []:
            yield str(reference.get("ReferencedSOPInstanceUID", ""))
    for name in ("CurrentRequestedProcedureEvidenceSequence", "PertinentOtherEvidenceSequence"):
        for study in item.get(name) or []:
            for series in study.get("ReferencedSeriesSequence") or []:
                for reference in series.get("ReferencedSOPSequence") or []:
                    yield str(reference.get("ReferencedSOPInstanceUID", ""))
