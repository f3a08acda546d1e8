"""Value of where a reader stands in a calibration, for window, page and lines. Computes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.calibration.feedback import SiteFeedback
from scoring.calibration.results import CalibrationResult
from scoring.schemes.scheme import Scheme
from storage.study.calibrating.cases import Calibrated, CalibrationCase


@dataclass(frozen=True, slots=True)
class Stand:
    """All that is told of a reader. case: the one that is shown site by site, None where none is finished.

    passed_at_utc: when every gate was passed first, "" before. head: of the record with what was just put there.
    """

    study: str
    scheme: Scheme
    of: Calibrated
    found: CalibrationResult
    case: CalibrationCase | None
    sites: tuple[SiteFeedback, ...]
    gates_sha256: str
    passed_at_utc: str
    head: str
