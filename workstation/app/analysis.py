"""The study's analysis: export and clinical data joined, far from the folder that readers get."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from workstation.errors import UsageRefused

OURS: Final = frozenset({"analysis.html", "analysis.json", "tests.csv", "correlations.csv", "regressions.csv"})


def analyse_export(
    export: Path, clinical: Path, out: Path | None, *, reader: str | None, level: float
) -> tuple[dict[str, object], str]:
    """Compute everything and, where `out` is given, write it: (the JSON object, the lines for people).

    Raises:
        UsageRefused: the clinical file or OUT lies in a study folder, which readers get; OUT holds other files.
        AnalysisRefused: the export isn't of a locked study, or a file says something that can't be.
    """
    from scoring.analysis.analyse import analyse
    from scoring.analysis.clinical_csv import read_clinical
    from scoring.analysis.cohort import joined
    from scoring.analysis.exported import read_export
    from scoring.analysis.shape import as_json
    from scoring.analysis.words import as_text

    _keep_apart(clinical, "the clinical file")
    if out is not None:
        _keep_apart(out, "OUT")
        _refuse_strangers(out)
    exported = read_export(export)
    cohort = joined(exported, read_clinical(clinical), reader)
    found = analyse(cohort, level=level)
    if out is not None:
        from workstation.reporting.analysis_page import analysis_files

        _put(out, analysis_files(found, cohort, exported))
    return as_json(found), as_text(found)


def _keep_apart(path: Path, what: str) -> None:
    """Refuse what lies in a study folder: clinical data would go to the readers with it."""
    here = path.resolve()
    for folder in (here, *here.parents):
        if (folder / "study.db").exists():
            raise UsageRefused(
                f"{what} {path.name} is inside the study {folder.name}, a folder that readers get: "
                "clinical data never enter it. Choose a folder outside"
            )


def _refuse_strangers(out: Path) -> None:
    strangers = sorted(item.name for item in out.iterdir() if item.name not in OURS) if out.is_dir() else []
    if strangers or out.is_file():
        raise UsageRefused(f"{out.name} holds {strangers[0] if strangers else 'a file'} of others: give a new folder")


def _put(out: Path, contents: Mapping[str, bytes]) -> None:
    """All files beside their places first, then each gets its name."""
    from storage.errors import NotSaved

    unfinished = {name: out / f".{name}.writing" for name in contents}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            unfinished[name].write_bytes(content)
        for name, file in unfinished.items():
            file.replace(out / name)
    except OSError as error:
        reason = error.strerror
    else:
        return
    finally:
        for file in unfinished.values():
            file.unlink(missing_ok=True)
    raise NotSaved(f"Not written to {out.name}: {reason}. Choose a folder that can be written, with space")
