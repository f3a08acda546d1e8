"""A reader's own atlas: looked at once, and where it lies remembered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scoring.values import replace
from workstation.errors import UsageRefused

if TYPE_CHECKING:
    from workstation.reading.atlas import Atlas


def point_at(reader: str, folder: Path | None) -> Atlas:
    """Point a reader's room at a folder, or at none; what is found there.

    Raises:
        UsageRefused: no picture there can be used, or it can't be remembered.
    """
    from scoring.schemes.folder import DEFAULT, shipped_ids
    from scoring.schemes.load import shipped_scheme
    from workstation.app.preferences import OwnFile
    from workstation.reading.atlas import Atlas, atlas_of

    # the study isn't known here: the shipped scheme that has most of the pictures; the room asks its own scheme
    looks = [] if folder is None else [atlas_of(folder, shipped_scheme(name)) for name in (DEFAULT, *shipped_ids())]
    found = max(looks, key=lambda look: len(look.pictures), default=Atlas())
    if folder is not None and not found.pictures:
        raise UsageRefused(f"{folder}: {found.troubles[0]} Nothing was changed")
    # the place of the study is for what is chosen per study; an atlas is for all
    own = OwnFile(reader, Path())
    if not own.save(replace(own.load(), atlas="" if folder is None else str(folder.absolute()))):
        raise UsageRefused("Not remembered: your settings folder can't be written; `ramris keys` shows where it is")
    return found
