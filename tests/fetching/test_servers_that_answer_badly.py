"""Servers that can't be reached, answer badly, slowly or without end: one line each, and nothing of it in the copy."""

from __future__ import annotations

import base64
import json
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scoring.values import replace
from storage.apart.image_list import write_list
from tests.builders.servers.loopback import Quiet
from tests.builders.servers.typed import typed
from tests.fetching.conftest import Elsewhere
from workstation.cli.shared import DONE, FINDINGS, REFUSED
from workstation.fetching import server as https
from workstation.fetching.source import FetchRefused, address_of_images


def _plain(status: int, **headers: str) -> Callable[[Quiet, bytes], bool]:
    def answer(handler: Quiet, _content: bytes) -> bool:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return True

    return answer


def _body(change: Callable[[bytes], bytes], told: int | None = None) -> Callable[[Quiet, bytes], bool]:
    def answer(handler: Quiet, content: bytes) -> bool:
        body = change(content)
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body) if told is None else told))
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True
        return True

    return answer


def _endless(handler: Quiet, _content: bytes) -> bool:
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    for _ in range(2000):
        handler.wfile.write(b"\0" * 65536)
    handler.close_connection = True
    return True


def _dripping(handler: Quiet, content: bytes) -> bool:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    for byte in content[:40]:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        time.sleep(0.05)
    handler.close_connection = True
    return True


def _silent(handler: Quiet, _content: bytes) -> bool:
    time.sleep(1.0)
    handler.close_connection = True
    return True


def _flipped(content: bytes) -> bytes:
    return content[:100] + bytes([content[100] ^ 1]) + content[101:]


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        (_body(_flipped), "was changed on the way"),
        (_body(lambda content: b"\0" * len(content)), "was changed on the way"),
        (_body(lambda content: content[:-1]), "gives less than the copy asks for"),
        (_body(lambda content: content[:100], told=70_000), "connection broke"),
        (_body(lambda content: content + b"x"), "gives more than the copy asks for"),
        (_body(lambda _content: b""), "gives less than the copy asks for"),
        (_endless, "gives more than the copy asks for"),
        (_dripping, "is too slow"),
        (_silent, "doesn't answer in time"),
        (_plain(301, Location="https://elsewhere.example.org/x"), "sends on to another address, which isn't followed"),
        (_plain(404), "has no such image. Tell the coordinator"),
        (_plain(500), "answers with status 500"),
        (_plain(403), "refuses this user"),
        (_plain(204), "answers with status 204"),
    ],
)
def test_each_odd_answer_is_told_in_a_line_soon_and_leaves_nothing_in_the_copy(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch, odd: Callable[[Quiet, bytes], bool], said: str
) -> None:
    elsewhere.server.odd = odd
    monkeypatch.setattr(https, "READ_S", 0.4)
    monkeypatch.setattr(https, "PIECE_S", 0.5)
    monkeypatch.setattr(https, "SLOWEST", 1 << 30)
    monkeypatch.setattr("workstation.fetching.supply._PAUSE_S", 0.01)
    monkeypatch.setattr("workstation.app.servers.images._ENOUGH", 1)

    done = typed("fetch", str(elsewhere.copy))

    assert done.exit_code == FINDINGS
    assert said in done.stderr
    assert [path for path in (elsewhere.copy / "images").rglob("*") if path.is_file()] == []
    # what came odd stays with the server: fetched as soon as it answers well
    elsewhere.server.odd = None
    assert typed("fetch", str(elsewhere.copy)).exit_code == DONE


def test_pieces_that_were_exchanged_for_one_another_are_seen(elsewhere: Elsewhere) -> None:
    first, second, *_ = sorted(elsewhere.pieces.iterdir())
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)

    done = typed("fetch", str(elsewhere.copy))

    assert (done.exit_code, "was changed on the way" in done.stderr) == (FINDINGS, True)


def test_what_broke_now_and_then_comes_all_the_same(elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workstation.fetching.supply._PAUSE_S", 0.01)
    seen: set[str] = set()

    def first_time(handler: Quiet, _content: bytes) -> bool:
        if handler.path in seen:
            return False
        seen.add(handler.path)
        handler.close_connection = True
        return True

    elsewhere.server.odd = first_time

    assert typed("fetch", str(elsewhere.copy)).exit_code == DONE


def test_a_server_that_isnt_there_or_cant_prove_who_it_is_is_told(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workstation.fetching.supply._PAUSE_S", 0.01)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"https://127.0.0.1:{taken.getsockname()[1]}/images"
        gone = typed("fetch", str(elsewhere.copy), "--from", nobody)
    assert (gone.exit_code, "can't be reached" in gone.stderr) == (FINDINGS, True)

    write_list(elsewhere.copy, replace(elsewhere.images, address=elsewhere.server.address, ca=""))
    stranger = typed("fetch", str(elsewhere.copy))
    assert (stranger.exit_code, "can't prove who it is" in stranger.stderr) == (FINDINGS, True)
    assert elsewhere.server.asked == []


def test_a_password_is_asked_of_the_environment_and_of_nobody_else_in_a_script(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere.server.user = base64.b64encode(b"es:long enough").decode()
    monkeypatch.setattr("workstation.app.servers.passwords._kept", lambda *_: None)
    without = typed("fetch", str(elsewhere.copy))
    assert (without.exit_code, "refuses this user" in without.stderr) == (FINDINGS, True)

    nobody = typed("fetch", str(elsewhere.copy), "--user", "es")
    assert (nobody.exit_code, "give it in RAMRIS_IMAGES_PASSWORD" in nobody.stderr) == (REFUSED, True)

    monkeypatch.setenv("RAMRIS_IMAGES_PASSWORD", "long enough")
    assert typed("fetch", str(elsewhere.copy)).exit_code == DONE
    assert b"long enough" not in (elsewhere.copy / "images.json").read_bytes()


def test_a_share_that_isnt_connected_or_lacks_a_piece_is_told(elsewhere: Elsewhere, tmp_path: Path) -> None:
    gone = typed("fetch", str(elsewhere.copy), "--from", str(tmp_path / "gone"))
    assert (gone.exit_code, "Connect to the share" in gone.stderr) == (FINDINGS, True)
    assert str(tmp_path) not in gone.stderr

    (tmp_path / "empty").mkdir()
    empty = typed("fetch", str(elsewhere.copy), "--from", str(tmp_path / "empty"))
    assert (empty.exit_code, "lacks a part" in empty.stderr) == (FINDINGS, True)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("http://images.hospital.org/x", "in the clear"),
        ("https://es:pw@h.org/x", "no user and no password"),
        ("ftp://h.org/x", "no address of images"),
        ("https://", "no address of images"),
        ("https://h.org/x?token=1", "name of the folder alone"),
        ("https://h.org:none/x", "no address of images"),
        ("https://h.org/a b", "no address of images"),
        ("", "is empty"),
    ],
)
def test_an_address_that_no_server_should_have_is_refused(typed: str, said: str) -> None:
    with pytest.raises(FetchRefused, match=said):
        address_of_images(typed)


def test_addresses_are_kept_without_a_slash_and_paths_whole() -> None:
    assert address_of_images(" https://h.org/trial/ ") == "https://h.org/trial"
    assert address_of_images("http://127.0.0.1:8080/i") == "http://127.0.0.1:8080/i"
    assert address_of_images(Path("/srv/images a").as_uri()) == "/srv/images a"


def test_the_copy_whose_images_are_in_it_has_nothing_to_fetch(handed_apart: Path, tmp_path: Path) -> None:
    none = typed("fetch", str(handed_apart / "trial"))
    assert (none.exit_code, "nothing to fetch" in none.stderr) == (REFUSED, True)
    empty = typed("fetch", str(tmp_path))
    assert (empty.exit_code, "holds no study" in empty.stderr) == (REFUSED, True)


def test_json_tells_which_cases_lack_images(elsewhere: Elsewhere) -> None:
    case, (item, *_) = next(iter(elsewhere.images.cases.items()))
    (elsewhere.pieces / item.pieces[0]).unlink()

    done = typed("fetch", str(elsewhere.copy), "--json")

    told = json.loads(done.stdout)
    assert done.exit_code == FINDINGS
    assert [code for code, _why in told["lacking"]] == [case]
    assert told["here"] < told["images"]
