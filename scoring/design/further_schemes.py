"""Further schemes of a study beside its own, and who reads by which: each worklist has one scheme. Pure."""

from __future__ import annotations

from msgspec import Struct


class FurtherScheme(Struct, frozen=True):
    """One further scheme: whose readers read by it and by no other.

    without_images: its images aren't in the study, so grades are typed beside another viewer. readers: by id, in the
    order in which they were given cases.
    """

    id: str
    version: str
    sha256: str
    without_images: bool
    readers: tuple[str, ...] = ()
