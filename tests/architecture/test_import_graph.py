"""Import graph of the program: no module and no folder is imported, on whatever way, by what it imports itself.

Read from the source, so that imports inside functions and those for types alone count too. Contracts between packages
are in test_import_contracts.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("scoring", "storage", "workstation")
MOST_MODULES = 20
# the entry of `python -m`: it imports everything and is imported by nothing, so it isn't of the folder it lies in
ENTRY = "__main__"
# the command line loads its commands by name when it is asked for them; nothing else may hide an import so
BY_NAME = {"workstation.cli.shared"}

Graph = Mapping[str, set[str]]


def modules(root: Path, packages: tuple[str, ...] = PACKAGES) -> dict[str, Path]:
    """Dotted name -> file, of all modules of the packages under `root`."""
    found: dict[str, Path] = {}
    for package in packages:
        for file in sorted((root / package).rglob("*.py")):
            parts = file.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def imported(tree: ast.AST, known: Mapping[str, Path]) -> Iterator[str]:
    """The modules among `known` that a source imports, wherever in it the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"a relative import in line {node.lineno}: write the whole name"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if whole in known:
                    yield whole
                elif node.module is not None and node.module in known:
                    yield node.module


def import_graph(found: Mapping[str, Path]) -> dict[str, set[str]]:
    """Module -> the modules that it imports."""
    return {name: set(imported(ast.parse(file.read_text("utf-8")), found)) - {name} for name, file in found.items()}


def folder_graph(found: Mapping[str, Path], graph: Graph, root: Path) -> dict[str, set[str]]:
    """Folder -> the folders that its modules import from."""
    folder = {name: ".".join(file.parent.relative_to(root).parts) for name, file in found.items()}
    arrows: dict[str, set[str]] = {place: set() for place in folder.values()}
    for name, wanted in graph.items():
        if found[name].stem != ENTRY:
            arrows[folder[name]] |= {folder[other] for other in wanted} - {folder[name]}
    return arrows


def knots(graph: Graph) -> set[frozenset[str]]:
    """Groups of nodes that all reach each other: what is left when sources and sinks are taken away, group by group."""
    reached = {node: _reached(graph, node) for node in graph}
    together = {node: frozenset(other for other in ways if node in reached[other]) for node, ways in reached.items()}
    return {group for group in together.values() if group}


def _reached(graph: Graph, start: str) -> set[str]:
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        for node in graph[ahead.pop()] - seen:
            seen.add(node)
            ahead.append(node)
    return seen


def crowded(found: Mapping[str, Path]) -> dict[Path, int]:
    """Folders of more than MOST_MODULES modules; what makes a folder a package isn't counted."""
    counted = Counter(file.parent for file in found.values() if file.stem != "__init__")
    return {folder: count for folder, count in counted.items() if count > MOST_MODULES}


def test_no_module_is_imported_by_what_it_imports() -> None:
    graph = import_graph(modules(ROOT))

    assert knots(graph) == set()
    # it did look: at module level and in a function
    assert "storage.records" in graph["workstation.reading.state"]
    assert "workstation.ui.reader.window.cover" in graph["workstation.ui.reader.window.launch"]


def test_no_folder_is_imported_by_what_it_imports() -> None:
    found = modules(ROOT)
    arrows = folder_graph(found, import_graph(found), ROOT)

    assert knots(arrows) == set()
    assert "workstation.reading.session" in arrows["workstation.actions"]


def test_no_folder_holds_more_than_twenty_modules() -> None:
    assert crowded(modules(ROOT, (*PACKAGES, "tests"))) == {}


def test_no_import_hides_behind_a_name_made_at_run_time() -> None:
    found = {name for name, file in modules(ROOT).items() if "import_module(" in file.read_text("utf-8")}

    assert found == BY_NAME


def test_a_cycle_through_a_function_is_found(tmp_path: Path) -> None:
    _plant(
        tmp_path,
        {
            "storage/one.py": "from storage import two",
            "storage/two.py": "def later() -> None:\n    import scoring.three",
            "scoring/three.py": "if TYPE_CHECKING:\n    from storage.one import Thing",
            "scoring/four.py": "import scoring.three",
        },
    )

    assert knots(import_graph(modules(tmp_path))) == {frozenset({"storage.one", "storage.two", "scoring.three"})}


def test_folders_that_import_each_other_are_found_where_no_module_does(tmp_path: Path) -> None:
    _plant(
        tmp_path,
        {
            "storage/above/one.py": "from storage.below.two import thing",
            "storage/below/two.py": "thing = 1",
            "storage/below/three.py": "import storage.above.four",
            "storage/above/four.py": "",
        },
    )
    found = modules(tmp_path)
    graph = import_graph(found)

    assert knots(graph) == set()
    assert knots(folder_graph(found, graph, tmp_path)) == {frozenset({"storage.above", "storage.below"})}


def test_a_crowded_folder_is_found(tmp_path: Path) -> None:
    _plant(tmp_path, {f"scoring/module_{number}.py": "" for number in range(MOST_MODULES)})
    full = crowded(modules(tmp_path))
    _plant(tmp_path, {"scoring/one_more.py": ""})

    assert full == {}
    assert crowded(modules(tmp_path)) == {tmp_path / "scoring": MOST_MODULES + 1}


def _plant(root: Path, sources: Mapping[str, str]) -> None:
    for name, text in sources.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        (file.parent / "__init__.py").touch()
        file.write_text(text, "utf-8")
