"""Diagram of the states of a case, written into the page of the record from the table that every door asks.

`python -m tests.case_states_page` writes it into docs/record.md.
"""

from __future__ import annotations

from pathlib import Path

from scoring.readings.case_states import drawing

PAGE = Path(__file__).parents[1] / "docs" / "record.md"
BEGIN, END = "<!-- states: written by python -m tests.case_states_page -->", "<!-- end of states -->"


def with_states(page: str) -> str:
    """The page with the diagram of today between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, behind = rest.partition(END)
    return f"{before}{BEGIN}\n\n```mermaid\n{drawing()}\n```\n\n{END}{behind}"


if __name__ == "__main__":
    PAGE.write_text(with_states(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
