"""Processes of our own modules: alike from a checkout and from a bundle, and no other module can be asked for."""

import ast
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from workstation.registering.worker import packed
from workstation.runtime import own_process

ROOT = Path(__file__).parents[2]
PACKAGES = ("scoring", "storage", "workstation")


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a bundle."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/ramris/ramris")


def test_from_a_checkout_python_runs_the_module_and_searches_no_working_folder() -> None:
    assert own_process.of_program(["read", "a trial"]) == [sys.executable, "-m", "workstation", "read", "a trial"]
    assert own_process.of_worker(own_process.DECODER) == [sys.executable, "-P", "-m", own_process.DECODER]


@pytest.mark.usefixtures("frozen")
def test_in_a_bundle_the_program_runs_itself() -> None:
    assert own_process.of_program(["read", "a trial"]) == ["/opt/ramris/ramris", "read", "a trial"]
    assert own_process.of_worker(own_process.DECODER) == ["/opt/ramris/ramris", "--run-module", own_process.DECODER]


def test_no_other_module_is_given_a_process() -> None:
    with pytest.raises(LookupError):
        own_process.of_worker("http.server")

    asked = _entry("http.server")
    complained = asked.communicate(timeout=60)[1]

    assert asked.returncode == 2
    assert complained.startswith(b"ramris: No such option")


@pytest.mark.parametrize("module", own_process.WORKERS)
def test_each_worker_says_what_it_is_and_has_an_entry(module: str) -> None:
    worker = import_module(module)

    assert callable(worker.main)
    assert f"`python -P -m {module}`" in str(worker.__doc__)


def _entry(module: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "workstation", "--run-module", module]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe)


def test_the_entry_of_a_bundle_decodes_until_nothing_more_is_asked() -> None:
    said, _ = _entry(own_process.DECODER).communicate(timeout=60)

    # four bytes of length, and the word
    assert said == b"\x05\x00\x00\x00ready"


def test_the_entry_of_a_bundle_registers_what_it_is_given() -> None:
    said, _ = _entry(own_process.REGISTRAR).communicate(packed({}), timeout=60)

    assert json.loads(said) == {}


def _who_names_the_interpreter() -> set[str]:
    """Modules of the program that start a process of `sys.executable`, or run a module by `-m`."""
    found = set()
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = isinstance(node, ast.Attribute) and ast.unparse(node) == "sys.executable"
            if named or (isinstance(node, ast.Constant) and node.value == "-m"):
                found.add(path.relative_to(ROOT).as_posix())
    return found


def test_one_module_alone_knows_how_a_process_of_ours_is_started() -> None:
    # frozen, sys.executable is no interpreter: whoever writes `sys.executable -m` elsewhere breaks the bundle alone
    assert _who_names_the_interpreter() == {"workstation/runtime/own_process.py"}
