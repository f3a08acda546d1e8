"""The coordinator draws a finished case for a re-read while it stands open in the reader's room."""

from decimal import Decimal
from pathlib import Path

import pytest

from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.studies import an_assigned_study, read_whole
from workstation.reading.answers.grading import SetGrade
from workstation.reading.session.session import GONE, Session
from workstation.reading.state import Notice
from workstation.reading.worklist import neighbour


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A study of two subjects, both read whole by R1."""
    folder, codes = an_assigned_study(tmp_path / "trial", "R1", subjects=2)
    for code in codes:
        read_whole(folder, code, reader="R1")
    return folder


def test_the_room_says_so_keeps_what_was_saved_and_goes_on(folder: Path) -> None:
    with ReaderStudy.open(folder, "R1") as door:
        first = door.worklist()[0].case
        session = Session(door, first)
        before = session.state.reading
        with CoordinatorStudy.open(folder) as study:
            study.reread("R1", 2, seed=1)

        session.dispatch(SetGrade(Decimal(1)))

        assert session.state.notice == Notice(GONE, refused=True)
        assert session.state.reading == before
        session.save_bookmark()
        assert first not in [entry.case for entry in door.worklist()]
        after = neighbour(door.worklist(), first, 1)
        assert after in [entry.case for entry in door.worklist()]
