"""Re-reads of scans: drawn over subjects and visits, each a case of one visit with a code of its own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from scoring.design.draws import draw_rereads
from scoring.design.reading_units import Part, to_read_again
from storage.audit.verification import audit
from storage.errors import StudyError
from storage.records import Assignment
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.study.repeats import finished_repeats
from tests.builders.editions import sign
from tests.builders.seeds import seeded
from tests.builders.sessions import grade
from tests.builders.studies import a_study, a_subject, an_assigned_study, changed, key, read_whole, record


@pytest.fixture
def read_once(tmp_path: Path) -> tuple[Path, tuple[str, ...]]:
    """Six pairs of ES, all read."""
    folder, cases = an_assigned_study(tmp_path / "trial", subjects=6)
    for case in cases:
        read_whole(folder, case)
    return folder, cases


def _reread(folder: Path, n: int, unit: str = "scan", seed: int = 7) -> tuple[Assignment, ...]:
    with CoordinatorStudy.open(folder) as study:
        return study.reread("ES", n, seed, unit=unit)


def test_of_a_pair_either_scan_or_the_pair_can_be_read_again_and_a_lone_scan_is_no_pair() -> None:
    pair, lone = Part("S001", "S001", 1, (1, 2)), Part("S002", "S002", 1, (2,))

    assert [part.visits for part in to_read_again(pair, "scan")] == [(1,), (2,)]
    assert to_read_again(pair, "pair") == to_read_again(pair, "case") == (pair,)
    assert to_read_again(lone, "pair") == ()
    assert [part.visits for part in to_read_again(lone, "scan")] == [(2,)]


def test_a_scan_that_is_read_again_is_a_case_of_one_visit_under_a_code_of_its_own(
    read_once: tuple[Path, tuple[str, ...]],
) -> None:
    folder, cases = read_once

    drawn = _reread(folder, 5)

    assert len({item.case for item in drawn} | set(cases)) == 11
    assert all(len(item.visits) == 1 for item in drawn)
    with ReaderStudy.open(folder, "ES") as study:
        shown = [study.case(item.case) for item in drawn]
        wanted = {entry.case: entry.wanted for entry in study.worklist()}
    # whichever visit it is, the reader is shown a first and only one, of 43 sites
    assert {tuple(visit.number for visit in case.visits) for case in shown} == {(1,)}
    assert {wanted[item.case] for item in drawn} == {43}
    audit(folder)


def test_every_scan_is_drawn_about_equally_often_over_subjects_and_visits() -> None:
    parts = [
        part.name for code in ("S001", "S002", "S003") for part in to_read_again(Part(code, code, 1, (1, 2)), "scan")
    ]

    counts = Counter(item.subject for seed in range(1800) for item in draw_rereads(parts, 2, seeded(seed)))

    # 600 expected of 3600; 5 standard deviations of the binomial with p = 1/3 are 100
    assert set(counts) == set(parts)
    assert all(abs(count - 600) < 100 for count in counts.values())


def test_both_scans_of_a_pair_can_be_drawn_but_neither_twice_nor_after_the_pair(
    read_once: tuple[Path, tuple[str, ...]],
) -> None:
    folder, _ = read_once

    drawn = _reread(folder, 12)

    assert len({(item.subject, item.visits) for item in drawn}) == 12
    with pytest.raises(StudyError, match="12 scans of ES are read completely and 12 of them drawn already; none is"):
        _reread(folder, 1)
    with pytest.raises(StudyError, match="6 cases of ES are read completely and 6 of them drawn already; none is left"):
        _reread(folder, 1, "case")


def test_a_lone_visit_is_drawn_as_a_scan_and_never_as_a_pair(tmp_path: Path) -> None:
    folder = a_study(tmp_path / "trial", "S001")
    with CoordinatorStudy.open(folder) as study:
        study.replace_subject(a_subject("S002", visits=(2,)))
        cases = study.assign("ES", seed=1)
    for item in cases:
        read_whole(folder, item.case)

    with pytest.raises(StudyError, match="1 pair of ES is read completely; ask for 1 to 1"):
        _reread(folder, 2, "pair")

    assert {(item.subject, item.visits) for item in _reread(folder, 3)} == {
        ("S001", (1,)),
        ("S001", (2,)),
        ("S002", (2,)),
    }


def test_a_repeat_of_a_scan_is_compared_with_that_visit_of_the_first_reading(tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    read_whole(folder, case, {"1 ERO CAP": "2", "2 ERO CAP": "5"})
    for item in _reread(folder, 2):
        read_whole(folder, item.case, {"1 ERO CAP": "3" if item.visits == (1,) else "7"})

    found = finished_repeats(folder, "ES")

    erosion = {
        pair.scan: [reading.answer(key(f"{pair.scan} ERO CAP")) for reading in (pair.first, pair.repeat)]
        for pair in found.pairs
    }
    assert erosion == {1: [grade(2), grade(3)], 2: [grade(5), grade(7)]}
    assert found.unfinished == 0


def test_a_scan_that_is_not_finished_is_counted_and_left_out(tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    read_whole(folder, case)
    first, second = _reread(folder, 2)
    read_whole(folder, first.case)
    record(folder, second.case, changed("1 ERO CAP", "3"))

    found = finished_repeats(folder, "ES")

    assert (len(found.pairs), found.unfinished) == (1, 1)


def test_pairs_of_two_enrolments_are_read_again_each_and_a_visit_of_both_once_as_a_scan() -> None:
    first, second = Part("S001", "S001", 1, (1, 2)), Part("S001/2", "S001", 2, (2, 3))
    scan = Part("S001:2", "S001", 1, (2,))

    assert not first.shares(second)
    assert first.shares(scan)
    assert second.shares(scan)


def _two_enrolments_of_one_baseline(folder: Path) -> tuple[str, str]:
    """A person with three visits, enrolled with visits 1 and 2 and again with 1 and 3; the cases of both."""
    CoordinatorStudy.create(folder).close()
    with CoordinatorStudy.open(folder) as study:
        study.replace_subject(a_subject("S001", visits=(1, 2, 3)))
        study.set_enrolments("each-with-first")
        one, two = sorted(study.assign("ES", seed=1), key=lambda item: item.enrolment)
        return one.case, two.case


def _listed(folder: Path) -> set[str]:
    with ReaderStudy.open(folder, "ES") as door:
        return {item.case for item in door.worklist()}


def test_a_scan_that_two_enrolments_show_is_not_drawn_while_one_of_them_is_unread(tmp_path: Path) -> None:
    folder = tmp_path / "trial"
    one, _ = _two_enrolments_of_one_baseline(folder)
    read_whole(folder, one)

    with pytest.raises(StudyError, match=r"aren't read yet \(1\); ask for 1 to 1"):
        _reread(folder, 2)
    assert [item.visits for item in _reread(folder, 1)] == [(2,)]


def test_a_scan_of_two_enrolments_that_is_read_again_closes_both_and_lets_each_be_signed(tmp_path: Path) -> None:
    folder = tmp_path / "trial"
    one, two = _two_enrolments_of_one_baseline(folder)
    read_whole(folder, one)
    read_whole(folder, two)
    sign(folder, one)

    drawn = _reread(folder, 3)

    assert sorted(item.visits for item in drawn) == [(1,), (2,), (3,)]
    codes = {item.case for item in drawn}
    assert _listed(folder) == codes
    with CoordinatorStudy.open(folder) as study:
        study.reopen(two, "it was never signed")
    sign(folder, two)
    assert _listed(folder) == codes
    for case in codes:
        read_whole(folder, case)
        sign(folder, case)
    with CoordinatorStudy.open(folder) as study:
        study.lock()
    audit(folder)


@pytest.mark.parametrize("seed", range(6))
def test_the_case_of_another_enrolment_is_closed_once_it_is_signed(seed: int, tmp_path: Path) -> None:
    folder = tmp_path / "trial"
    one, two = _two_enrolments_of_one_baseline(folder)
    for case in (one, two):
        read_whole(folder, case)

    (drawn,) = _reread(folder, 1, seed=seed)
    whose = {1: {one, two}, 2: {one}, 3: {two}}[drawn.visits[0]]
    open_before = _listed(folder)
    for case in sorted({one, two} & open_before):
        sign(folder, case)

    # of its own enrolment it is closed at once, of the other one when that is signed
    own = one if drawn.enrolment == 1 else two
    assert open_before == {one, two, drawn.case} - {own}
    assert _listed(folder) == {one, two, drawn.case} - whose
