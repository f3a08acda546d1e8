from __future__ import annotations

import threading
from queue import Queue

import pytest

from workstation.tasks.latest import Latest
from workstation.tasks.token import Cancelled, Token

PATIENCE_S = 10


def test_a_token_lets_work_go_on_until_it_is_cancelled() -> None:
    token = Token()

    token.checkpoint()
    token.cancel()

    assert token.cancelled
    with pytest.raises(Cancelled):
        token.checkpoint()


def test_newer_work_cancels_what_was_running_and_runs_itself() -> None:
    started, delivered = threading.Event(), Queue[str]()
    latest = Latest("test", lambda _error: None)

    def endless(token: Token) -> None:
        started.set()
        while True:
            token.checkpoint()

    latest.start(endless)
    assert started.wait(PATIENCE_S)
    latest.start(lambda _token: delivered.put("newer"))

    assert delivered.get(timeout=PATIENCE_S) == "newer"
    latest.shutdown()


def test_work_that_was_overtaken_before_it_began_never_runs() -> None:
    gate, delivered = threading.Event(), Queue[str]()
    latest = Latest("test", lambda _error: None)

    def waiting(_token: Token) -> None:
        gate.wait(PATIENCE_S)

    latest.start(waiting)
    latest.start(lambda _token: delivered.put("overtaken"))
    latest.start(lambda _token: delivered.put("latest"))
    gate.set()

    assert delivered.get(timeout=PATIENCE_S) == "latest"
    latest.shutdown()
    assert delivered.empty()


def test_shutting_down_stops_the_work_and_leaves_no_thread() -> None:
    started = threading.Event()
    latest = Latest("left-behind", lambda _error: None)

    def endless(token: Token) -> None:
        started.set()
        while True:
            token.checkpoint()

    latest.start(endless)
    assert started.wait(PATIENCE_S)
    latest.shutdown()
    latest.shutdown()

    assert not [thread for thread in threading.enumerate() if thread.name.startswith("left-behind")]


def test_an_error_in_the_work_is_passed_on_and_the_next_work_runs() -> None:
    failures, delivered = Queue[BaseException](), Queue[str]()
    latest = Latest("test", failures.put)

    def broken(_token: Token) -> None:
        raise KeyError("a bug")

    latest.start(broken)
    assert isinstance(failures.get(timeout=PATIENCE_S), KeyError)
    latest.start(lambda _token: delivered.put("next"))

    assert delivered.get(timeout=PATIENCE_S) == "next"
    latest.shutdown()
