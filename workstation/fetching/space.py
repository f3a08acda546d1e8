"""Space that the images of a copy may take: which cases leave when another one is to come."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Final

from storage.apart import arrived
from storage.apart.image_list import ApartFile, ImageList
from storage.files.layout import IMAGES_FOLDER

# what is left free on the disk, for answers and everything else
LEFT_FREE: Final = 1 << 30
NO_ROOM: Final = "its images don't fit: make room on this disk, or let them take more, by `ramris fetch DIR --space GB`"


def reserved(copy: Path, images: ImageList, case: str) -> int:
    """Bytes that a case takes here, all of it as soon as one image has come: the others may be on their way."""
    items = images.cases[case]
    return _size(items) if any(arrived.is_here(copy / IMAGES_FOLDER, item) for item in items) else 0


def beyond(copy: Path, images: ImageList, case: str) -> int:
    """How many bytes too many there would be with all of a case here; 0 where it fits."""
    lacking = _size(item for item in images.cases[case] if not arrived.is_here(copy / IMAGES_FOLDER, item))
    others = sum(reserved(copy, images, one) for one in images.cases if one != case)
    over_limit = others + _size(images.cases[case]) - int(images.space_gb * 1e9)
    over_disk = lacking + LEFT_FREE - shutil.disk_usage(copy).free
    return max(over_limit, over_disk, 0) if lacking else 0


def make_room(copy: Path, images: ImageList, case: str, kept: Collection[str], order: Sequence[str] = ()) -> bool:
    """Take away images of other cases until those of a case fit; whether they do. They come again when wanted.

    Those that nobody is to read soon go first, the longest unopened of them before the others; then what comes last in
    `order`. Never those of `kept`.
    """
    too_many = beyond(copy, images, case)
    if not too_many:
        return True
    folder = copy / IMAGES_FOLDER
    soon = {code: number for number, code in enumerate(order)}

    def rank(code: str) -> tuple[bool, float]:
        at = soon.get(code)
        return (False, arrived.last_open(folder, images.cases[code])) if at is None else (True, -at)

    for code in sorted(images.cases.keys() - set(kept) - {case}, key=rank):
        if too_many <= 0:
            break
        size = reserved(copy, images, code)
        if size:
            arrived.drop(folder, images.cases[code])
            too_many -= size
    return too_many <= 0


def _size(items: Iterable[ApartFile]) -> int:
    return sum(item.size for item in items)
