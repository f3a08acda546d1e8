"""Synthetic pairs, and what this machine lacks."""

from __future__ import annotations

import json
from pathlib import Path

import click
from click.core import ParameterSource

from workstation.app import phantom_and_doctor as app
from workstation.app import qualifying
from workstation.cli.shared import DONE, FINDINGS, PATH, cli, complain, progress_line, say
from workstation.errors import UsageRefused


@cli.command()
@click.argument("out", metavar="OUT", type=PATH)
@click.option("--size", type=int, default=512, show_default=True, help="Rows and columns of each image.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--subjects", type=int, default=1, show_default=True, help="Number of pairs.")
@click.option("--labels", is_flag=True, help="Also a label map (NRRD) of each plane.")
@click.option("--enhanced", is_flag=True, help="One Enhanced MR multi-frame file for a series.")
@click.option("--fault", metavar="NAME", help="Put a fault into the first pair. An unknown name lists the faults.")
@click.option(
    "--difficulty",
    type=click.Choice(["easy", "typical", "hard"]),
    default="easy",
    show_default=True,
    help="How hard the images are to read: clear ones, as real scans are, or harder than most.",
)
@click.option(
    "--without",
    metavar="EFFECT",
    multiple=True,
    help="Leave an effect out, such as ghosts or noise. May be repeated; an unknown name lists them.",
)
@click.option(
    "--cohort",
    metavar="NAME",
    help="In place of pairs a cohort, `paper`: 80 people as in the published study, with clinical data. Takes minutes.",
)
@click.option(
    "--radiographs",
    type=click.Choice(["beside", "alone"]),
    help="Also radiographs of hands and feet of the same people, beside the wrists or alone.",
)
@click.option(
    "--atlas",
    is_flag=True,
    help="In place of pairs the atlas that Ctrl+G shows: a picture of each grade at each site of the wrist.",
)
@click.option("--rows", type=int, default=2000, show_default=True, help="Rows of each radiograph.")
def phantom(  # noqa: PLR0917 - click passes one argument for each option
    out: Path,
    size: int,
    seed: int,
    subjects: int,
    labels: bool,
    enhanced: bool,
    fault: str | None,
    difficulty: str,
    without: tuple[str, ...],
    cohort: str | None,
    radiographs: str | None,
    atlas: bool,
    rows: int,
) -> int:
    """Write synthetic wrist pairs with their true grades (truth.csv) to the folder OUT."""
    wrote = f"{subjects} synthetic pair{'' if subjects == 1 else 's'}"
    try:
        if atlas:
            _refuse_beside("atlas", "which is always the same", "seed", "cohort")
            say(f"Wrote {app.atlas(out, progress=progress_line())} to {out}")
            return DONE
        if cohort is not None:
            _refuse_beside("cohort", "which has its own")
            wrote = app.cohort(out, cohort, seed=seed, progress=progress_line())
            say(f"Wrote {wrote} to {out}")
            return DONE
        app.phantom(
            out,
            size=size,
            seed=seed,
            subjects=subjects,
            progress=progress_line(),
            labels=labels,
            enhanced=enhanced,
            fault=fault,
            difficulty=difficulty,
            without=without,
            films=app.Films(rows if radiographs else 0, alone=radiographs == "alone"),
        )
    except KeyboardInterrupt:
        complain(f"stopped; nothing was written to {out}")
        return FINDINGS
    if without and difficulty == "easy":
        left_out = ", ".join(without)
        say(f"--without {left_out} changes nothing: easy pictures have no effects, --difficulty typical has them")
    say(f"Wrote {wrote} to {out}")
    return DONE


def _refuse_beside(what: str, why: str, *also: str) -> None:
    """A cohort's size, people and mishaps are its own, and an atlas is drawn in one way."""
    context = click.get_current_context()
    names = ("size", "subjects", "labels", "enhanced", "fault", "difficulty", "without", "radiographs", "rows", *also)
    for name in names:
        if context.get_parameter_source(name) is not ParameterSource.DEFAULT:
            raise click.UsageError(f"--{name} doesn't go with --{what}, {why}.")


@cli.command()
@click.argument("page", metavar="PAGE.html", type=PATH)
@click.option("--json", "as_json", is_flag=True, help="Also print one JSON object on stdout and nothing else.")
def qualify(page: Path, as_json: bool) -> int:
    """Check this installation and what it does, and write a page for a site's file.

    A synthetic pair goes from its folders to scores by the program's own commands; damage is done to copies, and must
    be found. Takes about a minute, touches no study and no settings. Ends with 1 where a check failed.
    """
    if page.suffix.lower() not in {".html", ".htm"}:
        raise UsageRefused(f"{page.name}: the page is HTML, so its name must end in .html, such as qualification.html")
    if not page.absolute().parent.is_dir():
        raise UsageRefused(f"{page.name}: its folder isn't there; make it first, or name another one")
    found = qualifying.qualify(progress_line())
    qualifying.write_page(found, page)
    if as_json:
        click.echo(json.dumps(found.as_json()))
    else:
        for check in found.failed:
            say(f"{check.code} FAILED: {check.requirement}. Expected: {check.expected}. Found: {check.found}")
        say(f"{qualifying.summary(found)} The page was written to {page}.")
    return FINDINGS if found.failed else DONE


@cli.command()
def doctor() -> int:
    """Show what this machine lacks, and the command that installs it."""
    lines = app.doctor_lines()
    for line in lines:
        say(line)
    return FINDINGS if lines else DONE
