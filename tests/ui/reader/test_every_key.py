"""Every key of the help, pressed in the window: it does what its words say, or a line says why not.

The list is the registry's own, so an action without a line here fails, and so does a line without an action.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

import pytest
from msgspec import Struct
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from scoring.readings.reading import NotAssessable
from storage.records import SiteNote
from tests.builders.cases import a_case
from tests.builders.sessions import at, grade
from tests.fakes.doors import MemoryDoor
from tests.ui.reader.conftest import Opener
from workstation.actions.action import Action
from workstation.actions.key_names import named
from workstation.actions.loading import shipped_actions
from workstation.imaging.light.lit import Lit
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.answers.grading import SetGrade, Undo
from workstation.reading.images.light import ShowLight
from workstation.reading.images.reformatting import Reformat
from workstation.reading.images.view import Scroll, SetWindow, Zoom
from workstation.reading.state import SessionState
from workstation.ui.reader.sheets.help_overlay import help_lines
from workstation.ui.reader.window.room import ReadingRoom

HERE = at("ERO CAP 1")
ACTIONS = {action.id: action for action in shipped_actions()}

# the series of the case, as the strip has them: by kind, then plane
STRIP = [
    "PD, coronal", "T1, axial", "T1, coronal", "T1 post-Gd fat-sat, axial", "T1 post-Gd fat-sat, coronal",
    "T2 fat-sat, axial", "T2 fat-sat, coronal",
]  # fmt: skip
Before = Iterable[object]
Check = Callable[[ReadingRoom, SessionState, SessionState], object]


def answer(state: SessionState, place: str = "ERO CAP 1") -> object:
    return state.reading.answer(at(place).key)


def told(state: SessionState, words: str) -> bool:
    return state.notice is not None and words in state.notice.text


def changed(*names: str) -> Check:
    """The view differs in these and in nothing else."""

    def check(_room: ReadingRoom, before: SessionState, now: SessionState) -> bool:
        was, is_now = (leaves(state.view) for state in (before, now))
        return {name for name, value in was.items() if value != is_now[name]} - {"active_s"} == set(names)

    return check


def leaves(view: Struct) -> dict[str, object]:
    """The values of a view and of its parts, by name."""
    found: dict[str, object] = {}
    for name in view.__struct_fields__:
        value = getattr(view, name)
        ours = isinstance(value, Struct) and type(value).__module__ == type(view).__module__
        found |= leaves(value) if ours else {name: value}
    return found


def focus(place: str) -> Check:
    return lambda _room, _before, now: now.focus == at(place)


def note_of(place: str, note: SiteNote) -> Check:
    return lambda _room, _before, now: now.notes.get(at(place).key) == note


def asks_words(question: str) -> Check:
    return lambda room, _before, _now: not room.form.words.isHidden() and question in room.form.words._asking.text()


def graded(place: str, value: object) -> Check:
    return lambda _room, _before, now: answer(now, place) == value


def scrolled(by_mm: float, *visits: int) -> Check:
    def check(_room: ReadingRoom, before: SessionState, now: SessionState) -> bool:
        # the stand-in for the images has an axial series first, whose slices lie along the patient's z
        moved = {visit: now.view.cursor_mm[visit][2] - before.view.cursor_mm[visit][2] for visit in (1, 2)}
        return all(abs(moved[visit]) == pytest.approx(by_mm if visit in visits else 0) for visit in (1, 2))

    return check


def sheet(name: str) -> Check:
    return lambda room, _before, _now: room._sheets.open_one == name


def case(code: str) -> Check:
    return lambda _room, _before, now: now.case.code == code


def refused(words: str) -> Check:
    unchanged = changed()
    return lambda room, before, now: told(now, words) and before.reading == now.reading and unchanged(room, before, now)


def says(words: str) -> Check:
    return lambda _room, _before, now: told(now, words)


FULL = (SetGrade(Decimal(2)), GoTo(HERE))
CHECKS: dict[str, tuple[Before, Check]] = {
    **{f"grade.{number}": ((), graded("ERO CAP 1", grade(number))) for number in range(11)},
    **{f"unscorable.{code}": ((), graded("ERO CAP 1", NotAssessable(code, ""))) for code in ("NC", "AR", "SQ", "SX")},
    "unscorable.OT": ((), asks_words("Other")),
    "answer.half": (FULL, refused("2.5 is not on the erosion scale")),
    "answer.zero_blanks": ((), lambda _room, _before, now: told(now, "Press Z again for yes") and now.asking == "ERO"),
    "answer.unsure": (FULL, note_of("ERO CAP 1", SiteNote("", unsure=True))),
    "unscorable.rest": ((), graded("ERO MC5 1", NotAssessable("SQ", ""))),
    "answer.note": ((), asks_words("Capitate, baseline")),
    "answer.copy": (FULL, graded("ERO CAP 2", grade(2))),
    **{
        f"{what}_{one}": ((), refused("No other reading is shown here"))
        for what in ("answer.take", "images.beside")
        for one in "ab"
    },
    "answer.clear": (FULL, graded("ERO CAP 1", None)),
    "answer.undo": (FULL, graded("ERO CAP 1", None)),
    "answer.redo": ((*FULL, Undo()), graded("ERO CAP 1", grade(2))),
    "focus.up": ((), focus("ERO TRD 1")),
    "focus.down": ((), focus("ERO HAM 1")),
    "focus.left": ((GoTo(at("ERO CAP 2")),), focus("ERO CAP 1")),
    "focus.right": ((), focus("ERO CAP 2")),
    "focus.next_feature": ((), focus("SYN DRUJ 1")),
    "focus.previous_feature": ((), focus("OST RAD 1")),
    "focus.next_blank": (FULL, focus("ERO CAP 2")),
    "images.slice_up": ((), scrolled(3, 1, 2)),
    "images.slice_down": ((), scrolled(3, 1, 2)),
    "images.five_up": ((), scrolled(15, 1, 2)),
    "images.five_down": ((), scrolled(15, 1, 2)),
    "images.alone_up": ((), scrolled(3, 1)),
    "images.alone_down": ((), scrolled(3, 1)),
    "images.row_down": ((), changed("keyed")),
    "images.row_up": ((), changed("keyed")),
    "images.link": ((), lambda _room, before, now: before.view.link.linked and not now.view.link.linked),
    "images.registration": ((), refused("registration")),
    "images.zoom_in": ((), lambda _room, before, now: now.view.camera.zoom > before.view.camera.zoom),
    "images.zoom_out": ((), lambda _room, before, now: now.view.camera.zoom < before.view.camera.zoom),
    "images.narrower": ((), changed("windows")),
    "images.wider": ((), changed("windows")),
    "images.light": (
        (ShowLight("B4XR9", {"B4XR910": Lit(0.0, 400.0, 1.0, 0.0, 400.0)}),),
        lambda _room, before, now: now.view.grey.equal and not before.view.grey.equal,
    ),
    "images.reset": ((Zoom(2),), lambda _room, _before, now: now.view.camera.zoom == 1),
    "images.lines": ((), changed("lines")),
    "images.overview": ((), refused("no overview")),
    "images.reformat": ((), changed("reformat")),
    "images.tilt": ((Reformat(1, "B4XR910"),), changed("reformat")),
    "images.tilt_back": ((Reformat(1, "B4XR910"),), changed("reformat")),
    "images.rows": ((), changed("rows_of")),
    "images.columns": ((), changed("columns")),
    "images.expected": ((), changed("expecting")),
    "images.place": (
        (SetGrade(Decimal(2), "B4XR910"), GoTo(HERE), Scroll(1, "B4XR910", 4)),
        scrolled(12, 1, 2),
    ),
    "images.keep": ((), lambda _room, _before, now: len(now.key_images) == 1),
    "images.found": (FULL, lambda room, _before, _now: room._found.isVisible() and room._found.count() == 1),
    "images.reset_windows": ((SetWindow("B4XR910", 10, 50),), lambda _room, _before, now: not now.view.grey.windows),
    "images.invert": ((), changed("inverted")),
    "images.smooth": ((), changed("smooth")),
    "images.blink": ((), changed("blink")),
    "images.fade": ((), refused("aren't linked by registration")),
    "images.difference": ((), refused("aren't linked by registration")),
    "images.contrast": ((), changed("contrast")),
    "images.subtract": ((), refused("Not subtracted")),
    "images.enlarge": ((), changed("enlarged", "keyed")),
    "images.next_series": ((), changed("instead")),
    "images.previous_series": ((), changed("instead")),
    **{f"series.number.{number}": ((), says(f"Row 1: {name}")) for number, name in enumerate(STRIP, start=1)},
    **{f"series.number.{number}": ((), refused("There are 7 series in the strip")) for number in (8, 9)},
    "series.strip": ((), lambda room, _before, _now: room._strip.shown),
    "images.width": ((), lambda _room, _before, now: now.view.tool == "width"),
    "images.outline": ((), lambda _room, _before, now: now.view.tool == "bone"),
    "images.depth": ((GoTo(at("ERO RAD 1")),), lambda _room, _before, now: now.view.tool == "depth"),
    "images.ellipse": ((), lambda _room, _before, now: now.view.tool == "ellipse"),
    "images.angle": ((), lambda _room, _before, now: now.view.tool == "angle"),
    "images.erase": ((), lambda _room, _before, now: told(now, "")),
    "room.full_screen": ((), lambda room, _before, _now: room.isFullScreen()),
    "form.hide_baseline": ((), changed("hide_baseline")),
    "form.figure": ((), changed("figure")),
    "form.side": ((), changed("side")),
    "form.turned_over": ((), changed("turned_over")),
    "form.atlas": ((), sheet("form.atlas")),
    "form.atlas_beside": ((), lambda room, _before, _now: room.atlas.panel.isVisible()),
    "form.atlas_down": ((), refused("Ctrl+Shift+G puts it there")),
    "form.atlas_up": ((), refused("Ctrl+Shift+G puts it there")),
    "form.rule": ((), sheet("form.rule")),
    "form.apart": ((), refused("There is one screen here")),
    "case.list": ((), lambda room, _before, _now: room._cases.isVisible() and room._cases.count() == 3),
    "case.next": ((), case("M3PD7")),
    "case.previous": ((), case("K7QM2")),
    "case.sign": ((), lambda room, _before, _now: room.closer.active and "Sign" in room.closer.page._title.text()),
    "case.park": ((), lambda room, _before, _now: room.closer.active and "Park" in room.closer.page._title.text()),
    "room.quit": ((), lambda room, _before, _now: not room.isVisible()),
    "looks.larger": ((), says("Text at 1")),
    "looks.smaller": ((), says("Text at 85 %, the smallest.")),
    "looks.usual": ((), says("Text at 100 %.")),
    "looks.light": ((), says("The form is light")),
    "keys.profile": ((), says("Keys and mouse as in OHIF")),
    "help.keys": ((), sheet("help.keys")),
    "help.menus": ((), lambda room, _before, _now: room.menus.isVisible()),
    "help.display": ((), sheet("help.display")),
    "help.tour": ((), lambda room, _before, _now: room._tour.isVisible()),
}


def test_every_action_is_pressed_here() -> None:
    assert CHECKS.keys() == ACTIONS.keys()


def test_what_no_command_does_the_window_does_itself(open_on: Opener) -> None:
    room = open_on(MemoryDoor(a_case("K7QM2")))

    assert {action.id for action in ACTIONS.values() if action.wish is None} == room._of_the_window.keys()


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
def test_a_key_does_what_its_words_say_or_says_why_not(open_on: Opener, action: Action) -> None:
    door = MemoryDoor(a_case("K7QM2"), a_case("B4XR9"), a_case("M3PD7"))
    room = open_on(door)
    room.case.open("B4XR9")
    commands, check = CHECKS[action.id]
    session = room.case.session
    assert session is not None
    room.form.wanted.emit(GoTo(HERE))
    for command in commands:
        room.form.wanted.emit(command)
    before, reading = session.state, door.reading("B4XR9")

    for key in action.keys:
        # each key of the action from the same beginning
        session.state, door._readings["B4XR9"] = before, reading
        room._sheets.close()
        QTest.keySequence(room, QKeySequence(key))
        QApplication.processEvents()
        now = room.state
        assert now is not None
        assert check(room, before, now), key


def test_no_key_of_the_help_is_a_mark_that_is_overlooked() -> None:
    lines = [
        line
        for group in dict.fromkeys(a.group for a in ACTIONS.values())
        for line in help_lines([*ACTIONS.values()], group)
    ]

    for keys, title in lines:
        assert all(any(sign.isalnum() or sign == "?" for sign in key) for key in keys.split(", ")), title
    assert ("Full stop, Comma", ACTIONS["answer.half"].title) in lines
    assert [named(key) for key in ("Ctrl++", "Ctrl+.", "+", "Ctrl+K")] == [
        "Ctrl+Plus",
        "Ctrl+Full stop",
        "Plus",
        "Ctrl+K",
    ]
