"""Structured report of one visit as it was signed: a group for each site, by TID 1500 of PS3.16. By highdicom.

A grade is a number and a code; a reason for none is a code alone and never a number. Where the grade was given at a
point that the reader chose, the group names it on its slice (TID 1410), else the slices are named alone (TID 1501).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from msgspec import Struct

from scoring.readings.answers import format_answer
from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Answer, Graded, SiteKey
from scoring.schemes.modalities import MR
from storage.exporting.results import Result
from storage.records import SeriesRecord, Sighting, VisitRecord
from workstation.exchange.codes import OWN
from workstation.exchange.results_out.coding import CodeTable, Term, uid_of
from workstation.imaging.geometry import Stack, dot

if TYPE_CHECKING:
    from highdicom.sr import CodedConcept, ObserverContext

COMPREHENSIVE: Final = "1.2.840.10008.5.1.4.1.1.88.33"
_SIDES: Final = {"L": ("7771000", "SCT", "Left"), "R": ("24028007", "SCT", "Right")}


class Named(Struct, frozen=True):
    """What UIDs follow from. study: a word for it; way: by codes or identified; visit: its position in the case."""

    study: str
    way: str
    case: str
    visit: int

    def uid(self, what: str, revision: int) -> str:
        """The same each time for a signed reading; another one once it was opened again and signed."""
        return uid_of("\0".join((self.study, self.way, self.case, str(self.visit), what, str(revision))))


def pixel_of(series: SeriesRecord, sighting: Sighting) -> tuple[float, float] | None:
    """(column, row) of a sighting's point on its slice, from the top left corner of the first pixel: PS3.3 C.18.6.

    None where the reader chose no point, or it lies outside.
    """
    if sighting.expected or not 0 <= sighting.slice_index < len(series.slices):
        return None
    stored = Stack.stored(series)
    off = tuple(a - b for a, b in zip(sighting.point_mm, stored.positions_mm[sighting.slice_index], strict=True))
    row_mm, column_mm = stored.spacing_mm
    column = dot((off[0], off[1], off[2]), stored.right) / column_mm + 0.5
    row = dot((off[0], off[1], off[2]), stored.down) / row_mm + 0.5
    return (column, row) if 0 <= column <= stored.columns and 0 <= row <= stored.rows else None


def report_of(
    of: Result, visit: VisitRecord, table: CodeTable, named: Named, headers: Mapping[str, Sequence[Any]], *, whole: bool
) -> Any:  # noqa: ANN401 - a dataset
    """The report as a dataset.

    Args:
        of: the signed reading.
        visit: which of its visits, with all series.
        table: the codes of its scheme.
        named: what its UIDs follow from.
        headers: of each series, by code, of all slices.
        whole: whether each of them is an image of its own, so that a point can lie on it.
    """
    from highdicom import sr  # noqa: PLC0415 - an extra, and slow to import
    from pydicom.sr.codedict import codes  # noqa: PLC0415 - see above

    series = {one.code: one for one in visit.series}
    ground = _Ground(series, headers, visit.side, whole, table, named)
    groups = [
        _group(of, key, answer, ground)
        for key in keys_in_reading_order(of.signed.scheme)
        if key.visit == visit.number and (answer := of.signed.reading.answers.get(key)) is not None
    ]
    content = sr.MeasurementReport(
        observation_context=_observed(of),
        procedure_reported=codes.cid100.MRIUnspecifiedBodyRegion
        if of.signed.scheme.modality == MR.code
        else codes.cid100.XRUnspecifiedBodyRegion,
        title=codes.DCM.ImagingMeasurementReport,
        imaging_measurements=groups,
    )
    evidence = [header for one in visit.series for header in headers[one.code]]
    revision = of.revision
    before = [_predecessor(evidence[0], named, revision - 1)] if revision > 1 else None
    made = sr.ComprehensiveSR(
        evidence=list({str(item.SOPInstanceUID): item for item in evidence}.values()),
        content=content[0],
        series_instance_uid=named.uid("report series", 0),
        series_number=1,
        sop_instance_uid=named.uid("report", revision),
        instance_number=revision,
        manufacturer="ramris",
        is_complete=True,
        is_final=True,
        previous_versions=before,
    )
    return finished(made, of, table)


class _Ground(Struct, frozen=True):
    """Ground on which grades of a visit lie, and in which words they are told."""

    series: Mapping[str, SeriesRecord]
    headers: Mapping[str, Sequence[Any]]
    side: str
    whole: bool
    table: CodeTable
    named: Named


def _group(of: Result, key: SiteKey, answer: Answer, ground: _Ground) -> Any:  # noqa: ANN401 - a template
    from highdicom import sr  # noqa: PLC0415 - see above
    from pydicom.sr.codedict import codes  # noqa: PLC0415 - see above

    feature = concept(ground.table.features[key.feature])
    side = _SIDES.get(ground.side)
    common: dict[str, Any] = {
        "tracking_identifier": sr.TrackingIdentifier(
            # of the person, so that it is one site over visits and readers
            uid=uid_of(f"{ground.named.study}\0{ground.named.way}\0{of.subject}\0{key.feature}\0{key.site}"),
            identifier=f"{key.feature} {key.site}",
        ),
        "finding_type": feature,
        "finding_sites": [
            sr.FindingSite(
                concept(ground.table.sites[key.feature, key.site]),
                laterality=None if side is None else sr.CodedConcept(*side),
            )
        ],
        "qualitative_evaluations": [
            sr.QualitativeEvaluation(
                feature, concept(ground.table.answer(of.signed.scheme.feature(key.feature), answer))
            )
        ],
        "time_point_context": _time_point(of, key.visit),
    }
    if isinstance(answer, Graded):
        measured = sr.Measurement(feature, float(answer.grade), codes.UCUM.NoUnits)
        # as the record has it: 2 and not 2.0
        measured[0].MeasuredValueSequence[0].NumericValue = format_answer(answer)
        common["measurements"] = [measured]
    sighting = of.signed.sightings.get((key, answer))
    series = None if sighting is None else ground.series.get(sighting.series)
    if sighting is None or series is None or not 0 <= sighting.slice_index < len(series.slices):
        return sr.MeasurementsAndQualitativeEvaluations(**common)
    image = ground.headers[series.code][sighting.slice_index]
    at = pixel_of(series, sighting) if ground.whole else None
    if at is None:
        source = sr.SourceImageForMeasurementGroup(image.SOPClassUID, image.SOPInstanceUID)
        return sr.MeasurementsAndQualitativeEvaluations(**common, source_images=[source])
    region = sr.ImageRegion("POINT", np.array([at]), sr.SourceImageForRegion(image.SOPClassUID, image.SOPInstanceUID))
    return sr.PlanarROIMeasurementsAndQualitativeEvaluations(**common, referenced_region=region)


def _time_point(of: Result, visit: int) -> Any:  # noqa: ANN401 - a template
    """Which visit; nothing of a visit that was read alone, of which its position says nothing."""
    from highdicom import sr  # noqa: PLC0415 - see above

    if of.signed.alone:
        return None
    return sr.TimePointContext(time_point=f"Visit {visit if of.signed.ordered else 'AB'[visit - 1]}")


def _observed(of: Result) -> Any:  # noqa: ANN401 - a template
    """Who read: a person, or a program as a device."""
    from highdicom import sr  # noqa: PLC0415 - see above
    from pydicom.sr.codedict import codes  # noqa: PLC0415 - see above

    if not of.program:
        return sr.ObservationContext(observer_person_context=person(of))
    device = sr.DeviceObserverIdentifyingAttributes(uid=uid_of(f"program\0{of.program}"), name=of.program[:64])
    return sr.ObservationContext(observer_device_context=sr.ObserverContext(codes.DCM.Device, device))


def person(of: Result) -> ObserverContext:
    """Who read, by the id that the study knows the reader by."""
    from highdicom import sr  # noqa: PLC0415 - see above
    from pydicom.sr.codedict import codes  # noqa: PLC0415 - see above

    return sr.ObserverContext(codes.DCM.Person, sr.PersonObserverIdentifyingAttributes(name=of.called))


def concept(term: Term) -> CodedConcept:
    """A term as highdicom has it."""
    from highdicom.sr import CodedConcept  # noqa: PLC0415 - see above

    return CodedConcept(term.value, term.designator, term.meaning)


def finished(made: Any, of: Result, table: CodeTable) -> Any:  # noqa: ANN401 - datasets
    """The same dataset, its moments those of the signature, and what our designator stands for."""
    from pydicom import Dataset  # noqa: PLC0415 - see above

    signed_then(made, of)
    ours = Dataset()
    ours.CodingSchemeDesignator, ours.CodingSchemeUID = OWN, table.oid
    ours.CodingSchemeName = f"Codes of the scoring scheme {table.scheme}"
    ours.CodingSchemeVersion = table.version
    made.CodingSchemeIdentificationSequence = [ours]
    return made


def signed_then(made: Any, of: Result) -> None:  # noqa: ANN401 - a dataset
    """Put the moment of the signature where highdicom has that of the export: the same again gives the same object."""
    moment = of.signed.signature.at_utc
    day, time = moment[:10].replace("-", ""), moment[11:19].replace(":", "")
    for what in ("Content", "InstanceCreation", "Series"):
        if f"{what}Date" in made or what == "Content":
            setattr(made, f"{what}Date", day)
            setattr(made, f"{what}Time", time)
    made.TimezoneOffsetFromUTC = "+0000"
    for equipment in made.get("ContributingEquipmentSequence") or []:
        equipment.ContributionDateTime = f"{day}{time}"
    # of a segmentation, where it is a random one
    for name in ("DimensionOrganizationSequence", "DimensionIndexSequence"):
        for dimension in made.get(name) or []:
            dimension.DimensionOrganizationUID = uid_of(f"{made.SOPInstanceUID} dimensions")


def _predecessor(header: Any, named: Named, revision: int) -> Any:  # noqa: ANN401 - datasets
    from pydicom import Dataset  # noqa: PLC0415 - see above

    found = Dataset()
    found.StudyInstanceUID = header.StudyInstanceUID
    found.SeriesInstanceUID = named.uid("report series", 0)
    found.SOPClassUID, found.SOPInstanceUID = COMPREHENSIVE, named.uid("report", revision)
    return found
