"""One version, the CHANGELOG's newest: on the command line, in exports, on the report, in the package's metadata."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from storage.exporting.export import export_study
from storage.study.repeats import coordinators_readings
from tests.builders.cohort import a_read_study
from tests.journeys.conftest import ROOT, ramris
from workstation.reporting.gathering import report_of
from workstation.reporting.page import page, plots

_RELEASE = re.compile(r"^## (\d+\.\d+\.\d+) - (\d{4}-\d{2}-\d{2})$", re.MULTILINE)


@pytest.fixture(scope="module")
def newest() -> str:
    """The version of the topmost dated section of the CHANGELOG."""
    released = _RELEASE.findall((ROOT / "CHANGELOG.md").read_text("utf-8"))
    assert released == sorted(released, key=lambda found: found[1], reverse=True)
    return str(released[0][0])


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three subjects read by one reader."""
    return a_read_study(tmp_path_factory.mktemp("version") / "trial", subjects=3, repeats=0, readers=("R1",), missing=0)


def test_the_command_line_says_the_newest_version(newest: str) -> None:
    assert ramris("--version").stdout == f"ramris {newest}\n"


def test_an_export_says_which_version_wrote_it(trial: Path, tmp_path: Path, newest: str) -> None:
    export_study(trial, tmp_path / "csv")

    package = json.loads((tmp_path / "csv" / "datapackage.json").read_text("utf-8"))
    assert package["ramris"]["program"] == newest


def test_the_report_says_which_version_made_it(trial: Path, newest: str) -> None:
    report = report_of(coordinators_readings(trial), "trial", 0.95)

    assert f"Made by ramris {newest} from record state" in page(report, plots(report))


def test_the_package_takes_its_version_from_the_same_line(newest: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    source = ROOT / project["tool"]["hatch"]["version"]["path"]

    assert project["project"]["dynamic"] == ["version"]
    assert re.findall(r'^VERSION = "(.+)"$', source.read_text("utf-8"), re.MULTILINE) == [newest]


def test_the_readme_installs_the_wheel_of_this_version(newest: str) -> None:
    wheels = re.findall(r"ramris-(\S+)-py3-none-any\.whl", (ROOT / "README.md").read_text("utf-8"))

    assert set(wheels) == {newest}
