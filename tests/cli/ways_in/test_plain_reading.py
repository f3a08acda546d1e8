"""`ramris read DIR --reader ID` is taken without click, and whatever else is given is click's to take or refuse."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from workstation.cli import main
from workstation.cli.plain_reading import plain_reading


@pytest.mark.parametrize("order", [["{}", "--reader", "R1"], ["--reader", "R1", "{}"]], ids=["last", "first"])
def test_a_folder_and_a_reader_are_enough(tmp_path: Path, order: list[str]) -> None:
    assert plain_reading(["read", *(word.format(tmp_path) for word in order)]) == (tmp_path, "R1")


def test_a_folder_without_a_name_gets_the_one_that_it_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert plain_reading(["read", ".", "--reader", "R1"]) == (tmp_path, "R1")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["read"],
        ["read", "--help"],
        ["read", "{}"],
        ["read", "{}", "--reader"],
        ["read", "{}", "--reader", ""],
        ["read", "{}", "--reader", "--png"],
        ["read", "{}", "--reader=R1"],
        ["read", "{}", "--reader", "R1", "--png", "room.png"],
        ["read", "{}/nowhere", "--reader", "R1"],
        ["read", "{}/file", "--reader", "R1"],
        ["read", "/proc/self", "--reader", "R1"],
        ["read", "--keep-password", "--reader", "R1"],
        ["read", "https://example.org/study", "--reader", "R1"],
        ["read", "{}", "--reader", "\udcff"],
        ["read", "", "--reader", "R1"],
        ["read", "a\0b", "--reader", "R1"],
        ["enter", "{}", "--reader", "R1"],
    ],
    ids=repr,
)
def test_anything_else_is_left_to_click(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "file").write_text("")

    assert plain_reading([word.format(tmp_path) for word in arguments]) is None


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_this_account_may_not_read_is_left_to_click(tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir(mode=0o300)

    assert plain_reading(["read", str(tmp_path / "shut"), "--reader", "R1"]) is None


@pytest.mark.parametrize("variable", ["RAMRIS_AS", "_RAMRIS_COMPLETE"])
def test_what_click_looks_for_in_the_environment_is_left_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "R1")

    assert plain_reading(["read", str(tmp_path), "--reader", "R1"]) is None


@pytest.mark.parametrize("order", ["{} --reader R1", "--reader=R1 {}"], ids=["without click", "by click"])
def test_a_refusal_is_the_same_line_and_status_either_way(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")

    assert main(["read", *order.format(tmp_path).split()]) == 2

    said = capfd.readouterr()
    assert said.out == ""
    assert said.err == "ramris: This folder holds no study (study.db is missing); `ramris study create` makes one\n"


@pytest.mark.parametrize("order", ["{} --reader R1", "--reader=R1 {}"], ids=["without click", "by click"])
def test_ctrl_c_before_the_window_is_there_is_told_the_same_either_way(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    def stopped(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("workstation.app.reading.read", stopped)

    assert main(["read", *order.format(tmp_path).split()]) == 1

    assert capfd.readouterr().err == (
        "\nramris: stopped. What was finished is kept. Run the same command again to go on\n"
    )
