"""Outlines of signed readings as files: the export of label maps, imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workstation.exchange.outline_export import ExportedOutlines


def write_outlines(
    study: Path,
    out: Path,
    progress: Callable[[int, int, str], None],
    *,
    reader: str,
    case: str,
    seg: bool,
    images: bool,
) -> ExportedOutlines:
    """Write the label maps of all signed readings, or of those that are asked for; raises as the export itself."""
    from workstation.exchange.outline_export import Asked, export_outlines

    return export_outlines(study, out, Asked(reader, case, seg, images), progress)
