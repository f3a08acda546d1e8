"""Key object selection of one visit: the slices that a reader kept at sites, by PS3.16 TID 2010. By highdicom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from storage.exporting.results import Result
from storage.records import VisitRecord
from workstation.exchange.results_out.coding import CodeTable
from workstation.exchange.results_out.report import Named, finished, person


def key_objects_of(
    of: Result, visit: VisitRecord, table: CodeTable, named: Named, headers: Mapping[str, Sequence[Any]]
) -> Any | None:  # noqa: ANN401 - a dataset
    """The selection as a dataset; None where the reader kept no slice of the visit."""
    counts = {one.code: len(one.slices) for one in visit.series}
    # a slice is named once, however many sites it was kept at
    kept = dict.fromkeys(
        (image.series, image.slice_index)
        for image in of.signed.images
        if image.key.visit == visit.number and 0 <= image.slice_index < counts.get(image.series, 0)
    )
    chosen = {str(header.SOPInstanceUID): header for header in (headers[code][index] for code, index in kept)}
    if not chosen:
        return None
    return _selection(of, visit, table, named, tuple(chosen.values()))


def _selection(of: Result, visit: VisitRecord, table: CodeTable, named: Named, chosen: Sequence[Any]) -> Any:  # noqa: ANN401 - a dataset
    from highdicom import ko  # noqa: PLC0415 - an extra, and slow to import
    from pydicom.sr.codedict import codes  # noqa: PLC0415 - see above

    content = ko.KeyObjectSelection(
        document_title=codes.DCM.ForResearch,
        referenced_objects=list(chosen),
        observer_person_context=None if of.program else person(of),
        description=f"Slices kept at: {', '.join(_sites(of, visit))}",
    )
    made = ko.KeyObjectSelectionDocument(
        evidence=list(chosen),
        content=content,
        series_instance_uid=named.uid("key images series", 0),
        series_number=2,
        sop_instance_uid=named.uid("key images", of.revision),
        instance_number=of.revision,
        manufacturer="ramris",
    )
    return finished(made, of, table)


def _sites(of: Result, visit: VisitRecord) -> tuple[str, ...]:
    named = (f"{image.key.feature} {image.key.site}" for image in of.signed.images if image.key.visit == visit.number)
    return tuple(dict.fromkeys(named))
