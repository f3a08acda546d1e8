"""Grade card: what each grade of the feature in focus means, the site's own rule, and what it is judged on."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from scoring.readings.reading import VISITS, Graded, NotAssessable
from scoring.schemes.scheme import Feature, GradeDefinition, Site
from workstation.reading.answers.hide_baseline import hides
from workstation.reading.answers.other_readings import beside_words, names_at
from workstation.reading.answers.review import code_words
from workstation.reading.answers.viewings import slices_words
from workstation.reading.state import SessionState
from workstation.reading.wording import at_visit, site_of
from workstation.ui.reader.form.wording import key_text, number_text, series_text
from workstation.ui.shared import theme
from workstation.ui.shared.labels import plain_label, restyle, show_text

# at the right of the lines, and between them
SIDE_PX, GAP_PX = 4, 1
# above what explains the grades
ABOVE_PX = 6
# pages of the other features are made when a feature has been in sight this long, and then so long after each other
QUIET_MS, BETWEEN_MS = 1500, 100


class GradeLine(QFrame):
    """One grade and its words. A click asks for the grade."""

    asked = Signal(Decimal)

    def __init__(self, grade: GradeDefinition, names: Sequence[str], parent: QWidget) -> None:
        """names: of all grades of the feature, so that their words stand under each other."""
        super().__init__(parent)
        self.setObjectName("gradeLine")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.grade: Decimal = grade.grade
        name = _name(grade)
        self._words = f"Grade {name}: {grade.label}. {grade.definition}"
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(8)
        number = plain_label(name, role="bright")
        self._number, self._names = number, names
        number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        row.addWidget(number)
        self.fit_text()
        row.addWidget(plain_label(grade_line(grade), wrap=True), 1)
        if keys := key_text(grade):
            row.addWidget(plain_label(keys, role="dim"), 0, Qt.AlignmentFlag.AlignTop)
        self._beside = plain_label(role="bright")
        self._beside.hide()
        row.addWidget(self._beside, 0, Qt.AlignmentFlag.AlignTop)

    def fit_text(self) -> None:
        """The number in a column as wide as text of the size that is worn now needs."""
        # bold by the style, which a label that was never shown doesn't wear yet
        self._number.ensurePolished()
        widest = max(map(self._number.fontMetrics().horizontalAdvance, self._names))
        self._number.setFixedWidth(max(theme.scaled(20), widest))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Asked for on letting go over the same line, so that a slip can be taken elsewhere."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.asked.emit(self.grade)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The press is taken, so that the letting go comes here too."""
        event.accept()

    def render_current(self, current: bool, beside: str = "") -> None:
        """Mark the grade that stands in the cell in focus, and which of two other readings have it."""
        restyle(self, "current", "true" if current else "false")
        show_text(self._beside, beside)
        self._beside.setVisible(bool(beside))
        said = f" Reading {' and '.join(beside.split())}." if beside else ""
        self.setAccessibleName(self._words + (" This is the grade given." if current else "") + said)


class GradeCard(QWidget):
    """The card under the table. Built anew for each feature, marked anew for each answer.

    The lines of a feature stand still from site to site, so that a click meets what it was meant for: heading and rule
    keep the room that any site of it needs. A longer rule is cut to its line, stands whole below the grades where there
    is room, and `rule_key` opens all of it.

    asked: a grade that was clicked.
    """

    asked = Signal(Decimal)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Grades of the feature in focus")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(GAP_PX)
        self._heading = plain_label(name="heading", wrap=True)
        self._heading.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
        self._note = plain_label(role="dim")
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        outer.addWidget(self._heading)
        outer.addWidget(self._note)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName("Grade definitions")
        # by itself it wants room for what explains the grades, too, and a column can't give it less than it wants
        self._area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._area.setWidget(self._inside)
        outer.addWidget(self._area, 1)
        self._pages: dict[str, _Page] = {}
        self._features: tuple[Feature, ...] = ()
        self._ahead = QTimer(self)
        self._ahead.setSingleShot(True)
        self._ahead.timeout.connect(self._make_ahead)
        self._feature: Feature | None = None
        self._lines: list[GradeLine] = []
        self._more: QWidget | None = None
        self._whole_rule = plain_label(role="dim", wrap=True)
        self._explained: dict[str, QLabel] = {}
        self._rule = ""
        self.rule_key = ""
        self._headings: tuple[str, ...] = ()
        self._height_known: tuple[Feature | None, int, int, int] = (None, 0, 0, 0)

    def fit_text(self) -> None:
        """Measure anew for text of the size that is worn now."""
        self._height_known = (None, 0, 0, 0)
        for page in self._pages.values():
            for line in page.lines:
                line.fit_text()

    def least_height(self, width: int) -> int:
        """What heading, one line of the rule and the words of all grades need at that width."""
        heading, grades = self._heights(width)
        return heading + self._note.fontMetrics().height() + 2 * GAP_PX + grades

    def explained_height(self, width: int) -> int:
        """What all that explains the feature needs at that width, below the grades; the same at each of its sites."""
        lines = [label.heightForWidth(width - SIDE_PX) + GAP_PX for label in self._explained.values()]
        return sum(lines) + ABOVE_PX if lines else 0

    def _heights(self, width: int) -> tuple[int, int]:
        """(the longest heading of the feature, the words of all its grades)."""
        feature, at, heading, grades = self._height_known
        if (feature, at) != (self._feature, width) or not self.isVisible():
            metrics, wrapped = self._heading.fontMetrics(), Qt.TextFlag.TextWordWrap
            sizes = (metrics.boundingRect(0, 0, width, 0, wrapped, words) for words in self._headings)
            heading = max((size.height() for size in sizes), default=metrics.height())
            grades = sum(line.heightForWidth(width - SIDE_PX) + GAP_PX for line in self._lines)
            self._height_known = (self._feature, width, heading, grades)
        return heading, grades

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The rule whole, or one line of it."""
        super().resizeEvent(event)
        self._fit()

    def render_state(self, state: SessionState) -> None:
        """Draw the site in focus and the grades of its feature."""
        site = site_of(state.scheme, state.focus.key)
        show_text(self._heading, at_visit(state, site, state.focus.visit))
        self._rule = site_rule(state, site)
        if self._feature is not state.feature:
            pairs = [(one, visit) for one in state.feature.sites for visit in VISITS]
            self._headings = tuple(at_visit(state, one, visit) for one, visit in pairs)
            self._turn_to(state.feature)
            self._features = state.scheme.features
            self._ahead.start(QUIET_MS)
        self._fit()
        answer = state.reading.answer(state.focus.key)
        given = answer.grade if isinstance(answer, Graded) else None
        for line in self._lines:
            line.render_current(line.grade == given, names_at(state, state.focus.key, line.grade))
            if line.grade == given:
                # after the layout has given the line its place
                QTimer.singleShot(0, self._area, self._show_current)

    def _fit(self) -> None:
        """What explains the grades only where all of it has room, the rule before it; nothing is shown by halves."""
        if self._more is None:
            return
        metrics, width = self._note.fontMetrics(), self.width()
        self._heading.setFixedHeight(self._heights(width)[0])
        # a line without words would be lower
        self._note.setFixedHeight(metrics.height())
        line = self._rule.replace("\n", "  ")
        whole = metrics.horizontalAdvance(line) <= width
        if not whole:
            more = f"  ({self.rule_key})" if self.rule_key else ""
            room = width - metrics.horizontalAdvance(more)
            line = metrics.elidedText(line, Qt.TextElideMode.ElideRight, room) + more
        if self._note.text() != line:
            show_text(self._note, line, self._rule)
        if self._whole_rule.text() != self._rule:
            show_text(self._whole_rule, self._rule)
        self._whole_rule.setVisible(not whole)
        # what the rule of the site says of the feature stands once
        said = self._rule.split("\n")
        for words, label in self._explained.items():
            label.setVisible(words not in said)
        self._more.setVisible(self.height() - self.least_height(width) >= self._more.heightForWidth(width - SIDE_PX))

    def _show_current(self) -> None:
        for line in self._lines:
            if line.property("current") == "true":
                self._area.ensureWidgetVisible(line, 0, 2)

    def _turn_to(self, feature: Feature) -> None:
        """Show the page of a feature."""
        page = self._page(feature)
        for other in self._pages.values():
            other.setVisible(other is page)
        self._feature, self._lines, self._more, self._whole_rule = feature, page.lines, page.more, page.whole_rule
        self._explained = page.explained

    def _page(self, feature: Feature) -> _Page:
        """The page of a feature, made when it is asked for first; of a design that has changed, made anew."""
        page = self._pages.get(str(feature.code))
        if page is None or page.feature is not feature:
            if page is not None:
                page.hide()
                page.deleteLater()
            page = self._pages[str(feature.code)] = _Page(feature, self._inside)
            page.asked.connect(self.asked)
            page.hide()
            self._column.insertWidget(0, page)
        return page

    def _make_ahead(self) -> None:
        """Make a page that isn't there yet while nothing is to be done, so that no key waits for it."""
        missing = [feature for feature in self._features if str(feature.code) not in self._pages]
        if missing:
            page = self._page(missing[0])
            for part in (page, *page.findChildren(QWidget)):
                part.ensurePolished()
        if len(missing) > 1:
            self._ahead.start(BETWEEN_MS)


class _Page(QWidget):
    """The grades of one feature and what explains them."""

    asked = Signal(Decimal)

    def __init__(self, feature: Feature, parent: QWidget) -> None:
        super().__init__(parent)
        self.feature = feature
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, SIDE_PX, 0)
        column.setSpacing(GAP_PX)
        names = tuple(map(_name, feature.scale.grades))
        self.lines = [GradeLine(grade, names, self) for grade in feature.scale.grades]
        for line in self.lines:
            line.asked.connect(self.asked)
            column.addWidget(line)
        # not a widget of the card itself: it would lie over the first grade and take its clicks
        self.more = QWidget(self)
        below = QVBoxLayout(self.more)
        below.setContentsMargins(0, ABOVE_PX, 0, 0)
        below.setSpacing(GAP_PX)
        self.whole_rule = plain_label(role="dim", wrap=True)
        below.addWidget(self.whole_rule)
        self.explained = {words: plain_label(words, role="dim", wrap=True) for words in explained(feature)}
        for label in self.explained.values():
            below.addWidget(label)
        column.addWidget(self.more)
        column.addStretch(1)


def _name(grade: GradeDefinition) -> str:
    return grade.letter or number_text(grade.grade)


def grade_line(grade: GradeDefinition) -> str:
    """The words of a grade; its label once where the definition begins with it."""
    if not grade.definition:
        return grade.label
    if grade.definition.startswith(grade.label):
        return grade.definition
    return f"{grade.label}: {grade.definition}" if grade.label else grade.definition


def site_rule(state: SessionState, site: Site) -> str:
    """The site's rule, and what the reader noted here."""
    noted = state.notes.get(state.focus.key)
    seen = "" if hides(state, state.focus.key) else slices_words(state, state.focus.key)
    lines = [f"0{seen}."] if seen else []
    if others := beside_words(state, state.focus.key):
        lines = [f"{others}. F2, F3 take it; F4, F5 go there.", *lines]
    answer = state.reading.answer(state.focus.key)
    if isinstance(answer, NotAssessable) and not hides(state, state.focus.key):
        lines += [f"{code_words(state, answer)}."]
    lines += [site.note] if site.note else []
    if noted is not None:
        lines += [f"Noted: {noted.text}"] if noted.text else []
        lines += ["Marked unsure."] if noted.unsure else []
    return "\n".join(lines)


def explained(feature: Feature) -> list[str]:
    """What counts for a feature, what it is judged on, and its notes."""
    lines = [f"Counts: {feature.what_counts}"] if feature.what_counts else []
    if feature.judged_on:
        lines.append(f"Judged on: {series_text(feature.judged_on)}")
    if feature.confirmed_on:
        lines.append(f"Confirmed on: {series_text(feature.confirmed_on)}")
    return [*lines, *feature.notes]
