"""Pages of the site that don't lie in docs/: files of the root, a list of decisions, the API of `scoring`.

A hook of mkdocs. Links are written for a reader of the repository; here they are turned to where the same file stands
on the site. A file that is no page, such as rules in TOML, is put on the site as it is.
"""

from __future__ import annotations

import os.path
import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import File

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
# a file of the root -> its page on the site
ROOT_PAGES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
}
DECISIONS, API, FILES = "decisions", "api", "files"
# what isn't a link: fenced blocks and words in backticks
_CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?P<before>\]\()(?P<path>[^)\s:#]+)(?P<anchor>#[^)\s]*)?(?=\))")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put what is counted from folders into the navigation."""
    assert config.nav is not None
    config.nav += [
        {"Changes": "changelog.md"},
        {"Security": "security.md"},
        {"Decisions": [f"{DECISIONS}/index.md", *(f"{DECISIONS}/{file.name}" for file in _decisions())]},
        {"API of scoring": [f"{API}/{name}.md" for name in _api()]},
    ]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that don't lie in docs/, and the files that pages link to."""
    made: dict[str, str | bytes] = {page: (ROOT / file).read_text("utf-8") for file, page in ROOT_PAGES.items()}
    made[f"{DECISIONS}/index.md"] = _list_of_decisions()
    made |= {f"{API}/{name}.md": text for name, text in _api().items()}
    sources = [*ROOT_PAGES, *(f"docs/{file.src_uri}" for file in files if file.src_uri.endswith(".md"))]
    for source in sources:
        text = _CODE.sub("", (ROOT / source).read_text("utf-8"))
        for link in _LINK.finditer(text):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(source), link["path"]))
            if (ROOT / path).is_file() and _on_site(path).startswith(f"{FILES}/"):
                made[_on_site(path)] = (ROOT / path).read_bytes()
    for uri, content in made.items():
        files.append(File.generated(config, uri, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:  # noqa: ANN401 - what mkdocs hands to a hook
    """Turn the links of a page to where their files stand on the site."""
    here = page.file.src_uri
    source = next((file for file, uri in ROOT_PAGES.items() if uri == here), f"docs/{here}")
    if source.startswith((f"docs/{API}/", f"docs/{DECISIONS}/index.md")):
        return markdown
    parts: list[str] = []
    end = 0
    for code in _CODE.finditer(markdown):
        parts += [_turned(markdown[end : code.start()], source, here), code.group()]
        end = code.end()
    return "".join([*parts, _turned(markdown[end:], source, here)])


def _turned(text: str, source: str, here: str) -> str:
    def turn(link: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), link["path"]))
        target = os.path.relpath(_on_site(path), posixpath.dirname(here) or ".").replace(os.sep, "/")
        return f"{link['before']}{target}{link['anchor'] or ''}"

    return _LINK.sub(turn, text)


def _on_site(path: str) -> str:
    """Where a file of the repository stands on the site."""
    if path in ROOT_PAGES:
        return ROOT_PAGES[path]
    if path == f"docs/{DECISIONS}":
        return f"{DECISIONS}/index.md"
    return path.removeprefix("docs/") if path.startswith("docs/") else f"{FILES}/{path}"


def _decisions() -> list[Path]:
    return sorted((ROOT / "docs" / DECISIONS).glob("[0-9]*.md"))


def _list_of_decisions() -> str:
    titles = [(file.name, file.read_text("utf-8").splitlines()[0].removeprefix("# ")) for file in _decisions()]
    rows = "\n".join(f"| [{title}]({name}) |" for name, title in titles)
    return f"# Decisions\n\nThe choices that are costly to reverse.\n\n| decision |\n|---|\n{rows}\n"


def _api() -> dict[str, str]:
    """A page for each package of `scoring`, and one for the modules beside them."""
    top = ROOT / "scoring"
    return {folder.name: _api_page(folder) for folder in (top, *_packages(top))}


def _api_page(folder: Path) -> str:
    package = ".".join(folder.relative_to(ROOT).parts)
    modules = "\n\n".join(f"::: {package}.{file.stem}" for file in _modules(folder))
    return f"# {package}\n\n{modules}\n"


def _modules(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.glob("*.py")) if file.stem != "__init__"]


def _packages(folder: Path) -> list[Path]:
    return sorted(file.parent for file in folder.glob("*/__init__.py"))
