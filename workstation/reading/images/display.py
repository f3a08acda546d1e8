"""Display of the images: windows, grey, one cell alone, other series."""

from __future__ import annotations

from types import MappingProxyType

from scoring.schemes.modalities import XR
from scoring.values import replace
from workstation.reading.command import Command, handles
from workstation.reading.outcome import Outcome, refused, told
from workstation.reading.state import SessionState
from workstation.reading.view_state import Cells, FormLook, Grey, Window

BEFORE, AFTER = "T1", "T1FSGD"


class ToggleOverview(Command, frozen=True):
    """Show an enlarged radiograph whole in a corner of its cell, or don't."""


@handles(ToggleOverview)
def overview_toggled(state: SessionState, _command: ToggleOverview) -> Outcome:
    """The overview shown or hidden from now on; refused where no radiograph is."""
    if state.scheme.modality != XR.code:
        return refused(state, "No radiograph is shown. Slices of an MRI have no overview: R shows the whole images.")
    now = not state.view.overview
    line = (
        "The overview is shown in each enlarged cell; a click in it goes there." if now else "The overview is hidden."
    )
    return told(replace(state, view=replace(state.view, overview=now)), line)


class ResetWindows(Command, frozen=True):
    """Go back to the windows that the series open with, nothing else."""


@handles(ResetWindows)
def windows_reset(state: SessionState, _command: ResetWindows) -> Outcome:
    """Back to the windows that the series open with."""
    windows: MappingProxyType[str, Window] = MappingProxyType({})
    return _with_grey(state, replace(state.view.grey, windows=windows, inverted=False))


class ToggleInverted(Command, frozen=True):
    """Show black as white, or as it is again."""


@handles(ToggleInverted)
def inverted(state: SessionState, _command: ToggleInverted) -> Outcome:
    """Black for white, or as it is again."""
    return _with_grey(state, replace(state.view.grey, inverted=not state.view.grey.inverted))


class ToggleSmooth(Command, frozen=True):
    """Interpolate between pixels, or show each as a square."""


@handles(ToggleSmooth)
def smoothed(state: SessionState, _command: ToggleSmooth) -> Outcome:
    """Interpolated, or each pixel a square; a line says which."""
    grey = replace(state.view.grey, smooth=not state.view.grey.smooth)
    line = "Interpolated between pixels." if grey.smooth else "Each pixel as it was stored."
    return told(_with_grey(state, grey).state, line)


class ToggleContrast(Command, frozen=True):
    """Show T1 before gadolinium in the cells of T1 after it, in place, or the other way round."""


@handles(ToggleContrast)
def contrast_changed(state: SessionState, _command: ToggleContrast) -> Outcome:
    """T1 before and after gadolinium change places; refused where the case doesn't have both in one plane."""
    both = any(
        {BEFORE, AFTER} <= {series.kind for series in visit.series if series.plane == plane and series.slices}
        for visit in state.case.visits
        for plane in {series.plane for series in visit.series}
    )
    if not both:
        return refused(state, "No visit has T1 before and after gadolinium in one plane.")
    return _with_cells(state, replace(state.view.cells, contrast=not state.view.cells.contrast))


class Subtract(Command, frozen=True):
    """Subtract T1 before gadolinium from T1 after it."""


@handles(Subtract)
def subtracted(state: SessionState, _command: Subtract) -> Outcome:
    """Never: what the protocol has before gadolinium has its fat, what it has after has none."""
    return refused(
        state,
        "Not subtracted: T1 before gadolinium shows fat, T1 after it is fat-suppressed; "
        "the difference would show fat, not enhancement. P shows the one or the other.",
    )


class Enlarge(Command, frozen=True):
    """Show one cell alone, (row, visit); None shows all again. Remembered for the feature."""

    cell: tuple[int, int] | None


@handles(Enlarge)
def enlarged(state: SessionState, command: Enlarge) -> Outcome:
    """One cell alone, or all again; remembered for the feature in focus."""
    feature, cells = str(state.focus.feature), state.view.cells
    kept = {code: one for code, one in cells.enlarged.items() if code != feature}
    if command.cell is None:
        return _with_cells(state, replace(cells, enlarged=MappingProxyType(kept)))
    kept[feature] = command.cell
    # keys act on what is in sight
    keyed = MappingProxyType({**cells.keyed, feature: command.cell[0]})
    return _with_cells(state, replace(cells, enlarged=MappingProxyType(kept), keyed=keyed))


class ToggleEnlarged(Command, frozen=True):
    """Show the cell of a visit that keys act on alone, or all again."""

    visit: int


@handles(ToggleEnlarged)
def enlarged_toggled(state: SessionState, command: ToggleEnlarged) -> Outcome:
    """The cell alone that keys act on, or all again."""
    feature, cells = str(state.focus.feature), state.view.cells
    cell = None if feature in cells.enlarged else (cells.keyed.get(feature, 0), command.visit)
    return enlarged(state, Enlarge(cell))


class MoveRow(Command, frozen=True):
    """Have keys act on the next row of series, or the one before; a cell that is alone makes way for the row's."""

    by: int


@handles(MoveRow)
def row_moved(state: SessionState, command: MoveRow) -> Outcome:
    """Keys act on the next row of series, round the end; remembered for the feature in focus."""
    feature, cells = str(state.focus.feature), state.view.cells
    rows = cells.rows_at(feature)
    # a scan alone shows one more where an odd one would leave a place empty
    rows += rows % 2 if state.case.alone and rows > 1 else 0
    row = (cells.keyed.get(feature, 0) + command.by) % rows
    moved = replace(cells, keyed=MappingProxyType({**cells.keyed, feature: row}))
    alone = cells.enlarged.get(feature)
    if alone is not None:
        moved = replace(moved, enlarged=MappingProxyType({**cells.enlarged, feature: (row, alone[1])}))
    return _with_cells(state, moved)


ARRANGED = (
    "The visits stand as their images are largest.",
    "The visits stand side by side, as two blocks.",
    "The visits stand one above the other.",
    "The visits stand side by side, a series a row.",
)


class ToggleColumns(Command, frozen=True):
    """From what gives the largest images to two blocks, one visit above the other, a series a row; for the feature."""


@handles(ToggleColumns)
def columns_toggled(state: SessionState, _command: ToggleColumns) -> Outcome:
    """The next arrangement for the feature, round from the last to the first; a line says which."""
    cells, feature = state.view.cells, str(state.focus.feature)
    chosen = (cells.columns, cells.above, cells.beside)
    now = next((number for number, features in enumerate(chosen, start=1) if feature in features), 0)
    after = (now + 1) % len(ARRANGED)
    columns, above, beside = (
        features | {feature} if number == after else features - {feature}
        for number, features in enumerate(chosen, start=1)
    )
    arranged = replace(cells, beside=beside, columns=columns, above=above)
    return told(_with_cells(state, arranged).state, ARRANGED[after])


class NextSeries(Command, frozen=True):
    """Put the next other series of the case into the first row."""

    by: int = 1


@handles(NextSeries)
def next_series(state: SessionState, command: NextSeries) -> Outcome:
    """The next kind and plane that the case has into the first row; past the last, what the layout says again."""
    names = sorted({(s.kind, s.plane) for visit in state.case.visits for s in visit.series if s.slices})
    choices: list[tuple[str, str] | None] = [None, *names]
    feature = str(state.focus.feature)
    here = state.view.cells.instead_of(feature).get(0)
    following = choices[(choices.index(here if here in choices else None) + command.by) % len(choices)]
    cells = state.view.cells.with_row(feature, 0, following)
    line = (
        "First row: the series of the layout."
        if following is None
        else "First row: another series. T shows the next, Shift+T the previous."
    )
    return told(_with_cells(state, cells).state, line)


class ChooseSeries(Command, frozen=True):
    """Put the series of a kind and plane into the first row; "" for both: what the layout says."""

    kind: str = ""
    plane: str = ""


@handles(ChooseSeries)
def series_chosen(state: SessionState, command: ChooseSeries) -> Outcome:
    """That kind and plane into the first row of the feature in focus, or what the layout says."""
    chosen = (command.kind, command.plane) if command.kind else None
    cells = state.view.cells.with_row(str(state.focus.feature), 0, chosen)
    line = "First row: the series that you chose." if command.kind else "First row: the series of the layout."
    return told(_with_cells(state, cells).state, line)


class ToggleFigure(Command, frozen=True):
    """Show the drawing in place of the grades' words, or the words."""


@handles(ToggleFigure)
def figure_toggled(state: SessionState, _command: ToggleFigure) -> Outcome:
    """The drawing in place of the words, or the words."""
    return _with_form(state, replace(state.view.form, figure=not state.view.form.figure))


def _with_grey(state: SessionState, grey: Grey) -> Outcome:
    return Outcome(replace(state, view=replace(state.view, grey=grey)))


def _with_cells(state: SessionState, cells: Cells) -> Outcome:
    return Outcome(replace(state, view=replace(state.view, cells=cells)))


def _with_form(state: SessionState, form: FormLook) -> Outcome:
    return Outcome(replace(state, view=replace(state.view, form=form)))
