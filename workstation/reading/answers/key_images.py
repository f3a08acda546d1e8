"""Key images, and the list to find them and the sightings of grades again. Pure."""

from __future__ import annotations

from msgspec import Struct

from scoring.readings.reading import SiteKey
from scoring.values import replace
from storage.records import KeyImage, Vector3
from workstation.imaging.geometry import Stack
from workstation.reading.answers.focus_moves import focus_on
from workstation.reading.answers.hide_baseline import hides
from workstation.reading.answers.measuring import words
from workstation.reading.answers.sightings import sighting_of
from workstation.reading.command import Command, handles
from workstation.reading.images import go_to_site
from workstation.reading.images.view import has_own_coordinates, series_of, window_of, with_window
from workstation.reading.outcome import Outcome, refused, told
from workstation.reading.progress import asked
from workstation.reading.state import SessionState
from workstation.reading.view_state import Window
from workstation.reading.wording import named


class Found(Struct, frozen=True):
    """One line of the list. number: of a key image; 0 is the sighting of a grade, which stays with the grade.

    text: what was measured or noted there, without the grade. as_expected: of a grade, as in `Marks.expected`.
    """

    key: SiteKey
    series: str
    slice_index: int
    point_mm: Vector3
    window: Window
    number: int
    text: str
    as_expected: bool = False


def findings(state: SessionState) -> tuple[Found, ...]:
    """All of them in reading order, key images of a site behind its grade; none of a baseline that is hidden."""
    found: list[Found] = []
    for key in asked(state):
        # a sighting at a hidden baseline would tell that its grade is above 0
        if not (state.view.form.hide_baseline and hides(state, key)):
            found += _at(state, key)
    return tuple(found)


class KeepImage(Command, frozen=True):
    """Keep the slice of a series as a key image of the site in focus."""

    series: str


@handles(KeepImage)
def image_kept(state: SessionState, command: KeepImage) -> Outcome:
    """Keep the slice in sight at the site in focus; the same slice again is kept once."""
    key, code = state.focus.key, command.series
    series = series_of(state, key.visit, code)
    if series is None or has_own_coordinates(state, key.visit, series):
        return refused(state, "No key image kept: no series of this visit is shown.")
    point, window = state.view.cursor_mm[key.visit], window_of(state.view, series)
    index = Stack.of(series).nearest(point)
    same = [image for image in state.key_images if (image.key, image.series, image.slice_index) == (key, code, index)]
    if same:
        return told(state, f"This slice is a key image of {named(state.scheme, key)} already.")
    number = max((image.number for image in state.key_images), default=0) + 1
    image = KeyImage(number, key, code, index, point, window.low, window.high)
    now = replace(state, key_images=(*state.key_images, image))
    return replace(told(now, f"Key image: {named(state.scheme, key)}. Ctrl+L lists them."), image=image)


class TakeImage(Command, frozen=True):
    """Take a key image away, by its number."""

    number: int


@handles(TakeImage)
def image_taken(state: SessionState, command: TakeImage) -> Outcome:
    """Take a key image away; refused for what isn't one."""
    image = next((image for image in state.key_images if image.number == command.number), None)
    if image is None:
        return refused(state, "Only key images can be removed. The slice of a grade stays with the grade.")
    left = tuple(other for other in state.key_images if other is not image)
    now = replace(state, key_images=left)
    return replace(told(now, f"Key image removed: {named(state.scheme, image.key)}."), image_taken=command.number)


class ShowFound(Command, frozen=True):
    """Go to a site and a slice of the list of what can be found again (`key_images.Found`)."""

    found: Found


@handles(ShowFound, follow=go_to_site.left)
def shown(state: SessionState, command: ShowFound) -> Outcome:
    """Go to the site and show the slice, with its window."""
    found = command.found
    now = replace(state, focus=focus_on(found.key), behind=False)
    now = go_to_site.shown_at(now, found.key.visit, found.point_mm, as_expected_then=found.as_expected)
    now = replace(now, view=with_window(now, found.series, found.window))
    return told(now, f"{named(state.scheme, found.key)}.")


def _at(state: SessionState, key: SiteKey) -> list[Found]:
    noted = state.notes.get(key)
    note = f"Note: {noted.text}" if noted is not None and noted.text else ""
    found: list[Found] = []
    sighting = sighting_of(state, key)
    if sighting is not None:
        said = words(state, key)
        text = "  ".join(part for part in (said, note) if part)
        window = Window(sighting.window_low, sighting.window_high)
        proposed = sighting.expected
        found.append(Found(key, sighting.series, sighting.slice_index, sighting.point_mm, window, 0, text, proposed))
    for image in state.key_images:
        if image.key == key:
            window = Window(image.window_low, image.window_high)
            found.append(Found(key, image.series, image.slice_index, image.point_mm, window, image.number, note))
    return found
