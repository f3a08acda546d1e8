"""The window of numbers by itself, and its figures as files without a window."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.app.process import need_libraries
from workstation.app.progress import Say
from workstation.errors import EnvironmentLacks, UsageRefused
from workstation.runtime import doctor

if TYPE_CHECKING:
    from storage.study.coordinator import CoordinatorStudy
    from workstation.numbers.choice import Choice
    from workstation.numbers.desk import Desk
    from workstation.numbers.readings import Numbers


def show(directory: Path) -> int:
    """Show the window until it is closed."""
    need_libraries()
    if not (doctor.has_display(os.environ) or "QT_QPA_PLATFORM" in os.environ):
        raise EnvironmentLacks(
            "no display here, so no window can be shown. Run it on a desktop, or add --figure NAME --out FILE to write "
            "a figure; the statistics are `ramris agreement DIR`"
        )
    with _desk(directory) as desk:
        from workstation.ui.numbers import launch

        return launch.show(desk)


def choice_of(kind: str, readers: tuple[str, str], round_: int, total: str, at: str) -> Choice:
    """What is asked for by its words."""
    from scoring.comparison.grades import At
    from workstation.numbers.choice import Choice, Kind

    return Choice(Kind(kind), readers[0], round_, readers[1], total, At(at))


def write(directory: Path, choice: Choice, out: Path, say: Say, *, why: str, window: tuple[int, int] | None) -> None:
    """Write one figure as SVG, PNG or CSV, or a picture of the window on it.

    Raises:
        StudyError: cases are still being read, and there is no reason `why`.
        UsageRefused: what is chosen isn't there, or there is nothing to draw, and why.
    """
    need_libraries()
    if not doctor.has_display(os.environ):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with _desk(directory) as desk:
        numbers = desk.load()
        _check(numbers, choice)
        from workstation.numbers.figure import Nothing
        from workstation.numbers.figures import figure_of
        from workstation.ui.numbers import launch

        figure = figure_of(numbers, choice)
        if isinstance(figure, Nothing) and window is None:
            raise UsageRefused(f"{figure.told.title or numbers.name}: {figure.why}")
        # where there is nothing to see, nothing was seen
        if desk.seen is not None:
            desk.seen(why)
        if window is None:
            launch.write(desk, figure, out)
        else:
            launch.draw(desk, choice, out, window)
    say(f"Written to {out}" + (". Keep it to yourself while cases are read" if numbers.open_readings else ""))


def _check(numbers: Numbers, choice: Choice) -> None:
    """Refuse a reader or a total that isn't there: another one would be drawn in its place."""
    known = tuple(str(total.code) for total in numbers.scheme.totals)
    for name, value, there in (
        ("--reader", choice.reader, numbers.readers),
        ("--against", choice.against, numbers.readers),
        ("--feature", choice.total, known),
    ):
        if value and value not in there:
            raise UsageRefused(f"{name} {value!a:.40}: there is no such one here ({', '.join(there) or 'none'})")


@contextmanager
def _desk(directory: Path) -> Iterator[Desk]:
    """The study with its vault, or a copy without one, which nobody reads any more."""
    from storage.files.layout import VAULT_FILE
    from workstation.app.coordinating import coordinating
    from workstation.numbers.desk import Desk, about_adjudication, numbers_in

    if not (directory / VAULT_FILE).exists():
        yield Desk(directory, lambda: numbers_in(directory, None))
        return
    with coordinating(directory) as study:
        yield Desk(
            directory,
            lambda: numbers_in(directory, study),
            partial(study.note_figures_seen, "window of numbers"),
            lambda reader, two, keys: about_adjudication(reader, len(_given(study, reader, two, keys))),
        )


def _given(study: CoordinatorStudy, reader: str, two: tuple[str, str], keys: Sequence[str]) -> Sequence[object]:
    return study.adjudicate_chosen(reader, two, keys)
