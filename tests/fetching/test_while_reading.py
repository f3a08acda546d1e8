"""Images that come while somebody reads: what is open first, then the next case, then the others as there is room."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scoring.values import replace
from storage.apart.image_list import ImageList, write_list
from storage.audit.pixels import audit_pixels
from storage.recovery.merge import merge
from storage.study.reader import ReaderStudy
from tests.builders.servers.loopback import Quiet
from tests.builders.studies import changed, record
from tests.fetching.conftest import Elsewhere
from workstation.fetching import server as https
from workstation.fetching.space import make_room
from workstation.fetching.while_reading import WhileReading
from workstation.imaging.errors import ImagesUnreachable
from workstation.tasks.token import Cancelled, Token
from workstation.web.address import Credentials

# as long as a machine with ten other things to do may need
PATIENCE_S = 30.0


@pytest.fixture
def apart(elsewhere: Elsewhere) -> Iterator[WhileReading]:
    """What brings the images of the copy."""
    found = WhileReading(elsewhere.copy, lambda _images: Credentials())
    yield found
    found.close()


def _here(elsewhere: Elsewhere) -> dict[str, int]:
    """How many images of each case are here."""
    folder = elsewhere.copy / "images"
    return {
        case: sum((folder / item.name).exists() for item in items) for case, items in elsewhere.images.cases.items()
    }


def _until(right: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not right():
        assert time.monotonic() < end, "it didn't come"
        time.sleep(0.01)


def _names(images: ImageList, case: str) -> list[str]:
    return [item.name for item in images.cases[case]]


def _asked_in_order(elsewhere: Elsewhere) -> list[str]:
    case_of = {piece: case for case, items in elsewhere.images.cases.items() for item in items for piece in item.pieces}
    return list(dict.fromkeys(case_of[path.rpartition("/")[2]] for path in elsewhere.server.asked))


def test_what_is_asked_for_comes_and_nothing_else(elsewhere: Elsewhere, apart: WhileReading) -> None:
    told: list[tuple[str, int, int]] = []
    apart.listen(lambda *count: told.append(count))
    case, *_ = elsewhere.images.cases
    first, second, *_ = _names(elsewhere.images, case)

    apart.bring(case, [first, second], Token())

    assert _here(elsewhere) == dict.fromkeys(elsewhere.images.cases, 0) | {case: 2}
    every = len(elsewhere.images.cases[case])
    # two may have come before the first is counted; it never goes back
    assert told[0] == (case, 0, every)
    assert told == sorted(told)


def test_the_next_case_comes_while_one_is_read_and_then_the_others_in_their_order(
    elsewhere: Elsewhere, apart: WhileReading
) -> None:
    opened, *rest = elsewhere.images.cases
    later = rest[::-1]
    apart.bring(opened, _names(elsewhere.images, opened), Token())

    apart.plan(opened, later)

    _until(lambda: all(_here(elsewhere).values()))
    _until(lambda: audit_pixels(elsewhere.copy).apart == 0)
    assert _asked_in_order(elsewhere) == [opened, *later]


def test_at_twenty_megabits_the_next_case_is_here_before_any_that_comes_later(
    elsewhere: Elsewhere, apart: WhileReading
) -> None:
    elsewhere.server.rate = 20e6 / 8
    opened, following, *rest = elsewhere.images.cases
    apart.bring(opened, _names(elsewhere.images, opened), Token())
    apart.plan(opened, [following, *rest])

    seen = [_here(elsewhere)]

    def here() -> bool:
        seen.append(_here(elsewhere))
        return seen[-1][following] == len(elsewhere.images.cases[following])

    _until(here)
    assert not any(found[case] for found in seen[:-1] for case in rest)
    assert _asked_in_order(elsewhere)[:2] == [opened, following]


def test_cases_leave_when_there_is_no_room_but_never_the_one_that_is_open_nor_the_next(elsewhere: Elsewhere) -> None:
    a, b, c, d, *_ = elsewhere.images.cases
    size = sum(item.size for item in elsewhere.images.cases[a])
    write_list(elsewhere.copy, replace(elsewhere.images, space_gb=2.5 * size / 1e9))
    apart = WhileReading(elsewhere.copy, lambda _images: Credentials())

    def full() -> set[str]:
        return {case for case, here in _here(elsewhere).items() if here}

    apart.bring(a, _names(elsewhere.images, a), Token())
    apart.plan(a, [b, c, d])
    _until(lambda: full() == {a, b})
    # what comes after has no room, and takes none
    apart.bring(b, _names(elsewhere.images, b), Token())
    apart.plan(b, [c, d])
    _until(lambda: full() == {b, c})
    # a case that is opened out of turn has room made for it
    apart.bring(d, _names(elsewhere.images, d), Token())
    assert d in full()
    assert len(full()) == 2
    apart.close()


def test_what_is_to_stay_stays_however_long_it_was_unopened(elsewhere: Elsewhere, apart: WhileReading) -> None:
    a, b, c, *_ = elsewhere.images.cases
    size = sum(item.size for item in elsewhere.images.cases[a])
    for case in (a, b):
        apart.bring(case, _names(elsewhere.images, case), Token())
    images = replace(elsewhere.images, space_gb=2.5 * size / 1e9)

    assert not make_room(elsewhere.copy, images, c, {a, b}, (b,))
    assert _here(elsewhere)[a] == _here(elsewhere)[b] == 4
    # b is to be read soon, and leaves all the same: a is open
    assert make_room(elsewhere.copy, images, c, {a}, (b,))
    assert (_here(elsewhere)[a], _here(elsewhere)[b]) == (4, 0)


def test_where_not_even_one_case_has_room_a_line_says_what_to_do(elsewhere: Elsewhere) -> None:
    write_list(elsewhere.copy, replace(elsewhere.images, space_gb=1e-9))
    case = next(iter(elsewhere.images.cases))
    apart = WhileReading(elsewhere.copy, lambda _images: Credentials())

    with pytest.raises(ImagesUnreachable, match="--space GB"):
        apart.bring(case, _names(elsewhere.images, case), Token())
    assert elsewhere.server.asked == []


def test_what_cant_be_had_is_said_once_without_a_path_and_asked_for_again_when_wanted(
    elsewhere: Elsewhere, apart: WhileReading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workstation.fetching.supply._PAUSE_S", 0.01)

    def gone(handler: Quiet, _content: bytes) -> bool:
        handler.close_connection = True
        return True

    elsewhere.server.odd = gone
    case = next(iter(elsewhere.images.cases))
    first, second, *_ = _names(elsewhere.images, case)
    with pytest.raises(ImagesUnreachable, match="can't be reached") as told:
        apart.bring(case, [first], Token())
    assert str(elsewhere.copy) not in str(told.value)
    assert (told.value.__context__, told.value.__cause__) == (None, None)
    asked = len(elsewhere.server.asked)
    with pytest.raises(ImagesUnreachable, match="can't be reached"):
        apart.bring(case, [second], Token())
    assert len(elsewhere.server.asked) == asked

    elsewhere.server.odd = None
    apart.again(case)
    apart.bring(case, [first, second], Token())

    assert _here(elsewhere)[case] == 2


@pytest.mark.parametrize("how", ["stopped", "cancelled", "closed"])
def test_nobody_waits_for_a_server_that_doesnt_answer_longer_than_they_want(
    elsewhere: Elsewhere, apart: WhileReading, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(https, "READ_S", 60.0)
    let_go = threading.Event()

    def held(handler: Quiet, _content: bytes) -> bool:
        let_go.wait(PATIENCE_S)
        handler.close_connection = True
        return True

    elsewhere.server.odd = held
    case = next(iter(elsewhere.images.cases))
    token = Token()

    def end(_case: str, _here: int, _every: int) -> None:
        # told before the first image is waited for
        {"stopped": lambda: apart.stop(case), "cancelled": token.cancel, "closed": apart.close}[how]()

    apart.listen(end)
    with pytest.raises((ImagesUnreachable, Cancelled)):
        apart.bring(case, _names(elsewhere.images, case), token)

    # the server still says nothing
    assert not let_go.is_set()
    let_go.set()
    assert (apart.refused(case) == "Its images aren't all here: fetching was stopped") == (how == "stopped")


def test_a_fault_on_a_fetching_thread_comes_to_whoever_waits(
    elsewhere: Elsewhere, apart: WhileReading, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr(https.Server, "piece", broken)
    case = next(iter(elsewhere.images.cases))

    with pytest.raises(ZeroDivisionError):
        apart.bring(case, _names(elsewhere.images, case), Token())


def test_an_image_that_went_bad_here_comes_anew(elsewhere: Elsewhere, apart: WhileReading) -> None:
    case = next(iter(elsewhere.images.cases))
    names = _names(elsewhere.images, case)
    apart.bring(case, names, Token())
    bad = elsewhere.copy / "images" / names[0]
    right = bad.read_bytes()
    bad.write_bytes(right[:-1] + bytes([right[-1] ^ 1]))

    apart.drop(case, names[:1])
    apart.bring(case, names, Token())

    assert bad.read_bytes() == right


def test_a_copy_without_its_images_comes_home_with_its_grades(elsewhere: Elsewhere, tmp_path: Path) -> None:
    with ReaderStudy.open(elsewhere.copy, "ES") as room:
        case = room.worklist()[0].case
    record(elsewhere.copy, case, changed("1 ERO CAP", "3"))

    study = Path(shutil.copytree(elsewhere.study, tmp_path / "study"))

    merged = merge(study, [elsewhere.copy])

    assert [(item.answers, item.acts) for item in merged] == [(1, 0)]
