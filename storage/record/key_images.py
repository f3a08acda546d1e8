"""Slices that a reader keeps at a site to find them again: acts of the reader's, which are added and never changed."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, select

from scoring.readings.reading import SiteKey
from scoring.schemes.scheme import FeatureCode, SiteCode
from storage.database import study_schema as tables
from storage.record import acts
from storage.record.acts import Act, Deed
from storage.records import KeyImage

KEPT: Final = "key_image"
TAKEN: Final = "key_image_taken"


def keep(connection: Connection, reader: str, case: str, image: KeyImage) -> None:
    """Put a key image on the record."""
    detail = {
        "number": image.number,
        "site": [image.key.visit, image.key.feature, image.key.site],
        "series": image.series,
        "slice": image.slice_index,
        "point_mm": list(image.point_mm),
        "window": [image.window_low, image.window_high],
    }
    acts.append(connection, Deed(KEPT, acts.READER, detail, reader=reader, case=case))


def take_away(connection: Connection, reader: str, case: str, number: int) -> None:
    """Put on the record that a key image is wanted no more."""
    acts.append(connection, Deed(TAKEN, acts.READER, {"number": number}, reader=reader, case=case))


def current(connection: Connection, case: str) -> tuple[KeyImage, ...]:
    """The key images of a case that were kept and not taken away, in the order in which they were kept."""
    table = tables.act
    query = select(table).where(table.c.case == case, table.c.kind.in_((KEPT, TAKEN))).order_by(table.c.seq)
    found: dict[int, KeyImage] = {}
    for row in connection.execute(query).mappings():
        act = Act(**row)
        said = act.said
        if act.kind == KEPT:
            found[said["number"]] = _image(said)
        else:
            found.pop(said["number"], None)
    return tuple(found.values())


def _image(said: dict[str, Any]) -> KeyImage:
    visit, feature, site = said["site"]
    x, y, z = said["point_mm"]
    low, high = said["window"]
    key = SiteKey(visit, FeatureCode(feature), SiteCode(site))
    return KeyImage(said["number"], key, said["series"], said["slice"], (x, y, z), low, high)
