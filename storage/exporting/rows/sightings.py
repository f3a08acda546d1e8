"""places.csv: where each answer that stands was seen, as far as that is known. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from scoring.readings.reading import SiteKey
from storage.exporting.rows.parts import OF_READING, provenance_part, reading_part, site_part, visit_part
from storage.exporting.rows.sheet import Sheet, sites
from storage.exporting.tables.codelists import MEASURED, POINT_FROM
from storage.exporting.tables.columns import Part, Table, code, integer, number
from storage.records import Sighting

_TITLE = "One row for each answer that stands and was given with images in sight: where it was seen"
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
            shown = sheet.visits.shown(item.subject)[visit]
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
                "Series in which it was seen, by its opaque code in the study",
                lambda sighting: sighting.series,
                length=32,
            ),
            integer(
                "slice_index",
                "Slice of the series along its normal, lowest first, from 0",
                lambda sighting: sighting.slice_index,
                minimum=0,
            ),
            number(
                "x_mm",
                "Where the cursor stood: to the patient's left, scanner coordinates (LPS)",
                lambda sighting: _exact(sighting.point_mm[0]),
            ),
            number("y_mm", "to the patient's back", lambda sighting: _exact(sighting.point_mm[1])),
            number("z_mm", "to the patient's head", lambda sighting: _exact(sighting.point_mm[2])),
            code(
                "point_from",
                "Who chose the point",
                lambda sighting: "EXPECTED" if sighting.expected else "READER",
                POINT_FROM,
                length=8,
            ),
            number(
                "window_low",
                "What was shown black, in stored values of the series",
                lambda sighting: _exact(sighting.window_low),
            ),
            number("window_high", "What was shown white", lambda sighting: _exact(sighting.window_high)),
            code(
                "measured",
                "What was measured there as an aid",
                lambda sighting: sighting.measured,
                MEASURED,
                length=13,
                empty=True,
            ),
            number(
                "measured_value",
                "The number that was measured",
                lambda sighting: None if sighting.measured_value is None else _exact(sighting.measured_value),
                empty=True,
            ),
        )
    )


def _exact(value: float) -> Decimal:
    """To a millionth: enough for a millimetre, and the same text on every machine."""
    return Decimal(f"{value:.6f}")
