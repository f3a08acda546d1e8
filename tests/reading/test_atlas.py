"""A folder of one's own pictures: by name or by list, never copied, and every mistake a line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from scoring.schemes.load import shipped_scheme
from tests.builders.sessions import SCHEME
from workstation.reading.atlas import atlas_of, shipped_atlas


def a_folder(tmp_path: Path, *names: str, listed: str = "") -> Path:
    for name in names:
        (tmp_path / name).write_bytes(b"")
    if listed:
        (tmp_path / "atlas.toml").write_text(listed, encoding="utf-8")
    return tmp_path


def test_names_say_feature_site_and_grade(tmp_path: Path) -> None:
    folder = a_folder(
        tmp_path, "ERO-CAP-3.png", "ero_2.JPG", "SYN-IC-CMC-1.webp", "notes.txt", "ERO-CAP-11.png", "cat.png"
    )

    atlas = atlas_of(folder, SCHEME)

    assert [(one.file.name, one.site, one.grade) for one in atlas.at("ERO", "CAP")] == [
        ("ero_2.JPG", "", Decimal(2)),
        ("ERO-CAP-3.png", "CAP", Decimal(3)),
    ]
    assert [one.file.name for one in atlas.at("ERO", "RAD")] == ["ero_2.JPG"]
    assert [one.site for one in atlas.at("SYN", "IC-CMC")] == ["IC-CMC"]
    assert atlas.troubles == ()


def test_a_list_names_pictures_of_any_name_with_a_caption(tmp_path: Path) -> None:
    listed = '[[picture]]\nfile = "fig 12b.png"\nfeature = "OST"\ngrade = 2\ncaption = "figure 12b"\n'

    (picture,) = atlas_of(a_folder(tmp_path, "fig 12b.png", listed=listed), SCHEME).at("OST", "LUN")

    assert (picture.file, picture.grade, picture.caption) == (tmp_path / "fig 12b.png", Decimal(2), "figure 12b")


@pytest.mark.parametrize(
    ("listed", "why"),
    [
        ('[[picture]]\nfile = "gone.png"\nfeature = "ERO"\ngrade = 1', "'gone.png' isn't a file of the atlas folder"),
        ('[[picture]]\nfile = "../a.png"\nfeature = "ERO"\ngrade = 1', "'../a.png' isn't a file of the atlas folder"),
        ('[[picture]]\nfile = "a.png"\nfeature = "JSN"\ngrade = 1', "feature 'JSN' isn't in ramris-wrist"),
        ('[[picture]]\nfile = "a.png"\nfeature = "ERO"\ngrade = 11', "11 isn't a grade of erosion"),
        ('[[picture]]\nfile = "a.png"\nfeature = "SYN"\nsite = "CAP"\ngrade = 1', "site 'CAP' isn't scored for syn"),
        ('[[picture]]\nfile = "a.txt"\nfeature = "ERO"\ngrade = 1', "'a.txt' is no picture"),
        ('[[picture]]\nflie = "a.png"', "atlas.toml: "),
        ("[[picture", "atlas.toml: "),
    ],
)
def test_each_mistake_of_the_list_is_a_line_and_the_rest_is_used(tmp_path: Path, listed: str, why: str) -> None:
    atlas = atlas_of(a_folder(tmp_path, "a.txt", "a.png", "ERO-1.png", listed=listed), SCHEME)

    assert len(atlas.troubles) == 1
    assert why in atlas.troubles[0]
    assert [one.file.name for one in atlas.at("ERO", "CAP")] == ["ERO-1.png"]


def test_a_folder_that_has_gone_or_holds_no_picture_is_one_line_without_its_name(tmp_path: Path) -> None:
    assert atlas_of(tmp_path / "Mueller", SCHEME).troubles == ("The atlas folder isn't there, or can't be read.",)
    assert atlas_of(tmp_path, SCHEME).troubles[0].startswith("No picture of the atlas folder is named as")


@pytest.mark.parametrize(
    "outline",
    [
        '["1,2 3"]',
        '["a,b"]',
        '["nan,1 2,2 3,3"]',
        '["1,1 1e999,2 3,3"]',
        '["1,1 99999,2 3,3"]',
        '[""]',
        "[" + '"1,1 2,2 3,3", ' * 33 + "]",
        '["' + "1,1 " * 501 + '"]',
    ],
)
def test_an_outline_that_is_none_is_a_line_and_its_picture_is_left_out(tmp_path: Path, outline: str) -> None:
    listed = f'[[picture]]\nfile = "a.png"\nfeature = "ERO"\ngrade = 1\noutline = {outline}\n'

    atlas = atlas_of(a_folder(tmp_path, "a.png", listed=listed), SCHEME)

    assert len(atlas.troubles) == 1
    assert "'a.png': an outline is up to 32 texts" in atlas.troubles[0]
    assert atlas.pictures == ()


def test_an_outline_is_corners_in_pixels_and_about_is_said_of_all(tmp_path: Path) -> None:
    listed = 'about = "ours"\n[[picture]]\nfile = "a.png"\nfeature = "ERO"\ngrade = 1\noutline = ["1,2 3.5,4 5,6"]\n'

    atlas = atlas_of(a_folder(tmp_path, "a.png", listed=listed), SCHEME)

    assert atlas.about == "ours"
    assert atlas.pictures[0].outline == (((1.0, 2.0), (3.5, 4.0), (5.0, 6.0)),)


@pytest.mark.parametrize(
    ("scheme", "pictures"),
    [
        # 3 compartments and 10 areas of four grades, 15 bones of four and of eleven
        ("ramris-wrist", 3 * 4 + 10 * 4 + 15 * 4 + 15 * 11),
        ("ramris-wrist-half", 277),
        # OMERACT scores nine areas: without the flexor carpi ulnaris
        ("ramris-wrist-omeract", 273),
        ("ramris-wrist-hand", 273),
        ("ramris-hand", 0),
        ("sharp-vdh", 0),
    ],
)
def test_the_pictures_that_come_with_the_program_serve_each_scheme_of_the_wrist(scheme: str, pictures: int) -> None:
    atlas = shipped_atlas(shipped_scheme(scheme))

    assert len(atlas.pictures) == pictures
    assert atlas.troubles == ()
    assert all(picture.site and picture.file.is_file() for picture in atlas.pictures)
