"""Viewings: the slices of a site that had been seen when it was answered.

The wrist is the first synthetic person of tests/builders/wrists: where its sites truly lie is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from scoring.values import replace
from storage.records import COPIED, ZEROED, SeriesRecord, Vector3
from tests.builders.sessions import SCHEME, at
from tests.builders.wrists import a_wrist, a_wrist_case
from tests.fakes.doors import MemoryDoor
from workstation.imaging.geometry import Stack, add, dot
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.answers.grading import CopyBaseline, GradeBlanksZero, SetGrade, Undo
from workstation.reading.answers.viewings import first_unseen, lacks_slices, seen_now, slices_words, viewing_of
from workstation.reading.images.expected_positions import expected, laid_over
from workstation.reading.images.site_positions import positions_of
from workstation.reading.images.view import JumpTo, ScaleWindow
from workstation.reading.seen_slices import WHOLE, Glance
from workstation.reading.session.session import Session


class Opened(NamedTuple):
    session: Session
    door: MemoryDoor
    looked_at: list[Glance]

    def look(self, series: str, slices: Iterable[int], ms: float = 500) -> None:
        self.looked_at.extend(Glance(series, index, WHOLE, ms, ms) for index in slices)

    def grade(self, place: str, grade: int) -> None:
        self.session.dispatch(GoTo(at(place)))
        self.session.dispatch(SetGrade(Decimal(grade), "COR1"))


def opened(door: MemoryDoor | None = None) -> Opened:
    door = door or MemoryDoor(a_wrist_case())
    looked_at: list[Glance] = []

    def glances() -> tuple[Glance, ...]:
        now = tuple(looked_at)
        looked_at.clear()
        return now

    return Opened(Session(door, "K7QM2", glances=glances), door, looked_at)


def coronal(visit: int = 1) -> SeriesRecord:
    record = next(record for record in a_wrist_case().visits if record.number == visit)
    return next(series for series in record.series if (series.kind, series.plane) == ("T1", "COR"))


def around(site: str, half_mm: float) -> list[int]:
    """The coronal slices that lie that near the true middle of a site."""
    stack = Stack.of(coronal())
    along = dot(a_wrist(1).truth[site], stack.normal)
    return [index for index, height in enumerate(stack.heights_mm) if abs(height - along) <= half_mm]


def test_a_0_on_the_slice_that_came_up_by_itself_lacks_the_others() -> None:
    room = opened()
    room.look(coronal().code, around("CAP", 1.5))

    room.grade("ERO CAP 1", 0)

    viewing = viewing_of(room.session.state, at("ERO CAP 1").key)
    assert viewing is not None
    assert viewing.series == "T1 COR"
    # the capitate has 8 coronal slices in the middle of persons, and its position isn't sure by one each way
    assert 8 <= viewing.needed <= 12
    assert 1 <= viewing.seen <= 2
    assert lacks_slices(room.session.state, at("ERO CAP 1").key)
    assert slices_words(room.session.state, at("ERO CAP 1").key) == f", {viewing.seen} of {viewing.needed} slices seen"


def test_whoever_scrolled_through_the_wrist_once_has_seen_every_site_of_it() -> None:
    room = opened()
    room.look(coronal().code, range(len(coronal().slices)))

    room.grade("ERO CAP 1", 0)
    room.grade("ERO HAM 1", 0)

    assert not any(lacks_slices(room.session.state, at(f"ERO {site} 1").key) for site in ("CAP", "HAM"))


def test_slices_seen_at_one_visit_say_nothing_of_the_other() -> None:
    room = opened()
    room.look(coronal().code, range(len(coronal().slices)))

    room.grade("ERO CAP 2", 0)

    found = seen_now(room.session.state, at("ERO CAP 2").key)
    assert found is not None
    assert found[0] == 0


def test_what_is_looked_at_later_counts_in_the_row_and_the_record_keeps_what_had_been_seen() -> None:
    room = opened()
    room.grade("ERO CAP 1", 0)
    room.look(coronal().code, range(len(coronal().slices)))
    room.session.dispatch(ScaleWindow(1, coronal().code, 1))

    assert not lacks_slices(room.session.state, at("ERO CAP 1").key)
    recorded = room.door.viewings("K7QM2")[at("ERO CAP 1").key, room.session.state.reading.answers[at("ERO CAP 1").key]]
    assert recorded.seen == 0
    assert first_unseen(room.session.state, at("ERO CAP 1").key) is None


def test_a_grade_above_0_lacks_nothing_however_little_was_seen() -> None:
    room = opened()

    room.grade("ERO CAP 1", 2)

    assert not lacks_slices(room.session.state, at("ERO CAP 1").key)


def test_slices_that_were_seen_come_back_when_the_case_is_opened_again() -> None:
    room = opened()
    room.look(coronal().code, around("CAP", 4.0), ms=2000)
    room.grade("ERO CAP 1", 0)
    before = seen_now(room.session.state, at("ERO CAP 1").key)

    again = opened(room.door)

    assert before is not None
    assert before[0] > 1
    assert seen_now(again.session.state, at("ERO CAP 1").key) == before
    assert again.session.state.view.seen[coronal().code].ms[around("CAP", 1.5)[0]] == 2000


def test_zeroing_and_copying_say_so_and_undo_gives_the_old_answer_its_own() -> None:
    room = opened()
    room.grade("ERO CAP 1", 0)
    room.session.dispatch(CopyBaseline())
    room.session.dispatch(GoTo(at("ERO CAP 2")))
    room.session.dispatch(CopyBaseline())
    room.session.dispatch(GradeBlanksZero())
    room.session.dispatch(GradeBlanksZero())

    said = {place: viewing_of(room.session.state, at(place).key) for place in ("ERO CAP 1", "ERO CAP 2", "ERO HAM 1")}
    assert [viewing.by for viewing in said.values() if viewing] == ["", COPIED, ZEROED]

    room.session.dispatch(Undo())
    assert viewing_of(room.session.state, at("ERO HAM 1").key) is None


def test_the_record_has_where_on_the_slice_the_site_lies_in_thousandths_from_its_corner() -> None:
    room = opened()
    room.look(coronal().code, range(len(coronal().slices)))
    room.grade("ERO CAP 1", 0)

    viewing = viewing_of(room.session.state, at("ERO CAP 1").key)
    assert viewing is not None
    middle = expected(room.session.state, 1, "CAP")
    assert middle is not None
    series = coronal()
    # DICOM PS3.3 C.7.6.2.1.1: the position is that of the first pixel's centre; rows go by the first three cosines
    from_first = [a - b for a, b in zip(middle, series.slices[viewing.first].position_mm, strict=True)]
    shares = []
    for cosines, spacing, number in (
        (series.orientation[:3], series.pixel_spacing_mm[1], series.columns),
        (series.orientation[3:], series.pixel_spacing_mm[0], series.rows),
    ):
        along = sum(a * b for a, b in zip(from_first, cosines, strict=True))
        shares.append(round(1000 * (along / spacing + 0.5) / number))
    assert viewing.at == tuple(shares)
    assert 0 < min(shares) < max(shares) < 1000


def test_the_first_slice_that_wasnt_seen_is_where_a_reader_is_led() -> None:
    room = opened()
    site = at("ERO CAP 1").key
    room.grade("ERO CAP 1", 0)
    viewing = viewing_of(room.session.state, site)
    assert viewing is not None
    assert first_unseen(room.session.state, site) == (coronal().code, viewing.first)

    room.look(coronal().code, [viewing.first, viewing.first + 2])
    room.session.dispatch(ScaleWindow(1, coronal().code, 1))

    assert first_unseen(room.session.state, site) == (coronal().code, viewing.first + 1)
    assert first_unseen(room.session.state, at("ERO HAM 1").key) is None


def test_slices_are_those_that_lie_in_the_extent_of_the_site_and_one_more_each_way_until_it_was_found() -> None:
    room = opened()
    half_mm = positions_of(SCHEME).half_mm["CAP"]
    stack = Stack.of(coronal())

    def lying(point: Vector3, reach: float) -> list[int]:
        along = dot(point, stack.normal)
        return [index for index, height in enumerate(stack.heights_mm) if abs(height - along) <= reach]

    room.grade("ERO CAP 1", 0)
    middle = expected(room.session.state, 1, "CAP")
    viewing = viewing_of(room.session.state, at("ERO CAP 1").key)
    assert middle is not None
    assert viewing is not None
    # the wrist is laid over with the size 1 where nothing was found yet
    spacing = coronal().slice_spacing_mm or 0.0
    laid = laid_over(room.session.state, 1)
    assert laid is not None
    within = lying(middle, half_mm * laid.size + spacing)
    assert (viewing.first, viewing.last, viewing.needed) == (within[0], within[-1], len(within))

    # the reader goes there by hand and answers: its position is sure
    room.session.dispatch(GoTo(at("ERO CAP 1")))
    room.session.dispatch(JumpTo(1, add(middle, (1.0, 0.0, 0.0), 0.5)))
    room.session.dispatch(SetGrade(Decimal(1), "COR1"))
    room.session.dispatch(GoTo(at("ERO HAM 1")))
    room.grade("ERO CAP 1", 0)
    sure = viewing_of(room.session.state, at("ERO CAP 1").key)
    assert sure is not None
    assert viewing.needed - 2 <= sure.needed < viewing.needed


def test_where_no_site_is_expected_zeroing_needs_no_slice_and_leads_nowhere() -> None:
    case = a_wrist_case()
    nowhere = replace(case, visits=tuple(replace(visit, side="") for visit in case.visits))
    room = opened(MemoryDoor(nowhere))
    room.session.dispatch(GoTo(at("ERO CAP 1")))
    room.session.dispatch(GradeBlanksZero())
    room.session.dispatch(GradeBlanksZero())

    viewing = viewing_of(room.session.state, at("ERO CAP 1").key)
    assert viewing is not None
    assert (viewing.needed, viewing.by) == (0, ZEROED)
    assert first_unseen(room.session.state, at("ERO CAP 1").key) is None
    assert not lacks_slices(room.session.state, at("ERO CAP 1").key)


def test_seconds_in_front_of_a_site_are_told_to_a_tenth() -> None:
    room = opened()
    room.look(coronal().code, around("CAP", 1.0)[:1], ms=1260)

    room.grade("ERO CAP 1", 0)

    viewing = viewing_of(room.session.state, at("ERO CAP 1").key)
    assert viewing is not None
    assert (viewing.seen, viewing.seconds) == (1, 1.3)
