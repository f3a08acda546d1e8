"""places.csv: where each answer that stands was seen, as far as that is known. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from scoring.readings.reading import SiteKey
from storage.exporting.rows.parts import OF_READING, provenance_part, reading_part, site_part, visit_part
from storage.exporting.rows.sheet import Sheet, sites
from storage.exporting.tables.codelists import LIGHT, MEASURED, POINT_FROM
from storage.exporting.tables.columns import Part, Table, code, integer, number
from storage.records import SeenLight, Sighting

_TITLE = (
    "Where in the images each answer was given: one row for each answer that holds and was given with images in sight"
)
_ROW = ("case_code", "visit", "feature", "site")


def sightings(sheet: Sheet) -> tuple[Table, Iterator[str]]:
    """By subject, visit, reader and round."""
    reading, at_visit, at_site, seen, provenance = parts = (
        reading_part(sheet),
        visit_part(sheet),
        site_part(sheet),
        sighting_part(),
        provenance_part(sheet),
    )

    def lines() -> Iterator[str]:
        where = list(sites(sheet.scheme))
        for item, visit in sheet.by_visit():
            known = sheet.aids.sightings.get(item.case)
            if not known:
                continue
            shown = sheet.visits.shown(item.key)[visit]
            first, last = f"{reading.cells(item)},{at_visit.cells(visit)}", provenance.line(item)
            for at in where:
                sighting = known.get(SiteKey(shown, at.feature.code, at.site.code))
                if sighting is not None:
                    yield f"{first},{at_site.cells(at)},{seen.cells(sighting)},{last}"

    return Table("places", _TITLE, parts, _ROW, (OF_READING,)), lines()


def sighting_part() -> Part[Sighting]:
    """Slice, point, window and measurement."""
    return Part(
        (
            code(
                "series_code",
                "Code of the series in which it was seen",
                lambda sighting: sighting.series,
                length=32,
            ),
            integer(
                "slice_index",
                "Slice of the series in which it was seen, counted from 0 along the normal of the slices",
                lambda sighting: sighting.slice_index,
                minimum=0,
            ),
            number(
                "x_mm",
                "Position of the cursor in mm to the left of the patient, in scanner coordinates (LPS)",
                lambda sighting: _exact(sighting.point_mm[0]),
            ),
            number(
                "y_mm",
                "Position of the cursor in mm to the back of the patient, in scanner coordinates (LPS)",
                lambda sighting: _exact(sighting.point_mm[1]),
            ),
            number(
                "z_mm",
                "Position of the cursor in mm to the head of the patient, in scanner coordinates (LPS)",
                lambda sighting: _exact(sighting.point_mm[2]),
            ),
            code(
                "point_from",
                "Whether the reader chose this position, or the program proposed it",
                lambda sighting: "EXPECTED" if sighting.expected else "READER",
                POINT_FROM,
                length=8,
            ),
            number(
                "window_low",
                "Stored value of the series that was shown as black",
                lambda sighting: _exact(sighting.window_low),
            ),
            number(
                "window_high",
                "Stored value of the series that was shown as white",
                lambda sighting: _exact(sighting.window_high),
            ),
            code(
                "light",
                "How the grey of both visits was related; empty where it wasn't kept",
                lambda sighting: _light(sighting).how,
                LIGHT,
                length=12,
                empty=True,
            ),
            number(
                "gain",
                "How many times brighter unchanged tissue is at visit 2 than at visit 1, in stored values",
                lambda sighting: _known(_light(sighting).gain),
                empty=True,
            ),
            integer(
                "gain_voxels",
                "How many voxels of unchanged tissue show it",
                lambda sighting: _light(sighting).voxels or None,
                minimum=0,
                empty=True,
            ),
            code(
                "other_series_code",
                "Series beside it at the other visit",
                lambda sighting: _light(sighting).other_series,
                length=32,
                empty=True,
            ),
            number(
                "other_window_low",
                "What was shown black there, in stored values of that series",
                lambda sighting: _known(_light(sighting).other_low),
                empty=True,
            ),
            number(
                "other_window_high",
                "What was shown white there",
                lambda sighting: _known(_light(sighting).other_high),
                empty=True,
            ),
            code(
                "measured",
                "What the reader measured there as an aid; never a grade",
                lambda sighting: sighting.measured,
                MEASURED,
                length=13,
                empty=True,
            ),
            number(
                "measured_value",
                "The measured number; its unit is in measured",
                lambda sighting: _known(sighting.measured_value),
                empty=True,
            ),
        )
    )


def _light(sighting: Sighting) -> SeenLight:
    return sighting.light or SeenLight("")


def _known(value: float | None) -> Decimal | None:
    return None if value is None else _exact(value)


def _exact(value: float) -> Decimal:
    """To a millionth: enough for a millimetre, and the same text on every machine."""
    return Decimal(f"{value:.6f}")
