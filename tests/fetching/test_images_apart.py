"""A copy whose images lie apart: small, whole with its server, and what the server has tells nothing."""

from __future__ import annotations

import json
import math
import os
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from statistics import mean

import pytest

from scoring.readings import rounds
from storage.apart.image_list import read_list
from storage.apart.pieces import OVERHEAD, PieceUnlike, cut, opener, piece_size, sealer
from storage.apart.setting_apart import Apart
from storage.audit.pixels import audit_pixels
from storage.errors import RecordDamaged, StudyError, StudyExists
from storage.handover.hand_over import hand_over
from storage.recovery.salvage import salvage
from tests.builders.editions import a_trial, handed
from tests.builders.servers.typed import typed
from tests.builders.studies import as_it_is
from tests.fetching.conftest import Elsewhere
from workstation.cli.shared import DONE


def _fetch(*arguments: str) -> tuple[int, dict[str, object]]:
    done = typed("fetch", *arguments, "--json")
    return done.exit_code, json.loads(done.stdout) if done.stdout else {"said": done.stderr}


def _names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_copy_has_the_record_a_page_and_a_list_and_no_image(handed_apart: Path) -> None:
    assert _names(handed_apart / "copy") == {"README.txt", "study.db", "images.json"}
    assert (handed_apart / "copy" / "images.json").stat().st_mode & 0o077 == 0
    assert "ramris fetch ." in (handed_apart / "copy" / "README.txt").read_text("utf-8")


def test_fetched_by_command_it_holds_what_a_copy_with_its_images_holds(elsewhere: Elsewhere) -> None:
    status, told = _fetch(str(elsewhere.copy))

    every = len(elsewhere.images.files)
    assert status == DONE
    assert told == {"came": every, "here": every, "images": every, "lacking": [], "stopped": False} | {
        "kept": "Not encrypted on this disk: this account has no key store.",
        "encrypted": False,
    }
    plain = handed(elsewhere.study, f"plain-{elsewhere.copy.parent.name}")
    folders = (plain / "images", elsewhere.copy / "images")
    contents = [sorted(path.read_bytes() for path in folder.rglob("*.dcm")) for folder in folders]
    assert contents[0] == contents[1]
    assert audit_pixels(elsewhere.copy).apart == 0
    # and once more nothing is asked for
    asked = len(elsewhere.server.asked)
    assert _fetch(str(elsewhere.copy))[0] == DONE
    assert len(elsewhere.server.asked) == asked


def test_what_isnt_here_yet_is_told_by_the_audit_and_is_no_damage(elsewhere: Elsewhere) -> None:
    found = audit_pixels(elsewhere.copy)

    assert (found.series, found.here) == (0, True)
    assert found.apart > 0
    done = typed("audit", str(elsewhere.copy))
    assert (done.exit_code, "haven't come yet; `ramris fetch` brings them" in done.stdout) == (DONE, True)


def test_names_sizes_times_and_bytes_on_the_server_are_alike_and_none_comes_twice(handed_apart: Path) -> None:
    pieces = sorted((handed_apart / "pieces").iterdir())
    images = read_list(handed_apart / "copy")

    assert {path.name for path in pieces} == {name for item in images.files.values() for name in item.pieces}
    assert {(len(path.name), path.stat().st_size, path.stat().st_mtime) for path in pieces} == {
        (32, images.piece + OVERHEAD, 315_532_800.0)
    }
    # of 12 bytes no run at the beginning is shared, and of the whole none: the pixels of a repeat are the same
    assert len({path.read_bytes()[:12] for path in pieces}) == len(pieces)
    assert len({path.read_bytes()[12:28] for path in pieces}) == len(pieces)
    # made in the order of their names, which were drawn
    inodes = [path.stat().st_ino for path in pieces]
    in_order = sum(a < b for a, b in pairwise(inodes))
    assert in_order >= len(pieces) * 0.8 or len(set(inodes)) < len(inodes)
    # bits of all pieces together are as even as of random bytes: 5 standard deviations
    bits = Counter(b"".join(path.read_bytes() for path in pieces))
    ones = sum(count * byte.bit_count() for byte, count in bits.items())
    total = 8 * sum(bits.values())
    assert abs(ones - total / 2) < 5 * math.sqrt(total) / 2


def test_the_list_says_no_more_of_a_case_than_a_copy_with_its_images_shows(handed_apart: Path) -> None:
    images = read_list(handed_apart / "copy")

    assert list(images.cases) == sorted(images.cases)
    assert all([item.name for item in items] == sorted(item.name for item in items) for items in images.cases.values())
    every = [value for item in images.files.values() for value in (item.name, item.sha256, *item.pieces)]
    assert len(every) == len(set(every))


def test_a_piece_opens_under_its_own_name_and_key_alone() -> None:
    key, other = b"k" * 32, b"o" * 32
    sealed = sealer(key)(b"pixels", "a")

    assert opener(key)(sealed, "a") == b"pixels"
    assert sealer(key)(b"pixels", "a") != sealed
    for whose, piece, name in ((key, sealed, "b"), (other, sealed, "a"), (key, b"", "a"), (key, sealed[:-1], "a")):
        with pytest.raises(PieceUnlike):
            opener(whose)(piece, name)


def test_pieces_are_of_one_size_that_costs_least() -> None:
    # slices of 512 x 512 and headers: a file is a piece. With one radiograph of 20 MB among them too
    assert piece_size([525_000] * 200) == 528_384
    assert piece_size([525_000] * 200 + [20_000_000]) == 528_384
    # nothing is smaller than 64 kB, nor larger than 8 MB
    assert piece_size([100]) == 65_536
    assert piece_size([50_000_000]) == 8_388_608
    assert [len(one) for one in cut(b"x" * 100, 64)] == [64, 64]


def test_images_go_to_a_free_folder_that_is_neither_the_study_nor_the_copy(handed_apart: Path, tmp_path: Path) -> None:
    study = handed_apart / "trial"
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "index.html").write_text("mine", encoding="utf-8")

    for folder, refusal in (
        (study / "images" / "web", StudyError),
        (tmp_path / "full", StudyExists),
        (tmp_path / "out" / "web", StudyError),
        (tmp_path, StudyError),
    ):
        with pytest.raises(refusal):
            hand_over(study, tmp_path / "out", as_it_is, "ES", apart=Apart(folder, "https://h/i"))
    assert _names(tmp_path) == {"full/index.html"}


def test_of_several_readers_each_has_a_folder_and_an_address(tmp_path: Path, trial_of_two: Path) -> None:
    hand_over(trial_of_two, tmp_path / "out", as_it_is, apart=Apart(tmp_path / "web", "https://h.org/i"))

    for reader in ("ES", "MO"):
        images = read_list(tmp_path / "out" / reader)
        assert images.address == f"https://h.org/i/{reader}"
        assert _names(tmp_path / "web" / reader) == {name for item in images.files.values() for name in item.pieces}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda told: told.update(format=2), "newer program"),
        (lambda told: told.update(key="00"), "can't be used"),
        (lambda told: told.update(key="zz" * 32), "can't be used"),
        (lambda told: told.update(piece=0), "can't be used"),
        (lambda told: told.update(piece=1 << 40), "can't be used"),
        (lambda told: next(iter(told["cases"].values()))[0].update(name="../../study.db"), "can't be used"),
        (lambda told: next(iter(told["cases"].values()))[0].update(name="/etc/passwd"), "can't be used"),
        (lambda told: next(iter(told["cases"].values()))[0].update(pieces=["../x"]), "can't be used"),
        (lambda told: next(iter(told["cases"].values()))[0].update(size=-1), "can't be used"),
        (lambda told: next(iter(told["cases"].values()))[0].update(size=1 << 50), "can't be used"),
        (lambda told: told.update(cases=[]), "can't be used"),
    ],
)
def test_a_list_that_leads_elsewhere_or_asks_too_much_isnt_used(elsewhere: Elsewhere, wrong: object, said: str) -> None:
    path = elsewhere.copy / "images.json"
    told = json.loads(path.read_bytes())
    wrong(told)  # type: ignore[operator]  # one of those above
    path.write_text(json.dumps(told), encoding="utf-8")

    with pytest.raises(RecordDamaged, match=said):
        read_list(elsewhere.copy)


def test_a_share_is_fetched_from_as_a_server_is_and_its_name_here_is_kept(elsewhere: Elsewhere) -> None:
    moved = elsewhere.pieces.rename(elsewhere.pieces.with_name("share"))

    status, told = _fetch(str(elsewhere.copy), "--from", moved.as_uri(), "--space", "3")

    assert (status, told["here"]) == (DONE, len(elsewhere.images.files))
    assert (elsewhere.images.address, elsewhere.images.space_gb) == (str(moved), 3)
    assert elsewhere.server.asked == []


def test_without_room_nothing_is_fetched_and_why_is_said(elsewhere: Elsewhere) -> None:
    status, told = _fetch(str(elsewhere.copy), "--space", "0.001")
    assert status == DONE

    images = elsewhere.images
    assert images.space_gb == 0.001
    assert told["here"] == len(images.files)


def test_a_salvaged_copy_knows_where_its_images_are(elsewhere: Elsewhere, tmp_path: Path) -> None:
    salvage(elsewhere.copy, tmp_path / "salvaged")

    assert read_list(tmp_path / "salvaged") == elsewhere.images


def test_nothing_that_can_be_sorted_on_the_server_or_in_the_list_tells_a_repeat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a busy disk takes minutes for 1,500 files, and nothing here is about a power cut
    monkeypatch.setattr(os, "fsync", lambda _handle: None)
    study, cases = a_trial(tmp_path / "trial", 40, every=4, readers=("ES",))
    again = {item.case for item in cases["ES"] if item.round == rounds.DRIFT}
    told: dict[tuple[str, int], dict[bool, list[float]]] = defaultdict(lambda: {True: [], False: []})
    areas: dict[str, list[float]] = defaultdict(list)
    for number in range(6):
        pieces = tmp_path / f"web-{number}"
        hand_over(study, tmp_path / f"copy-{number}", as_it_is, "ES", apart=Apart(pieces, "https://h.org/i"))
        images = read_list(tmp_path / f"copy-{number}")
        as_listed = {entry.name: place for place, entry in enumerate(os.scandir(pieces))}
        for place, (case, items) in enumerate(images.cases.items()):
            names = [name for item in items for name in item.pieces]
            found = {
                "name": sum(int(name, 16) for name in names),
                "place in the list": place,
                "place in the folder": sum(as_listed[name] for name in names),
                "number in the file system": sum((pieces / name).stat().st_ino for name in names),
                "time": max((pieces / name).stat().st_mtime for name in names),
                "size": sum((pieces / name).stat().st_size for name in names),
                "digest": sum(int(item.sha256, 16) for item in items),
                "noise": int.from_bytes((pieces / names[0]).read_bytes()[:16]),
            }
            for channel, value in found.items():
                told[channel, number][case in again].append(value)
    for (channel, _number), values in told.items():
        areas[channel].append(mean((a > b) + 0.5 * (a == b) for a in values[True] for b in values[False]))

    # 10 repeats and 40 first readings have a standard error of 0.10, six copies of them 0.042: one run in a million
    assert {channel for channel, found in areas.items() if abs(mean(found) - 0.5) >= 0.21} == set()
    assert len(areas) == 8
