"""The order of the record is by number: a clock may jump anywhere, and the record says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.record import grade_events
from storage.study.reader import ReaderStudy
from tests.builders.studies import an_assigned_study, answer, changed, key

NOON = datetime(2026, 10, 25, 12, 0, tzinfo=UTC)
JUMPS = (
    # a year back, a year on, the hour of the end of summer time taken by a clock that runs on local time, a step of NTP
    timedelta(days=-365),
    timedelta(days=+365),
    timedelta(hours=-1),
    timedelta(milliseconds=-40),
)


@pytest.mark.case(84)
def test_whatever_the_clock_does_the_last_answer_stands_and_the_audit_tells_of_each_step_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    clock = [NOON]
    monkeypatch.setattr(grade_events, "now", lambda: clock[-1])

    with ReaderStudy.open(folder, "ES") as study:
        study.record(case, [changed("1 ERO CAP", "0")], "room")
        for number, jump in enumerate(JUMPS):
            clock.append(clock[-1] + jump)
            study.record(case, [changed("1 ERO CAP", str(number + 1), str(number))], "room")

        assert study.reading(case).answer(key("1 ERO CAP")) == answer("4")
    found = audit(folder)
    assert (found.events, found.clock_steps) == (5, 3)
    assert found.longest_step_ms == 365 * 24 * 3600 * 1000
