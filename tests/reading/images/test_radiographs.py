"""Radiographs in the room: the side in focus hangs, and R shows the hand, the site enlarged, then the whole image."""

from __future__ import annotations

import pytest

from scoring.errors import TomlRefused
from scoring.schemes.load import shipped_scheme
from scoring.schemes.regions import regions_of
from scoring.schemes.scheme import FeatureCode, SiteCode
from scoring.values import replace
from storage.records import CaseRecord, SeriesRecord, VisitRecord
from tests.builders.cases import a_case
from tests.builders.sessions import after
from tests.fakes.doors import MemoryDoor
from workstation.hanging.layout import layout_of, parse_layout
from workstation.hanging.matching import Empty, Shown, match
from workstation.imaging.geometry import Stack
from workstation.imaging.wrist.outline import field_of
from workstation.reading.images.filling import ResetView, in_plane
from workstation.reading.session.session import Session
from workstation.reading.state import Focus, SessionState
from workstation.reading.view_state import Filling

SVDH = shipped_scheme("sharp-vdh")
VIEWS = (("RHAND", "PA"), ("LHAND", "PA"), ("RFOOT", "AP"), ("LFOOT", "AP"))


def a_film(visit: int, kind: str, plane: str) -> SeriesRecord:
    """200 x 250 mm, of one slice that lies nowhere."""
    one = a_case().visits[0].series[0]
    return replace(
        one,
        code=f"F{visit}{kind}",
        kind=kind,
        plane=plane,
        frame="",
        rows=500,
        columns=400,
        pixel_spacing_mm=(0.5, 0.5),
        orientation=(1.0, 0.0, 0.0, 0.0, 0.0, -1.0),
        slices=tuple(replace(item, position_mm=(0.0, 0.0, 0.0)) for item in one.slices[:1]),
        slice_spacing_mm=None,
    )


def a_film_case(views: tuple[tuple[str, str], ...] = VIEWS) -> CaseRecord:
    visits = tuple(VisitRecord(n, tuple(a_film(n, kind, plane) for kind, plane in views)) for n in (1, 2))
    return replace(a_case(), visits=visits)


def opened() -> SessionState:
    door = MemoryDoor(a_film_case())
    door.scheme = SVDH
    return Session(door, "K7QM2").state


def at(state: SessionState, feature: str, site: str) -> SessionState:
    return replace(state, focus=Focus(FeatureCode(feature), SiteCode(site), 1))


def hung(feature: str, site: str, case: CaseRecord) -> list[str]:
    cells = match(layout_of(SVDH), FeatureCode(feature), case.visits, 1, site=site).rows[0].cells
    return [cell.series.code if isinstance(cell, Shown) else cell.reason for cell in cells]


@pytest.mark.parametrize(
    ("feature", "site", "kind"),
    [
        ("EROH", "R-MCP2", "RHAND"),
        ("EROH", "L-MCP2", "LHAND"),
        ("JSNH", "L-RC", "LHAND"),
        ("EROF", "R-MTP1", "RFOOT"),
        ("JSNF", "L-IPH", "LFOOT"),
    ],
)
def test_the_side_in_focus_hangs_at_both_visits(feature: str, site: str, kind: str) -> None:
    assert hung(feature, site, a_film_case()) == [f"F1{kind}", f"F2{kind}"]


def test_every_site_of_the_scheme_hangs_by_its_side() -> None:
    case = a_film_case()
    for feature in SVDH.features:
        for site in feature.sites:
            assert all(
                code.startswith(("F1", "F2")) and code[2] == site.code[0]
                for code in hung(feature.code, site.code, case)
            )


def test_a_picture_of_both_hands_hangs_where_a_side_has_none_of_its_own() -> None:
    case = a_film_case((("HAND", "PA"), ("LHAND", "PA")))

    assert hung("EROH", "R-MCP2", case) == ["F1HAND", "F2HAND"]
    assert hung("EROH", "L-MCP2", case) == ["F1LHAND", "F2LHAND"]


def test_a_side_that_isnt_there_is_told_and_no_other_stands_in() -> None:
    cells = match(
        layout_of(SVDH), FeatureCode("EROH"), a_film_case((("LHAND", "PA"),)).visits, 1, site="R-MCP2"
    ).rows[0].cells  # fmt: skip

    assert [cell.reason for cell in cells if isinstance(cell, Empty)] == [
        f"No posteroanterior right hand radiograph at {visit}" for visit in ("baseline", "follow-up")
    ]


def test_r_goes_from_the_hand_to_the_site_to_the_whole_image() -> None:
    state = opened()
    seen = [state.view.camera.filling]
    for _ in range(3):
        state = after(state, ResetView())
        seen.append(state.view.camera.filling)

    assert seen == [Filling.WRIST, Filling.SCORED, Filling.FIELD, Filling.WRIST]


def test_the_enlarged_site_is_a_square_where_the_layout_has_it_and_follows_the_focus() -> None:
    state = after(opened(), ResetView())
    regions = regions_of(SVDH)
    assert regions is not None
    visit = state.case.visits[0]
    film = visit.series[0]
    field = field_of(Stack.of(film))

    for site in ("R-IP1", "R-MCP5", "R-ULN"):
        box = in_plane(at(state, "EROH", site), visit, film)
        assert box.size_mm == pytest.approx((60.0, 60.0))
        # without an outline the whole image of 200 x 250 mm is what the parts are of
        share = regions.at[site]
        assert box.middle == pytest.approx((field.left + share[0] * 200.0, field.top + share[1] * 250.0))


def test_both_visits_show_as_many_millimetres_of_a_site() -> None:
    state = at(after(opened(), ResetView()), "EROH", "R-MCP2")

    sizes = [in_plane(state, visit, visit.series[0]).size_mm for visit in state.case.visits]

    assert sizes[0] == sizes[1]


def test_every_site_of_the_scheme_has_a_region_and_left_is_right_mirrored() -> None:
    regions = regions_of(SVDH)
    assert regions is not None
    assert set(regions.at) == {site.code for feature in SVDH.features for site in feature.sites}
    for site, (across, down) in regions.at.items():
        other = regions.at[f"{'L' if site[0] == 'R' else 'R'}{site[1:]}"]
        assert across + other[0] == pytest.approx(1.0, abs=0.011)
        assert down == other[1]


def test_hands_and_feet_share_neither_scale_nor_shift() -> None:
    panes = {series.pane for series in a_film_case().visits[0].series}

    assert len(panes) == 4
    assert {series.pane for series in a_case().visits[0].series} == {s.plane for s in a_case().visits[0].series}


@pytest.mark.parametrize(
    ("regions", "said"),
    [
        ('size_mm = 0\nat = {"A" = [0.1, 0.2]}', r"regions\.size_mm: a number above 0"),
        ('size_mm = 60\nat = {"A" = [0.1, 1.2]}', r"regions\.at\.A: two parts of the outline"),
    ],
)
def test_a_region_outside_of_the_picture_is_refused(regions: str, said: str) -> None:
    row = 'source = "s"\n[[feature]]\ncode = "A"\nwhy = "w"\nrows = [{kind = "T1", plane = "AX"}]\n'

    with pytest.raises(TomlRefused, match=said):
        parse_layout(f"{row}[regions]\n{regions}\n", "layout.toml")
