"""Viewings: how many of the slices that show a site had stood on the screen when it was answered. Pure.

Needed are the slices of the first series that the feature is judged on and the visit has, whose middle lies in the
extent of the site. A 0 on fewer is kept as any other: it is told, and nothing is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from scoring.readings.reading import Graded, SiteKey
from scoring.values import replace
from storage.records import SeriesRecord, Vector3, Viewing
from workstation.imaging.geometry import Stack, dot
from workstation.reading.answers.hide_baseline import shows_beside
from workstation.reading.images.expected_positions import laid_over
from workstation.reading.images.linking import main_frame
from workstation.reading.images.site_positions import positions_of
from workstation.reading.images.wrist_fit import Fit
from workstation.reading.seen_slices import NOTHING_SEEN
from workstation.reading.state import SessionState


def with_viewings(state: SessionState, keys: Iterable[SiteKey], by: str = "") -> SessionState:
    """The state that knows what of these sites had been seen when their answers, which stand now, were given."""
    laid: dict[int, Fit | None] = {}
    found = dict(state.viewings)
    for key in keys:
        answer = state.reading.answer(key)
        if answer is None:
            continue
        if key.visit not in laid:
            laid[key.visit] = laid_over(state, key.visit)
        viewing = _viewing(state, key, laid[key.visit], by)
        found[key, answer] = replace(viewing, beside=True) if shows_beside(state, key) else viewing
    return replace(state, viewings=MappingProxyType(found))


def viewing_of(state: SessionState, key: SiteKey) -> Viewing | None:
    """That of the answer that stands at `key`; None where there is none, as of answers of a table."""
    answer = state.reading.answer(key)
    return None if answer is None else state.viewings.get((key, answer))


def seen_now(state: SessionState, key: SiteKey) -> tuple[int, int] | None:
    """(slices seen by now, slices needed) of a site that is answered; None where that isn't known."""
    viewing = viewing_of(state, key)
    if viewing is None or not viewing.needed:
        return None
    series = _judged_on(state, key, viewing.series)
    if series is None:
        return None
    seen = state.view.seen.get(series.code, NOTHING_SEEN).at(viewing.at)
    # what had been seen when the answer was given stays so, also where the bookmark is lost
    return max(sum(index in seen for index in _slices(viewing)), viewing.seen), viewing.needed


def slices_lacked(state: SessionState, key: SiteKey) -> tuple[int, int] | None:
    """(slices seen, slices needed) where a 0 stands at `key` and not every slice of the site has been seen."""
    answer = state.reading.answer(key)
    if not isinstance(answer, Graded) or answer.grade:
        return None
    found = seen_now(state, key)
    return found if found is not None and found[0] < found[1] else None


def lacks_slices(state: SessionState, key: SiteKey) -> bool:
    """Whether a 0 stands at `key` and not every slice of the site has been seen."""
    return slices_lacked(state, key) is not None


def slices_words(state: SessionState, key: SiteKey) -> str:
    """Such as ", 5 of 8 slices seen", of a 0 whose site wasn't seen whole; else nothing."""
    found = slices_lacked(state, key)
    return "" if found is None else f", {found[0]} of {found[1]} slices seen"


def first_unseen(state: SessionState, key: SiteKey) -> tuple[str, int] | None:
    """Series code and slice of the first slice of an answered site that wasn't seen."""
    viewing = viewing_of(state, key)
    series = None if viewing is None or not viewing.needed else _judged_on(state, key, viewing.series)
    if viewing is None or series is None:
        return None
    seen = state.view.seen.get(series.code, NOTHING_SEEN).at(viewing.at)
    index = next((index for index in _slices(viewing) if index not in seen), None)
    return None if index is None else (series.code, index)


def _slices(viewing: Viewing) -> range:
    return range(viewing.first, viewing.last + 1)


def _viewing(state: SessionState, key: SiteKey, laid: Fit | None, by: str) -> Viewing:
    series, middle, site = _judged_on(state, key), None, str(key.site)
    positions = positions_of(state.scheme)
    if laid is not None and site in positions.sites:
        middle = laid.at(positions.sites[site])
    elif not by:
        # nothing is expected anywhere: the reader answers where the cursor is
        middle = state.view.cursor_mm.get(key.visit)
    if series is None or middle is None or site not in positions.half_mm:
        return Viewing(by=by)
    stack = Stack.of(series)
    reach = positions.half_mm[site] * (1.0 if laid is None else laid.size)
    if laid is not None and (key.visit, site) not in state.view.sites.found_sites:
        # until the reader has been there, its position isn't sure by a slice
        reach += series.slice_spacing_mm or 0.0
    along = dot(middle, stack.normal)
    within = [index for index, height in enumerate(stack.heights_mm) if abs(height - along) <= reach]
    if not within:
        return Viewing(by=by)
    at = _position(stack, within[0], middle)
    known = state.view.seen.get(series.code, NOTHING_SEEN)
    seen = known.at(at).intersection(within)
    seconds = sum(known.ms.get(index, 0) for index in seen) / 1000
    name = f"{series.kind} {series.plane}"
    return Viewing(name, within[0], within[-1], at, len(seen), round(seconds, 1), by)


def _position(stack: Stack, index: int, point: Vector3) -> tuple[int, int]:
    """A point on a slice in thousandths of its image, from the left upper corner."""
    row_mm, column_mm = stack.spacing_mm
    first = stack.positions_mm[index]
    right = (dot(point, stack.right) - dot(first, stack.right) + column_mm / 2) / (stack.columns * column_mm)
    down = (dot(point, stack.down) - dot(first, stack.down) + row_mm / 2) / (stack.rows * row_mm)
    return (_thousandth(right), _thousandth(down))


def _thousandth(share: float) -> int:
    # an expected position may lie outside of the image; then whoever sees the whole of it sees what there is
    return min(max(round(share * 1000), 0), 1000)


def _judged_on(state: SessionState, key: SiteKey, name: str = "") -> SeriesRecord | None:
    """The series by which a site's slices are counted, in the visit's own frame: the named one, else the first."""
    record = next((visit for visit in state.case.visits if visit.number == key.visit), None)
    if record is None:
        return None
    frame = main_frame(record)
    for wanted in state.scheme.feature(key.feature).judged_on:
        for series in record.series:
            alike = (series.kind, series.plane) == (wanted.kind, wanted.plane) and series.slices
            if alike and name in {"", f"{series.kind} {series.plane}"}:
                return series if series.frame == frame else None
    return None
