"""Commands from actions: asks what is still to be known. None when the coordinator left it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDialog, QWidget

from scoring.schemes.modalities import XR, modality_of_plane
from storage.vault.choices import About, Deed
from workstation.intake.deidentify.blanking import regions_of
from workstation.managing import commands as c
from workstation.managing.state import Managed, ManagingState, SeriesLine, SeriesStatus
from workstation.ui.coordinator.cases.region_view import RegionView
from workstation.ui.coordinator.dialogs.choices import BlankDialog, KindDialog, ReasonDialog
from workstation.ui.coordinator.dialogs.giving import AssignDialog, HeldDialog

WORDS = {
    "series.release": (
        "Release series {}?",
        "It comes into the study with every pixel. Say why: you have looked, and it shows no name and no date.",
    ),
    "series.refuse": ("Refuse series {}?", "It stays out of the study, also when you import its folder again."),
    "series.undo": (
        "Undo the last choice about series {}?",
        "The series becomes what it was before. If pixels were released or blacked out, its scans are read again.",
    ),
}
MEANT = {"series.release": Deed.RELEASE, "series.refuse": Deed.REFUSE}


def choice(
    parent: QWidget, action_id: str, series: SeriesLine, study: Managed, picture: QPixmap | None
) -> c.Choosing | None:
    """What is chosen about a series.

    Args:
        parent: the window.
        action_id: one of the series' actions.
        series: the one that is shown.
        study: who chose last in it, so that nobody is asked twice, and whether readers have the series.
        picture: of the series, None where there is none.
    """
    who, held = study.who, study.readers_have(series.code)
    if action_id == "series.kind":
        kind = KindDialog(
            series.code, series.kind, series.candidates, who, parent, x_ray=modality_of_plane(series.plane) is XR
        )
        given = _given(kind)
        what = About.KIND.of(series.code)
        return c.Decide(what, kind.chosen, kind.why.text(), kind.who.text()) if given else None
    if action_id == "series.blank":
        view = RegionView(series.rows, series.columns)
        view.show_picture(picture)
        found = regions_of(series.regions) if series.status is not SeriesStatus.IN else ()
        blank = BlankDialog(series.code, view, found, who, parent)
        blank.resize(760, 780)
        if held:
            blank.ask_for_read()
        if not _given(blank):
            return None
        told = (blank.why.text(), blank.who.text(), blank.change_read.isChecked())
        return c.Blank(series.code, blank.chosen(), *told)
    title, explained = WORDS[action_id]
    dialog = ReasonDialog(title.format(series.code), explained, who, parent)
    if held and action_id == "series.undo":
        dialog.ask_for_read()
    if not _given(dialog):
        return None
    why, by = dialog.why.text(), dialog.who.text()
    if action_id == "series.undo":
        return c.TakeBack(series.code, why, by, dialog.change_read.isChecked())
    return c.Decide(About.TEXT.of(series.code), MEANT[action_id], why, by)


def assign(parent: QWidget, state: ManagingState) -> c.Assign | None:
    """Who is to read, and whether also what isn't settled."""
    dialog = AssignDialog(state, parent)
    reader = dialog.reader.text().strip() if _given(dialog) else ""
    return c.Assign(reader, dialog.held.anyway()) if reader else None


def hand_over(parent: QWidget, state: ManagingState, out: Path) -> c.HandOver | None:
    """Whether what isn't settled is handed over too; nothing is asked where everything is."""
    if not state.holding:
        return c.HandOver(out)
    dialog = HeldDialog(state, parent)
    return c.HandOver(out, dialog.held.anyway()) if _given(dialog) else None


def _given(dialog: QDialog) -> bool:
    return dialog.exec() == QDialog.DialogCode.Accepted
