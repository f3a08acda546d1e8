"""Charter of a read, written whole or not at all as HTML or PDF."""

from __future__ import annotations

from pathlib import Path


def write_charter(directory: Path, out: Path) -> str:
    """Write the charter of the study in `directory`, by the ending of `out`; the SHA-256 of its design.

    Raises:
        UsageRefused: another ending, or a place inside the study: it says how much is read again.
        StudyError, RecordDamaged: as `storage.study.charter_facts.charter`.
        NotSaved: it can't be written.
    """
    from storage.files.atomic import write_page
    from storage.study.charter_facts import charter
    from workstation.app.printing.printed import printed
    from workstation.app.printing.reports import PAGES
    from workstation.errors import UsageRefused
    from workstation.reporting.charter_page import charter_page, title_of

    kind = out.suffix.lower()
    if kind not in PAGES:
        raise UsageRefused(f"charter {out.name}: the name ends in .html or .pdf")
    if directory.resolve() in out.resolve().parents:
        raise UsageRefused(f"charter {out.name}: not inside the study folder, which readers get; choose another folder")
    found = charter(directory)
    content = (
        charter_page(found, 1.6).encode() if kind == PAGES[0] else printed(charter_page(found), {}, title_of(found))
    )
    write_page(out, content)
    return found.sha256
