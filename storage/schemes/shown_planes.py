"""Shown planes: of which series a reader is shown, by the scheme that the reader reads by.

A study may hold both MR and radiographs, each read by its own scheme.
"""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import Connection, select

from scoring.schemes.load import load_scheme
from scoring.schemes.modalities import MODALITIES
from storage.database import study_schema as tables
from storage.files.layout import STUDY_FILE
from storage.schemes.study_schemes import held_design

Planes = frozenset[str] | None
"""None: every series is shown."""


def planes_of(connection: Connection, reader: str) -> Planes:
    """The planes of the modality that a reader's scheme is of.

    None where the study's own scheme has no series of its modality here: then all are shown, as ever.
    """
    further = held_design(connection).further_of(reader)
    if further is None:
        text = connection.execute(select(tables.study.c.scheme_toml)).scalar_one()
        planes = _planes(text)
        series = tables.series.c
        some = select(series.code).where(series.plane.in_(sorted(planes))).limit(1)
        return planes if connection.execute(some).first() is not None else None
    table = tables.further_scheme.c
    return _planes(connection.execute(select(table.toml).where(table.id == further.id)).scalar_one())


@lru_cache(maxsize=8)
def _planes(text: str) -> frozenset[str]:
    return frozenset(MODALITIES[load_scheme(text, STUDY_FILE).modality].planes)
