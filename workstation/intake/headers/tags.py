"""Values out of a DICOM header, made plain: text, finite numbers, items. The home of everything untyped.

Nothing here raises on a bad value: a value that can't be read is absent, and the caller says what that means.
"""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache

from pydicom import config
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag, Tag

from workstation.intake.headers.plain_header import PlainHeader

TEXT_LIMIT = 1024
Elements = Dataset | PlainHeader
Key = str | int | tuple[int, int]


@contextmanager
def quiet() -> Iterator[None]:
    """Keep pydicom's complaints out of logs, standard error and warnings: they quote the values, names included."""
    logger = logging.getLogger("pydicom")
    disabled, mode = logger.disabled, config.settings.reading_validation_mode
    logger.disabled = True
    config.settings.reading_validation_mode = config.IGNORE
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.disabled = disabled
        config.settings.reading_validation_mode = mode


def value_of(dataset: Elements, key: Key) -> object:
    """The value as pydicom has it, or None when it is absent, empty or broken."""
    if isinstance(dataset, PlainHeader):
        return dataset.value(_number(key))
    try:
        tag = _tag(key)
        return dataset[tag].value if tag in dataset else None
    except Exception:  # noqa: BLE001 - a broken element raises whatever its converter trips over; absent is the answer
        return None


def has(dataset: Elements, key: Key) -> bool:
    """Whether the element is there at all."""
    return dataset.has(_number(key)) if isinstance(dataset, PlainHeader) else _tag(key) in dataset


def texts(dataset: Elements, key: Key) -> tuple[str, ...]:
    """All values as text, stripped of blanks and NULs; empty when there are none."""
    value = value_of(dataset, key)
    if value is None:
        return ()
    parts: Sequence[object] = list(value) if isinstance(value, MultiValue | list | tuple) else [value]
    return tuple(_plain(part) for part in parts)


def text(dataset: Elements, key: Key) -> str:
    """The first value as text, or "" when there is none."""
    return next(iter(texts(dataset, key)), "")


def numbers(dataset: Elements, key: Key) -> tuple[float, ...] | None:
    """All values as finite numbers, or None when there are none or one of them isn't."""
    found = tuple(_finite(part) for part in texts(dataset, key))
    known = tuple(part for part in found if part is not None)
    return known if known and len(known) == len(found) else None


def number(dataset: Elements, key: Key) -> float | None:
    """The first value as a finite number, or None."""
    found = numbers(dataset, key)
    return found[0] if found else None


def whole(dataset: Elements, key: Key) -> int | None:
    """The first value as a whole number, or None."""
    found = number(dataset, key)
    return int(found) if found is not None and found == int(found) else None


def items(dataset: Elements, key: Key) -> tuple[Elements, ...]:
    """The items of a sequence; empty when it is absent or no sequence."""
    value = value_of(dataset, key)
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        return ()
    return tuple(item for item in value if isinstance(item, Dataset | PlainHeader))


@cache
def _tag(key: Key) -> BaseTag:
    return Tag(key)


@cache
def _number(key: Key) -> int:
    return int(Tag(key))


def _plain(part: object) -> str:
    if isinstance(part, bytes):
        part = part.decode("latin-1")
    return str(part if part is not None else "")[:TEXT_LIMIT].replace("\0", "").strip()


def _finite(part: str) -> float | None:
    # float() takes digits of other scripts and underscores, which no DICOM number may hold
    if not part.isascii() or "_" in part:
        return None
    try:
        found = float(part)
    except ValueError:
        return None
    return found if math.isfinite(found) else None
