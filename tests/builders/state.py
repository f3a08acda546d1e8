"""A session state on a case, with a scheme just large enough to name the four features."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType

from scoring.readings.reading import Reading
from scoring.schemes.scheme import Feature, FeatureCode, GradeDefinition, Scale, Scheme, Site, SiteCode
from storage.records import CaseRecord, Vector3
from workstation.imaging.geometry import Stack
from workstation.reading.state import Focus, SessionState
from workstation.reading.view_state import Cells, Link, ViewState


def a_scheme() -> Scheme:
    """Four features of one site each."""
    scale = Scale(Decimal(0), Decimal(3), Decimal(1), (GradeDefinition(Decimal(0), "none", "none"),))
    site = Site(SiteCode("RAD"), "distal radius", "")
    features = tuple(
        Feature(FeatureCode(code), code, "", scale, (site,), (), (), needs_contrast=False, notes=(), source="")
        for code in ("SYN", "OST", "ERO", "TEN")
    )
    # of its id: its images hang by the layout of the shipped one
    return Scheme("ramris-wrist", "1", "Small", features, (), (), (), "0" * 64)


def a_state(case: CaseRecord, feature: str = "ERO", *, visit: int = 1, rows: int = 2) -> SessionState:
    """The case as it opens: cursors in the middle of each visit's first series."""
    cursors: dict[int, Vector3] = {
        record.number: Stack.of(record.series[0]).centre_mm for record in case.visits if record.series
    }
    first, second = cursors.get(1, (0.0, 0.0, 0.0)), cursors.get(2, (0.0, 0.0, 0.0))
    offset: Vector3 = (second[0] - first[0], second[1] - first[1], second[2] - first[2])
    view = ViewState(MappingProxyType(cursors), Link(offset), cells=Cells(rows=rows))
    focus = Focus(FeatureCode(feature), SiteCode("RAD"), visit)
    return SessionState(a_scheme(), case, Reading(), focus, view)
