"""Links of every page in Markdown lead somewhere: to a file or folder that is there, and to a heading that it has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# what isn't written by us, or not kept
_NOT_OURS = {"build", "dist", "node_modules"}
_CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(
    r"\]\((?P<path>[^)\s#]*)(?:#(?P<anchor>[^)\s]+))?(?:\s+\"[^\"]*\")?\)"  # [words](path#heading "title")
    r"|(?:src|href)=\"(?P<html>[^\"#]+)\""
)
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*$", re.MULTILINE)
_ELSEWHERE = ("http://", "https://", "mailto:")


def pages(root: Path) -> list[Path]:
    """Every page of the repository, those of .github too; nothing of environments and caches."""
    return [file for file in sorted(root.rglob("*.md")) if not any(map(_skipped, file.relative_to(root).parts[:-1]))]


def _skipped(folder: str) -> bool:
    return folder in _NOT_OURS or (folder.startswith(".") and folder != ".github")


def broken(page: Path) -> Iterator[str]:
    """The links of a page that lead nowhere, as they are written."""
    for link in _LINK.finditer(_CODE.sub("", page.read_text("utf-8"))):
        path = link["html"] or link["path"]
        if path.startswith(_ELSEWHERE):
            continue
        target = (page.parent / path) if path else page
        if not target.exists() or (link["anchor"] and link["anchor"] not in anchors(target)):
            yield link.group()


def anchors(page: Path) -> set[str]:
    """What `#...` may say of a page: its headings as GitHub writes them."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    plain = (re.sub(r"[^\w\- ]", "", found.lower()) for found in _HEADING.findall(text))
    return {heading.replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", [str(page.relative_to(ROOT)) for page in pages(ROOT)])
def test_every_link_of_a_page_leads_somewhere(page: str) -> None:
    assert list(broken(ROOT / page)) == []


def test_every_page_of_the_docs_is_on_the_site() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text("utf-8").partition("\nnav:\n")[2]
    named = set(re.findall(r"[\w-]+\.md", navigation))

    # files of the root, and decisions counted from their folder, are put in when the site is built
    assert {page.name for page in (ROOT / "docs").glob("*.md")} == named - {"index.md", "contributing.md"}


def test_a_link_to_a_file_or_heading_that_is_not_there_is_found(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("# Other\n\n## It's *there*, too\n", "utf-8")
    page = tmp_path / "page.md"
    page.write_text(
        "# Page\n[a](other.md) [b](other.md#its-there-too) [c](gone.md) [d](other.md#gone) [e](#page) [f](#gone)\n"
        '`[g](code.md)` <img src="gone.png"> [h](https://example.org)\n```\n[i](fenced.md)\n```\n',
        "utf-8",
    )

    assert list(broken(page)) == ["](gone.md)", "](other.md#gone)", "](#gone)", 'src="gone.png"']
