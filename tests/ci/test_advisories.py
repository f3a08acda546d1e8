"""Advisories of locked versions: the ranges of the OSV schema's own examples, and what can't be read in one line."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.version import Version

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / ".ci" / "advisories.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("advisories", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _advisory(*events: dict[str, str], versions: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:  # noqa: ANN401 - of JSON
    package = {"ecosystem": "PyPI", "name": "Py_DICOM"}
    ranges = [{"type": "ECOSYSTEM", "events": list(events)}] if events else []
    affected = [{"package": package, "ranges": ranges, "versions": list(versions)}]
    return {
        "id": "PYSEC-2026-1",
        "summary": "Path traversal",
        "aliases": ["CVE-2026-32711"],
        "affected": affected,
    } | more


def _run(*arguments: object) -> tuple[int, str, str]:
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("events", "version", "within"),
    [
        # the examples of the schema: fixed is out of the range, last_affected is in it, 0 is before all
        ([{"introduced": "0"}, {"fixed": "3.0.2"}], "3.0.1", True),
        ([{"introduced": "0"}, {"fixed": "3.0.2"}], "3.0.2", False),
        ([{"introduced": "2.0"}, {"fixed": "3.0.2"}], "1.9", False),
        ([{"introduced": "2.0"}, {"last_affected": "3.0.2"}], "3.0.2", True),
        ([{"introduced": "2.0"}, {"last_affected": "3.0.2"}], "3.0.3", False),
        ([{"introduced": "0"}], "0.0.1a1", True),
        # two branches in one range, in any order
        ([{"introduced": "3.0"}, {"fixed": "3.2"}, {"introduced": "1.0"}, {"fixed": "1.5"}], "1.7", False),
        ([{"introduced": "3.0"}, {"fixed": "3.2"}, {"introduced": "1.0"}, {"fixed": "1.5"}], "3.1", True),
        # 3.0.10 comes after 3.0.9, and a candidate before its release
        ([{"introduced": "0"}, {"fixed": "3.0.10"}], "3.0.9", True),
        ([{"introduced": "0"}, {"fixed": "3.0.2"}], "3.0.2rc1", True),
        ([{"introduced": "not a version"}, {"fixed": "1"}], "2", True),
    ],
)
def test_a_version_is_in_a_range_as_the_schema_says(
    script: ModuleType, events: list[dict[str, str]], version: str, within: bool
) -> None:
    found = list(script.affected(_advisory(*events), {"py-dicom": Version(version)}))
    assert bool(found) is within


def test_a_locked_version_that_is_affected_is_a_line_with_what_mends_it(tmp_path: Path) -> None:
    (tmp_path / "locked.txt").write_text("# comment\npy.dicom[all]==3.0.1  # why\nnumpy==2.1\n")
    folder = tmp_path / "osv"
    folder.mkdir()
    (folder / "one.json").write_text(json.dumps(_advisory({"introduced": "0"}, {"fixed": "3.0.2"})))
    (folder / "two.json").write_text(json.dumps(_advisory(versions=("3.0.1",), id="GHSA-x", aliases=[], summary="")))
    (folder / "withdrawn.json").write_text(json.dumps(_advisory({"introduced": "0"}, withdrawn="2026-01-01T00:00:00Z")))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        packed.write(folder / "one.json", "PYSEC-2026-1.json")

    status, said, told = _run(folder, "--locked", tmp_path / "locked.txt")
    assert (status, told) == (1, "")
    assert said.splitlines() == [
        "py-dicom 3.0.1: GHSA-x; no version is named that mends it",
        "py-dicom 3.0.1: PYSEC-2026-1 (CVE-2026-32711), Path traversal; fixed in 3.0.2",
        "2 locked versions, 2 advisories, 2 that concern them",
    ]
    assert _run(tmp_path / "all.zip", "--locked", tmp_path / "locked.txt")[0] == 1
    # of another world of packages, another package, another version
    for other in (
        _advisory({"introduced": "0"}, {"fixed": "3.0.1"}),
        {"id": "x", "affected": [{"package": {"ecosystem": "npm", "name": "py-dicom"}, "versions": ["3.0.1"]}]},
        {"id": "x", "affected": [{"package": {"ecosystem": "PyPI", "name": "other"}, "versions": ["3.0.1"]}]},
        {"id": "x", "affected": 3},
        {"id": "x", "affected": [{"package": {"ecosystem": "PyPI", "name": "py-dicom"}, "versions": 3, "ranges": [1]}]},
        {"id": "x"},
    ):
        (tmp_path / "other.json").write_text(json.dumps([other]))
        assert _run(tmp_path / "other.json", "--locked", tmp_path / "locked.txt")[0] == 0, other


def test_the_projects_own_list_of_versions_can_be_checked(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps(_advisory({"introduced": "0"}, {"fixed": "0.1"})))
    status, said, _ = _run(tmp_path / "one.json")
    assert status == 0
    assert "1 advisories, 0 that concern them" in said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no advisory in the OSV format"),
        ("[1]", "no advisory in the OSV format"),
        ('{"affected": []}', "no advisory in the OSV format"),
        ("[" * 100_000, "no advisory in the OSV format"),
        ("[]", "none is in what was given"),
    ],
)
def test_what_is_no_advisory_is_one_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "x.json").write_text(text)
    status, _, told = _run(tmp_path / "x.json")
    assert (status, told.count("\n")) == (2, 1)
    assert says in told


def test_what_can_not_be_read_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_bytes(b"PK no zip")
    (tmp_path / "bad.txt").write_text("numpy>=2\n")
    (tmp_path / "one.json").write_text(json.dumps(_advisory({"introduced": "0"})))
    for arguments, says in (
        ((), "name files, folders or a zip"),
        (("--help",), "name files, folders or a zip"),
        ((tmp_path / "none.json",), "none.json: can't be read"),
        ((tmp_path / "bad.zip",), "bad.zip: can't be read as a zip"),
        ((tmp_path / "one.json", "--locked"), "--locked needs a file"),
        ((tmp_path / "one.json", "--locked", tmp_path / "bad.txt"), "line 1: 'numpy>=2' is no NAME==VERSION"),
    ):
        status, _, told = _run(*arguments)
        assert (status, told.count("\n")) == (2, 1), told
        assert says in told
