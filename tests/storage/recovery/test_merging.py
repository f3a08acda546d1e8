"""Copies come together: each reader's rows once, in any order of merging, proven to be what the copies held."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.readings.park_reasons import park_reasons
from scoring.readings.reading import Reading, SiteKey
from storage.audit.verification import audit
from storage.errors import InUse, RecordDamaged, StudyError
from storage.files.window_lock import sole_window
from storage.records import SiteNote
from storage.recovery.merge import merge
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.editions import a_trial
from tests.builders.servers.whole_record import content
from tests.builders.studies import answer, changed, key, read_whole, record, tamper
from workstation.cli import main

READERS = ("ES", "MO", "PK")
OneCase = tuple[Path, dict[str, str]]


def a_case_each(folder: Path) -> OneCase:
    """A study of one subject with three readers; the case code of each."""
    trial, cases = a_trial(folder, 1, readers=READERS, first_seed=0)
    return trial, {reader: given[0].case for reader, given in cases.items()}


def handed_over(folder: Path, name: str) -> Path:
    """The part of the reader's copy that merging looks at."""
    copy = folder.with_name(name)
    copy.mkdir(exist_ok=True)
    shutil.copyfile(folder / "study.db", copy / "study.db")
    return copy


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> OneCase:
    return a_case_each(tmp_path_factory.mktemp("whole") / "trial")


def reading(folder: Path, case: str, reader: str = "ES") -> Reading:
    with ReaderStudy.open(folder, reader) as study:
        return study.reading(case)


def test_what_two_readers_did_in_their_copies_comes_together(trial: OneCase) -> None:
    folder, cases = trial
    es, mo = handed_over(folder, "es"), handed_over(folder, "mo")
    record(es, cases["ES"], changed("1 ERO CAP", "3"), changed("1 ERO CAP", "4", "3"))
    record(mo, cases["MO"], changed("1 ERO CAP", "7"), reader="MO")

    done = merge(folder, [es, mo])

    assert [(item.copy, item.answers) for item in done] == [("es", 2), ("mo", 1)]
    assert audit(folder).events == 3
    assert reading(folder, cases["ES"]).answer(key("1 ERO CAP")) == answer("4")
    assert reading(folder, cases["MO"], "MO").answer(key("1 ERO CAP")) == answer("7")


def test_merging_again_changes_not_one_byte_of_the_record(trial: OneCase) -> None:
    folder, cases = trial
    copy = handed_over(folder, "es")
    record(copy, cases["ES"], changed("1 ERO CAP", "3"))
    merge(folder, [copy])
    before = content(folder)

    (again,) = merge(folder, [copy])

    assert (again.answers, again.acts, again.notes) == (0, 0, 0)
    assert content(folder) == before


def test_a_reader_who_goes_on_in_the_old_copy_is_merged_again(trial: OneCase) -> None:
    folder, cases = trial
    copy = handed_over(folder, "es")
    record(copy, cases["ES"], changed("1 ERO CAP", "3"))
    merge(folder, [copy])
    record(copy, cases["ES"], changed("1 ERO CAP", "5", "3"))

    (done,) = merge(folder, [copy])

    assert done.answers == 1
    assert audit(folder).events == 2
    assert reading(folder, cases["ES"]).answer(key("1 ERO CAP")) == answer("5")


def test_copies_of_copies_bring_each_row_once(trial: OneCase) -> None:
    folder, cases = trial
    es, mo = handed_over(folder, "es"), handed_over(folder, "mo")
    record(es, cases["ES"], changed("1 ERO CAP", "3"))
    record(mo, cases["MO"], changed("1 ERO CAP", "7"), reader="MO")
    merge(mo, [es])

    assert [item.answers for item in merge(folder, [es, mo, es])] == [1, 1, 0]
    assert audit(folder).events == 2


def test_notes_and_the_place_to_go_on_come_along(trial: OneCase) -> None:
    folder, cases = trial
    copy = handed_over(folder, "es")
    with ReaderStudy.open(copy, "ES") as study:
        study.record(cases["ES"], [changed("1 ERO CAP", "3")], "room")
        study.note(cases["ES"], key("1 ERO CAP"), SiteNote("look again", unsure=True))
        study.save_bookmark(cases["ES"], "here")

    assert [item.notes for item in merge(folder, [copy, copy])] == [1, 0]
    with ReaderStudy.open(folder, "ES") as study:
        assert study.notes(cases["ES"])[key("1 ERO CAP")] == SiteNote("look again", unsure=True)
        assert (study.bookmark(cases["ES"]), study.last_case()) == ("here", cases["ES"])


def test_a_case_read_on_in_two_copies_is_refused_by_its_row_and_nothing_is_merged(trial: OneCase) -> None:
    folder, cases = trial
    copy = handed_over(folder, "es")
    record(folder, cases["ES"], changed("1 ERO CAP", "3"))
    record(copy, cases["ES"], changed("1 ERO HAM", "4"))
    before = content(folder)

    with pytest.raises(StudyError, match=rf"es, record row 1: case {cases['ES']} was read on here and in the copy"):
        merge(folder, [copy])
    assert content(folder) == before


def test_a_case_parked_in_a_copy_and_signed_here_meanwhile_is_refused_and_stays_signed(trial: OneCase) -> None:
    folder, case = trial[0], trial[1]["ES"]
    read_whole(folder, case)
    away = handed_over(folder, "away")
    with ReaderStudy.open(folder, "ES") as door:
        door.sign(case, {item.id: "seen so" for item in door.signing_sheet(case).findings})
    with ReaderStudy.open(away, "ES") as door:
        door.park(case, park_reasons()[0].code)

    with pytest.raises(StudyError, match=f"case {case} was signed here meanwhile; reopen it first"):
        merge(folder, [away])

    with ReaderStudy.open(folder, "ES") as door:
        assert door.state(case).status == "signed"


def test_a_copy_of_another_study_is_refused(trial: OneCase, tmp_path: Path) -> None:
    other, _ = a_case_each(tmp_path / "other")

    with pytest.raises(StudyError, match="other is a copy of another study"):
        merge(trial[0], [other])
    with pytest.raises(StudyError, match="is the study itself"):
        merge(trial[0], [trial[0]])
    with pytest.raises(StudyError, match="holds no study"):
        merge(trial[0], [tmp_path])


def test_a_forged_copy_is_refused_by_its_row(trial: OneCase) -> None:
    folder, cases = trial
    copy = handed_over(folder, "es")
    record(copy, cases["ES"], changed("1 ERO CAP", "3"), changed("1 ERO HAM", "4"))
    tamper(copy, "UPDATE event SET after = '0' WHERE seq = 2")

    with pytest.raises(RecordDamaged, match="Not merged: es: record row 2: its hash doesn't match"):
        merge(folder, [copy])


def test_what_only_the_coordinator_does_is_not_taken_from_a_copy(trial: OneCase) -> None:
    folder, cases = trial
    copy = handed_over(folder, "es")
    shutil.copyfile(folder / "vault.db", copy / "vault.db")
    with CoordinatorStudy.open(copy) as study:
        study.assign("NEW", seed=1)

    with pytest.raises(StudyError, match=r"es, act row \d+: designed is the coordinator's"):
        merge(folder, [copy])
    assert cases


def test_a_copy_is_only_read(trial: OneCase) -> None:
    folder, cases = trial
    copy = handed_over(folder, "es")
    record(copy, cases["ES"], changed("1 ERO CAP", "3"))
    before = (copy / "study.db").read_bytes()

    merge(folder, [copy])

    assert (copy / "study.db").read_bytes() == before


def test_under_an_open_window_nothing_is_merged(trial: OneCase) -> None:
    with sole_window(trial[0]), pytest.raises(InUse):
        merge(trial[0], [handed_over(trial[0], "es")])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE origin SET there_seq = 9 WHERE id = 1",
        "UPDATE origin SET there_previous_hash = there_hash WHERE id = 1",
        "UPDATE origin SET there_hash = 'ab' WHERE id = 2",
        "UPDATE origin SET seq = 3 WHERE id = 1",
        "UPDATE origin SET chain = 'event ' WHERE id = 1",
        "UPDATE origin SET there_fields = 'x' WHERE id = 1",
        "UPDATE origin SET there_fields = '7' WHERE id = 1",
        "UPDATE origin SET there_fields = '{\"note\": [1]}' WHERE id = 1",
        "UPDATE origin SET there_seq = 'one' WHERE id = 1",
        "DELETE FROM origin WHERE id = 2",
        "DELETE FROM origin",
    ],
)
def test_an_origin_that_was_changed_is_found(trial: OneCase, statement: str) -> None:
    folder, cases = trial
    copy = handed_over(folder, "es")
    # a row here first, so that the copy's rows get other numbers
    record(folder, cases["MO"], changed("1 ERO CAP", "7"), reader="MO")
    record(copy, cases["ES"], changed("1 ERO CAP", "3"), changed("1 ERO HAM", "4"))
    merge(folder, [copy])
    assert audit(folder).events == 3
    tamper(folder, statement)

    with pytest.raises(RecordDamaged, match="row"):
        audit(folder)


Step = tuple[str, int]
STEPS = st.lists(
    st.tuples(st.sampled_from([*READERS, "merge ES", "merge MO", "merge PK"]), st.integers(0, 3)), max_size=9
)


@settings(max_examples=12, deadline=None)
@given(steps=STEPS)
def test_any_interleaving_of_reading_and_merging_ends_with_what_each_reader_gave(
    whole: OneCase, steps: list[Step]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "trial"
        shutil.copytree(whole[0], folder)
        copies = {reader: handed_over(folder, reader) for reader in READERS}
        given_: dict[str, str] = {}
        for what, grade in [*steps, *((f"merge {reader}", 0) for reader in READERS)]:
            word, _, reader = what.rpartition(" ")
            if word:
                merge(folder, [copies[reader]])
            elif given_.get(reader) != str(grade):
                record(
                    copies[reader],
                    whole[1][reader],
                    changed("1 ERO CAP", str(grade), given_.get(reader, "")),
                    reader=reader,
                )
                given_[reader] = str(grade)

        audit(folder)
        for reader in READERS:
            found = reading(folder, whole[1][reader], reader).answer(key("1 ERO CAP"))
            assert found == answer(given_.get(reader, ""))


def test_the_order_of_merging_makes_no_difference_to_any_reading(trial: OneCase, tmp_path: Path) -> None:
    folder, cases = trial
    copies = [handed_over(folder, reader) for reader in READERS]
    for number, (reader, copy) in enumerate(zip(READERS, copies, strict=True)):
        record(copy, cases[reader], changed("1 ERO CAP", str(number)), reader=reader)
    outcomes: set[tuple[tuple[SiteKey, ...], ...]] = set()

    for number, order in enumerate(permutations(copies)):
        target = tmp_path / f"order-{number}"
        shutil.copytree(folder, target)
        merge(target, order)
        audit(target)
        outcomes.add(tuple(tuple(sorted(reading(target, cases[reader], reader).answers)) for reader in READERS))

    assert len(outcomes) == 1


def test_an_old_copy_is_merged_without_being_brought_to_this_schema(trial: OneCase) -> None:
    folder, _ = trial
    copy = handed_over(folder, "es")
    connection = sqlite3.connect(copy / "study.db")
    version = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    connection.close()

    merge(folder, [copy])

    connection = sqlite3.connect(copy / "study.db")
    assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == version
    connection.close()


def test_the_commands_merge_and_list_where_two_readers_differ(
    trial: OneCase, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, cases = trial
    es, mo = handed_over(folder, "es"), handed_over(folder, "mo")
    read_whole(es, cases["ES"], {"1 ERO CAP": "3", "2 ERO CAP": "1", "1 SYN RC": "NC"})
    read_whole(mo, cases["MO"], {"1 ERO CAP": "5", "2 ERO CAP": "2"}, reader="MO")

    assert main(["study", "merge", str(folder), str(es), str(mo)]) == 0
    assert capsys.readouterr().out == (
        "es: 86 answers, 0 acts and 0 notes came over.\nmo: 86 answers, 0 acts and 0 notes came over.\n"
    )
    assert main(["study", "disagreements", str(folder), "--readers", "ES,MO", "--why", "interim", "--json"]) == 1
    listed = json.loads(capsys.readouterr().out)["disagreements"]
    # by hand: 3 and 5, 1 and 2, no grade and 0; all else is 0 and 0
    assert [(item["visit"], item["feature"], item["site"], item["difference"]) for item in listed] == [
        (1, "SYN", "RC", None),
        (1, "ERO", "CAP", 2.0),
        (2, "ERO", "CAP", 1.0),
    ]
    assert (
        main(["study", "disagreements", str(folder), "--readers", "ES,MO", "--threshold", "2", "--why", "interim"]) == 1
    )
    assert capsys.readouterr().out == (
        "S001 visit 1 SYN RC: ES NC, MO 0\nS001 visit 1 ERO CAP: ES 3, MO 5\n2 sites differ by 2 or more.\n"
    )
    assert main(["study", "disagreements", str(folder)]) == 2
    assert "two readers are compared, and this study has 3 (ES, MO, PK)" in capsys.readouterr().err
    assert main(["study", "disagreements", str(folder), "--readers", "ES,MO", "--threshold", "much"]) == 2
