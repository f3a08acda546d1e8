"""Persons: nobody is joined in silence who isn't surely one, and what is said of a person changes what was imported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scoring.values import replace
from storage.audit.verification import audit
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.dicom_files import a_series
from tests.builders.studies import changed
from workstation.errors import IntakeRefused, UsageRefused
from workstation.intake.decisions.decision import Confidence, Decision
from workstation.intake.decisions.examination import Exam
from workstation.intake.decisions.identity import Identity
from workstation.intake.decisions.person import persons
from workstation.intake.decisions.words import says_nobody
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.asked import decisions_of
from workstation.intake.importing.importer import import_folders

DOE = Identity("S001", "RA-17", "HOSP", "Doe^Jane", "19700314")


def _exams(**of_second: Any) -> list[Exam]:  # noqa: ANN401 - values of any field
    """One of S001 and one of S002, four months apart, in folders of their own."""
    first = Exam(1, "S001", ("1.2.3",), "20240105", folders=("/in/a",))
    second = Exam(2, "S002", ("1.2.4",), "20240510", folders=("/in/b",))
    return [first, replace(second, **of_second)]


def _pair(second: Identity, first: Identity = DOE, **of_second: Any) -> Decision[str]:  # noqa: ANN401 - as above
    found = persons({"S001": first, "S002": second}, _exams(**of_second), {})
    return next((item for item in found.decisions if item.what == "person:S001+S002"), found.decisions[0])


@pytest.mark.parametrize(
    "second",
    [
        replace(DOE, issuer=""),
        replace(DOE, name="Doe^Jane=山田^太郎"),
        replace(DOE, name="DOE^JANE^^"),
        replace(DOE, patient_id="ra 17"),
    ],
    ids=["issuer missing", "ideographs added", "empty parts", "ID spelled otherwise"],
)
def test_one_identity_written_in_two_ways_is_one_person_and_nobody_is_asked(second: Identity) -> None:
    decision = _pair(replace(second, code="S002"))

    assert (decision.value, decision.confidence, decision.question) == ("one", Confidence.SURE, None)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("RA-001-BL", "RA-001-EOT"),
        ("RA001-24W", "RA001-0W"),
        ("RA001 6mo", "RA001"),
        ("RA001_vorher", "RA001_nachher"),
        ("RA001-avant", "RA001-apres"),
        ("RA001_MRI1", "RA001_MRI2"),
        ("sub-01_ses-1", "sub-01_ses-2"),
        ("RA001-Monat4", "RA001-Monat0"),
        ("RA001_Kontrolle", "RA001"),
        ("RA001-1", "RA001-2"),
        ("RA-001A", "RA-001B"),
        ("RA001 (2)", "RA001"),
    ],
)
def test_an_ending_that_may_name_or_count_a_visit_is_asked(first: str, second: str) -> None:
    pair = [Identity(f"S00{number}", written, "", written) for number, written in ((1, first), (2, second))]
    decision = _pair(pair[1], pair[0])

    assert decision.question is not None
    assert (decision.what, decision.question.proposal) == ("person:S001+S002", "one")
    assert "differ only in their ending" in decision.reasons[0]


def test_ids_that_end_in_a_number_are_people_where_there_are_more_than_two_or_a_site_stands_before() -> None:
    several = {f"S00{n}": Identity(f"S00{n}", f"RA-001-{n}", "", f"RA-001-{n}") for n in (1, 2, 3)}
    exams = [Exam(n, f"S00{n}", (f"1.2.{n}",), f"2024010{n}") for n in (1, 2, 3)]

    assert not any(item.question for item in persons(several, exams, {}).decisions)
    assert _pair(Identity("S002", "47-4", "", "47-4"), Identity("S001", "47-3", "", "47-3")).question is None


@pytest.mark.parametrize(
    ("first", "second"),
    [("Müller^Anna", "MUELLER^Anna"), ("Müller^Anna", "Muller^Anna"), ("Ångström^Åsa", "ANGSTROM^ASA")],
)
def test_a_name_with_and_without_its_umlauts_is_one_name(first: str, second: str) -> None:
    decision = _pair(replace(DOE, code="S002", name=second), replace(DOE, name=first))

    assert (decision.value, decision.question) == ("one", None)


@pytest.mark.parametrize(
    ("second", "proposal"),
    [
        (replace(DOE, patient_id="RA-17-M4"), "one"),
        (replace(DOE, patient_id="RA-17_V2"), "one"),
        (replace(DOE, patient_id="RA-17 FU"), "one"),
        (replace(DOE, birth_date=""), "one"),
        (replace(DOE, name="Roe^Jane"), "one"),
        (replace(DOE, birth_date="19700101"), "one"),
        (replace(DOE, patient_id="4711"), "one"),
        (replace(DOE, name="Roe^Richard", birth_date="19331224"), "two"),
        (replace(DOE, birth_date="19331224"), "two"),
    ],
    ids=["-M4", "_V2", " FU", "no birth date", "married", "birth year", "other ID", "someone else", "other birth date"],
)
def test_what_may_be_one_person_is_asked_and_stays_apart_until_it_is_answered(second: Identity, proposal: str) -> None:
    decision = _pair(replace(second, code="S002"))

    assert decision.question is not None
    assert (decision.value, decision.question.proposal) == ("two", proposal)
    assert [item.word for item in decision.question.answers] == sorted(("one", "two"), key=lambda w: w != proposal)


@pytest.mark.parametrize("patient_id", ["RA-18", "RA-017", "XB-17", "RA-17-001"])
def test_who_has_another_number_and_name_is_someone_else_and_nobody_is_asked(patient_id: str) -> None:
    second = Identity("S002", patient_id, "HOSP", "Roe^Richard", "19331224")

    found = persons({"S001": DOE, "S002": second}, _exams(), {})

    assert [item.question for item in found.decisions if item.question] == []
    assert found.subjects == {1: "S001", 2: "S002"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"sex": "F"}, {"sex": "M"}),
        ({"age": "044Y"}, {"age": "071Y"}),
        ({"height_m": 1.58}, {"height_m": 1.86}),
        ({"weight_kg": 58.0}, {"weight_kg": 104.0}),
    ],
)
def test_bodies_that_cannot_be_one_person_contradict_one_identity(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    exams = [replace(exam, person="S001") for exam in _exams(**second)]

    found = persons({"S001": DOE}, [replace(exams[0], **first), exams[1]], {})

    (decision,) = found.decisions
    assert decision.confidence is Confidence.CONTRADICTORY
    assert decision.question is not None
    assert (decision.what, decision.question.proposal) == ("person:S001", "two")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"age": "044Y", "weight_kg": 61.0}, {"age": "045Y", "weight_kg": 66.5}),
        ({"age": "012Y", "height_m": 1.42, "weight_kg": 30.0}, {"age": "012Y", "height_m": 1.55, "weight_kg": 44.0}),
        ({"sex": "F"}, {"sex": "O"}),
        ({"age": "1e9Y"}, {"age": "044Y"}),
    ],
)
def test_a_birthday_a_diet_a_childs_growth_and_nonsense_contradict_nothing(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    exams = [replace(exam, person="S001") for exam in _exams(**second)]

    found = persons({"S001": DOE}, [replace(exams[0], **first), exams[1]], {})

    assert [item.question for item in found.decisions if item.question] == []


@pytest.mark.parametrize("word", ["ANON", "Anonymous^^", "TEST", "0000", "XXXX", "", "N/A", "12345", "---"])
def test_words_that_say_nobody_are_no_identity(word: str) -> None:
    nobody = Identity("S001", word, "", word, "")

    decision = _pair(replace(nobody, code="S002"), nobody)

    assert says_nobody(word)
    assert decision.value == "two"
    assert decision.question is not None


@pytest.mark.parametrize("word", ["P1", "7", "12", "RA-001", "ANON017", "Nullmeyer", "Testa", "Contest"])
def test_words_that_only_look_so_are_an_identity(word: str) -> None:
    assert not says_nobody(word)


def test_of_many_nobodies_those_in_one_folder_are_asked_together_and_the_rest_alone() -> None:
    places = {1: "/in/p1/bl", 2: "/in/p1/m4", 3: "/in/p2/bl", 4: "/in/p2/m4", 5: "/in/p3"}
    exams = [Exam(n, f"S00{n}", (f"1.{n}",), "20240105", folders=(place,)) for n, place in places.items()]
    nobody = {exam.person: Identity(exam.person, "ANON", "", "ANON", "") for exam in exams}

    found = persons(nobody, exams, {})

    asked = sorted(item.what for item in found.decisions if item.question)
    assert asked == ["person:S001+S002", "person:S003+S004", "person:S005"]


def test_the_protocol_may_cut_a_visit_off_the_ids_and_then_nobody_is_asked() -> None:
    first = Identity("S001", "RA-001-BL", "", "RA-001-BL", "")
    second = Identity("S002", "RA-001-M4", "", "RA-001-M4", "")
    both = {"S001": first, "S002": second}

    assert [item.question is None for item in persons(both, _exams(), {}).decisions] == [False]
    ruled = persons(both, _exams(), {}, ("-BL", "-M#"))
    assert ruled.subjects == {1: "S001", 2: "S001"}
    assert [item.question for item in ruled.decisions if item.question] == []
    contrary = persons(both, [replace(e, sex=s) for e, s in zip(_exams(), "FM", strict=True)], {}, ("-BL", "-M#"))
    assert contrary.subjects == {1: "S001", 2: "S002"}
    assert any(item.question for item in contrary.decisions)


def _two(folder: Path, **second: Any) -> None:  # noqa: ANN401 - values of any attribute
    a_series(folder, "1.2.3.1", StudyInstanceUID="1.2.3", FrameOfReferenceUID="1.2.3.9")
    more: dict[str, Any] = {"StudyInstanceUID": "1.2.4", "StudyDate": "20240510", "FrameOfReferenceUID": "1.2.4.9"}
    a_series(folder, "1.2.4.1", **(more | second))


def _chooser(study: CoordinatorStudy) -> Chooser:
    return Chooser(study, "J. Smit", lambda _: None, lambda: False)


def _shape(study: CoordinatorStudy) -> dict[str, list[list[str]]]:
    """Subject -> the original series of each visit, as index and vault both have it."""
    uids = {item.code: (item.subject, item.visit, item.series_uid) for item in study.vault.series()}
    found: dict[str, list[list[str]]] = {}
    for subject in study.subjects():
        for visit in subject.visits:
            assert all(uids[s.code][:2] == (subject.code, visit.number) for s in visit.series)
            assert all((study.images / item.file).is_file() for s in visit.series for item in s.slices)
        found[subject.code] = [sorted(uids[s.code][2] for s in visit.series) for visit in subject.visits]
        assert [v.number for v in study.vault.visits(subject.code)] == [v.number for v in subject.visits]
    return found


APART = {"S001": [["1.2.3.1"]], "S002": [["1.2.4.1"]]}
TOGETHER = [["1.2.3.1"], ["1.2.4.1"]]


def _asked(study: CoordinatorStudy) -> list[str]:
    return [item.what for item in decisions_of(study) if item.question]


def test_one_person_moves_the_visits_together_and_taken_back_apart_again(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    _two(tmp_path / "in", PatientName="Roe^Jane")
    import_folders(study, [tmp_path / "in"])
    before = _shape(study)
    assert sorted(map(str, before.values())) == sorted(map(str, APART.values()))
    assert _asked(study) == ["person:S001+S002"]

    said = _chooser(study).decide("person:S001+S002", "one", "married in March").said

    assert _shape(study) == {"S001": TOGETHER}
    assert said == "person:S001+S002: one from now on. S001: visit 1 " + said[-len("E1, visit 2 E2") :]
    assert _asked(study) == []
    audit(study.path)

    _chooser(study).take_back("person:S001+S002", "it was her sister")

    assert _shape(study) == before
    assert _asked(study) == ["person:S001+S002"]
    audit(study.path)


def test_two_people_stay_two_and_are_not_asked_again(study: CoordinatorStudy, tmp_path: Path) -> None:
    _two(tmp_path / "in", PatientName="Roe^Jane")
    import_folders(study, [tmp_path / "in"])

    _chooser(study).decide("person:S002+S001", "TWO", "sisters")

    assert _asked(study) == []
    assert len(_shape(study)) == 2


def test_an_answer_holds_when_the_scans_are_imported_again_and_when_more_come(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    _two(tmp_path / "in", PatientName="Roe^Jane")
    import_folders(study, [tmp_path / "in"])
    _chooser(study).decide("person:S001+S002", "one", "married")

    import_folders(study, [tmp_path / "in"])
    a_series(
        tmp_path / "more", "1.2.4.2", StudyInstanceUID="1.2.4", StudyDate="20240510", PatientName="Roe^Jane",
        FrameOfReferenceUID="1.2.4.9", EchoTime=15,
    )  # fmt: skip
    import_folders(study, [tmp_path / "more"])

    assert _shape(study) == {"S001": [["1.2.3.1"], ["1.2.4.1", "1.2.4.2"]]}


def test_one_identity_can_be_made_two_people_and_one_again(study: CoordinatorStudy, tmp_path: Path) -> None:
    _two(tmp_path / "in")
    import_folders(study, [tmp_path / "in"])
    assert _shape(study) == {"S001": TOGETHER}

    _chooser(study).decide("person:S001", "two", "two brothers with one card")
    assert _shape(study) == APART
    import_folders(study, [tmp_path / "in"])
    assert _shape(study) == APART
    assert _asked(study) == []

    _chooser(study).take_back("person:S001", "it was one")
    assert _shape(study) == {"S001": TOGETHER}
    audit(study.path)


def test_dummy_ids_are_two_subjects_until_somebody_says_that_they_are_one(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    nobody: dict[str, Any] = {"PatientID": "ANON", "PatientName": "ANONYMOUS", "PatientBirthDate": ""}
    a_series(tmp_path / "in", "1.2.3.1", StudyInstanceUID="1.2.3", PatientSex="F", **nobody)
    a_series(
        tmp_path / "in", "1.2.4.1", StudyInstanceUID="1.2.4", StudyDate="20240510", PatientSex="M", **nobody,
        FrameOfReferenceUID="1.2.4.9",
    )  # fmt: skip
    report = import_folders(study, [tmp_path / "in"])

    (question,) = [item for item in report.findings if item.question.startswith("person:")]
    assert "the sex is" in question.text
    assert len(_shape(study)) == 2
    _chooser(study).decide("person:S001+S002", "one", "the site says so")
    assert list(_shape(study).values()) == [TOGETHER]
    import_folders(study, [tmp_path / "in"])
    assert list(_shape(study).values()) == [TOGETHER]


def _read(study: CoordinatorStudy) -> None:
    case = study.assign("anna", seed=1)[0].case
    with ReaderStudy.open(study.path, "anna") as room:
        room.record(case, [changed("1 OST CAP", "1")], "enter")


def test_what_has_been_read_is_not_moved_and_nothing_is_logged(study: CoordinatorStudy, tmp_path: Path) -> None:
    _two(tmp_path / "in")
    import_folders(study, [tmp_path / "in"])
    _read(study)

    with pytest.raises(IntakeRefused, match=r"S001 has been read, .* other pictures; --change-read can.t change that"):
        _chooser(study).decide("person:S001", "two", "two brothers")

    assert (_shape(study), study.vault.choices.log()) == ({"S001": TOGETHER}, ())


def test_a_later_visit_under_another_name_joins_a_subject_that_has_been_read(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    _two(tmp_path / "in", PatientName="Roe^Jane")
    import_folders(study, [tmp_path / "in"])
    baseline = next(code for code, visits in _shape(study).items() if visits == [["1.2.3.1"]])
    for case in study.assign("anna", seed=1):
        if case.subject == baseline:
            with ReaderStudy.open(study.path, "anna") as room:
                room.record(case.case, [changed("1 OST CAP", "1")], "enter")

    # both are on a worklist: a case that was given stays
    with pytest.raises(IntakeRefused, match="both were given to readers"):
        _chooser(study).decide("person:S001+S002", "one", "married")


@pytest.mark.parametrize(
    ("what", "answer", "refused"),
    [
        ("person:S001+S002", "three", (UsageRefused, "one or two")),
        ("person:S001+S009", "one", (IntakeRefused, "the study has no S009")),
        ("person:S001", "two", (IntakeRefused, "can't be two people")),
    ],
)
def test_an_answer_that_can_not_be_is_refused_and_nothing_is_logged(
    study: CoordinatorStudy, tmp_path: Path, what: str, answer: str, refused: tuple[type[Exception], str]
) -> None:
    _two(tmp_path / "in", PatientName="Roe^Jane")
    import_folders(study, [tmp_path / "in"])

    with pytest.raises(refused[0], match=refused[1]):
        _chooser(study).decide(what, answer, "why")

    assert study.vault.choices.log() == ()
