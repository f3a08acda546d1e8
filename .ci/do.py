"""The newcomer's two commands, `demo` and `test`, and what is done beside them.

Makes the project's own environment; standard library alone.

python3 .ci/do.py demo      sample pair -> demo study -> reading room (or a picture of it without a display)
python3 .ci/do.py test      everything that CI runs
python3 .ci/do.py coverage  the same under coverage, against the floor of each package; before a release
python3 .ci/do.py check     of these what is found without running the program: style, types, imports
python3 .ci/do.py bundle    a folder that runs without Python in build/bundle, its size, and how long it takes to start
python3 .ci/do.py docs      docs/ as a site in build/site; a link that leads nowhere, or any other warning, ends it
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
CONSTRAINTS = ROOT / ".ci" / "constraints.txt"
# what whoever builds needs, beside what the program needs
BUILDING = "[dev,docs]"
STAMP = VENV / "ramris-stamp"

WHOLE = ("-q", "-n", "2", "--durations", "8")
# what writes and reads records most, each on PostgreSQL; all of tests/storage goes by hand (CONTRIBUTING.md)
ON_SERVER = ("tests/storage/record/test_recording.py", "tests/storage/signing", "--record", "postgresql")
CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports", "--no-cache"),
)


def say(text: str) -> None:
    print(f"-- {text}", flush=True)


def refuse(text: str) -> NoReturn:
    print(f"ramris: {text}", file=sys.stderr, flush=True)
    raise SystemExit(2)


def run(*command: str | Path) -> int:
    return subprocess.call([str(part) for part in command], cwd=ROOT)


def apt_install(packages: str) -> bool:
    """Install Debian packages where that needs nobody's leave: as root, with apt. Says what it does."""
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    say(packages)
    os.environ.setdefault("DEBIAN_FRONTEND", "noninteractive")
    quiet = {"stdout": subprocess.DEVNULL}
    if subprocess.call(packages.split(), **quiet, stderr=subprocess.DEVNULL) == 0:
        return True
    # a fresh image has no package lists yet
    return subprocess.call(["apt-get", "update"], **quiet) == 0 and subprocess.call(packages.split(), **quiet) == 0


def make_environment(extra: str) -> None:
    """A virtual environment in .venv with what pyproject.toml names, from wheels alone; remade when that changes."""
    recipe = (ROOT / "pyproject.toml").read_bytes() + CONSTRAINTS.read_bytes() + sys.version.encode()
    wanted = {hashlib.sha256(recipe + name.encode()).hexdigest() for name in ({BUILDING} if extra else {"", BUILDING})}
    if STAMP.exists() and STAMP.read_text() in wanted and PYTHON.exists():
        return
    say("making the environment in .venv (once; some 600 MB)")
    command = (sys.executable, "-m", "venv", "--clear", VENV)
    if subprocess.call([str(part) for part in command], stdout=subprocess.DEVNULL) != 0:
        line = "apt-get install -y --no-install-recommends python3-venv"
        if not (apt_install(line) and run(*command) == 0):
            refuse(f"python can't make a virtual environment. On Debian or Ubuntu: sudo {line}")
    install(extra)
    STAMP.write_text(hashlib.sha256(recipe + extra.encode()).hexdigest())


def install(extra: str) -> None:
    pip = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:")
    if run(*pip, "--constraint", CONSTRAINTS, "--editable", f".{extra}") != 0:
        refuse(
            "the packages couldn't be installed; see the lines above. Needed: a network, or a package mirror for pip"
        )


def need_libraries(*, testing: bool) -> None:
    """Everything that Qt loads from the system, or the one line that brings it."""
    sys.path.insert(0, str(ROOT))
    from workstation.runtime import doctor  # noqa: PLC0415 - only now is it clear that Python is new enough to read it

    found = doctor.lacks(testing=testing)
    if found and not (apt_install(doctor.apt_line(found)) and not doctor.lacks(testing=testing)):
        refuse(doctor.in_words(found))


def offer_judges() -> None:
    """R and dciodvfy judge; Orthanc, dcmtk, PostgreSQL, nginx, GNOME give and take; tests of what isn't here skip."""
    # Debian keeps Orthanc and PostgreSQL's own programs off the path
    off_path = ("/usr/sbin", *map(str, Path("/usr/lib/postgresql").glob("*/bin")))
    with_sbin = ":".join((os.environ.get("PATH", ""), *off_path))
    for what, program, packages in (
        ("R", "Rscript", "r-base-core"),
        ("Orthanc", "Orthanc", "orthanc orthanc-dicomweb"),
        ("dcmtk", "storescu", "dcmtk"),
        ("dciodvfy", "dciodvfy", "dicom3tools"),
        ("PostgreSQL", "initdb", "postgresql"),
        ("nginx", "nginx", "nginx-light"),
        ("The key store of GNOME", "gnome-keyring-daemon", "dbus gnome-keyring"),
    ):
        line = f"apt-get install -y --no-install-recommends {packages}"
        if sys.platform == "linux" and shutil.which(program, path=with_sbin) is None and not apt_install(line):
            say(f"{what} isn't here, so its tests are skipped. On Debian or Ubuntu: sudo {line}")


def demo(arguments: list[str]) -> int:
    make_environment("")
    need_libraries(testing=False)
    return run(PYTHON, "-m", "workstation", "demo", *arguments)


def test(arguments: list[str]) -> int:
    make_environment(BUILDING)
    need_libraries(testing=sys.platform == "linux")
    offer_judges()
    if checked() != 0:
        return 1
    keep_bytecode()
    say("pytest")
    # under coverage the suite takes some two fifths longer: that is `coverage`, below
    failed = run(PYTHON, "-m", "pytest", *(arguments or WHOLE))
    if failed or arguments:
        return failed
    say("pytest, records on PostgreSQL")
    return run(PYTHON, "-m", "pytest", "-q", "-n", "2", *ON_SERVER)


def keep_bytecode() -> None:
    """Compile once for the whole run: tests start the program over a thousand times, a third of that is compiling."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    run(PYTHON, "-m", "compileall", "-q", "workstation", "scoring", "storage")


def coverage(_: list[str]) -> int:
    """The whole suite under coverage, then each package against its floor; the counts of the suite close it."""
    make_environment(BUILDING)
    need_libraries(testing=sys.platform == "linux")
    offer_judges()
    keep_bytecode()
    report = VENV / "coverage.json"
    failed, counts = run_and_hear(PYTHON, "-m", "pytest", *WHOLE, "--cov", f"--cov-report=json:{report}")
    if failed:
        return failed
    failed = run(PYTHON, ".ci/floors.py", report)
    print(counts, flush=True)
    return failed


def run_and_hear(*command: str | Path) -> tuple[int, str]:
    """Run a command that goes on speaking to whoever looks; its status and its last line."""
    said = b""
    with subprocess.Popen([str(part) for part in command], cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while part := process.stdout.read1():
            sys.stdout.buffer.write(part)
            sys.stdout.buffer.flush()
            said = (said + part)[-1000:]
    return process.returncode, said.decode(errors="replace").strip().rpartition("\n")[2]


def check(_: list[str]) -> int:
    make_environment(BUILDING)
    return checked()


def checked() -> int:
    """What is found without running the program: style, types, imports. Ends at the first tool that finds something."""
    for tool, *options in CHECKS:
        say(" ".join((tool, *options)))
        if run(BIN / tool, *options) != 0:
            print(f"ramris: {tool} found something; see the lines above", file=sys.stderr)
            return 1
    return 0


def bundle(arguments: list[str]) -> int:
    make_environment("")
    # beside what is there: whoever tests needs no other environment afterwards
    install("[bundle]")
    need_libraries(testing=False)
    return run(PYTHON, ROOT / ".ci" / "bundle.py", *arguments)


def docs(arguments: list[str]) -> int:
    make_environment(BUILDING)
    # mkdocs-material tells of plans for mkdocs at every build
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    # never --quiet: unheard warnings end no build
    made = run(BIN / "mkdocs", *(arguments or ["build"]))
    if made == 0:
        say(f"{ROOT / 'build' / 'site' / 'index.html'}")
    return made


def main() -> int:
    if sys.version_info < (3, 11):
        refuse(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Run it with a newer python3")
    jobs = {"demo": demo, "test": test, "coverage": coverage, "check": check, "bundle": bundle, "docs": docs}
    job = jobs.get("".join(sys.argv[1:2]))
    if job is None:
        refuse("say `demo`, `test`, `coverage`, `check`, `bundle` or `docs`: python3 .ci/do.py demo")
    return job(sys.argv[2:])


if __name__ == "__main__":
    raise SystemExit(main())
