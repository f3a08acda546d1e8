"""Images that came to a reader's machine, encrypted on its disk where the account has a key store; told where not."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import threading
import time
from itertools import combinations
from pathlib import Path

import keyring
import numpy as np
import pytest

from scoring.values import replace
from storage.apart import arrived, at_rest
from storage.apart.at_rest import AT_REST_FILE, How
from storage.apart.image_list import ApartFile, digest
from storage.audit.pixels import audit_pixels
from storage.index import pixel_digests
from storage.index.pixel_digests import series_digest, slice_digest
from storage.records import CaseRecord, SeriesRecord, SliceRecord
from storage.study.reader import ReaderStudy
from tests.builders.editions import handed
from tests.builders.servers.key_store import FileKeyStore
from tests.builders.servers.typed import typed
from tests.builders.studies import a_stack
from tests.fetching.conftest import Elsewhere
from workstation.cli.shared import DONE
from workstation.fetching.while_reading import WhileReading
from workstation.imaging.errors import ImagesUnreachable
from workstation.imaging.volume import Volume, load_volume
from workstation.tasks.token import Token
from workstation.web.address import Credentials

PATIENCE_S = 30


def _fetched(copy: Path, *more: str) -> dict[str, object]:
    done = typed("fetch", str(copy), "--json", *more)
    assert done.exit_code == DONE, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


def _files(copy: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (copy / "images").rglob("*") if path.is_file()}


def _clear(copy: Path) -> list[str]:
    return [name for name in _files(copy) if name.endswith(".dcm")]


def _case(copy: Path) -> CaseRecord:
    with ReaderStudy.open(copy, "ES") as study:
        return study.case(study.worklist()[0].case)


def _shown(copy: Path) -> list[Volume]:
    case = _case(copy)
    return [load_volume(series, copy / "images") for visit in case.visits for series in visit.series]


def _full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_what_came_is_encrypted_opens_as_it_was_imported_and_no_file_holds_pixels_or_the_key(
    elsewhere: Elsewhere, key_store: FileKeyStore
) -> None:
    told = _fetched(elsewhere.copy)

    assert (told["kept"], told["encrypted"]) == (How.ENCRYPTED, True)
    plain = handed(elsewhere.study, f"plain-{elsewhere.copy.parent.name}")
    in_the_clear = list(_files(plain).values())
    kept = _files(elsewhere.copy)
    assert len(kept) == len(in_the_clear)
    assert sorted(map(len, kept.values())) == sorted(map(len, in_the_clear))
    pixels = {content[at : at + 16] for content in in_the_clear for at in range(0, len(content) - 16, 16)}
    for content in kept.values():
        # of 16 bytes none is of an image
        assert not pixels & {content[at : at + 16] for at in range(0, len(content) - 16, 16)}
    (key,) = key_store.held().values()
    for path in elsewhere.copy.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert key.encode() not in content
        assert bytes.fromhex(key) not in content
    expected, found = _shown(plain), _shown(elsewhere.copy)
    assert len(found) > 1
    assert all(np.array_equal(one, other) for one, other in zip(found, expected, strict=True))
    audited = audit_pixels(elsewhere.copy)
    assert (audited.apart, audited.strange) == (0, ())
    of_plain = audit_pixels(plain)
    assert (audited.series, audited.unknown) == (of_plain.series, of_plain.unknown)
    # and once more nothing is asked for
    asked = len(elsewhere.server.asked)
    assert _fetched(elsewhere.copy)["came"] == 0
    assert len(elsewhere.server.asked) == asked


def test_without_a_key_store_they_lie_in_the_clear_and_that_is_told(elsewhere: Elsewhere) -> None:
    done = typed("fetch", str(elsewhere.copy))

    assert "Not encrypted on this disk: this account has no key store." in done.stdout
    assert len(_clear(elsewhere.copy)) == len(elsewhere.images.files)
    assert not (elsewhere.copy / AT_REST_FILE).exists()
    assert len(_shown(elsewhere.copy)) > 1


def test_a_shut_store_keeps_nobody_from_reading_and_what_came_meanwhile_is_encrypted_later(
    elsewhere: Elsewhere, key_store: FileKeyStore
) -> None:
    key_store.shut()
    assert _fetched(elsewhere.copy)["kept"] == How.SHUT
    assert len(_clear(elsewhere.copy)) == len(elsewhere.images.files)

    key_store.shut(is_shut=False)
    asked = len(elsewhere.server.asked)
    told = _fetched(elsewhere.copy)

    assert (told["kept"], told["came"]) == (How.ENCRYPTED, 0)
    assert len(elsewhere.server.asked) == asked
    assert _clear(elsewhere.copy) == []
    assert len(_shown(elsewhere.copy)) > 1


@pytest.mark.parametrize("lost", ["the key", "the key's name", "sense in it"])
def test_what_nobody_can_open_any_more_comes_again_under_another_key(
    elsewhere: Elsewhere, key_store: FileKeyStore, lost: str
) -> None:
    _fetched(elsewhere.copy)
    before = set(_files(elsewhere.copy))
    if lost == "the key":
        key_store.forget()
    elif lost == "the key's name":
        (elsewhere.copy / AT_REST_FILE).unlink()
    else:
        (elsewhere.copy / AT_REST_FILE).write_bytes(b"\xff{")
    at_rest._asked.clear()
    with pytest.raises(ImagesUnreachable, match="image file is missing"):
        _shown(elsewhere.copy)

    told = _fetched(elsewhere.copy)

    assert told["came"] == len(elsewhere.images.files)
    assert len(_shown(elsewhere.copy)) > 1
    after = set(_files(elsewhere.copy))
    assert len(after - before) == len(elsewhere.images.files)
    # where the name of the old key is known, its files take no room
    assert not before & after or lost != "the key"


def test_a_copy_on_another_machine_shows_nothing_of_what_came_to_this_one(
    elsewhere: Elsewhere, key_store: FileKeyStore
) -> None:
    _fetched(elsewhere.copy)
    key_store.shut()
    at_rest._asked.clear()

    with pytest.raises(ImagesUnreachable):
        _shown(elsewhere.copy)
    # no damage: the audit says that they haven't come, and nothing of files that it doesn't know
    audited = audit_pixels(elsewhere.copy)
    assert (audited.series, audited.strange) == (0, ())
    assert audited.apart > 0


HEADER, SIDE, SLICES = 1_001, 24, 3


@pytest.fixture
def kept(tmp_path: Path, key_store: FileKeyStore) -> tuple[Path, SeriesRecord]:
    """A folder of images with one series of three slices, encrypted, whose record has the digest of its pixels."""
    copy, records, digests = tmp_path / "own", list[SliceRecord](), list[bytes]()
    (copy / "images").mkdir(parents=True)
    assert at_rest.begin(copy) == How.ENCRYPTED
    assert len(key_store.held()) == 1
    for number in range(SLICES):
        pixels = np.random.default_rng(number).integers(0, 4096, (SIDE, SIDE), dtype=np.uint16).tobytes()
        content, name = bytes(HEADER) + pixels, f"SERIES/{number}.dcm"
        arrived.keep(copy / "images", ApartFile(name, len(content), digest(name, content), ()), content)
        records.append(SliceRecord(f"1.2.{number}", name, HEADER, (0.0, 0.0, float(number))))
        digests.append(slice_digest(pixels))
    series = replace(
        a_stack("S"), rows=SIDE, columns=SIDE, slices=tuple(records), pixels_sha256=series_digest("S", digests)
    )
    return copy / "images", series


def test_the_digest_of_the_record_is_held_against_what_was_opened(kept: tuple[Path, SeriesRecord]) -> None:
    images, series = kept

    assert pixel_digests.check(images, series) == SLICES * SIDE * SIDE * 2
    assert load_volume(series, images).shape == (SLICES, SIDE, SIDE)


@pytest.mark.parametrize("attack", ["a byte", "two changed places", "cut short", "a link", "another key"])
def test_files_that_were_changed_on_the_disk_are_never_shown(kept: tuple[Path, SeriesRecord], attack: str) -> None:
    images, series = kept
    first, second, _ = sorted((images / "SERIES").iterdir())
    content, other = first.read_bytes(), second.read_bytes()
    match attack:
        case "a byte":
            first.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        case "two changed places":
            first.write_bytes(other)
            second.write_bytes(content)
        case "cut short":
            first.write_bytes(content[:-1])
        case "a link":
            second.rename(second.with_name("elsewhere"))
            second.symlink_to("elsewhere")
        case _:
            keyring.set_password(at_rest.SERVICE, first.suffix[1:], "0" * 64)
            at_rest._asked.clear()

    with pytest.raises(pixel_digests.PixelsUnlike):
        pixel_digests.check(images, series)
    if attack != "a link":
        with pytest.raises(ImagesUnreachable):
            load_volume(series, images)


@pytest.mark.usefixtures("key_store")
def test_stopped_or_killed_midway_nothing_is_lost_and_the_next_look_goes_on(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as without:
        without.setattr("keyring.get_keyring", lambda: None)
        _fetched(elsewhere.copy)
    every = len(elsewhere.images.files)
    assert at_rest.begin(elsewhere.copy) == How.ENCRYPTED
    images, items, looks = elsewhere.copy / "images", elsewhere.images.files.values(), iter([False] * 3 + [True])

    arrived.encrypt(images, items, lambda: next(looks))
    assert len(_clear(elsewhere.copy)) == every - 3
    assert len(_shown(elsewhere.copy)) > 1
    # killed between the encrypted file and the end of the clear one: both are there
    item = next(item for item in items if (images / item.name).exists())
    content = (images / item.name).read_bytes()
    arrived.keep(images, item, content)
    (images / item.name).write_bytes(content)
    assert len(_files(elsewhere.copy)) == every + 1
    assert len(_shown(elsewhere.copy)) > 1
    with monkeypatch.context() as full:
        full.setattr(arrived, "write_whole", _full)
        before = _files(elsewhere.copy)
        arrived.encrypt(images, items, lambda: False)
        # it stays as it is
        assert _files(elsewhere.copy) == before

    assert _fetched(elsewhere.copy)["came"] == 0
    assert _clear(elsewhere.copy) == []
    assert len(_files(elsewhere.copy)) == every
    assert len(_shown(elsewhere.copy)) > 1


def test_who_wants_no_encryption_says_so_and_takes_it_back(elsewhere: Elsewhere, key_store: FileKeyStore) -> None:
    _fetched(elsewhere.copy)
    assert key_store.held()

    told = _fetched(elsewhere.copy, "--no-encrypt")
    assert (told["kept"], told["came"]) == (How.UNWANTED, 0)
    assert len(_clear(elsewhere.copy)) == len(_files(elsewhere.copy)) == len(elsewhere.images.files)
    assert len(_shown(elsewhere.copy)) > 1
    # it stays so
    assert _fetched(elsewhere.copy)["kept"] == How.UNWANTED

    told = _fetched(elsewhere.copy, "--encrypt")
    assert (told["kept"], told["came"]) == (How.ENCRYPTED, 0)
    assert _clear(elsewhere.copy) == []


def test_while_somebody_reads_what_comes_is_encrypted_and_so_is_what_came_before(
    elsewhere: Elsewhere, key_store: FileKeyStore
) -> None:
    with pytest.MonkeyPatch.context() as without:
        without.setattr("keyring.get_keyring", lambda: None)
        _fetched(elsewhere.copy)
    case = _case(elsewhere.copy)
    arrived.drop(elsewhere.copy / "images", elsewhere.images.cases[case.code])
    assert key_store.held() == {}
    apart = WhileReading(elsewhere.copy, lambda _images: Credentials())
    try:
        for visit in case.visits:
            for series in visit.series:
                apart.bring(case.code, [item.file for item in series.slices], Token())
        assert apart.how == How.ENCRYPTED
        assert len(_shown(elsewhere.copy)) > 1
        of_case = {Path(item.name).name for item in elsewhere.images.cases[case.code]}
        assert not of_case & set(_clear(elsewhere.copy))
        apart.plan(case.code, ())
        end = time.monotonic() + PATIENCE_S
        while _clear(elsewhere.copy):
            assert time.monotonic() < end, _clear(elsewhere.copy)
            time.sleep(0.02)
    finally:
        apart.close()
    assert len(_files(elsewhere.copy)) == len(elsewhere.images.files)


def test_a_copy_has_one_key_whoever_begins_at_the_same_moment(
    tmp_path: Path, key_store: FileKeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = FileKeyStore.get_password

    def slowly(self: FileKeyStore, service: str, username: str) -> str | None:
        time.sleep(0.05)
        return kept(self, service, username)

    monkeypatch.setattr(FileKeyStore, "get_password", slowly)
    (tmp_path / "own" / "images").mkdir(parents=True)
    threads = [threading.Thread(target=at_rest.begin, args=(tmp_path / "own",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(key_store.held()) == 1
    assert at_rest.of(tmp_path / "own" / "images") is not None


def test_a_room_closes_while_the_key_store_waits_for_somebody_to_open_it(
    elsewhere: Elsewhere, key_store: FileKeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answered = threading.Event(), threading.Event()
    put = key_store.set_password

    def waits(_self: FileKeyStore, service: str, username: str, password: str) -> None:
        asked.set()
        assert answered.wait(PATIENCE_S)
        put(service, username, password)

    monkeypatch.setattr(FileKeyStore, "set_password", waits)
    case, said = _case(elsewhere.copy), list[str]()
    apart = WhileReading(elsewhere.copy, lambda _images: Credentials())

    def bring() -> None:
        with pytest.raises(ImagesUnreachable) as refused:
            apart.bring(case.code, [item.name for item in elsewhere.images.cases[case.code]], Token())
        said.append(str(refused.value))

    bringing = threading.Thread(target=bring)
    bringing.start()
    assert asked.wait(PATIENCE_S)
    apart.close()
    bringing.join(PATIENCE_S)
    # somebody answers it when nobody waits any more
    answered.set()

    assert said == ["Its images can't be fetched: the room is being closed"]
    for thread in threading.enumerate():
        if thread.name == "key store":
            thread.join(PATIENCE_S)


def test_the_same_pixels_in_two_cases_and_in_two_copies_are_other_bytes() -> None:
    one, other = at_rest.Rest("a" * 16, b"1" * 32), at_rest.Rest("b" * 16, b"2" * 32)
    content = bytes(range(256)) * 40

    kept = [one.turned("A/1.dcm", content), one.turned("B/1.dcm", content), other.turned("A/1.dcm", content)]

    blocks = [{text[at : at + 16] for at in range(0, len(text), 16)} for text in kept]
    assert all(not one & other for one, other in combinations(blocks, 2))
    # a part alone opens as it does within the whole, wherever it begins
    for start, end in ((0, 16), (5, 6), (15, 4097), (4096, 10_240), (10_239, 10_240)):
        part = bytearray(kept[0][start:end])
        one.turn("A/1.dcm", start, memoryview(part))
        assert part == content[start:end]


def test_openssl_opens_what_is_kept_with_the_key_of_the_store_and_the_name_of_the_file(
    elsewhere: Elsewhere, key_store: FileKeyStore
) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs the program openssl")
    _fetched(elsewhere.copy)
    (key,) = key_store.held().values()
    item = next(iter(elsewhere.images.files.values()))
    name = json.loads((elsewhere.copy / AT_REST_FILE).read_text("utf-8"))["key"]
    own = subprocess.run(
        [openssl, "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key}", "-hex", "-r"],
        input=item.name.encode(), capture_output=True, check=True,
    ).stdout.split()[0].decode()  # fmt: skip

    opened = subprocess.run(
        [openssl, "enc", "-d", "-aes-256-ctr", "-K", own, "-iv", "0" * 32],
        input=(elsewhere.copy / "images" / f"{item.name}.{name}").read_bytes(), capture_output=True, check=True,
    ).stdout  # fmt: skip

    assert digest(item.name, opened) == item.sha256
