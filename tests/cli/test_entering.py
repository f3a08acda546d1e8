"""Grades from lines, without a disk: what is refused, what goes on, what stops."""

from collections.abc import Sequence

import pytest

from scoring.errors import TextRefused
from scoring.readings.answers import format_answer
from scoring.readings.reading import AnswerChanged, Reading
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import Scheme
from storage.errors import NotSaved, UnknownCase
from workstation.app.entering import enter

GOOD = b"K7QM2,1,SYN,RC,2\n"


class MemoryDoor:
    """The reader's door on a dictionary; the disk fills up after `room` changes."""

    def __init__(self, room: int = 1000) -> None:
        self.scheme: Scheme = shipped_scheme()
        self.kept = Reading()
        self.room = room

    def reading(self, code: str) -> Reading:
        if code != "K7QM2":
            raise UnknownCase(f"{code}: no such case")
        return self.kept

    def record(self, case: str, changes: Sequence[AnswerChanged], source: str) -> None:
        assert (case, source) == ("K7QM2", "enter")
        if self.room == 0:
            raise NotSaved("the disk is full")
        self.room -= 1
        for change in changes:
            self.kept = self.kept.applied(change)


def run(door: MemoryDoor, *lines: bytes) -> tuple[list[int], list[str]]:
    done: list[int] = []
    complaints: list[str] = []
    enter(door, lines, done.append, complaints.append)
    return done, complaints


def test_each_line_is_acknowledged_by_its_own_number() -> None:
    assert run(MemoryDoor(), b"case,visit,feature,site,grade\r\n", GOOD, b"\n", b"K7QM2, 2, syn, rc, 3\r\n") == (
        [2, 4],
        [],
    )


def test_a_byte_order_mark_before_the_first_line_is_passed_over() -> None:
    assert run(MemoryDoor(), b"\xef\xbb\xbf" + GOOD) == ([1], [])


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_lines_are_separated_as_spreadsheets_of_any_country_do(mark: str) -> None:
    header = f"sep={mark}\r\nCase,Visit,Feature,Site,Grade\r\n".replace(",", mark)
    lines = (header + f"K7QM2{mark}1{mark}SYN{mark}RC{mark}2{mark}{mark}\r\n").encode()

    assert run(MemoryDoor(), *lines.splitlines(keepends=True)) == ([3], [])


def test_the_same_grade_again_is_acknowledged_and_recorded_once() -> None:
    door = MemoryDoor(room=1)

    assert run(door, GOOD, GOOD) == ([1, 2], [])


@pytest.mark.parametrize("bad", [b"\xff\xfe\n", b'"K7QM2,1\n', b"K7QM2 1 SYN RC 2\n", b"K7QM2,1,SYN,RC,2,a,b\n"])
def test_what_cannot_be_read_is_refused_by_line_and_the_next_is_tried(bad: bytes) -> None:
    done, complaints = run(MemoryDoor(), bad, GOOD)

    assert done == [2]
    assert len(complaints) == 1
    assert complaints[0].startswith("line 1: ")
    assert "\n" not in complaints[0]


def test_words_may_hold_the_separators_of_other_lines() -> None:
    door = MemoryDoor()

    run(door, b"K7QM2;1;SYN;RC;OT;cyst, old\n", b"K7QM2,1,SYN,DRUJ,OT,cyst; old\n")

    assert sorted(format_answer(answer) for answer in door.kept.answers.values()) == ["OT:cyst, old", "OT:cyst; old"]


def test_unicode_text_of_a_spreadsheet_is_read_line_by_line() -> None:
    text = "case\tvisit\tfeature\tsite\tgrade\r\nK7QM2\t1\tSYN\tRC\t2\r\nK7QM2\t1\tSYN\tDRUJ\tOT\tgrøn\r\n"
    lines = text.encode("utf-16").split(b"\n")  # as a stream gives them, which knows nothing of UTF-16

    assert run(MemoryDoor(), *(line + b"\n" for line in lines[:-1]), lines[-1]) == ([2, 3], [])


def test_a_decimal_comma_is_read_where_it_stands_in_one_field() -> None:
    door = MemoryDoor()

    assert run(door, b"K7QM2;1;SYN;RC;2,0\n") == ([1], [])
    assert [format_answer(answer) for answer in door.kept.answers.values()] == ["2"]


def test_a_comma_before_three_digits_is_no_decimal_sign() -> None:
    done, complaints = run(MemoryDoor(), b'K7QM2,1,SYN,RC,"1,000"\n')

    assert done == []
    assert "'1,000' is neither a grade" in complaints[0]


def test_a_workbook_is_refused_once_and_not_line_by_line() -> None:
    with pytest.raises(TextRefused, match="this is a workbook, not text: save the sheet as CSV in UTF-8"):
        run(MemoryDoor(), b"PK\x03\x04\x14\n", GOOD)


def test_when_the_disk_is_full_nothing_more_is_acknowledged() -> None:
    door, done = MemoryDoor(room=1), list[int]()

    with pytest.raises(NotSaved, match=r"^line 2: the disk is full"):
        enter(door, [GOOD, b"K7QM2,2,SYN,RC,2\n", b"K7QM2,2,SYN,DRUJ,2\n"], done.append, lambda _: None)

    assert done == [1]
