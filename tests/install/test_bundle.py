"""The bundle as far as it can be judged without building it: what goes in, who has a process, how a menu finds it."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtGui import QGuiApplication

from tests.install.test_wheel import _kept_in_git
from workstation.intake.pixels.decode_worker import DECODERS, RLE
from workstation.ui.shared.application import the_application

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".ci" / "bundle"


@pytest.fixture(scope="module")
def parts() -> ModuleType:
    return _module(FOLDER / "parts.py")


def _module(file: Path) -> ModuleType:
    found = spec_from_file_location(file.stem, file)
    assert found is not None
    assert found.loader is not None
    module = module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a git checkout")
def test_every_file_of_the_packages_that_is_no_module_is_in_the_bundle_with_the_revisions_and_the_sample(
    parts: ModuleType,
) -> None:
    inside = {f"{folder}/{Path(file).name}": Path(file) for file, folder in parts.data_files()}

    kept = _kept_in_git()
    packages = {name for name in kept if name.partition("/")[0] in parts.PACKAGES}
    wanted = {name for name in packages if not name.endswith(".py") or "/migrations/" in name}
    sample = {f"workstation/{name}" for name in kept if name.startswith("sample_dicom/")}
    assert wanted - set(inside) == set()
    assert sample - set(inside) == set()
    # and nothing of whoever builds it
    assert set(inside) - wanted - sample == set()
    assert all(path.is_file() for path in inside.values())
    assert any(name.startswith("storage/migrations/study/versions/") for name in inside)


def test_every_codec_that_a_transfer_syntax_needs_is_in_the_bundle(parts: ModuleType) -> None:
    code = (
        "import json, sys; before = set(sys.modules); import imagecodecs; "
        "[getattr(imagecodecs, name) for name in sys.argv[1:]]; "
        "print(*sorted(name for name in sys.modules if name.startswith('imagecodecs.')))"
    )
    names = [decode.__name__ for decode in DECODERS.values()]
    done = subprocess.run(
        [sys.executable, "-c", code, *names, "dicomrle_decode"], capture_output=True, text=True, check=True
    )

    needed = set(done.stdout.split())
    assert len(needed) > 4
    assert needed - set(parts.codecs()) == set()
    assert RLE not in DECODERS


def test_all_that_is_bundled_brings_the_terms_that_it_is_given_on(monkeypatch: pytest.MonkeyPatch) -> None:
    build = _module(FOLDER.parent / "bundle.py")
    # it comes with the extra for building alone, and system libraries are known when it has run
    monkeypatch.setattr(build, "of_system", set)
    monkeypatch.setattr(build, "TOOL", "pip")

    found: dict[str, list[Path]] = {}
    for name, path, _ in build.terms():
        found.setdefault(name, []).append(path)

    direct = {"alembic", "cryptography", "numpy", "scipy", "simpleitk", "sqlalchemy", "pydicom", "imagecodecs"}
    assert direct <= set(found)
    assert build.needed("ramris") - set(found) == {"pyside6-essentials", "shiboken6"}
    assert {path.name for path in found["qt-and-pyside6"]} == {"README.txt", "LGPL-3.txt", "GPL-3.txt"}
    assert [path for paths in found.values() for path in paths if not path.is_file()] == []


def test_a_link_to_a_library_that_was_left_out_goes_and_others_stay(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "libQt6Core.so.6").touch()
    (tmp_path / "libQt6Core.so.6").symlink_to("lib/libQt6Core.so.6")
    (tmp_path / "libQt6Network.so.6").symlink_to("lib/libQt6Network.so.6")

    _module(FOLDER.parent / "bundle.py").remove_empty_links(tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {"lib", "libQt6Core.so.6"}
    assert (tmp_path / "libQt6Core.so.6").is_symlink()


def test_the_menu_finds_program_and_icon_and_the_taskbar_the_windows() -> None:
    entry = _entry(FOLDER / "ramris.desktop")

    the_application()
    assert entry["Type"] == "Application"
    assert entry["Exec"] == "ramris"
    assert entry["Terminal"] == "false"
    assert entry["Icon"] == entry["StartupWMClass"] == QGuiApplication.desktopFileName()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other menus")
@pytest.mark.parametrize("name", ["ramris", "a folder", 'Ö"$HOME`x`\\n %f'])
def test_the_menu_starts_the_program_wherever_its_folder_lies(name: str, tmp_path: Path) -> None:
    folder, share = tmp_path / name, tmp_path / "share"
    folder.mkdir()
    for file in (FOLDER / "ramris.desktop", FOLDER / "add-to-menu"):
        shutil.copy(file, folder)
    shutil.copy(ROOT / "workstation" / "ui" / "shared" / "icon" / "ramris.svg", folder)

    # from elsewhere, twice: running it again makes it anew
    for _ in range(2):
        environment = {**os.environ, "XDG_DATA_HOME": str(share)}
        subprocess.run([folder / "add-to-menu"], cwd=tmp_path, env=environment, check=True, capture_output=True)

    assert _program(_entry(share / "applications" / "ramris.desktop")["Exec"]) == str(folder / "ramris")
    assert (share / "icons" / "hicolor" / "scalable" / "apps" / "ramris.svg").is_file()


def _entry(file: Path) -> configparser.SectionProxy:
    read = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    read.optionxform = str  # type: ignore[assignment,method-assign] # keys of this format have capitals
    read.read(file, encoding="utf-8")
    return read["Desktop Entry"]


def _program(value: str) -> str:
    """The program of an Exec line, undone in the order of the Desktop Entry Specification: string, quotes, percent."""
    string = _without_backslashes(value)
    assert string[0] == string[-1] == '"'
    argument = _without_backslashes(string[1:-1])
    # one alone would be a field code
    assert "%" not in argument.replace("%%", "")
    return argument.replace("%%", "%")


def _without_backslashes(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
