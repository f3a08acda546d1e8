"""Diagnosis of a file of a study: what is wrong with it, in a line."""

from __future__ import annotations

from pathlib import Path

from storage.audit.diagnosis import of_study
from tests.builders.studies import a_study


def test_a_file_that_was_emptied_while_it_was_open_is_told_as_such_and_not_by_what_it_lacks(tmp_path: Path) -> None:
    trial = a_study(tmp_path / "trial", "S001")
    assert of_study(trial) is None
    # as SQLite leaves it where somebody took the file away
    (trial / "study.db").write_bytes(b"")

    found = of_study(trial)

    assert found is not None
    assert found.startswith("study.db is empty: it was taken away or emptied while it was open. `ramris study restore`")
