"""Verify this trail without the program that wrote it: python verify_trail.py [HEAD], by Python 3.10 or newer alone."""

import csv
import hashlib
import json
import sys
from pathlib import Path


def sha(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def sealed(row: dict[str, object], before: str = "") -> str:
    """The hash of a row: of the hash before it, if any, and of its fields as JSON with sorted names and no blanks."""
    return sha(before + json.dumps(row, sort_keys=True, separators=(",", ":")))


def same(value: object, cell: str) -> bool:
    """Whether a cell says a value; an apostrophe may stand before what a table program would compute."""
    return float(cell or "nan") == value if isinstance(value, float) else str(value) in (cell, cell[1:])


def verify(here: Path, wanted: str) -> str:
    """What was found to hold; ends the program with a line that names the first row that doesn't."""
    about = json.loads((here / "datapackage.json").read_bytes())["ramris"]
    last = {name: sha(f"ramris {of} of study {about['token']}") for name, of in (("event", "record"), ("act", "acts"))}
    count, heads = {"event": 0, "act": 0}, []
    with (here / "trail.csv").open(encoding="utf-8", newline="") as table, (here / "record.jsonl").open("rb") as lines:
        for line, cells in zip(lines, csv.DictReader(table), strict=True):
            row = json.loads(line)
            which = f"{row['chain']} {row['seq']}"
            said = {**row, **row.get("seen", {}), "why": json.loads(row.get("detail", "{}")).get("why", "")}
            if not all(same(value, cells[name]) for name, value in said.items() if name in cells):
                sys.exit(f"{which}: trail.csv says something else than record.jsonl")
            chain, seen, told, before = (row.pop(name, None) for name in ("chain", "seen", "hash", "previous_hash"))
            if sealed(row, f"{before}\n") != told or (sealed(seen) if seen else None) != row.get("place_sha256"):
                sys.exit(f"{which}: this isn't what was sealed")
            stands = (row["seq"], before, row.get("after_event", count["event"]), row.get("event_hash", last["event"]))
            if not about["part"] and stands != (count[chain] + 1, last[chain], count["event"], last["event"]):
                sys.exit(f"{which}: it doesn't follow the row before: rows were changed, added, moved or taken out")
            count[chain], last[chain] = row["seq"], told
            heads.append(sha(f"ramris head\n{last['event']}\n{last['act']}"))
    if about["part"]:
        return (
            f"A part: each of these {len(heads)} rows is as it was sealed. Whether one is missing only the whole tells."
        )
    if heads[-1] != about["head_sha256"] or not any(head.startswith(wanted) for head in heads):
        sys.exit("Rows at the end are missing, or the record never went through that head: it is another study")
    return f"Whole: {count['event']} events and {count['act']} acts, each fits the one before. Head: {heads[-1]}"


if __name__ == "__main__":
    try:
        sys.stdout.write(verify(Path(__file__).resolve().parent, sys.argv[1] if len(sys.argv) > 1 else "") + "\n")
    except (KeyError, OSError, TypeError, ValueError) as error:
        sys.exit(f"A file of the trail is missing, cut short or in another form: {error!r}")
