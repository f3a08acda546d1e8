"""The study's analysis: export and clinical data joined, far from the folder that readers get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scoring.ordinary_file import content_of
from storage.files.record_url import holds_study
from workstation.errors import UsageRefused

if TYPE_CHECKING:
    from scoring.analysis.plan import Plan

OURS: Final = frozenset(
    {
        "analysis.html",
        "analysis.json",
        "table_1.csv",
        "table_2.csv",
        "table_3.csv",
        "table_4.csv",
        "regressions.csv",
        "adjusted_means.csv",
        "figure_1.svg",
        "figure_1.pdf",
        "figure_2.svg",
        "figure_2.pdf",
    }
)


@dataclass(frozen=True, slots=True)
class Wish:
    """How to analyse. `plan`: a file; None is the published paper's. `readers`: whose readings, where several read."""

    plan: Path | None = None
    readers: tuple[str, ...] = ()
    outliers: tuple[str, ...] = ()
    level: float = 0.95


def plan_text() -> str:
    """The published paper's plan, to be copied and changed."""
    from scoring.analysis.plan import shipped_plan_text

    return shipped_plan_text()


def analyse_exports(
    exports: Sequence[Path], clinical: Path, out: Path | None, wish: Wish
) -> tuple[dict[str, object], str]:
    """Compute everything and, where `out` is given, write it: (the JSON object, the lines for people).

    Raises:
        UsageRefused: the clinical file or OUT lies in a study folder, which readers get; OUT holds other files.
        TomlRefused: the plan says something that isn't allowed.
        AnalysisRefused: an export isn't of a locked study, or a file says something that can't be.
    """
    from scoring.analysis.analyse import analyse
    from scoring.analysis.clinical_csv import read_clinical
    from scoring.analysis.cohort import joined
    from scoring.analysis.exported import read_export
    from scoring.analysis.shape import as_json
    from scoring.analysis.studies import studies_of
    from scoring.analysis.words import as_text

    _keep_apart(clinical, "the clinical file")
    if out is not None:
        _keep_apart(out, "OUT")
        _refuse_strangers(out)
    plan = _plan(wish.plan)
    exported = [read_export(export) for export in exports]
    studies = studies_of(exported, wish.readers)
    patients = [study.patients for study in studies]
    rows = read_clinical(clinical, plan, studies=patients)
    plan = plan.with_outliers(rows.people_named(wish.outliers, patients))
    cohort = joined(studies, rows, plan)
    found = analyse(cohort, level=wish.level)
    if out is not None:
        from workstation.reporting.analysis_page import analysis_files

        _put(out, analysis_files(found, cohort, exported))
    return as_json(found, plan), as_text(found, plan)


def _plan(path: Path | None) -> Plan:
    from scoring.analysis.plan import load_plan, shipped_plan

    if path is None:
        return shipped_plan()
    try:
        text = content_of(path).decode("utf-8-sig")
    except OSError as error:
        message = f"{path.name}: can't be read: {error.strerror or 'unknown fault'}"
    except UnicodeDecodeError as error:
        message = f"{path.name}: byte {error.start + 1} is not UTF-8: save the plan in UTF-8"
    else:
        return load_plan(text, path.name)
    raise UsageRefused(message)


def _keep_apart(path: Path, what: str) -> None:
    """Refuse what lies in a study folder: clinical data would go to the readers with it."""
    here = path.resolve()
    for folder in (here, *here.parents):
        if holds_study(folder):
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
