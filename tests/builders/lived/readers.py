"""Readers in the study that has lived: by the window's own session, by lines of text, and at once."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Answer, AnswerChanged, Graded, NotAssessable, SiteKey
from scoring.schemes.scheme import Scheme, grades_on
from storage.records import DisplayCheck
from storage.study.reader import ReaderStudy
from workstation.app.entering import enter
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.answers.grading import MarkUnscorable, SetGrade, Undo
from workstation.reading.answers.key_images import KeepImage, TakeImage
from workstation.reading.answers.notes import SetNote, ToggleUnsure
from workstation.reading.command import Command
from workstation.reading.images.view import ShowSlice
from workstation.reading.session.session import Session
from workstation.reading.state import Focus

ANSWER = "looked at again on both planes"


def read_at_once(study: Path, reader: str, case: str, upto: int | None = None) -> None:
    """Answer what is blank of a case in one commit; `upto` leaves the rest blank."""
    with ReaderStudy.open(study, reader) as door:
        standing = door.reading(case)
        blank = [key for key in _wanted(door, case) if standing.answer(key) is None][:upto]
        changes = [AnswerChanged(key, None, _answer(door.scheme, reader, case, key)) for key in blank]
        door.record(case, changes, "room")


def read_in_the_room(study: Path, reader: str, case: str) -> None:
    """A handful of sites by the session of the window: seen, noted, unsure, undone, unscorable, with a key image."""
    with ReaderStudy.open(study, reader) as door:
        if not door.display_known("1920x1080 at 1"):
            door.record_display(DisplayCheck("1920x1080 at 1", "passed"))
        session = Session(door, case, clock=_ticking().__next__)
        first = session.state.case.visits[0].series[0].code
        focus = session.state.focus
        _do(session, KeepImage(first), SetNote("a ganglion beside it"))
        _do(session, SetGrade(Decimal(2), first), ToggleUnsure())
        _do(session, SetGrade(Decimal(1)), Undo(), SetGrade(Decimal(3)))
        _do(session, MarkUnscorable("OT", "a plate in the way"), MarkUnscorable("AR"))
        _do(
            session,
            GoTo(Focus(focus.feature, focus.site, focus.visit)),
            ShowSlice(focus.visit, first, 1),
            KeepImage(first),
        )
        _do(session, TakeImage(session.state.key_images[-1].number))
        session.save_bookmark()


def read_by_lines(study: Path, reader: str, case: str, grade: int = 1) -> None:
    """All sites that are graded for synovitis, as `ramris enter` takes them."""
    with ReaderStudy.open(study, reader) as door:
        wanted = [key for key in _wanted(door, case) if key.feature == "SYN"]
        lines = [f"{case},{key.visit},{key.feature},{key.site},{grade}\n".encode() for key in wanted]
        done = enter(door, lines, lambda _: None, lambda _: None)
        assert not done.refused, done.refused


def change_one(study: Path, reader: str, case: str) -> None:
    """Another grade at the first site."""
    with ReaderStudy.open(study, reader) as door:
        key = _wanted(door, case)[0]
        before = door.reading(case).answer(key)
        after = Graded(Decimal(0 if before == Graded(Decimal(3)) else 3))
        door.record(case, [AnswerChanged(key, before, after)], "room")


def sign(study: Path, reader: str, case: str, passphrase: str | None = None) -> None:
    """Sign a case, every finding answered."""
    with ReaderStudy.open(study, reader) as door:
        found = door.signing_sheet(case).findings
        door.sign(case, {item.id: ANSWER for item in found}, passphrase)


def finish(study: Path, reader: str, case: str, passphrase: str | None = None) -> None:
    """Read what is blank, and sign."""
    read_at_once(study, reader, case)
    sign(study, reader, case, passphrase)


def open_cases(study: Path, reader: str) -> list[str]:
    """What the reader's worklist shows that isn't signed."""
    with ReaderStudy.open(study, reader) as door:
        return [entry.case for entry in door.worklist() if entry.status != "signed"]


def _wanted(door: ReaderStudy, case: str) -> tuple[SiteKey, ...]:
    """Every key at a visit that has images."""
    return tuple(keys_in_reading_order(door.scheme, tuple(visit.number for visit in door.case(case).visits)))


def _do(session: Session, *commands: Command) -> None:
    for command in commands:
        session.dispatch(command)
        assert session.state.notice is None or not session.state.notice.refused, session.state.notice


def _answer(scheme: Scheme, reader: str, case: str, key: SiteKey) -> Answer:
    lot = random.Random(f"{reader} {case} {key.visit} {key.feature} {key.site}")
    if lot.random() < 0.03:
        return NotAssessable("NC")
    grades = grades_on(scheme.feature(key.feature).scale)
    return Graded(lot.choice(grades[:4]) if lot.random() < 0.4 else grades[0])


def _ticking() -> Iterator[float]:
    at = 0.0
    while True:
        yield at
        at += 7.0
