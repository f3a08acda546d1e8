"""The reading room: images and form, one case. Joins session, form and images; decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from scoring.readings.reading import SiteKey
from scoring.values import replace
from storage.records import DisplayCheck
from workstation.actions.action import Action
from workstation.actions.loading import shipped_actions
from workstation.actions.mouse import Mouse
from workstation.actions.of_scheme import of_room
from workstation.reading.answers.grading import SetGrade
from workstation.reading.answers.measuring import TakeMarkBack
from workstation.reading.preferences import Keeper
from workstation.reading.session.session import Door, Session
from workstation.reading.state import SessionState
from workstation.ui.reader.closing.controller import Closer
from workstation.ui.reader.form.view import FormView
from workstation.ui.reader.form.words_prompt import WordsAsker, needing_words
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.images.protocol import Images, ImagesMaker, MenuAsked
from workstation.ui.reader.keys.by_position import KeysByPosition
from workstation.ui.reader.keys.held_blink import HeldBlink
from workstation.ui.reader.keys.menus import menus_of, open_menus
from workstation.ui.reader.keys.profiles import KeyProfiles
from workstation.ui.reader.looks.appearance import Appearance, wear
from workstation.ui.reader.sheets.case_list import CaseList
from workstation.ui.reader.sheets.found_list import FoundList
from workstation.ui.reader.sheets.help_overlay import HelpOverlay
from workstation.ui.reader.sheets.rule_sheet import RuleSheet
from workstation.ui.reader.sheets.stack import Sheets
from workstation.ui.reader.sheets.tour import Tour, with_keys
from workstation.ui.reader.window.atlas_holder import AtlasHolder
from workstation.ui.reader.window.cell_menu import cell_menu
from workstation.ui.reader.window.display_check import DisplayKeeper
from workstation.ui.reader.window.empty_page import EmptyPage
from workstation.ui.reader.window.form_menu import show_form_menu
from workstation.ui.reader.window.form_window import ONE_SCREEN, FormWindow, toggle_full_screen
from workstation.ui.reader.window.halves import Halves
from workstation.ui.reader.window.look_again import look_again, look_there
from workstation.ui.reader.window.main_window import LEAST_SIZE
from workstation.ui.reader.window.opened_case import OpenedCase
from workstation.ui.reader.window.preferences import Chosen
from workstation.ui.reader.window.strip_holder import StripHolder
from workstation.ui.shared import icons, theme
from workstation.ui.shared.shortcuts import add_actions

if TYPE_CHECKING:
    from workstation.ui.reader.closing.wanted_site import WantedSite

UNSAVED = "The last answer was not saved. Enter it again, or close once more to leave without it."
# from the upper left corner of the images
FOUND_AT = QPoint(24, 40)
UNSAVED_AT_THE_END = "The last answer was not saved when the room was ended. Enter it again."


class ReadingRoom(QMainWindow):
    """One reader's window on a study. The case is known by its code alone."""

    def __init__(
        self,
        door: Door,
        case: str | None = None,
        make_images: ImagesMaker = ImagesPanel,
        actions: tuple[Action, ...] | None = None,
        preferences: Keeper | None = None,
    ) -> None:
        super().__init__()
        self._door = door
        self._chosen = Chosen(preferences)
        self._leaving = False
        wear(self._chosen.now.looks)
        self.setStyleSheet(theme.style())
        self.setAccessibleName("Reading room")
        self.setMinimumSize(*LEAST_SIZE)
        panel = make_images()
        self.images = cast("Images", panel)
        self.case = OpenedCase(door, self._chosen, self.images, self, self)
        self.form = FormView()
        self.closer = Closer(
            door,
            self._lay_out(panel),
            opened=self._open_anew,
            back=self._back_to_the_form,
            look=self._look_again,
        )
        in_words = partial(of_room, scheme=door.scheme, ordered=door.ordered)
        actions = in_words(shipped_actions() if actions is None else actions)
        self.menus = menus_of(self)
        self._declared = {action.id: action for action in actions}
        self._actions = add_actions(self, actions, self._act, icons.READER, self.menus)
        self.profiles = KeyProfiles(self._actions, self._declared, in_words, self._take_keys)
        self._of_a_case = [self._actions[action.id] for action in actions if action.when.value == "case"]
        self._sheets = Sheets(self, self._keys_of_sheets)
        self._sheets.add("help.keys", lambda: HelpOverlay(tuple(self._declared.values()), self, self.images.mouse))
        self._sheets.add("form.rule", partial(RuleSheet, self))
        self.form.card.rule_key = with_keys("[form.rule]", actions)
        self._display = DisplayKeeper(door, self, self._sheets, self.tell)
        self._tour = Tour(actions, {"images": panel, **self.form.parts}, self, ordered=door.ordered)
        self._tour.ended.connect(self._toured)
        self._cases = CaseList(self)
        self._found = FoundList(self)
        self.installEventFilter(KeysByPosition(self._actions, self._act, self))
        self.installEventFilter(HeldBlink(self._actions["images.blink"], self.case, self))
        self.atlas = AtlasHolder(self, self._sheets, self._halves, self._chosen)
        self._strip = StripHolder(self.images, self._halves, self.case)
        panel.arrived.connect(self._strip.render)  # type: ignore[attr-defined] # as `wanted` is
        self._found.wanted.connect(self.case.dispatch)
        panel.loaded.connect(self.case.go_on_loading)  # type: ignore[attr-defined] # as `wanted` is
        panel.outlined.connect(self.case.show_outlines)  # type: ignore[attr-defined] # as `wanted` is
        panel.lit.connect(self.case.show_light)  # type: ignore[attr-defined] # as `wanted` is
        panel.menu_asked.connect(self._show_menu)  # type: ignore[attr-defined] # as `wanted` is
        panel.wanted.connect(self.case.dispatch)  # type: ignore[attr-defined] # the signal that every images widget has
        self.form.wanted.connect(self.case.dispatch)
        self.form.cases_asked.connect(self._show_cases)
        self.form.menu_asked.connect(partial(show_form_menu, self, self._actions))
        self.form.card.asked.connect(self._grade_clicked)
        self._appearance = Appearance(self, self._chosen, self._fit_text, self.tell)
        self._asker = WordsAsker(self.form, self.case.dispatch, self._keys_for_reading)
        self._cases.chosen.connect(self.case.open)
        if not self.case.open_first(case):
            self._show_empty()

    def _lay_out(self, panel: QWidget) -> QStackedWidget:
        """Images and form; the pages that may stand in the form's place."""
        self._pages = QStackedWidget(self)
        side = QStackedWidget(self._pages)
        side.addWidget(self.form)
        self._halves = Halves(panel, side, self._pages)
        self._form_window = FormWindow(self, self._halves, self._form_apart)
        self._pages.addWidget(self._halves)
        self._pages.addWidget(EmptyPage(self._pages))
        self.setCentralWidget(self._pages)
        return side

    @property
    def state(self) -> SessionState | None:
        """What is shown; None while no case is open."""
        return self.case.state

    def case_left(self) -> None:
        """Close what belongs to the case that was open."""
        self.closer.leave()
        self._asker.keep()

    def case_opened(self, code: str) -> str:
        """The form, and the keys for reading; the line that says what holds for this case, or asks for the check."""
        self.setWindowTitle(f"ramris - case {code}")
        self._pages.setCurrentIndex(0)
        self._keys_for_reading(True)
        return self.closer.status_line(code) or self._display.question

    def display_due(self) -> DisplayCheck | None:
        """A check of the display that was skipped, to be put on the record with the answer."""
        return self._display.due()

    def answer_saved(self) -> None:
        """An answer was given on this screen."""
        self._display.answer_saved()

    def show_case(self, session: Session) -> None:
        """Draw what the session says now."""
        self._asker.follow(session.state)
        self._leaving = self._leaving and self.case.unsaved
        # the images first: what is to be loaded is read while the form is drawn
        self.images.show_state(session.state)
        self.form.render_state(session.state, session.last_save)
        self.atlas.render_state(session.state)
        self._strip.render()
        if self._found.isVisible():
            self._show_found()

    def showEvent(self, event: QShowEvent) -> None:
        """Offer the tour to a reader who hasn't had it."""
        super().showEvent(event)
        preferences = self._chosen.now
        if preferences.strip and not self._strip.shown:
            self._strip.toggle()
        if not preferences.toured and self._tour.isHidden():
            self._go_on_tour()
        elif preferences.form_apart and not self._form_window.apart:
            self._form_window.go_apart()

    def tell(self, line: str) -> None:
        """Show one line of the program's own, such as that of a fault."""
        self.case.tell(line)

    def ready_to_leave(self) -> bool:
        """Keep note and place; whether all that was answered is on disk. Where it isn't, a line says so."""
        self._asker.keep()
        self.case.save_bookmark()
        if self.case.unsaved:
            self.case.tell(UNSAVED)
        return not self.case.unsaved

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the place, stop the images, go; but not over an answer that wasn't saved, unless asked twice."""
        self._asker.keep()
        if self.case.unsaved and not self._leaving:
            self._leaving = True
            self.case.tell(UNSAVED)
            event.ignore()
            return
        self.case.end()
        # a window that stayed would keep the program running without images
        self._form_window.bring_back()
        self.images.shutdown()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A sheet stays in the middle, and the tour at what it speaks of."""
        super().resizeEvent(event)
        self._sheets.fit()
        self._tour.fit()
        self.atlas.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the sheet that is open, else takes back what a tool drew, stops fetching or leaves the tour."""
        if event.key() == Qt.Key.Key_Escape:
            if self._sheets.open_one:
                self._sheets.close()
            elif self.state is not None and self.state.view.tool:
                self.case.dispatch(TakeMarkBack())
            elif not self.images.fetching.stop():
                self._tour.leave()
            return
        super().keyPressEvent(event)

    def _act(self, action_id: str) -> None:
        act = self._of_the_window.get(action_id)
        if act is None:
            self._act_on_case(action_id)
        else:
            act()

    @property
    def _of_the_window(self) -> Mapping[str, Callable[[], object]]:
        """What the window does itself; the session knows nothing of it."""
        return {
            "room.quit": self._quit,
            **self._appearance.acts(),
            "keys.profile": partial(self.profiles.go_on, self._chosen, self.tell),
            "room.full_screen": partial(toggle_full_screen, self),
            "help.menus": partial(open_menus, self.menus),
            "help.keys": partial(self._sheets.toggle, "help.keys"),
            "help.display": self._display.toggle,
            "help.tour": self._go_on_tour,
            "case.list": self._show_cases,
            "case.next": partial(self.case.go_beside, 1),
            "case.previous": partial(self.case.go_beside, -1),
            "answer.note": self._ask_for_note,
            "images.found": self._show_found,
            "form.apart": self._toggle_form_window,
            "form.atlas": partial(self._tell_of, self.atlas.toggle),
            "form.atlas_beside": partial(self._tell_of, self.atlas.toggle_beside),
            "form.atlas_down": partial(self._tell_of, lambda _: self.atlas.go(1)),
            "form.atlas_up": partial(self._tell_of, lambda _: self.atlas.go(-1)),
            "form.rule": self._toggle_rule,
            "series.strip": self._toggle_strip,
            "case.sign": partial(self._close_case, "case.sign"),
            "case.park": partial(self._close_case, "case.park"),
        }

    def _quit(self) -> None:
        # the program's window, which asks the room, or the room where it is one itself
        self.window().close()

    def _take_keys(self, mouse: Mouse) -> None:
        self.images.take_mouse(mouse)
        self._sheets.make_anew()
        actions = tuple(self._declared.values())
        self._tour.say_keys(actions)
        self.form.card.rule_key = with_keys("[form.rule]", actions)

    def _fit_text(self) -> None:
        self._halves.fit_text()
        self.form.fit_text()
        self._sheets.make_anew()
        self._strip.render()

    def _toggle_form_window(self) -> None:
        if not self._form_window.toggle():
            self.tell(ONE_SCREEN)

    def _form_apart(self, apart: bool) -> None:
        self._chosen.keep(replace(self._chosen.now, form_apart=apart))

    def _act_on_case(self, action_id: str) -> None:
        state = self.state
        if state is None:
            return
        command = self._declared[action_id].command(self.images.primary_series())
        if command is None:
            return
        code = needing_words(state, command)
        if code is None:
            self.case.dispatch(command)
        else:
            self._asker.for_code(state, code)

    def _grade_clicked(self, grade: Decimal) -> None:
        # while words are typed or a sheet is open, neither a key nor a click grades
        if all(action.isEnabled() for action in self._of_a_case):
            primary = self.images.primary_series()
            self.case.dispatch(SetGrade(grade, primary[1] if primary is not None else ""))

    def _close_case(self, action_id: str) -> None:
        if self.state is None:
            return
        code = self.state.case.code
        asked = self.closer.ask_to_sign(self.state) if action_id == "case.sign" else self.closer.ask_to_park(code)
        if asked:
            self._keys_for_reading(False)

    def _open_anew(self, code: str) -> None:
        if self.state is not None:
            self.case.open(code)

    def _back_to_the_form(self, line: str) -> None:
        self._keys_for_reading(self.state is not None)
        self.setFocus()
        if line:
            self.tell(line)

    def _look_again(self, key: SiteKey, reference: WantedSite | None = None) -> None:
        where = look_again(self.case, key) if reference is None else look_there(self.case, reference)
        self.tell(f"{with_keys('[case.sign]', tuple(self._declared.values()))} goes back to the {where}.")

    def _ask_for_note(self) -> None:
        if self.state is not None:
            self._asker.for_note(self.state, self.state.meant)

    def _go_on_tour(self) -> None:
        if self.state is not None:
            self._sheets.close()
            # it points at parts of both, so both are to be in one window
            self._form_window.bring_back()
            self._tour.go_on()

    def _toured(self) -> None:
        self._chosen.keep(replace(self._chosen.now, toured=True))

    def _keys_of_sheets(self, on: bool) -> None:
        self._keys_for_reading(on and self.state is not None and not self.closer.active)

    def _keys_for_reading(self, on: bool) -> None:
        for action in self._of_a_case:
            action.setEnabled(on)

    def _toggle_rule(self) -> None:
        if self.state is not None:
            cast("RuleSheet", self._sheets.sheet("form.rule")).write(self.state)
            self._sheets.toggle("form.rule")

    def _toggle_strip(self) -> None:
        self._strip.toggle()
        self._chosen.keep(replace(self._chosen.now, strip=self._strip.shown))

    def _tell_of(self, act: Callable[[SessionState], str]) -> None:
        line = "" if self.state is None else act(self.state)
        if line:
            self.tell(line)

    def _show_found(self) -> None:
        panel = cast("QWidget", self.images)
        if self.state is not None:
            self._found.open(self.state, panel.mapToGlobal(panel.rect().topLeft()) + FOUND_AT)

    def _show_cases(self) -> None:
        corner = self.form.mapToGlobal(self.form.rect().topLeft())
        if self.state is not None:
            self._cases.open(self._door.worklist(), self.state.case.code, corner)

    def _show_menu(self, asked: MenuAsked) -> None:
        # while words are typed or a sheet is open the images are only looked at
        if self.state is not None and all(action.isEnabled() for action in self._of_a_case):
            cell_menu(self, self.state, (asked.row, asked.visit), self._actions, self.case.dispatch).popup(asked.at)

    def _show_empty(self) -> None:
        self.setWindowTitle("ramris")
        self._pages.setCurrentIndex(1)
        self._keys_for_reading(False)


def open_room(
    door: Door,
    case: str | None = None,
    actions: tuple[Action, ...] | None = None,
    preferences: Keeper | None = None,
    make_images: ImagesMaker = ImagesPanel,
) -> ReadingRoom:
    """A reading room at the case given, at the one left last, or at the first that isn't finished; not shown yet."""
    return ReadingRoom(door, case, make_images, actions, preferences)
