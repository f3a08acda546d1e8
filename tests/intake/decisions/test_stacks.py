"""Stacks are joined and parted by a person: asked where two lie as one, kept over another import, taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.records import SeriesRecord
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.dicom_files import a_series, a_slice, written
from tests.builders.studies import changed
from workstation.errors import IntakeRefused, UsageRefused
from workstation.intake.decisions.decision import Question
from workstation.intake.decisions.stack import differences
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.asked import decisions_of
from workstation.intake.importing.importer import import_folders

SERIES = "1.2.3.1"


def two_halves(folder: Path) -> Path:
    """One series of eight slices whose even and odd ones name two frames of reference."""
    for number in range(8):
        frame = f"1.2.3.9.{number % 2}"
        dataset = a_slice(f"{SERIES}.{number}", SERIES, z_mm=2.0 * number, seed=number, FrameOfReferenceUID=frame)
        written(dataset, folder / str(number))
    return folder


def stacks(study: CoordinatorStudy) -> tuple[SeriesRecord, ...]:
    return study.subjects()[0].visits[0].series


def sizes(study: CoordinatorStudy) -> list[int]:
    return sorted(len(item.slices) for item in stacks(study))


def asked(study: CoordinatorStudy) -> list[Question]:
    return [item.question for item in decisions_of(study) if item.question and item.what.startswith("stack:")]


def chooser(study: CoordinatorStudy, *, change_read: bool = False) -> Chooser:
    return Chooser(study, "J. Smit", lambda _: None, lambda: False, change_read=change_read)


def test_two_series_that_lie_as_one_are_asked_joined_and_parted_again(study: CoordinatorStudy, tmp_path: Path) -> None:
    folder = two_halves(tmp_path / "in")
    import_folders(study, [folder])
    before = {item.code: item for item in stacks(study)}
    assert sizes(study) == [4, 4]
    (question,) = asked(study)
    assert question.proposal == "two"
    join = question.answers[1].word

    chooser(study).decide(question.what, join, "the site made its frames anew")

    assert sizes(study) == [8]
    (one,) = stacks(study)
    assert f"stack:{one.code}" == question.what
    assert [item.position_mm[2] for item in one.slices] == [2.0 * number for number in range(8)]
    assert one.slice_spacing_mm == 2.0
    assert all((study.images / item.file).is_file() for item in one.slices)
    assert {item.parent.name for item in study.images.rglob("*.dcm")} == {one.code}
    assert asked(study) == []

    # it holds, also for a slice that comes later
    written(a_slice(f"{SERIES}.8", SERIES, z_mm=16.0, seed=8, FrameOfReferenceUID="1.2.3.9.0"), folder / "8")
    import_folders(study, [folder])
    assert sizes(study) == [9]

    chooser(study).take_back(question.what, "no, it had not")
    assert sizes(study) == [4, 5]
    assert {item.code for item in stacks(study)} == set(before)
    assert len(asked(study)) == 1


def test_that_they_stay_two_is_an_answer_that_moves_nothing(study: CoordinatorStudy, tmp_path: Path) -> None:
    import_folders(study, [two_halves(tmp_path / "in")])
    before = stacks(study)
    (question,) = asked(study)

    chooser(study).decide(question.what, "two", "two stations")

    assert stacks(study) == before
    assert asked(study) == []


def test_some_slices_are_parted_off_and_come_back(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in", SERIES, count=6)
    import_folders(study, [tmp_path / "in"])
    (whole,) = stacks(study)
    what = f"stack:{whole.code}"

    chooser(study).decide(what, "part:1-2,6", "another station")

    found = {item.code: [each.position_mm[2] for each in item.slices] for item in stacks(study)}
    assert found.pop(whole.code) == [4.0, 6.0, 8.0]
    assert list(found.values()) == [[0.0, 2.0, 10.0]]
    # another tree than before, so that it is read
    (tmp_path / "in" / "notes.txt").write_text("no image")
    import_folders(study, [tmp_path / "in"])
    assert sizes(study) == [3, 3]

    chooser(study).take_back(what, "a slip")
    assert [len(item.slices) for item in stacks(study)] == [6]
    assert stacks(study)[0].code == whole.code


def test_several_parts_become_a_series_each_and_come_back(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in", SERIES, count=6)
    import_folders(study, [tmp_path / "in"])
    (whole,) = stacks(study)
    what = f"stack:{whole.code}"

    chooser(study).decide(what, "part:1-2/6", "two other stations")

    found = {item.code: [each.position_mm[2] for each in item.slices] for item in stacks(study)}
    assert found.pop(whole.code) == [4.0, 6.0, 8.0]
    assert sorted(found.values()) == [[0.0, 2.0], [10.0]]
    (tmp_path / "in" / "notes.txt").write_text("no image")
    import_folders(study, [tmp_path / "in"])
    assert sizes(study) == [1, 2, 3]

    chooser(study).take_back(what, "a slip")
    assert [(item.code, len(item.slices)) for item in stacks(study)] == [(whole.code, 6)]


@pytest.mark.parametrize("answer", ["part:1-2/2-3", "part:1-3/4-6"])
def test_a_slice_is_in_one_part_and_some_stay(answer: str, study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in", SERIES, count=6)
    import_folders(study, [tmp_path / "in"])
    (whole,) = stacks(study)

    with pytest.raises(IntakeRefused, match="each slice is in one part at most"):
        chooser(study).decide(f"stack:{whole.code}", answer, "why")

    assert sizes(study) == [6]


def test_a_stack_that_an_older_program_split_in_many_is_asked_once_and_joined_by_one_answer(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    for number in range(8):
        # as they came in when each frame of reference was a stack of its own
        a_slice_of = a_slice(
            f"{SERIES}.{number}", SERIES, z_mm=2.0 * number, seed=number, FrameOfReferenceUID=f"1.2.3.9.{number // 2}"
        )
        written(a_slice_of, tmp_path / "in" / str(number))
    import_folders(study, [tmp_path / "in"])
    assert sizes(study) == [2, 2, 2, 2]

    (question,) = asked(study)
    assert [item.means for item in question.answers] == ["they stay 4 stacks", question.answers[1].means]
    chooser(study).decide(question.what, "two", "stations of the hand")
    assert asked(study) == []
    chooser(study).take_back(question.what, "looked again")
    chooser(study).decide(question.what, question.answers[1].word, "an older program split it")

    assert sizes(study) == [8]
    assert asked(study) == []


@pytest.mark.parametrize("answer", ["three", "join:", "part:", "part:x", "part:0", "part:1/x"])
def test_what_is_no_answer_is_refused(answer: str, study: CoordinatorStudy, tmp_path: Path) -> None:
    import_folders(study, [two_halves(tmp_path / "in")])

    with pytest.raises(UsageRefused):
        chooser(study).decide(f"stack:{stacks(study)[0].code}", answer, "why")


def test_what_cannot_be_one_stack_is_not_joined_and_nothing_changes(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in", "1.2.3.1")
    a_series(tmp_path / "in", "1.2.3.2")
    a_series(tmp_path / "in", "1.2.3.3", PixelSpacing=[0.2, 0.2])
    import_folders(study, [tmp_path / "in"])
    before = stacks(study)
    by_uid = {item.series_uid: item.code for item in study.vault.series()}
    first = f"stack:{by_uid['1.2.3.1']}"

    for other, why in (("1.2.3.2", "both have a slice at one position"), ("1.2.3.3", "their pixels differ in size")):
        with pytest.raises(IntakeRefused, match=why):
            chooser(study).decide(first, f"join:{by_uid[other]}", "why")
    with pytest.raises(IntakeRefused, match="no other series of that code"):
        chooser(study).decide(first, "join:ABCDEFGH", "why")
    with pytest.raises(IntakeRefused, match="slices 1 to 3"):
        chooser(study).decide(first, "part:1-3", "why")
    assert stacks(study) == before
    assert asked(study) == []


def test_without_its_scans_a_stack_stays_as_it_is(study: CoordinatorStudy, tmp_path: Path) -> None:
    import_folders(study, [two_halves(tmp_path / "in")])
    before = stacks(study)
    (tmp_path / "in").rename(tmp_path / "gone")
    (question,) = asked(study)

    with pytest.raises(IntakeRefused, match="not all of them are where they were"):
        chooser(study).decide(question.what, question.answers[1].word, "why")

    assert stacks(study) == before
    assert study.vault.choices.log() == ()


def test_what_has_been_read_is_joined_only_where_that_is_said(study: CoordinatorStudy, tmp_path: Path) -> None:
    import_folders(study, [two_halves(tmp_path / "in")])
    (question,) = asked(study)
    case = study.assign("anna", seed=1)[0].case
    with ReaderStudy.open(study.path, "anna") as room:
        room.record(case, [changed("1 OST CAP", "1")], "enter")

    with pytest.raises(IntakeRefused, match="change-read"):
        chooser(study).decide(question.what, question.answers[1].word, "why")
    assert sizes(study) == [4, 4]

    chooser(study, change_read=True).decide(question.what, question.answers[1].word, "half of it was out of sight")
    assert sizes(study) == [8]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("EchoTime", ("17", "18")),
        ("ImageType", ("ORIGINAL\\PRIMARY\\M", "ORIGINAL\\PRIMARY\\M\\NORM")),
        ("FrameOfReferenceUID", ("1.2.9.1", "1.2.9.2")),
        ("StackID", ("1", "2")),
        # two bits of a damaged file; each is shown by its number, \\x10
        ("StackID", ("I1", "I\x10")),
    ],
)
def test_the_question_says_in_which_values_the_headers_differ(
    name: str, values: tuple[str, str], study: CoordinatorStudy, tmp_path: Path
) -> None:
    for number in range(8):
        differing = {name: values[number % 2].split("\\") if name == "ImageType" else values[number % 2]}
        dataset = a_slice(f"{SERIES}.{number}", SERIES, z_mm=2.0 * number, seed=number, **differing)
        written(dataset, tmp_path / "in" / str(number))

    import_folders(study, [tmp_path / "in"])

    (decision,) = [item for item in decisions_of(study) if item.question and item.what.startswith("stack:")]
    said = decision.reasons[-1]
    even, odd = (item.code for item in sorted(stacks(study), key=lambda item: item.slices[0].position_mm[2]))
    assert said.startswith(f"their headers differ: {name} is ")
    assert said.count(" is ") == 1
    assert f"{values[0]} in {even}" in said
    assert f"{values[1]} in {odd}".replace("\x10", "\\x10") in said
    assert said.isprintable()
    assert decision.question is not None
    assert decision.question.text.isprintable()


def test_of_many_stacks_the_first_values_are_told_and_of_older_ones_that_nothing_was_kept() -> None:
    many = [(f"CODE{number}", {"EchoTime": str(number), "StackID": ""}) for number in range(5)]

    assert differences(many) == "their headers differ: EchoTime has 5 values, such as 0, 1, 2"
    assert differences([("A", {"EchoTime": "17"}), ("B", {"EchoTime": ""})]) == (
        "their headers differ: EchoTime is 17 in A, none in B"
    )
    assert differences([("A", {}), ("B", {})]) == "their headers differ; in what wasn't kept when they were imported"
