"""What each grade of the feature in focus means, the site's own rule, and what it is judged on."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from scoring.reading import Graded
from scoring.scheme import Feature, GradeDefinition, Site
from workstation.reading.state import SessionState
from workstation.reading.wording import site_of, visit_name
from workstation.ui.reader.wording import number_text, series_text
from workstation.ui.shared.labels import plain_label, restyle, show_text


class GradeLine(QFrame):
    """One grade and its words. A click asks for the grade."""

    asked = Signal(object)

    def __init__(self, grade: GradeDefinition, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("gradeLine")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.grade: Decimal = grade.grade
        self._words = f"Grade {number_text(grade.grade)}: {grade.label}. {grade.definition}"
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(8)
        number = plain_label(number_text(grade.grade), role="bright")
        number.setFixedWidth(20)
        number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        row.addWidget(number)
        row.addWidget(plain_label(_line(grade), wrap=True), 1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Asked for on letting go over the same line, so that a slip can be taken elsewhere."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.asked.emit(self.grade)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The press is taken, so that the letting go comes here too."""
        event.accept()

    def render_current(self, current: bool) -> None:
        """Mark the grade that stands in the cell in focus."""
        restyle(self, "current", "true" if current else "false")
        self.setAccessibleName(self._words + (" This is the grade given." if current else ""))


class GradeCard(QWidget):
    """The card under the table. Built anew for each feature, marked anew for each answer.

    asked: a grade that was clicked.
    """

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Grades of the feature in focus")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(2)
        self._heading = plain_label(name="heading", wrap=True)
        self._note = plain_label(role="dim", wrap=True)
        outer.addWidget(self._heading)
        outer.addWidget(self._note)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName("Grade definitions")
        outer.addWidget(self._area, 1)
        self._feature: Feature | None = None
        self._lines: list[GradeLine] = []

    def render_state(self, state: SessionState) -> None:
        """Draw the site in focus and the grades of its feature."""
        site = site_of(state.scheme, state.focus.key)
        show_text(self._heading, f"{site.name}, {visit_name(state, state.focus.visit)}")
        note = _note(state, site)
        show_text(self._note, note)
        self._note.setVisible(bool(note))
        if self._feature is not state.feature:
            self._build(state.feature)
        answer = state.reading.answer(state.focus.key)
        given = answer.grade if isinstance(answer, Graded) else None
        for line in self._lines:
            line.render_current(line.grade == given)
            if line.grade == given:
                # after the layout has given the line its place
                QTimer.singleShot(0, self._area, self._show_current)

    def _show_current(self) -> None:
        for line in self._lines:
            if line.property("current") == "true":
                self._area.ensureWidgetVisible(line, 0, 2)

    def _build(self, feature: Feature) -> None:
        self._feature = feature
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(1)
        self._lines = [GradeLine(grade, inside) for grade in feature.scale.grades]
        for line in self._lines:
            line.asked.connect(self.asked)
            column.addWidget(line)
        column.addSpacing(6)
        for words in _explained(feature):
            column.addWidget(plain_label(words, role="dim", wrap=True))
        column.addStretch(1)
        # the area deletes the widget it held
        self._area.setWidget(inside)


def _line(grade: GradeDefinition) -> str:
    if not grade.definition:
        return grade.label
    if grade.definition.startswith(grade.label):
        return grade.definition
    return f"{grade.label}: {grade.definition}" if grade.label else grade.definition


def _note(state: SessionState, site: Site) -> str:
    """The site's rule, and what the reader noted here."""
    noted = state.notes.get(state.focus.key)
    lines = [site.note] if site.note else []
    if noted is not None:
        lines += [f"Noted: {noted.text}"] if noted.text else []
        lines += ["Marked unsure."] if noted.unsure else []
    return "\n".join(lines)


def _explained(feature: Feature) -> list[str]:
    lines = [f"Counts: {feature.what_counts}"] if feature.what_counts else []
    if feature.judged_on:
        lines.append(f"Judged on: {series_text(feature.judged_on)}")
    if feature.confirmed_on:
        lines.append(f"Confirmed on: {series_text(feature.confirmed_on)}")
    return [*lines, *feature.notes]
