"""Verify this trail without the program that wrote it: python verify_trail.py [HEAD], by Python 3.10 or newer alone."""

import csv
import json
import sys
from datetime import datetime
from hashlib import sha256
from pathlib import Path


def sha(text: str, row: dict[str, object] | None = None) -> str:
    """SHA-256 of a text, and of a row behind it as JSON with sorted names and no blanks."""
    return sha256((text + (json.dumps(row, sort_keys=True, separators=(",", ":")) if row else "")).encode()).hexdigest()


def verify(here: Path, wanted: str) -> str:
    """What was found to hold; ends the program with a line that names the first row or file that doesn't."""
    package = json.loads((here / "datapackage.json").read_bytes())
    about, count, heads, acting = package["ramris"], {"event": 0, "act": 0}, [], ""
    words, subjects = dict[tuple[object, ...], str](), dict[str, str]()
    last = {name: sha(f"ramris {of} of study {about['token']}") for name, of in (("event", "record"), ("act", "acts"))}
    with (here / "trail.csv").open(encoding="utf-8", newline="") as table, (here / "record.jsonl").open("rb") as lines:
        for line, cells in zip(lines, csv.DictReader(table), strict=True):
            row = json.loads(line)
            detail, name = json.loads(row.get("detail", "{}")), f"{row['chain']} {row['seq']}"
            acting = detail["by"] if row.get("kind") == "acting" else acting
            who = row["reader"] if row.get("role", "reader") == "reader" else acting or detail.get("who") or row["role"]
            subjects |= {case[0]: case[1] for case in detail["cases"]} if row.get("kind") == "assigned" else {}
            said = {**row, **row.get("seen", {}), "why": detail.get("why", ""), "who": who}
            said["what"] = words.setdefault(tuple(map(row.get, ("kind", "feature", "site", "visit"))), cells["what"])
            said["subject_id"] = subjects.get(row.get("case"), cells["subject_id"] if row.get("case") else "")
            when, local = (datetime.fromisoformat(at) for at in (f"{row['at_utc'][:-1]}+00:00", cells["at_local"]))
            said["at_local"] = cells["at_local"] if when == local else "another moment"
            for column in cells.keys() - {"who" if about["part"] else ""}:
                value, cell = said.get(column, ""), cells[column]
                texts = (cell, cell.removeprefix("'"))
                if (float(cell or "nan") != value) if isinstance(value, float) else (str(value) not in texts):
                    sys.exit(f"{name}: trail.csv says something else than record.jsonl: {column}")
            chain, seen, told, before = (row.pop(each, None) for each in ("chain", "seen", "hash", "previous_hash"))
            if sha(f"{before}\n", row) != told or (sha("", seen) if seen else None) != row.get("place_sha256"):
                sys.exit(f"{name}: this isn't what was sealed")
            stands = (row["seq"], before, row.get("after_event", count["event"]), row.get("event_hash", last["event"]))
            if not about["part"] and stands != (count[chain] + 1, last[chain], count["event"], last["event"]):
                sys.exit(f"{name}: it doesn't follow the row before: rows were changed, added, moved or taken out")
            count[chain], last[chain] = row["seq"], told
            heads.append(sha(f"ramris head\n{last['event']}\n{last['act']}"))
    for file in (*package["resources"], *about["other_files"]):
        if file["hash"] != f"sha256:{sha256((here / file['path']).read_bytes()).hexdigest()}":
            sys.exit(f"{file['path']}: it isn't the file that was written")
    if about["part"]:
        return f"A part: each of these {len(heads)} rows is as it was sealed. If one is missing, only the whole tells."
    if heads[-1] != about["head_sha256"] or not any(head.startswith(wanted) for head in heads):
        sys.exit("Rows at the end are missing, or the record never went through that head: it is another study")
    return f"Whole: {count['event']} events and {count['act']} acts, each fits the one before. Head: {heads[-1]}"


if __name__ == "__main__":
    sys.excepthook = lambda _, error, __: print(f"A file is missing, cut short or in another form: {error!r}")
    print(verify(Path(__file__).resolve().parent, "".join(sys.argv[1:2])))
