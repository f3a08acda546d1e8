"""A reader's own atlas: looked at once, and where it lies remembered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scoring.values import replace
from workstation.errors import UsageRefused

if TYPE_CHECKING:
    from workstation.reading.atlas import Atlas


def point_at(reader: str, folder: Path | None, scheme: str | None = None) -> Atlas:
    """Point a reader's room at a folder, or at none; what is found there.

    scheme: by which they are named, as `ramris scheme show` takes it; None is the shipped one with most of them.

    Raises:
        UsageRefused: no picture there can be used, or it can't be remembered.
        TomlRefused: there is no such scheme.
    """
    from scoring.schemes.folder import DEFAULT, shipped_ids
    from scoring.schemes.load import shipped_scheme
    from workstation.app.preferences import OwnFile
    from workstation.app.schemes.given import scheme_to_show
    from workstation.reading.atlas import Atlas, atlas_of

    found = Atlas()
    if folder is not None:
        # the study isn't known here; the room asks its own scheme
        by = map(shipped_scheme, (DEFAULT, *shipped_ids())) if scheme is None else [scheme_to_show(scheme)]
        found = max((atlas_of(folder, one) for one in by), key=lambda look: len(look.pictures))
    if folder is not None and not found.pictures:
        hint = " Pictures for a scheme of your own: add --scheme FOLDER." if scheme is None else ""
        raise UsageRefused(f"{folder}: {found.troubles[0]}{hint} Nothing was changed")
    # the place of the study is for what is chosen per study; an atlas is for all
    own = OwnFile(reader, Path())
    if not own.save(replace(own.load(), atlas="" if folder is None else str(folder.absolute()))):
        raise UsageRefused("Not remembered: your settings folder can't be written; `ramris keys` shows where it is")
    return found
