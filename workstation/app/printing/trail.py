"""Trail of a study as PDF, drawn row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.exporting.trail.export_trail import TrailFacts
    from storage.exporting.trail.trail_rows import TrailRow


def trail_paper(facts: TrailFacts, rows: Iterable[TrailRow]) -> Iterator[bytes]:
    """The same rows as those of the page, with what is told over them."""
    from workstation.app.printing.printed import drawing
    from workstation.reporting.trail_page import COLUMNS, about, cells, title_of

    with drawing():
        from workstation.ui.printing.rows_pdf import rows_pdf

        yield rows_pdf(title_of(facts), about(facts), COLUMNS, (cells(row, facts) for row in rows))
