"""Operation: a synthetic pair from its folders to scores by the program's own commands, and damage that must be found.

Expectations come from outside of what is checked: the grades that were typed in, published figures, and damage that was
done on purpose to copies.
"""

from __future__ import annotations

import csv
import json
import shutil
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from scoring.errors import RamrisError
from storage.audit.outside import answers_in, change_first_grade
from workstation.qualifying.check import Check
from workstation.qualifying.commands import Commands, Ran

READER, SECOND = "Q1", "Q2"
SERIES: Final = 14
DONE: Final = 0
# Shrout and Fleiss 1979, table 2, and the coefficients as their table 4 prints them
RATINGS: Final = "9,2,5,8\n6,1,3,2\n8,4,6,8\n7,1,2,6\n10,5,6,9\n6,2,4,7\n"
PRINTED: Final = {
    "ICC(1,1)": 0.17,
    "ICC(2,1)": 0.29,
    "ICC(3,1)": 0.71,
    "ICC(1,k)": 0.44,
    "ICC(2,k)": 0.62,
    "ICC(3,k)": 0.91,
}
PNG_SIZE: Final = (1366, 768)

Progress = Callable[[int, int, str], None]


def operation(commands: Commands, progress: Progress) -> Iterator[Check]:
    """Every check of what the program does, in order; each stands on what those before it left in the folder."""
    for number, (stage, step) in enumerate(STEPS):
        progress(number, len(STEPS), stage)
        try:
            yield step(commands)
        except (OSError, ValueError, KeyError, IndexError, RamrisError) as error:
            # the rest is still worth knowing
            yield Check(f"OQ-{number + 1}", stage, "runs to its end", f"ended early: {type(error).__name__}", False)
    progress(len(STEPS), len(STEPS), "done")


def _imported(commands: Commands) -> Check:
    commands.run("phantom", "scans", "--size", "48", "--seed", "7")
    commands.run("study", "create", "study")
    told = commands.run("study", "add", "study", "scans")
    check = commands.run("study", "check", "study")
    rows = [line for line in told.out.splitlines() if " visit " in line and " slices, " in line]
    return Check(
        "OQ-1",
        "A pair comes in from folders as a scanner leaves them, each series recognised",
        f"{SERIES} series (seven a visit), the subject complete",
        f"{len(rows)} series; {check.out.strip().splitlines()[0] if check.out.strip() else told.last}",
        len(rows) == SERIES and "1 of 1 subjects have all" in check.out,
    )


def grades_to_type(folder: Path) -> dict[tuple[str, str, str], str]:
    """The true grades of the synthetic pair, by visit, feature and site."""
    with (folder / "scans" / "truth.csv").open(encoding="utf-8", newline="") as file:
        return {(row["visit"], row["feature"], row["site"]): row["grade"] for row in csv.DictReader(file)}


def _entered(commands: Commands) -> Check:
    commands.run("study", "assign", "study", "--reader", READER)
    case = _case(commands)
    lines = [f"{case},{','.join(at)},{grade}" for at, grade in grades_to_type(commands.folder).items()]
    told = commands.run("enter", "study", "--reader", READER, stdin="\n".join(lines) + "\n")
    kept = answers_in(commands.folder / "study")
    return Check(
        "OQ-2",
        "Each grade is on the disk when it is acknowledged",
        f"{len(lines)} grades of 43 sites at two visits",
        f"{kept} grades in the record, command ended with {told.status}",
        told.status == DONE and kept == len(lines) == 86,  # noqa: PLR2004 - 43 sites at two visits
    )


def _killed(commands: Commands) -> Check:
    case, before = _case(commands), answers_in(commands.folder / "study")
    process = commands.start("enter", "study", "--reader", READER)
    with process:
        acknowledged = commands.told(process, f"{case},1,ERO,CAP,9\n")
        process.kill()
    after = answers_in(commands.folder / "study")
    # and back again, so that the export is of the true grades
    truth = grades_to_type(commands.folder)["1", "ERO", "CAP"]
    back = commands.run("enter", "study", "--reader", READER, stdin=f"{case},1,ERO,CAP,{truth}\n")
    return Check(
        "OQ-3",
        "A grade that was acknowledged outlives the end of the program",
        "acknowledged, then the process is killed, then the grade is there",
        f"said {acknowledged!r}; {after - before} more in the record",
        acknowledged.startswith("ok") and after == before + 1 and back.status == DONE,
    )


def _signed(commands: Commands) -> Check:
    case = _case(commands)
    asked = json.loads(commands.run("sign", "study", "--reader", READER, "--case", case, "--check", "--json").out)
    answers = [part for rule in _rules(asked) for part in ("--answer", f"{rule}=qualification")]
    signed = commands.run("sign", "study", "--reader", READER, "--case", case, *answers)
    late = commands.run("enter", "study", "--reader", READER, stdin=f"{case},1,ERO,CAP,1\n")
    return Check(
        "OQ-4",
        "A signed reading takes no grade",
        "signed, and the grade after it refused",
        f"{signed.last}; {late.last}".replace(case, "the case"),
        signed.status == DONE and late.status != DONE,
    )


def _rules(asked: object) -> list[str]:
    """Codes of what signing asks for, wherever they stand in its answer."""
    if isinstance(asked, dict):
        own = [str(asked["rule"])] if isinstance(asked.get("rule"), str) else []
        return own + [code for value in asked.values() for code in _rules(value)]
    return [code for item in asked for code in _rules(item)] if isinstance(asked, list) else []


def _exported(commands: Commands) -> Check:
    done = commands.run("export", "study", "csv")
    with (commands.folder / "csv" / "scores.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["reader_id"] == READER]
    found = {(row["visit_num"], row["feature"], row["site"]): row["score"] for row in rows}
    typed = grades_to_type(commands.folder)
    same = sum(float(found.get(at) or "nan") == float(grade) for at, grade in typed.items())
    return Check(
        "OQ-5",
        "The export says of each site what was typed there",
        f"{len(typed)} grades, each at its visit, feature and site",
        f"{same} of {len(typed)} the same, {len(rows)} rows",
        done.status == DONE and same == len(typed) == len(rows),
    )


def _audited(commands: Commands) -> Check:
    found = commands.run("audit", "study")
    return Check(
        "OQ-6",
        "The audit holds on a study that nobody touched",
        "the record is intact",
        found.out.strip().splitlines()[0] if found.out.strip() else found.last,
        found.status == DONE,
    )


def _record_damage(commands: Commands) -> Check:
    damaged = _copy(commands, "damaged-record")
    change_first_grade(damaged)
    return _is_found(commands, "OQ-7", "A grade that was changed in the file is found", damaged)


def _pixel_damage(commands: Commands) -> Check:
    damaged = _copy(commands, "damaged-pixels")
    image = max(
        (path for path in (damaged / "images").rglob("*") if path.is_file()), key=lambda path: path.stat().st_size
    )
    content = bytearray(image.read_bytes())
    content[-2] ^= 1
    image.chmod(0o600)
    image.write_bytes(content)
    return _is_found(commands, "OQ-8", "A pixel that was changed in the file is found", damaged)


def _is_found(commands: Commands, code: str, requirement: str, damaged: Path) -> Check:
    found = commands.run("audit", damaged.name)
    return Check(code, requirement, "the audit of the damaged copy says so", found.last, found.status != DONE)


def _handed_over(commands: Commands) -> Check:
    looked = ("--borders-seen", "--who", "qualification", "--why", "qualification")
    # what is signed isn't handed over, so another reader's
    commands.run("study", "assign", "study", "--reader", SECOND)
    done = commands.run("study", "hand-over", "study", "copies", "--reader", SECOND, *looked)
    names = _names_in(commands.folder / "scans")
    files = [path for path in (commands.folder / "copies").rglob("*") if path.is_file()]
    told = {name for name in names for path in files if _holds(path, name)}
    vaults = sum(path.name.startswith("vault") for path in files)
    return Check(
        "OQ-9",
        "A reader's copy holds no identity",
        f"none of {len(names)} words of identity in {len(files)} files, and no vault",
        f"{len(told)} words found, {vaults} vaults; command ended with {done.status}",
        done.status == DONE and bool(files) and bool(names) and not told and not vaults,
    )


def _names_in(scans: Path) -> set[str]:
    """Words that tell who the synthetic person is, from the headers of its files."""
    from pydicom import dcmread  # noqa: PLC0415 - one check needs it
    from pydicom.errors import InvalidDicomError  # noqa: PLC0415 - see above

    words: set[str] = set()
    for path in sorted(scans.rglob("*")):
        if not path.is_file():
            continue
        try:
            header = dcmread(path, stop_before_pixels=True)
        except InvalidDicomError:
            continue
        said = [str(header.get(name, "")) for name in ("PatientID", "StudyInstanceUID", "StudyDate", "AccessionNumber")]
        words |= {word for word in (*said, *str(header.get("PatientName", "")).split("^")) if len(word) > 3}  # noqa: PLR2004
    return words


def _holds(path: Path, name: str) -> bool:
    content = path.read_bytes()
    return any(name.encode(encoding) in content for encoding in ("utf-8", "utf-16-le", "utf-16-be"))


def _restored(commands: Commands) -> Check:
    copy = _copy(commands, "restored")
    commands.run("study", "backup", copy.name)
    before = answers_in(copy)
    (copy / "study.db").write_bytes(b"not a database")
    done = commands.run("study", "restore", copy.name, "--why", "qualification")
    after = answers_in(copy)
    return Check(
        "OQ-10",
        "A study whose file was destroyed comes back from its backup",
        f"{before} grades, as before",
        f"{after} grades; {done.out.strip().splitlines()[0] if done.out.strip() else done.last}",
        done.status == DONE and after == before,
    )


def _trail(commands: Commands) -> Check:
    done = commands.run("trail", "study", "trail")
    rows = (commands.folder / "trail" / "record.jsonl").read_text(encoding="utf-8").splitlines()
    return Check(
        "OQ-11",
        "The record can be handed over with what verifies it",
        "rows, table, page and the script verify_trail.py",
        f"{len(rows)} rows; {done.last}",
        done.status == DONE and (commands.folder / "trail" / "verify_trail.py").is_file() and len(rows) > 86,  # noqa: PLR2004
    )


def _figures(commands: Commands) -> Check:
    (commands.folder / "ratings.csv").write_text(RATINGS, encoding="utf-8")
    done = commands.run("agreement", "--table", "ratings.csv", "--json")
    found = {name: round(item["estimate"], 2) for name, item in json.loads(done.out)["icc"].items()}
    return Check(
        "OQ-12",
        "Intraclass correlations are those of a published table",
        f"Shrout and Fleiss 1979, table 4: {_told(PRINTED)}",
        _told(found),
        found == PRINTED,
    )


def _drawn(commands: Commands) -> Check:
    done = commands.run("read", "study", "--reader", READER, "--png", "room.png")
    header = (commands.folder / "room.png").read_bytes()[:24]
    size = struct.unpack(">II", header[16:24])
    return Check(
        "OQ-13",
        "The reading room draws the pair",
        f"a picture of at least {PNG_SIZE[0]} x {PNG_SIZE[1]} pixels",
        f"{size[0]} x {size[1]} pixels; command ended with {done.status}",
        done.status == DONE and size[0] >= PNG_SIZE[0] and size[1] >= PNG_SIZE[1],
    )


def _told(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.2f}" for name, value in figures.items())


def _copy(commands: Commands, name: str) -> Path:
    return Path(shutil.copytree(commands.folder / "study", commands.folder / name))


def _case(commands: Commands) -> str:
    told = json.loads(_asked(commands.run("study", "assign", "study", "--reader", READER, "--json")))
    return str(told["cases"][0]["case"])


def _asked(ran: Ran) -> str:
    if ran.status != DONE:
        raise ValueError(ran.last)
    return ran.out


# in this order: each stands on what those before it left in the folder
STEPS: Final[tuple[tuple[str, Callable[[Commands], Check]], ...]] = (
    ("import", _imported),
    ("grades", _entered),
    ("kill", _killed),
    ("signature", _signed),
    ("export", _exported),
    ("audit", _audited),
    ("damage to the record", _record_damage),
    ("damage to the pixels", _pixel_damage),
    ("hand-over", _handed_over),
    ("backup", _restored),
    ("trail", _trail),
    ("figures", _figures),
    ("window", _drawn),
)
