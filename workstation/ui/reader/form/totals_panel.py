"""The totals with their ranges. A total that lacks sites is shown as what it is: so much so far, so many open."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from scoring.readings.reading import NotAssessable
from scoring.readings.strict_totals import running_sum, total, total_change
from scoring.readings.visit_words import difference_word
from scoring.schemes.scheme import Scheme, Total
from workstation.reading.answers.hide_baseline import hides_baseline
from workstation.reading.images.linking import BASELINE
from workstation.reading.state import SessionState
from workstation.reading.wording import visit_heading, visit_name
from workstation.ui.reader.form.wording import HIDDEN, change_text, number_text
from workstation.ui.shared import theme
from workstation.ui.shared.labels import plain_label, restyle, show_text

NO_CHANGE = "\N{EN DASH}"

# range, baseline, follow-up, change
WIDTHS_PX = (46, 82, 82, 46)


class TotalsPanel(QWidget):
    """One line a total: name, range, baseline, follow-up, change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Totals")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        self._columns = 0
        self._scheme: Scheme | None = None
        self._visits: tuple[object, ...] = ()
        self._shown: SessionState | None = None
        self._values: dict[tuple[str, int], QLabel] = {}
        self._lines: dict[str, list[QLabel]] = {}
        self._of_feature: frozenset[str] = frozenset()

    def fit_text(self) -> None:
        """Columns for text of the size that is worn now."""
        for column, width in enumerate(WIDTHS_PX, start=1):
            self._grid.setColumnMinimumWidth(column, theme.scaled(width) if column < self._columns else 0)

        self._fit_names()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Names in as many words as fit."""
        super().resizeEvent(event)
        self._fit_names()

    def _fit_names(self) -> None:
        widths = [self._wide(column) for column in range(1, self._columns)]
        room = self.width() - sum(widths) - self._grid.horizontalSpacing() * len(widths)
        usual, small = QFont(self.font()), QFont(self.font())
        usual.setPixelSize(theme.TEXT_PX)
        small.setPixelSize(theme.SMALL_PX)
        fonts = {"": usual, "small": small}
        for entry in () if self._scheme is None else self._scheme.totals:
            label = self._lines[entry.code][0]
            ways = [(words, role) for words in reversed(names(entry.name)) for role in fonts]
            fitting = (way for way in ways if QFontMetrics(fonts[way[1]]).horizontalAdvance(way[0]) <= room)
            # cut in its middle a name says less than its code does
            words, role = next(fitting, (str(entry.code), "small"))
            restyle(label, "role", role)
            if label.text() != words:
                # a screen reader hears the whole name whatever fits
                label.setText(words)

    def _wide(self, column: int) -> int:
        """What a column takes: "16 (10 blank)" is wider than most of what stands there."""
        values = (labels[column].sizeHint().width() for labels in self._lines.values())
        # a scheme may have no total
        return max((self._grid.columnMinimumWidth(column), *values))

    def heights(self) -> tuple[int, int]:
        """What all lines need, and what the heading and the lines of the feature in focus need."""
        line = max((labels[0].sizeHint().height() for labels in self._lines.values()), default=0)
        return line * (len(self._lines) + 1), line * (len(self._of_feature) + 1)

    def show_short(self, short: bool) -> None:
        """Show the totals of the feature in focus alone, or all."""
        for code, labels in self._lines.items():
            for label in labels:
                label.setVisible(not short or code in self._of_feature)

    def render_state(self, state: SessionState) -> None:
        """Work every total out of the state and draw it."""
        if (self._scheme, self._visits) != (state.scheme, _visits(state)):
            self._build(state)
        self._of_feature = frozenset(
            entry.code for entry in state.scheme.totals if state.focus.feature in entry.features
        )
        changed = self._changed(state)
        if not changed:
            return
        for entry in state.scheme.totals:
            if not changed.intersection(map(str, entry.features)):
                continue
            for visit in state.case.asked:
                hidden = visit == BASELINE and hides_baseline(state)
                text, spoken, whole = (HIDDEN, HIDDEN, False) if hidden else _at_visit(state, entry, visit)
                label = self._values[entry.code, visit]
                show_text(label, text, f"{entry.name}, {visit_name(state, visit)}: {spoken}")
                label.setToolTip(spoken)
                restyle(label, "role", "bright" if whole else "dim")
            if state.case.alone:
                continue
            word = difference_word(ordered=state.case.ordered)
            change = None if hides_baseline(state) else total_change(state.scheme, state.reading, entry.code).value
            label = self._values[entry.code, 0]
            text = NO_CHANGE if change is None else change_text(change)
            show_text(label, text, f"{entry.name}, {word.lower()}: {'none yet' if change is None else text}")
            restyle(label, "role", "dim" if change is None else "bright")
        self._fit_names()

    def _changed(self, state: SessionState) -> frozenset[str]:
        """The features of which an answer, or what may be seen of it, is another than at the last call."""
        before, self._shown = self._shown, state
        if before is None or (before.scheme, hides_baseline(before)) != (state.scheme, hides_baseline(state)):
            return frozenset(str(feature.code) for feature in state.scheme.features)
        if before.case is not state.case:
            return frozenset(str(feature.code) for feature in state.scheme.features)
        old, new = before.reading.answers, state.reading.answers
        return frozenset(str(key.feature) for key in {*old, *new} if old.get(key) != new.get(key))

    def _build(self, state: SessionState) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self._scheme, self._visits, self._shown = state.scheme, _visits(state), None
        self._values, self._lines = {}, {}
        headings = ["Totals", "Range", *(visit_heading(state, visit) for visit in state.case.asked)]
        headings += [] if state.case.alone else [difference_word(ordered=state.case.ordered)]
        for column, heading in enumerate(headings):
            self._put(plain_label(heading, role="small"), 0, column)
        # 0 stands for the change
        shown = state.case.asked if state.case.alone else (*state.case.asked, 0)
        self._columns = len(headings)
        for row, entry in enumerate(state.scheme.totals, start=1):
            name = plain_label()
            # its words are cut to the column, and so mustn't widen it
            name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            name.setAccessibleName(entry.name)
            name.setToolTip(entry.name)
            self._put(name, row, 0)
            span = f"{number_text(entry.minimum)}\N{EN DASH}{number_text(entry.maximum)}"
            spans = plain_label(span, name="ranges")
            self._put(spans, row, 1)
            self._lines[entry.code] = [name, spans]
            for column, visit in enumerate(shown, start=2):
                label = plain_label(role="dim")
                self._values[entry.code, visit] = label
                self._lines[entry.code].append(label)
                self._put(label, row, column)
        self.fit_text()

    def _put(self, label: QLabel, row: int, column: int) -> None:
        if column:
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._grid.addWidget(label, row, column)


def names(name: str) -> tuple[str, str]:
    """A total's name: the short one before the colon, and with what it stands for.

    "MRI(i): inflammation, the sum of synovitis, ..." is "MRI(i)" and "MRI(i): inflammation".
    """
    short, _, meaning = name.partition(":")
    short = short.removesuffix(" total")
    return short, f"{short}: {meaning.strip().partition(',')[0]}" if meaning else short


def _visits(state: SessionState) -> tuple[object, ...]:
    """What the columns depend on."""
    return (state.case.asked, state.case.ordered)


def _at_visit(state: SessionState, entry: Total, visit: int) -> tuple[str, str, bool]:
    """(what is shown, what is said, whether it is a total)."""
    value = total(state.scheme, state.reading, entry.code, visit)
    if value.value is not None:
        return number_text(value.value), number_text(value.value), True
    unscorable = sum(
        isinstance(answer, NotAssessable) and key.visit == visit and key.feature in entry.features
        for key, answer in state.reading.answers.items()
    )
    blank = value.wanted - value.scored - unscorable
    if blank:
        sofar = number_text(running_sum(state.scheme, state.reading, entry.code, visit))
        return f"{sofar} ({blank} blank)", f"{sofar} so far, {blank} sites blank", False
    return "missing", f"missing, {unscorable} sites unscorable", False
