"""The next case is at hand before it is asked for, and nothing tells whether its images were seen before."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from scoring.values import replace
from storage.records import CaseRecord
from tests.builders.series import a_case
from tests.builders.state import a_state
from workstation.ui.reader.images import volumes
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.images.volumes import Failed, Loaded


@pytest.fixture
def cases(tmp_path: Path) -> list[CaseRecord]:
    return [replace(a_case(tmp_path / str(number)), code=f"C{number}") for number in range(3)]


@pytest.fixture
def panel(qtbot: QtBot, cases: list[CaseRecord]) -> ImagesPanel:
    panel = ImagesPanel()
    qtbot.addWidget(panel, before_close_func=ImagesPanel.shutdown)
    panel.resize(604, 640)
    panel.show()
    panel.show_state(a_state(cases[0]))
    qtbot.waitUntil(panel.all_loaded)
    return panel


def ahead(panel: ImagesPanel) -> dict[str, Failed | Loaded]:
    held = panel._volumes._ahead
    return {} if held is None else held.pixels


def wanted(panel: ImagesPanel) -> dict[str, Failed | Loaded]:
    held = panel._volumes._wanted
    return {} if held is None else held.pixels


def all_of(case: CaseRecord) -> set[str]:
    return {series.code for visit in case.visits for series in visit.series}


def test_a_case_that_was_looked_ahead_to_is_painted_in_the_turn_that_asks_for_it(
    panel: ImagesPanel, cases: list[CaseRecord], qtbot: QtBot
) -> None:
    panel.look_ahead(cases[1])
    qtbot.waitUntil(lambda: set(ahead(panel)) == all_of(cases[1]))
    # read again from the index, as the room does: equal, but another object
    panel.show_state(a_state(replace(cases[1])))

    assert panel.all_loaded()
    assert all(isinstance(cell._pixels, Loaded) for row in panel.viewports for cell in row)


def test_one_case_is_kept_ahead_and_none_behind(panel: ImagesPanel, cases: list[CaseRecord], qtbot: QtBot) -> None:
    panel.look_ahead(cases[1])
    qtbot.waitUntil(lambda: bool(ahead(panel)))
    panel.look_ahead(cases[2])
    qtbot.waitUntil(lambda: set(ahead(panel)) == all_of(cases[2]))

    # the reader goes elsewhere: what was loaded for nothing is let go
    panel.show_state(a_state(cases[1]))
    assert not ahead(panel)
    qtbot.waitUntil(panel.all_loaded)
    assert set(wanted(panel)) <= all_of(cases[1])


def test_the_case_in_sight_comes_before_the_one_ahead(
    panel: ImagesPanel, cases: list[CaseRecord], qtbot: QtBot
) -> None:
    order: list[str] = []
    panel._volumes._delivered.connect(lambda delivery: order.append(delivery.case.code))

    panel.show_state(a_state(cases[2]))
    panel.look_ahead(cases[1])
    qtbot.waitUntil(lambda: set(ahead(panel)) == all_of(cases[1]))

    wanted = [code for code in order if code != "C0"]
    assert wanted == sorted(wanted, reverse=True)


@pytest.mark.case(108, 109)
def test_a_repeat_of_the_case_in_sight_is_loaded_from_its_files_like_any_other(
    panel: ImagesPanel, cases: list[CaseRecord], qtbot: QtBot
) -> None:
    # the same pair under another code: to show what is in memory would be faster, and so would tell
    repeat = replace(cases[0], code="R7")
    panel.look_ahead(repeat)

    assert not ahead(panel)
    qtbot.waitUntil(lambda: set(ahead(panel)) == all_of(repeat))
    mine, again = wanted(panel), ahead(panel)
    assert all(
        one.volume is not other.volume
        for code in all_of(repeat)
        if isinstance(one := mine[code], Loaded) and isinstance(other := again[code], Loaded)
    )


def test_what_couldnt_be_had_ahead_is_tried_again_and_told_when_it_is_shown(
    panel: ImagesPanel, cases: list[CaseRecord], qtbot: QtBot
) -> None:
    gone = cases[1].visits[0].series[1]
    kept = (cases[1].images / gone.slices[0].file).read_bytes()
    (cases[1].images / gone.slices[0].file).unlink()
    panel.look_ahead(cases[1])
    qtbot.waitUntil(lambda: set(ahead(panel)) == all_of(cases[1]) - {gone.code})
    (cases[1].images / gone.slices[0].file).write_bytes(kept)

    panel.show_state(a_state(cases[1]))

    qtbot.waitUntil(lambda: isinstance(panel._volumes.pixels(gone.code), Loaded))


def test_the_light_of_a_case_is_known_once_all_of_it_is_loaded(
    panel: ImagesPanel, cases: list[CaseRecord], qtbot: QtBot
) -> None:
    told: list[str] = []
    panel.lit.connect(told.append)
    panel.show_state(a_state(cases[2]))
    qtbot.waitUntil(lambda: told == ["C2"])

    lights = panel.lights(cases[2])
    assert lights is not None
    assert set(lights) == all_of(cases[2])


def test_the_light_of_a_case_that_was_looked_ahead_to_is_known_before_it_is_shown(
    panel: ImagesPanel, cases: list[CaseRecord], qtbot: QtBot
) -> None:
    panel.look_ahead(cases[1])
    qtbot.waitUntil(lambda: panel.lights(cases[1]) is not None)

    panel.show_state(a_state(replace(cases[1])))

    assert panel.lights(cases[1]) is not None
    assert panel.lights(cases[2]) is None


def test_memory_that_comparing_the_visits_took_is_given_back_when_their_light_is_known(
    cases: list[CaseRecord], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[int] = []
    panel = ImagesPanel()
    qtbot.addWidget(panel, before_close_func=ImagesPanel.shutdown)
    monkeypatch.setattr(volumes, "give_back", lambda: given.append(1))
    panel.show_state(a_state(cases[0]))
    qtbot.waitUntil(lambda: panel.lights(cases[0]) is not None)
    planes = {series.pane for visit in cases[0].visits for series in visit.series}

    # once for the outlines of each plane, and once for the light
    qtbot.waitUntil(lambda: len(given) == len(planes) + 1)


@pytest.mark.parametrize("left", [False, True], ids=["opened for the first time", "left with its outlines"])
def test_outlines_that_a_case_was_left_with_are_found_again_when_all_in_sight_is_there(
    cases: list[CaseRecord], qtbot: QtBot, *, left: bool
) -> None:
    state, order = a_state(cases[0]), []
    camera = replace(state.view.camera, outlines={"COR": {}, "AX": {}} if left else {})
    state = replace(state, view=replace(state.view, camera=camera))
    panel = ImagesPanel()
    qtbot.addWidget(panel, before_close_func=ImagesPanel.shutdown)
    panel._volumes._delivered.connect(lambda delivery: order.append(delivery.series))
    panel._volumes._outlines_found.connect(lambda found: order.append(found.plane))
    panel.show_state(state)
    qtbot.waitUntil(lambda: {"COR", "AX"} <= set(order) and panel._volumes.all_there())

    in_sight = [series.code for series in panel._hanging.series]
    first_outline = min(order.index("COR"), order.index("AX"))
    assert {series.pane for series in panel._hanging.series} == {"COR", "AX"}
    assert (set(in_sight) <= set(order[:first_outline])) is left
    assert not left or order[: len(in_sight)] == in_sight
