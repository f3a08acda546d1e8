"""Page of the codes that results are written in, from the schemes that come with the program.

`python -m tests.result_codes_page` writes docs/result-codes.md.
"""

from __future__ import annotations

from pathlib import Path

from scoring.schemes.folder import shipped_ids
from scoring.schemes.load import shipped_scheme
from workstation.exchange.results_out.coding import CodeTable, code_table

PAGE = Path(__file__).parents[1] / "docs" / "result-codes.md"
HEAD = """# Codes of results

Written from the schemes by `python -m tests.result_codes_page`; a test fails when the two differ. What they are for:
[results-out.md](results-out.md).

`99RAMRIS` is a coding scheme of this program's own. A scoring scheme may be anybody's, so each has a table of its own
under that designator, and an OID that follows from the table's content: the same OID is the same table. Each object
names the OID and the version in its Coding Scheme Identification Sequence, and `codes.csv` beside the objects is the
table. `SCT` is SNOMED CT, used where DICOM's own context groups (PS3.16) have that very concept and nowhere else.

## Tables

| scheme | version | OID of 99RAMRIS |
| --- | --- | --- |
"""
CODES = """
## Codes

The meaning is what the objects say. A code of a grade stands with the feature as the name of its item: `99RAMRIS:ERO`
= `99RAMRIS:GRADE-3` is an erosion of grade 3.

| code | meaning | a code of | in the tables of |
| --- | --- | --- | --- |
"""


def page() -> str:
    """The page as text."""
    tables = [code_table(shipped_scheme(name)) for name in sorted(shipped_ids())]
    rows = [f"| {table.scheme} | {table.version} | `{table.oid}` |\n" for table in tables]
    return "".join((HEAD, *rows, CODES, *_codes(tables)))


def _codes(tables: list[CodeTable]) -> list[str]:
    where: dict[tuple[str, str, str], list[str]] = {}
    for table in tables:
        for term in table.terms:
            where.setdefault((term.kind, term.written, term.meaning), []).append(table.scheme)
    every = len(tables)
    return [
        f"| `{written}` | {meaning} | {kind} | {'all' if len(names) == every else ', '.join(names)} |\n"
        for (kind, written, meaning), names in where.items()
    ]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
