"""A reader of the study that has lived, renamed after a year: nothing of what was read is lost or told otherwise."""

from __future__ import annotations

from pathlib import Path

from storage.audit.disagreements import disagreements
from storage.audit.verification import audit
from storage.audit.verified_readings import study_readings
from storage.study.coordinator import CoordinatorStudy
from storage.study.repeats import read_by_all, repeats_of
from storage.worklists.first_look import first_look
from tests.builders.lived.story import Lived


def _rename(folder: Path, reader: str, name: str) -> None:
    with CoordinatorStudy.open(folder) as study:
        study.rename_reader(reader, name, "a typing error")


def test_the_case_that_was_left_last_is_painted_at_once_under_either_name(lived: Lived) -> None:
    before = first_look(lived.trial, "AD")
    assert before is not None
    _rename(lived.trial, "AD", "A1")

    assert first_look(lived.trial, "A1") == before == first_look(lived.trial, "AD")


def test_agreement_and_disagreements_go_by_either_name_and_say_the_new_one(lived: Lived) -> None:
    told = disagreements(lived.trial, ("AD", "BE"), "1")
    again = repeats_of(study_readings(lived.trial), "AD").pairs
    both = read_by_all(study_readings(lived.trial), ("AD", "BE")).cases
    _rename(lived.trial, "AD", "A1")

    for name in ("A1", "AD"):
        found = disagreements(lived.trial, (name, "BE"), "1")
        assert [(item.subject, item.key, item.answers) for item in found] == [
            (item.subject, item.key, item.answers) for item in told
        ]
        assert {item.readers for item in found} == {("A1", "BE")}
        assert repeats_of(study_readings(lived.trial), name).pairs == again
        assert read_by_all(study_readings(lived.trial), (name, "BE")).cases == both
    audit(lived.trial)
