"""The docs as a site: built without a warning, complete, and readable without a network."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# `python .ci/do.py test` and `docs` install it
pytest.importorskip("mkdocs", reason="the docs extra isn't installed: python .ci/do.py docs")


def _build(root: Path, to: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--site-dir", str(to)],
        cwd=root,
        # the theme tells of plans for mkdocs at every build
        env={"NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("site") / "site"
    done = _build(ROOT, to)
    assert (done.returncode, [line for line in done.stderr.splitlines() if not line.startswith("INFO")]) == (0, [])
    return to


def test_decisions_lists_and_the_api_of_scoring_are_in_its_navigation(site: Path) -> None:
    front = (site / "index.html").read_text("utf-8")

    decisions = {file.stem for file in (ROOT / "docs" / "decisions").glob("*.md")}
    packages = {folder.parent.name for folder in (ROOT / "scoring").glob("*/__init__.py")}
    assert set(re.findall(r'href="decisions/(\d{4}-[^"]+)\.html" class="md-nav__link"', front)) == decisions
    assert set(re.findall(r'href="api/([^"]+)\.html" class="md-nav__link"', front)) == {*packages, "scoring"}
    for page in ("refusals", "hostile-cases", "changelog", "contributing", "security"):
        assert f'href="{page}.html" class="md-nav__link"' in front


def test_an_api_page_has_what_a_function_says_of_its_arguments(site: Path) -> None:
    page = (site / "api" / "agreement.html").read_text("utf-8")

    assert 'id="scoring.agreement.icc"' in page
    assert "Parameters:" in page


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    loading = re.compile(r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=[\"']?(?:https?:)?//[^>]*>")
    found = [tag for page in site.rglob("*.html") for tag in loading.findall(page.read_text("utf-8"))]

    assert found == []


def test_a_link_that_leads_nowhere_ends_the_build(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    for folder in ("docs", ".ci"):
        shutil.copytree(ROOT / folder, copy / folder)
    for file in ("mkdocs.yml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"):
        shutil.copy(ROOT / file, copy)
    with (copy / "docs" / "import.md").open("a", encoding="utf-8") as page:
        page.write("\nSee [the map](map.md).\n")

    done = _build(copy, tmp_path / "site")

    assert done.returncode != 0
    assert "map.md" in done.stderr
