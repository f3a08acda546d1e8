"""Images of a copy that was just written, set apart: sealed into a folder for a server or a share."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scoring.ordinary_file import content_of
from storage.apart.image_list import FORMAT, KEY_BYTES, ApartFile, ImageList, digest, write_list
from storage.apart.pieces import cut, piece_size, sealer
from storage.files.atomic import sync_folder
from storage.files.layout import IMAGES_FOLDER
from storage.files.watched import UNWATCHED, Watched
from storage.records import VisitRecord

# one moment for all files, as in a copy
_MOMENT: Final = 315_532_800
_NAME_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Apart:
    """Where images are to lie: the folder that gets them, and the address that readers know it by.

    user: whom the server asks for. Of several readers each has a folder of its own in it, and at the address.
    """

    folder: Path
    address: str
    user: str = ""

    def of(self, part: str) -> Apart:
        """The same for one of several readers."""
        slash = "\\" if "\\" in self.address and "/" not in self.address else "/"
        return Apart(self.folder / part, f"{self.address}{slash}{part}", self.user)


def set_apart(
    copy: Path,
    target: Path,
    apart: Apart,
    cases: Mapping[str, tuple[VisitRecord, ...]],
    watched: Watched = UNWATCHED,
) -> None:
    """Seal the images of a copy into the folder `target`, write the list, and take the images out of the copy.

    Pieces are written in the order of their names, which are random, with one time: neither a listing nor the order on
    the disk says which belong together.

    Raises:
        Stopped: it was asked to.
        OSError: the disk didn't take one, or an image can't be read.
    """
    images = copy / IMAGES_FOLDER
    names = {code: sorted(_files(visits)) for code, visits in cases.items()}
    every = [name for found in names.values() for name in found]
    sizes = {name: (images / name).stat().st_size for name in every}
    piece, key = piece_size(list(sizes.values())), secrets.token_bytes(KEY_BYTES)
    pieces = {name: [secrets.token_hex(_NAME_BYTES) for _ in range(-(-sizes[name] // piece))] for name in every}
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    seal = sealer(key)
    where = {one: (name, number) for name, ones in pieces.items() for number, one in enumerate(ones)}
    for done, (one, (name, number)) in enumerate(sorted(where.items())):
        watched.at(done, len(where), "sealing images,")
        content = list(cut(content_of(images / name), piece))[number]
        _write(target / one, seal(content, one))
    sync_folder(target)
    # whoever runs the server may be another account; what is in it is sealed
    target.chmod(0o755)
    # so that all pieces are there before their folder is known by its time
    os.utime(target, (_MOMENT, _MOMENT))
    digests = {name: digest(name, content_of(images / name)) for name in every}
    listed = {
        code: tuple(ApartFile(name, sizes[name], digests[name], tuple(pieces[name])) for name in names[code])
        for code in sorted(names)
    }
    write_list(copy, ImageList(FORMAT, apart.address, key.hex(), piece, listed, apart.user))
    shutil.rmtree(images)


def _files(visits: tuple[VisitRecord, ...]) -> list[str]:
    return [item.file for visit in visits for series in visit.series for item in series.slices]


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o644)
    os.utime(path, (_MOMENT, _MOMENT))
