import ctypes
import sys
from pathlib import Path

import pytest

from workstation.runtime import doctor

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lacks libraries")


def test_missing_libraries_are_named_with_one_apt_line() -> None:
    found = doctor.lacks(
        loads=lambda name: name not in {"libEGL.so.1", "libgthread-2.0.so.0", "libglib-2.0.so.0"},
        has_fonts=lambda: False,
        environment={},
    )

    assert doctor.in_words(found) == (
        "missing on this machine: libEGL.so.1, libglib-2.0.so.0, libgthread-2.0.so.0, a font. "
        "Install with: sudo apt-get install -y --no-install-recommends fonts-dejavu-core libegl1 libglib2.0-0"
    )


def test_the_x_server_and_the_compiler_of_the_tests_are_asked_for_only_when_testing() -> None:
    everything = {"loads": lambda _: True, "has_fonts": lambda: True, "finds": lambda _: None, "environment": {}}

    assert doctor.lacks(**everything) == ()  # type: ignore[arg-type] # one table serves both calls
    found = doctor.lacks(testing=True, **everything)  # type: ignore[arg-type] # the same
    assert doctor.apt_line(found).endswith(" gcc libc6-dev xdotool xvfb")


def test_no_display_means_none_that_answers() -> None:
    assert not doctor.has_display({})
    assert not doctor.has_display({"DISPLAY": ":987"})
    assert not doctor.has_display({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"})


def test_in_a_bundle_what_it_brings_is_not_asked_of_the_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A library that the bundle brings fails too where one below it, which the system should have, is missing."""

    def nothing_loads(name: str) -> None:
        raise OSError(name)

    brought = {"libxcb-cursor.so.0", "libxkbcommon.so.0"}
    for name in brought:
        (tmp_path / name).touch()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    monkeypatch.setattr(ctypes, "CDLL", nothing_loads)

    found = {lack.what for lack in doctor.lacks(testing=True, finds=lambda _: "", has_fonts=lambda: True)}

    assert {"libxcb.so.1", "libEGL.so.1", "libGL.so.1"} <= found
    assert found & brought == set()
