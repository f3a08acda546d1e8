"""Drawing of what is scored for each visit: every site clickable, filled by its grade, what is unread plain to see.

One hue, darker to lighter with the grade, and always the numeral beside it: no colour has to be told from another.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QRegion, QTransform
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from scoring.readings.reading import VISITS, Answer, Graded, SiteKey
from scoring.schemes.scheme import Feature
from workstation.diagram.outlines import NOTHING_DRAWN, Diagram, Outline
from workstation.reading.answers.hide_baseline import hides
from workstation.reading.images.hand_side import LEFT, RIGHT, WORDS, SetSide
from workstation.reading.state import Focus, SessionState
from workstation.reading.wording import visit_name
from workstation.ui.reader.form.as_imaged import BOTH, Drawn, as_imaged
from workstation.ui.reader.form.blank_sign import draw_blank
from workstation.ui.reader.form.height import LEAST_FIGURE_PX
from workstation.ui.reader.form.wording import HIDDEN, answer_text, spoken
from workstation.ui.shared import theme
from workstation.ui.shared.outline_path import path_of

_HEADING_PX = 16
# the ground of grade 0 and of the highest grade, between which the others lie
# how near a numeral a click counts, in units of the drawing
_HANDLE = 18.0
# pixels per unit of the drawing from which on the codes fit into the bones
_NAMED_FROM = 1.1
_BLANK_PX = 8.0
# of 255: bones behind the sites are seen, and no site is taken for one of them
_BACKDROP_ALPHA = 120
_GAP_PX = 8
_UP = QPointF(0, 2)


class _Mapped(Struct, frozen=True, eq=False):
    """An outline in the pixels of the widget, all pixels that its site may touch, and whether its numeral is within."""

    path: QPainterPath
    reach: QRect
    label_within: bool


class VisitDiagram(QWidget):
    """One visit's drawing. Emits the focus that a click asks for, and which hand it is where that was asked."""

    asked = Signal(Focus)
    side_told = Signal(SetSide)

    def __init__(self, visit: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._visit = visit
        self._state: SessionState | None = None
        self._drawn = Drawn(NOTHING_DRAWN, "", "")
        self._sides: dict[str, QRectF] = {}
        # of the drawing and the size that it was last painted at
        self._mapped: dict[int, _Mapped] = {}
        self._mapped_by: tuple[Diagram, QTransform] | None = None
        self.setMinimumSize(100, LEAST_FIGURE_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        """Large enough for a numeral in the smallest bone."""
        return QSize(180, 240)

    def render_state(self, state: SessionState) -> None:
        """Draw this state; one that looks the same here paints nothing."""
        before, self._state = self._state, state
        if before is not None and self._looks(before) == self._looks(state):
            return
        changed = self._changed(before, state)
        if before is None or self._ground(before) != self._ground(state):
            self._drawn = as_imaged(state, self._visit)
        unread = sum(state.reading.answer(key) is None for key in self._keys(state).values())
        side = self._drawn.side or "right or left"
        what = f"{self._diagram.part}, {BOTH}" if side == BOTH else f"a {side} {self._diagram.part}"
        feature = state.feature.name.lower()
        self.setAccessibleName(
            f"Diagram of {what}, {feature} at {visit_name(state, self._visit)}, {unread} sites blank"
        )
        if changed is None:
            self.update()
        else:
            self.update(self._area_of(changed))
            self.update(0, 0, self.width(), _heading_px())

    @property
    def _diagram(self) -> Diagram:
        return self._drawn.diagram

    def _changed(self, before: SessionState | None, state: SessionState) -> set[str] | None:
        """The sites that look otherwise than before; None where all may."""
        if before is None or self._ground(before) != self._ground(state):
            return None
        keys = self._keys(state)
        return {site for site, key in keys.items() if self._look(before, key) != self._look(state, key)}

    def _ground(self, state: SessionState) -> tuple[object, ...]:
        """What the drawing without its sites and its heading depends on."""
        form = state.view.form
        name = visit_name(state, self._visit)
        return (state.scheme, state.case, name, form.side, form.turned_over, state.focus.feature)

    @staticmethod
    def _look(state: SessionState, key: SiteKey) -> tuple[object, ...]:
        return (state.reading.answer(key), hides(state, key), state.focus.key == key)

    def _area_of(self, sites: Iterable[str]) -> QRegion:
        """All that the drawing of these sites may touch, in the widget's pixels."""
        region = QRegion()
        if self._state is not None:
            to_widget, outlines = self._to_widget(), self._diagram.of_feature(self._state.focus.feature)
            for site in sites:
                if site in outlines:
                    region = region.united(self._mapped_of(outlines[site], to_widget).reach)
        return region

    def _looks(self, state: SessionState) -> tuple[object, ...]:
        """All that the drawing depends on."""
        keys = self._keys(state).values()
        focus = state.focus
        return (
            visit_name(state, self._visit),
            focus if focus.visit == self._visit else focus.feature,
            state.case,
            (state.view.form.side, state.view.form.turned_over),
            [(state.reading.answer(key), hides(state, key)) for key in keys],
        )

    def site_at(self, position: QPointF) -> str:
        """The site under a place of the widget, or an empty string."""
        if self._state is None:
            return ""
        point = self._to_widget().inverted()[0].map(position)
        hit = [
            site
            for site, outline in self._diagram.of_feature(self._state.focus.feature).items()
            if path_of(outline).contains(point)
        ]
        if not hit:
            # a numeral that stands beside its site is a handle of it
            hit = [
                site
                for site, outline in self._diagram.of_feature(self._state.focus.feature).items()
                if (QPointF(*outline.label) - point).manhattanLength() < _HANDLE
            ]
        # what is drawn last lies on top
        return hit[-1] if hit else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A site that is clicked gets the focus."""
        event.accept()
        told = next((side for side, area in self._sides.items() if area.contains(event.position())), "")
        if told and event.button() == Qt.MouseButton.LeftButton:
            self.side_told.emit(SetSide(told))
            return
        site = self.site_at(event.position())
        if self._state is not None and site and event.button() == Qt.MouseButton.LeftButton:
            codes = {str(entry.code): entry.code for entry in self._state.feature.sites}
            if site in codes:
                self.asked.emit(Focus(self._state.focus.feature, codes[site], self._visit))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Backdrops, sites, numerals, the site in focus last so that its frame is whole; what is asked for of them."""
        state = self._state
        if state is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if not self._diagram.of_feature(state.focus.feature):
                self._say_nothing_is_drawn(painter, state)
                return
            self._draw_heading(painter, state)
            to_widget = self._to_widget()
            faint = QColor(theme.DIM)
            faint.setAlpha(_BACKDROP_ALPHA)
            painter.setPen(QPen(faint, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for backdrop in self._diagram.behind(state.focus.feature):
                painter.drawPath(self._mapped_of(backdrop, to_widget).path)
            self._draw_words(painter, state, to_widget)
            outlines = self._diagram.of_feature(state.focus.feature)
            keys = self._keys(state)
            in_focus = state.focus.site if state.focus.visit == self._visit else ""
            # not the rectangle round all of it: the heading is at the top and is always among it
            wanted = event.region()
            reaches = {code: self._mapped_of(outlines[code], to_widget).reach for code in outlines if code in keys}
            touched = (code for code, reach in reaches.items() if wanted.intersects(reach))
            sites = sorted(touched, key=lambda code: code == in_focus)
            for site in sites:
                self._draw_ground(painter, state, outlines[site], keys[site], to_widget)
            self._draw_bones_over_joints(painter, state, to_widget)
            for site in sites:
                self._draw_numeral(painter, state, outlines[site], keys[site], to_widget)

    def _draw_words(self, painter: QPainter, state: SessionState, to_widget: QTransform) -> None:
        font = QFont(self.font())
        font.setPixelSize(theme.SMALL_PX)
        painter.setFont(font)
        painter.setPen(QColor(theme.DIM))
        for word in self._diagram.words_of(state.focus.feature):
            middle = to_widget.map(QPointF(*word.middle))
            painter.drawText(QRectF(middle.x() - 30, middle.y() - 8, 60, 16), Qt.AlignmentFlag.AlignCenter, word.text)

    def _draw_bones_over_joints(self, painter: QPainter, state: SessionState, to_widget: QTransform) -> None:
        """A joint is the space between bones: they lie over it."""
        if self._diagram.layers.get(state.focus.feature) != "joint":
            return
        painter.setPen(QPen(QColor(theme.DIM), 1))
        painter.setBrush(QColor(theme.RAISED))
        for outline in self._diagram.outlines:
            if outline.layer == "bone":
                painter.drawPath(self._mapped_of(outline, to_widget).path)

    def _draw_heading(self, painter: QPainter, state: SessionState) -> None:
        font = QFont(self.font())
        font.setPixelSize(theme.SMALL_PX)
        font.setBold(state.focus.visit == self._visit)
        painter.setFont(font)
        painter.setPen(QColor(theme.TEXT if state.focus.visit == self._visit else theme.DIM))
        name = visit_name(state, self._visit)
        words = f"{name[0].upper()}{name[1:]}"
        self._sides = {}
        if not self._drawn.side:
            self._ask_for_side(painter, words)
            return
        words += "" if self._drawn.side == BOTH else f", {self._drawn.side} {self._diagram.part}"
        whole = f"{words}, {self._drawn.seen}" if self._drawn.seen else words
        words = whole if painter.fontMetrics().horizontalAdvance(whole) <= self.width() else words
        painter.drawText(QRectF(0, 0, self.width(), _heading_px()), Qt.AlignmentFlag.AlignCenter, words)

    def _ask_for_side(self, painter: QPainter, visit: str) -> None:
        """The question, in the longest words that fit, and its two answers to be clicked, in place of the side."""
        metrics = painter.fontMetrics()
        answers = [(WORDS[side], side) for side in (RIGHT, LEFT)]
        room = self.width() - sum(metrics.horizontalAdvance(word) + _GAP_PX for word, _ in answers)
        asked = questions(visit, self._diagram.part)
        question = next((words for words in asked if metrics.horizontalAdvance(words) <= room), "")
        parts = [(question, ""), *answers]
        wide = [metrics.horizontalAdvance(words) for words, _ in parts]
        left = max((self.width() - sum(wide) - 2 * _GAP_PX) / 2, 0.0)
        for (words, side), width in zip(parts, wide, strict=True):
            area = QRectF(left, 0, width, _heading_px())
            painter.setPen(QColor(theme.ACCENT if side else theme.REFUSED))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, words)
            if side:
                # within the heading, which is painted anew by itself
                painter.drawLine(area.bottomLeft() - _UP, area.bottomRight() - _UP)
                self._sides[side] = area.adjusted(-_GAP_PX / 2, 0, _GAP_PX / 2, 0)
            left += width + _GAP_PX

    def _say_nothing_is_drawn(self, painter: QPainter, state: SessionState) -> None:
        painter.setPen(QColor(theme.DIM))
        words = f"The scheme has no drawing of {state.feature.name.lower()}. The rows above hold its sites."
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)

    def _draw_ground(
        self, painter: QPainter, state: SessionState, outline: Outline, key: SiteKey, to_widget: QTransform
    ) -> None:
        answer = None if hides(state, key) else state.reading.answer(key)
        fill = _fill(state.feature, answer)
        focused = state.focus.key == key
        pen = QPen(
            QColor(theme.ACCENT if focused else theme.DIM if answer is None else theme.LINE), 2 if focused else 1
        )
        if answer is None and not focused:
            pen.setDashPattern([2, 2])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush if fill is None else fill)
        painter.drawPath(self._mapped_of(outline, to_widget).path)

    def _draw_numeral(
        self, painter: QPainter, state: SessionState, outline: Outline, key: SiteKey, to_widget: QTransform
    ) -> None:
        hidden = hides(state, key)
        answer = None if hidden else state.reading.answer(key)
        focused = state.focus.key == key
        font = QFont(self.font())
        font.setPixelSize(theme.SMALL_PX)
        font.setBold(answer is not None)
        painter.setFont(font)
        within = self._mapped_of(outline, to_widget).label_within
        fill = _fill(state.feature, answer) if within else None
        painter.setPen(QColor(theme.DIM) if answer is None else numeral_colour(fill))
        middle = to_widget.map(QPointF(*outline.label))
        # in a small drawing the codes of neighbours would run into each other: an empty box says unread there
        named = focused or to_widget.m11() >= _NAMED_FROM
        if answer is None and not hidden and not named:
            # a bone's own dashed outline is its box
            if not within:
                draw_blank(painter, middle, _BLANK_PX)
            return
        words = HIDDEN if hidden else str(key.site) if answer is None else answer_text(state.feature.scale, answer)
        painter.drawText(QRectF(middle.x() - 30, middle.y() - 8, 60, 16), Qt.AlignmentFlag.AlignCenter, words)
        if focused:
            self.setToolTip(f"{key.site}: {HIDDEN if hidden else spoken(state.feature.scale, answer)}")

    def _keys(self, state: SessionState) -> dict[str, SiteKey]:
        feature = state.feature
        return {str(site.code): SiteKey(self._visit, feature.code, site.code) for site in feature.sites}

    def _mapped_of(self, outline: Outline, to_widget: QTransform) -> _Mapped:
        """Where an outline of this drawing lies, found once for a size of the widget: each key asks for all of them."""
        if self._mapped_by is None or self._mapped_by[0] is not self._diagram or self._mapped_by[1] != to_widget:
            # the drawing is kept, so that no other outline can have the number of one of its own
            self._mapped, self._mapped_by = {}, (self._diagram, to_widget)
        found = self._mapped.get(id(outline))
        if found is None:
            path, label = path_of(outline), QPointF(*outline.label)
            found = _Mapped(to_widget.map(path), _reach(outline, to_widget), path.contains(label))
            self._mapped[id(outline)] = found
        return found

    def _to_widget(self) -> QTransform:
        """From the drawing's units to pixels: as large as fits, in the middle."""
        high = max(self.height() - _heading_px() - 2, 1)
        scale = min(self.width() / self._diagram.width, high / self._diagram.height)
        left = (self.width() - self._diagram.width * scale) / 2
        return QTransform(scale, 0, 0, scale, left, _heading_px() + (high - self._diagram.height * scale) / 2)


class WristDiagram(QWidget):
    """Baseline and follow-up side by side."""

    asked = Signal(Focus)
    side_told = Signal(SetSide)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Diagram of what is scored")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.visits = tuple(VisitDiagram(visit, self) for visit in VISITS)
        for diagram in self.visits:
            row.addWidget(diagram)
            diagram.asked.connect(self.asked)
            diagram.side_told.connect(self.side_told)

    def render_state(self, state: SessionState) -> None:
        """Draw this state."""
        for visit, diagram in zip(VISITS, self.visits, strict=True):
            diagram.setVisible(visit in state.case.asked)
            diagram.render_state(state)


def numeral_colour(ground: QColor | None) -> QColor:
    """Dark on a light ground and light on a dark one: whichever stands out more. None is the form's own ground."""
    shade = _luminance(QColor(theme.PANEL) if ground is None else ground)
    # where black and white stand out alike: (L + 0.05) / 0.05 = 1.05 / (L + 0.05)
    return QColor("#000000" if shade > 0.179 else "#ffffff")  # noqa: PLR2004 - see above


def _heading_px() -> int:
    return theme.scaled(_HEADING_PX)


def _luminance(colour: QColor) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, definition of relative luminance)."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - the standard's numbers
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _fill(feature: Feature, answer: Answer | None) -> QColor | None:
    """The ground of an answer; none where it is unread or unscorable."""
    if not isinstance(answer, Graded):
        return None
    span = float(feature.scale.maximum - feature.scale.minimum) or 1.0
    share = float(answer.grade - feature.scale.minimum) / span
    low, high = QColor(theme.LEAST), QColor(theme.MOST)
    parts = ((low.red(), high.red()), (low.green(), high.green()), (low.blue(), high.blue()))
    red, green, blue = (round(least + (most - least) * share) for least, most in parts)
    return QColor(red, green, blue)


def _reach(outline: Outline, to_widget: QTransform) -> QRect:
    """The pixels that a site's drawing may touch: its outline, and its numeral, which may stand beside it."""
    middle = to_widget.map(QPointF(*outline.label))
    numeral = QRectF(middle.x() - 30, middle.y() - 8, 60, 16)
    return to_widget.mapRect(path_of(outline).boundingRect()).united(numeral).toAlignedRect().adjusted(-2, -2, 2, 2)


def questions(visit: str, part: str) -> tuple[str, ...]:
    """What asks for the side of what is drawn, the longest words first."""
    return f"{visit}: which {part}?", f"Which {part}?", f"{part[0].upper()}{part[1:]}?"
