"""What comes out of a study."""

from __future__ import annotations

from pathlib import Path


def export(directory: Path, out: Path) -> tuple[Path, ...]:
    """Write the CSV files; returns their paths."""
    from storage.export import export_study

    return export_study(directory, out)


def audit(directory: Path) -> int:
    """How many events were verified; RecordDamaged names the first that doesn't fit."""
    from storage.journal import verify_record

    return verify_record(directory)


def agreement_of_table(path: Path, level: float, scale: str | None) -> tuple[dict[str, object], str]:
    """Agreement of a table of scores: (the JSON object, the lines for people)."""
    from scoring.agreement.reading_csv import read_table
    from scoring.agreement.scale import parse_scale
    from scoring.agreement.table import agreement_of_table as compute
    from scoring.agreement.words import as_text

    bounds = None if scale is None else parse_scale(scale)
    table = read_table(path, bounds)
    found = compute(table.rows, level=level, scale=bounds)
    return found.as_json(), as_text(found, table.columns)


def agreement_of_study(directory: Path, reader: str | None, level: float) -> tuple[dict[str, object], str]:
    """Agreement of a reader's first readings with the repeats: (the JSON object, the lines for people)."""
    from scoring.intra_reader import intra_reader
    from scoring.intra_reader_words import as_text
    from storage.repeats import finished_repeats

    repeats = finished_repeats(directory, reader)
    found = intra_reader(repeats.scheme, repeats.reader, repeats.pairs, level=level, unfinished=repeats.unfinished)
    return found.as_json(), as_text(found)
