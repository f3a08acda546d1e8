"""Typed words find subjects by code, by the folders of their scans, and by what is to be done."""

from __future__ import annotations

import pytest

from workstation.managing.filtering import folder_words, matches

FOLDERS = "Oslo disc-7 Jansen"


@pytest.mark.parametrize("typed", ["", " ", "S01", "s012", "oslo", "DISC-7", "choose", "2 found", "012 oslo found"])
def test_each_word_may_stand_anywhere(typed: str) -> None:
    assert matches(typed, "S012", FOLDERS, "choose 1, 2 found")


@pytest.mark.parametrize("typed", ["S013", "bergen", "ready", "oslo ready"])
def test_a_word_that_stands_nowhere_excludes(typed: str) -> None:
    assert not matches(typed, "S012", FOLDERS, "choose 1, 2 found")


def test_the_last_three_folders_of_a_file_are_its_words_once_each() -> None:
    paths = ["/media/usb/Oslo/disc-7/Jansen/a.dcm", "/media/usb/Oslo/disc-7/Jansen/b.dcm", "/x/other/b.zip/in/c"]

    assert folder_words(paths) == "Oslo disc-7 Jansen other b.zip in"
