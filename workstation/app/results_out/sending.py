"""Results that were written, sent to an archive that speaks DICOMweb; what became of each, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.app.progress import Progress

if TYPE_CHECKING:
    from workstation.exchange.results_out.sending import Sent
    from workstation.web.address import Credentials


def checked(address: str) -> str:
    """The address as it is used; PullRefused before anything is written."""
    from workstation.intake.pulling.server import OF_A_SERVER
    from workstation.web.address import address_of

    return address_of(address, OF_A_SERVER)


def send(
    files: Sequence[Path],
    address: str,
    credentials: Credentials,
    ca: Path | None,
    progress: Progress,
    *,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[Sent, ...]:
    """Send them all; raises as the sending itself."""
    from workstation.exchange.results_out.sending import send as sent
    from workstation.intake.pulling.server import Server

    with Server(address, credentials, ca, kept="what was stored stays, and sending again goes on") as server:
        return sent(server, files, progress, cancelled)


def lines_of(sent: Sequence[Sent], of: int) -> tuple[str, ...]:
    """How many of each fate, then each that a person must look at."""
    from workstation.exchange.results_out.sending import Fate

    counts = {fate: sum(one.fate is fate for one in sent) for fate in Fate}
    first = "Sent: " + (", ".join(f"{count} {fate.value}" for fate, count in counts.items() if count) or "nothing")
    told = [
        f"{one.file.parent.name}/{one.file.name}: {one.fate.value}{f': {one.why}' if one.why else ''}"
        for one in sent
        if one.fate not in {Fate.STORED, Fate.THERE}
    ]
    stopped = ("Stopped. Send again to go on",) if len(sent) < of else ()
    return (first, *told, *stopped)


def unfinished(sent: Sequence[Sent], of: int) -> bool:
    """Whether a person is needed."""
    from workstation.exchange.results_out.sending import Fate

    return len(sent) < of or any(one.fate not in {Fate.STORED, Fate.THERE} for one in sent)
