"""Editions come home: what is read in a reader's copy comes back under the names of the study, once."""

from __future__ import annotations

import shutil
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.audit.verification import audit
from storage.errors import RecordDamaged, StudyError
from storage.records import Sighting, SiteNote
from storage.recovery.merge import merge
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.editions import READERS, Trial, a_trial, handed, rows, sign
from tests.builders.studies import answer, changed, key, read_whole, record, tamper


def test_what_was_read_in_a_copy_comes_home_under_the_names_of_the_study(trial: Trial) -> None:
    folder, cases = trial
    item = cases["ES"][1]
    copy = handed(folder, "es")
    with ReaderStudy.open(copy, "ES") as study:
        stack = study.case(item.case).visits[1].series[0].code
        marks = f'{{"outlines":[{{"series":"{stack}","slice_index":0,"part":"bone","ring":[[1e-7,2.0]]}}]}}'
        place = Sighting(stack, 1, (1.0, 2.0, 3.5), 10.0, 300.0, "", None, marks)
        study.record(item.case, [changed("2 ERO CAP", "3")], "room", [place], f'{{"own":{{"{stack}":1}}}}')
        study.note(item.case, key("2 ERO CAP"), SiteNote("look again"))

    (done,) = merge(folder, [copy])

    assert (done.answers, done.acts, done.notes) == (1, 0, 1)
    home = f"{item.subject}V2"
    with ReaderStudy.open(folder, "ES") as study:
        (found,) = study.sightings(item.case).values()
        assert (found.series, found.marks) == (home, marks.replace(stack, home))
        assert study.bookmark(item.case) == f'{{"own":{{"{home}":1}}}}'
        assert study.last_case() == item.case
    assert audit(folder).events == 1


def test_signed_parked_taken_back_and_set_passphrases_come_home_once(trial: Trial) -> None:
    folder, cases = trial
    one, two, three = (item.case for item in cases["ES"])
    copy = handed(folder, "es")
    read_whole(copy, one)
    sign(copy, one)
    with ReaderStudy.open(copy, "ES") as study:
        study.park(two, "ASK")
        study.park(three, "ASK")
        study.take_back(three)
        study.set_passphrase("correct horse")

    assert [(item.answers, item.acts) for item in merge(folder, [copy, copy])] == [(86, 5), (0, 0)]

    with ReaderStudy.open(folder, "ES") as study:
        assert [entry.status for entry in study.worklist()] == ["signed", "parked", "draft"]
        assert study.asks_passphrase()
    assert audit(folder).events == 86


def test_a_case_that_was_reopened_at_home_goes_out_again_and_comes_back_amended(trial: Trial) -> None:
    folder, cases = trial
    case = cases["ES"][0].case
    old = handed(folder, "first")
    read_whole(old, case, {"1 ERO CAP": "3"})
    sign(old, case)
    merge(folder, [old])
    with CoordinatorStudy.open(folder) as study:
        study.reopen(case, "the wrong site was graded")

    new = handed(folder, "second")
    record(new, case, changed("1 ERO CAP", "5", "3"))
    sign(new, case)

    # the old copy, in which the case is signed, brings nothing and takes nothing back
    assert [(item.answers, item.acts) for item in merge(folder, [old, new, old])] == [(0, 0), (1, 1), (0, 0)]
    with CoordinatorStudy.open(folder) as study:
        assert study.amended() == {case}
    with ReaderStudy.open(folder, "ES") as reader:
        assert reader.state(case).status == "signed"
        assert reader.reading(case).answer(key("1 ERO CAP")) == answer("5")


def test_the_head_that_a_reader_was_shown_at_signing_in_a_copy_is_found_at_home(trial: Trial) -> None:
    folder, cases = trial
    case = cases["ES"][0].case
    copy = handed(folder, "es")
    read_whole(copy, case)
    head = sign(copy, case)
    assert audit(folder, head).contains is False

    merge(folder, [copy])

    assert audit(folder, head).contains is True


def test_a_query_that_both_sides_answered_ends_open_and_refuses_nothing(trial: Trial) -> None:
    folder, cases = trial
    case = cases["ES"][0].case
    copy = handed(folder, "es")
    with ReaderStudy.open(copy, "ES") as study:
        study.park(case, "ASK")
    merge(folder, [copy])
    with CoordinatorStudy.open(folder) as coordinator:
        coordinator.resolve(case, "the series is as it is")
    with ReaderStudy.open(copy, "ES") as study:
        study.take_back(case)
        study.record(case, [changed("1 ERO CAP", "3")], "room")

    assert [(item.answers, item.acts) for item in merge(folder, [copy])] == [(1, 1)]
    with ReaderStudy.open(folder, "ES") as study:
        assert study.state(case).status == "draft"
    assert audit(folder).events == 1


def test_a_case_that_was_read_on_at_home_and_in_the_copy_is_refused_by_its_row(trial: Trial) -> None:
    folder, cases = trial
    case = cases["ES"][0].case
    copy = handed(folder, "es")
    record(folder, case, changed("1 ERO CAP", "3"))
    record(copy, case, changed("1 ERO HAM", "4"))

    with pytest.raises(StudyError, match=rf"es, record row 1: case {case} was read on here and in the copy"):
        merge(folder, [copy])


def test_a_copy_of_another_study_and_one_whose_beginning_was_made_anew_are_refused(
    trial: Trial, tmp_path: Path
) -> None:
    folder, cases = trial
    record(folder, cases["ES"][0].case, changed("1 ERO CAP", "3"))
    other = a_trial(tmp_path / "other")[0]
    with pytest.raises(StudyError, match="strange is a copy of another study, or was handed over after"):
        merge(folder, [handed(other, "strange")])

    copy, second = handed(folder, "es"), handed(folder, "es2")
    token = rows(copy, "SELECT token FROM study")[0][0]
    tamper(second, f"UPDATE study SET token = '{token}'")  # noqa: S608 - a word of ours
    with pytest.raises((RecordDamaged, StudyError)):
        merge(folder, [second])


def test_two_copies_of_one_reader_one_after_the_other_bring_each_row_once(trial: Trial) -> None:
    folder, cases = trial
    one, two = (item.case for item in cases["ES"][:2])
    first = handed(folder, "first")
    record(first, one, changed("1 ERO CAP", "3"))
    merge(folder, [first])
    second = handed(folder, "second")
    record(second, two, changed("1 ERO CAP", "4"))
    record(second, one, changed("1 ERO CAP", "5", "3"))

    assert [item.answers for item in merge(folder, [second, first, second])] == [2, 0, 0]
    assert audit(folder).events == 3


def test_a_copy_that_was_copied_and_merged_on_the_readers_side_comes_home_row_by_row(trial: Trial) -> None:
    folder, cases = trial
    one, two = (item.case for item in cases["ES"][:2])
    desk = handed(folder, "desk")
    shutil.copytree(desk, desk.with_name("laptop"))
    laptop = desk.with_name("laptop")
    record(desk, one, changed("1 ERO CAP", "3"))
    record(laptop, two, changed("1 ERO CAP", "4"))
    merge(desk, [laptop])

    assert [item.answers for item in merge(folder, [laptop, desk])] == [1, 1]
    assert audit(folder).events == 2


def test_a_merged_row_that_was_changed_is_found_by_the_hash_that_it_had_in_the_copy(trial: Trial) -> None:
    folder, cases = trial
    copy = handed(folder, "es")
    record(copy, cases["ES"][0].case, changed("1 ERO CAP", "3"))
    merge(folder, [copy])
    audit(folder)
    for statement in (
        "UPDATE origin SET there_fields = NULL",
        "UPDATE origin SET there_previous_hash = there_hash",
        "UPDATE origin SET there_hash = 'ab'",
    ):
        shutil.copytree(folder, folder.with_name("tampered"))
        tamper(folder.with_name("tampered"), statement)
        with pytest.raises(RecordDamaged):
            audit(folder.with_name("tampered"))
        shutil.rmtree(folder.with_name("tampered"))


STEP = st.tuples(
    st.sampled_from(["read ES", "read MO", "read home", "merge ES", "merge MO", "again ES", "again MO", "sign ES"]),
    st.integers(0, 2),
    st.integers(0, 3),
)


@settings(max_examples=6, deadline=None)
@given(steps=st.lists(STEP, max_size=6))
def test_any_interleaving_of_handing_over_reading_and_merging_ends_with_what_each_reader_gave(
    whole: Trial, steps: list[tuple[str, int, int]]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "trial"
        shutil.copytree(whole[0], folder)
        copies = {reader: handed(folder, f"{reader}-0", reader) for reader in READERS}
        stands: dict[str, str] = {}
        signed: set[str] = set()
        for number, (what, place, grade) in enumerate([*steps, ("merge ES", 0, 0), ("merge MO", 0, 0)], 1):
            word, _, who = what.partition(" ")
            if word == "merge":
                merge(folder, [copies[who]])
            elif word == "again":
                merge(folder, [copies[who]])
                copies[who] = handed(folder, f"{who}-{number}", who)
            elif who == "home":
                # what is read at home of MO's last case is in no copy until the next is handed over
                merge(folder, [copies["MO"]])
                _give(folder, whole[1]["MO"][place].case, grade, stands, signed, reader="MO")
                copies["MO"] = handed(folder, f"MO-{number}", "MO")
            elif word == "read":
                _give(copies[who], whole[1][who][place].case, grade, stands, signed, reader=who)
            elif (case := whole[1][who][place].case) not in signed and case not in stands:
                read_whole(copies[who], case)
                sign(copies[who], case, who)
                signed.add(case)
        before = (folder / "study.db").read_bytes()
        assert [item.answers + item.acts for item in merge(folder, list(copies.values()))] == [0, 0]

        assert (folder / "study.db").read_bytes() == before
        audit(folder)
        for reader in READERS:
            with ReaderStudy.open(folder, reader) as study:
                for item in whole[1][reader]:
                    found = study.reading(item.case).answer(key("1 ERO CAP"))
                    assert found == answer("0" if item.case in signed else stands.get(item.case, ""))
                    assert (study.state(item.case).status == "signed") == (item.case in signed)


def _give(folder: Path, case: str, grade: int, stands: dict[str, str], signed: set[str], *, reader: str) -> None:
    if case in signed or stands.get(case) == str(grade):
        return
    record(folder, case, changed("1 ERO CAP", str(grade), stands.get(case, "")), reader=reader)
    stands[case] = str(grade)


def test_in_either_order_two_readers_copies_give_the_same_readings_and_numbers_without_a_gap(
    trial: Trial, tmp_path: Path
) -> None:
    folder, cases = trial
    copies = {reader: handed(folder, reader, reader) for reader in READERS}
    for reader, copy in copies.items():
        read_whole(copy, cases[reader][0].case, {"1 ERO CAP": "4"}, reader=reader)
        sign(copy, cases[reader][0].case, reader)
    found = []
    for order in (READERS, READERS[::-1]):
        target = tmp_path / "-".join(order)
        shutil.copytree(folder, target)
        merge(target, [copies[reader] for reader in order])
        audit(target)
        seqs = [int(str(row[0])) for row in rows(target, "SELECT seq FROM event ORDER BY seq")]
        assert all(after == before + 1 for before, after in pairwise(seqs))
        with CoordinatorStudy.open(target) as study:
            found.append([(line.reader, line.read, line.signed) for line in study.board()])
            found[-1] += sorted(rows(target, 'SELECT "case", visit, feature, site, after FROM event'))  # type: ignore[arg-type]

    assert found[0] == found[1]
