"""Damage behind a fault: whether it came of a file that isn't as the program writes it, and a line that says so."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from storage.audit.diagnosis import of_file, of_study
from storage.files.layout import VAULT_FILE
from storage.vault import schema, sealed_file


def of_files(given: Iterable[Path]) -> str | None:
    """The line for the first of these folders or files whose study or vault isn't as the program writes it.

    None where all are: then the fault is the program's own.
    """
    for path in given:
        folder = path if path.is_dir() else path.parent
        line = of_study(folder) or _of_vault(folder)
        if line is not None:
            return f"{folder.name}: {line}"
    return None


def _of_vault(folder: Path) -> str | None:
    file = folder / VAULT_FILE
    if not file.is_file():
        return None
    if sealed_file.is_sealed(file):
        return None
    mending = "`ramris study restore-vault` puts its last copy back; tell who keeps the study"
    return of_file(file, schema.metadata, schema.TRIGGERS, mending)
