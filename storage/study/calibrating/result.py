"""Results in a calibration: the gates, one case site by site, and what goes on the record of it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

from scoring.calibration.feedback import SiteFeedback, feedback
from scoring.calibration.gates import OWN_FILE, Gates, gates_from, shipped_gates
from scoring.calibration.measures import standing
from scoring.comparison.grades import CaseRead
from scoring.schemes.scheme import Scheme
from storage.errors import StudyError
from storage.study.calibrating.cases import Calibrated, CalibrationCase
from storage.study.calibrating.stand import Stand

LEVEL: Final = 0.95
MOST_BYTES: Final = 1 << 20


class Learning(Protocol):
    """What is needed of a reader's study."""

    path: Path

    @property
    def scheme(self) -> Scheme:
        """What may be scored."""

    def calibrated(self) -> Calibrated:
        """What the reader has signed, each beside the reference."""

    def note_feedback(self, case: str) -> None:
        """Put on the record that the reference of a case is shown."""

    def note_passed(self, gates_sha256: str) -> bool:
        """Put on the record that the reader passed."""

    def passed_at(self) -> str:
        """When the reader passed first; "" before."""

    def head(self) -> str:
        """The head of the record."""


def standing_in(study: Learning, case: str = "", level: float = LEVEL, *, by_site: bool = True) -> Stand:
    """Where a reader stands by all that is signed; that a reference is shown, and passing, go on the record.

    case: which to show site by site; the one that was signed last where it is empty. by_site: whether to show one at
    all; whoever isn't the reader asks for none, since the record would say that the reader saw it.

    Raises:
        StudyError, TomlRefused: no calibration, a calibration.toml that can't be used, or not a case that the reader
            has finished.
        NotSaved, StudyLocked: the record didn't take it, so nothing is shown.
    """
    of = study.calibrated()
    gates, digest = gates_of(study.path, study.scheme)
    pairs = [CaseRead(item.enrolment, (item.given, item.reference)) for item in of.latest]
    found = standing(study.scheme, pairs, gates, level=level)
    shown = _shown(of, case) if by_site else None
    sites: tuple[SiteFeedback, ...] = ()
    if shown is not None:
        # on the record first: whoever has seen the reference reads this case with other eyes
        study.note_feedback(shown.case)
        sites = feedback(study.scheme, shown.given, shown.reference)
    if found.passed and by_site:
        study.note_passed(digest)
    return Stand(study.path.name, study.scheme, of, found, shown, sites, digest, study.passed_at(), study.head())


def gates_of(directory: Path, scheme: Scheme) -> tuple[Gates, str]:
    """The gates of a study, its own where it has some, and the SHA-256 of what they say."""
    own = directory / OWN_FILE
    if not own.exists():
        gates = shipped_gates(scheme)
    elif not own.is_file():
        # the gates that somebody meant to set must not be others in silence
        raise StudyError(f"{OWN_FILE}: no file; put the gates there, or take it away for those of the program")
    elif own.stat().st_size > MOST_BYTES:
        raise StudyError(f"{OWN_FILE}: larger than 1 MiB, so no file of gates")
    else:
        gates = gates_from(_text(own), scheme)
    content = "\n".join([str(gates.least_cases), *(f"{gate.total} {gate.at} {gate.above!r}" for gate in gates.gates)])
    return gates, sha256(content.encode()).hexdigest()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        reason = "isn't text in UTF-8; save it as UTF-8"
    except OSError as error:
        reason = f"can't be read: {error.strerror}"
    raise StudyError(f"{path.name}: {reason}")


def _shown(of: Calibrated, case: str) -> CalibrationCase | None:
    if not case:
        return of.cases[-1] if of.cases else None
    for item in of.cases:
        if item.case == case:
            return item
    known = ", ".join(item.case for item in of.cases[-10:]) or "none yet"
    raise StudyError(f"case {case!a}: not one that {of.reader} has signed and the reference knows; these are: {known}")
