"""The wheel: all that the program reads is in it, and it runs where no checkout is."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("scoring", "storage", "workstation")
SAMPLE = "sample_dicom"


def _kept_in_git() -> set[str]:
    # with what is about to be added, as long as it is there; the checkout may be another account's
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    names = {name.decode() for name in listed.split(b"\0") if name}
    return {name for name in names if (ROOT / name).is_file()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that hatchling makes of this checkout; nothing is fetched for it."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    (made,) = out.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `ramris` of an environment that has the wheel, and the libraries of this one, but not this checkout."""
    home = tmp_path_factory.mktemp("empty") / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True, timeout=60)
    scripts, site = (Path(sysconfig.get_path(kind, "venv", {"base": str(home)})) for kind in ("scripts", "purelib"))
    # libraries alone: a line with a path isn't searched for .pth files, and one of those would lead to the checkout
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", str(scripts / "python"), "install", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--no-index", str(wheel)], check=True, timeout=100)
    return scripts / "ramris"


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a git checkout")
def test_every_file_of_the_packages_is_in_the_wheel_and_the_sample_with_them(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    own = {name for name in names if not name.partition("/")[0].endswith((".dist-info", ".data"))}

    kept = _kept_in_git()
    packages = {name for name in kept if name.partition("/")[0] in PACKAGES}
    sample = {f"workstation/{name}" for name in kept if name.startswith(f"{SAMPLE}/")}
    assert packages - own == set()
    assert sample - own == set()
    # and nothing that git doesn't know: no study of whoever builds, no cache
    assert own - packages - sample == set()
    # it did compare more than modules
    suffixes = {Path(name).suffix for name in own}
    assert {".toml", ".svg", ".j2", ".css", ".dcm"} <= suffixes


def test_what_a_menu_needs_lies_where_a_desktop_looks_for_it(installed: Path) -> None:
    share = installed.parents[1] / "share"

    assert "Exec=ramris" in (share / "applications" / "ramris.desktop").read_text("utf-8")
    assert (share / "icons" / "hicolor" / "scalable" / "apps" / "ramris.svg").is_file()


def test_an_installed_demo_draws_the_sample_where_no_checkout_is(installed: Path, tmp_path: Path) -> None:
    elsewhere, picture = tmp_path / "elsewhere", tmp_path / "room.png"
    elsewhere.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "RAMRIS"))}
    environment |= {
        "RAMRIS_DATA": str(tmp_path / "data"),
        "RAMRIS_CONFIG": str(tmp_path / "config"),
        "QT_QPA_PLATFORM": "offscreen",
    }
    python = installed.with_name("python")

    where = subprocess.run(
        [python, "-c", "import workstation, storage, scoring; print(workstation.__file__, *__import__('sys').path)"],
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    done = subprocess.run(
        [installed, "demo", "--png", picture],
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )

    assert str(ROOT) not in where.replace(sysconfig.get_path("purelib"), "")
    assert done.returncode == 0, done.stderr
    # the sample came with the wheel: nothing was made
    assert not (tmp_path / "data" / SAMPLE).exists()
    width_height = picture.read_bytes()[16:24]
    assert (int.from_bytes(width_height[:4], "big"), int.from_bytes(width_height[4:], "big")) == (1920, 1080)
    assert picture.stat().st_size > 250_000
