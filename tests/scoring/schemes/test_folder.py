"""A scheme's folder becomes the one text that a study keeps, and nothing of it is lost on the way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scoring.errors import TomlRefused
from scoring.schemes.folder import PARTS, SchemeFolder, part_of, shipped_folder, shipped_ids
from scoring.schemes.load import load_scheme
from scoring.schemes.own_folder import MOST_BYTES, read_folder


def a_folder(path: Path, **changed: str) -> Path:
    path.mkdir()
    for name, text in {**shipped_folder("ramris-wrist").texts, **changed}.items():
        (path / name).write_bytes(text.encode())
    return path


@pytest.mark.parametrize("scheme_id", shipped_ids())
def test_every_file_of_a_folder_comes_back_from_the_text_that_a_study_keeps(scheme_id: str) -> None:
    folder = shipped_folder(scheme_id)
    scheme = load_scheme(folder.packed(), "study.db")

    assert {name: part_of(scheme, name) for name in PARTS if name in folder.texts} == {
        name: text for name, text in folder.texts.items() if name != "scheme.toml"
    }


@pytest.mark.parametrize("text", ["''' and \"\"\" and \\", "it's'", 'ends with a quote"', "", "é €\n\n"])
def test_whatever_stands_in_a_part_comes_back_as_it_stood(text: str) -> None:
    folder = SchemeFolder("x", {"scheme.toml": shipped_folder("ramris-wrist").texts["scheme.toml"], "bands.toml": text})

    assert part_of(load_scheme(folder.packed(), "x"), "bands.toml") == text


def test_a_change_of_any_part_is_another_hash() -> None:
    texts = shipped_folder("ramris-wrist").texts
    hashes = {
        load_scheme(SchemeFolder("x", {**texts, name: texts[name] + "# \n"}).packed(), "x").sha256 for name in PARTS
    }

    assert len(hashes) == len(PARTS)


def test_a_study_from_before_folders_has_the_parts_of_the_shipped_scheme_of_its_id() -> None:
    old = load_scheme(shipped_folder("ramris-wrist").texts["scheme.toml"], "study.db")

    assert old.files is None
    assert part_of(old, "layout.toml") == shipped_folder("ramris-wrist").texts["layout.toml"]


def test_a_folder_of_the_same_id_gets_nothing_of_the_shipped_one() -> None:
    alone = SchemeFolder("x", {"scheme.toml": shipped_folder("ramris-wrist").texts["scheme.toml"]})

    assert part_of(load_scheme(alone.packed(), "x"), "layout.toml") is None


def test_a_folder_on_disk_is_the_same_as_the_shipped_one(tmp_path: Path) -> None:
    assert read_folder(a_folder(tmp_path / "own")).packed() == shipped_folder("ramris-wrist").packed()


@pytest.mark.parametrize("name", ["scheme.toml", "layout.toml"])
def test_a_part_that_an_editor_has_named_as_a_text_is_not_passed_over(tmp_path: Path, name: str) -> None:
    path = a_folder(tmp_path / "own")
    (path / name).rename(path / f"{name}.txt")

    with pytest.raises(TomlRefused, match=rf"own: '{name}.txt' isn't read: call it {name}"):
        read_folder(path)


def test_a_mark_before_the_text_and_lines_of_windows_change_nothing_but_the_text(tmp_path: Path) -> None:
    path = a_folder(tmp_path / "own")
    text = (path / "bands.toml").read_text(encoding="utf-8")
    (path / "bands.toml").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())

    assert part_of(load_scheme(read_folder(path).packed(), "x"), "bands.toml") == text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("bands.toml", b"\xff\xfe\x00", "bands.toml: line 1: isn't UTF-8. Save the file as UTF-8"),
        ("bands.toml", b"x" * (MOST_BYTES + 1), "bands.toml: is larger than 1,000,000 bytes"),
        ("layuot.toml", b"", "'layuot.toml': no part of a scheme is called so"),
        ("\x1b[2J.toml", b"", r"'\x1b[2J.toml': no part of a scheme is called so"),
    ],
)
def test_a_file_that_is_no_part_of_a_scheme_is_told_in_a_line(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = a_folder(tmp_path / "own")
    (path / name).write_bytes(content)

    with pytest.raises(TomlRefused) as refused:
        read_folder(path)

    assert said in str(refused.value)
    assert str(refused.value).isprintable()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
@pytest.mark.parametrize("what", ["link", "pipe", "folder", "dangling"])
def test_what_is_no_file_is_not_read(tmp_path: Path, what: str) -> None:
    path = a_folder(tmp_path / "own")
    file = path / "bands.toml"
    file.rename(tmp_path / "elsewhere.toml")
    if what == "link":
        file.symlink_to(tmp_path / "elsewhere.toml")
    elif what == "dangling":
        file.symlink_to(tmp_path / "nowhere")
    elif what == "pipe":
        os.mkfifo(file)
    else:
        file.mkdir()

    with pytest.raises(TomlRefused, match=r"bands\.toml: (is a link|is no file|can't be read)"):
        read_folder(path)


@pytest.mark.parametrize(
    ("made", "said"), [("nothing", "no such folder"), ("file", "is no folder"), ("empty", "has no")]
)
def test_without_a_scheme_in_it_a_folder_is_refused(tmp_path: Path, made: str, said: str) -> None:
    path = tmp_path / "own"
    if made == "file":
        path.write_text("")
    elif made == "empty":
        path.mkdir()

    with pytest.raises(TomlRefused, match=said):
        read_folder(path)


@pytest.mark.parametrize("written", [r"Car\u001b[2Jpus", r"Car\u202epus", r"Car\npus", "x" * 2001])
def test_a_name_that_no_line_can_show_is_refused(written: str) -> None:
    text = shipped_folder("ramris-wrist").texts["scheme.toml"].replace('name = "Capitate"', f'name = "{written}"', 1)

    with pytest.raises(TomlRefused, match=r"sites\[8\]\.name: ") as refused:
        load_scheme(text, "scheme.toml")

    assert str(refused.value).isprintable()
