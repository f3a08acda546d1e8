"""The coordinator's window, joined to the study in a folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.app.coordinating import kept_safe
from workstation.app.progress import Say
from workstation.app.starting import remember
from workstation.app.studies import create_study
from workstation.errors import EnvironmentLacks
from workstation.runtime import doctor
from workstation.starting.recent import Role

if TYPE_CHECKING:
    from workstation.managing.session import ManagingSession


def manage(directory: Path, png: Path | None, size: tuple[int, int], say: Say) -> int:
    """Show the coordinator's window until it is closed, or draw it to a picture."""
    found = doctor.lacks()
    if found:
        raise EnvironmentLacks(doctor.in_words(found))
    if png is None and not (doctor.has_display(os.environ) or "QT_QPA_PLATFORM" in os.environ):
        raise EnvironmentLacks(
            "no display here, so no window can be shown. Run it on a desktop, or add --png FILE to draw the window; "
            "everything in it can be done with ramris study ..."
        )
    if png is not None and not doctor.has_display(os.environ):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from workstation.ui.coordinator import launch

    make = _maker(directory.resolve())
    if png is None:
        status = launch.show(make)
        remember(directory, Role.COORDINATOR)
        return status
    launch.draw(make, png, size)
    say(f"The coordinator's window was drawn to {png}")
    return 0


def _maker(directory: Path) -> Callable[[Callable[[Callable[[], None]], None]], ManagingSession]:
    from storage.study.coordinator import CoordinatorStudy
    from workstation.app.schemes.commands import schemes_in_words
    from workstation.app.servers.watching import Copies
    from workstation.app.window_tasks import TASKS
    from workstation.managing.session import ManagingSession

    def make(post: Callable[[Callable[[], None]], None]) -> ManagingSession:
        return ManagingSession(
            directory,
            lambda: CoordinatorStudy.open(directory),
            lambda new: create_study(directory, new.scheme, new.order, new.passphrase or None, unit=new.unit),
            post,
            lambda study: kept_safe(directory, study.token),
            tasks=TASKS,
            schemes=schemes_in_words(),
            copies=lambda asking: Copies(directory, asking),
        )

    return make
