"""Values out of a DICOM header, made plain: text, finite numbers, items. The home of everything untyped.

Nothing here raises on a bad value: a value that can't be read is absent, and the caller says what that means.
"""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache

from pydicom import config
from pydicom.dataelem import RawDataElement, convert_raw_data_element
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag, Tag

from workstation.intake.headers.elements import SHORT_VRS

TEXT_LIMIT = 1024
# VRs whose values mean the same whatever else is in the dataset
CONVERTED_ALONE = frozenset(vr.decode() for vr in SHORT_VRS) - {"AT"}
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


def value_of(dataset: Dataset, key: Key) -> object:
    """The value as pydicom has it, or None when it is absent, empty or broken."""
    try:
        tag = _tag(key)
        return dataset[tag].value if tag in dataset else None
    except Exception:  # noqa: BLE001 - a broken element raises whatever its converter trips over; absent is the answer
        return None


def has(dataset: Dataset, key: Key) -> bool:
    """Whether the element is there at all."""
    return _tag(key) in dataset


def texts(dataset: Dataset, key: Key) -> tuple[str, ...]:
    """All values as text, stripped of blanks and NULs; empty when there are none."""
    raw = dataset.get_item(_tag(key), keep_deferred=True)
    if raw is None:
        return ()
    if isinstance(raw, RawDataElement) and raw.VR in CONVERTED_ALONE and len(raw.value or b"") <= TEXT_LIMIT:
        sets = dataset.original_character_set
        return _converted(
            raw.tag, raw.VR, raw.value, raw.is_little_endian, sets if isinstance(sets, str) else tuple(sets)
        )
    return _as_texts(value_of(dataset, key))


def text(dataset: Dataset, key: Key) -> str:
    """The first value as text, or "" when there is none."""
    return next(iter(texts(dataset, key)), "")


def numbers(dataset: Dataset, key: Key) -> tuple[float, ...] | None:
    """All values as finite numbers, or None when there are none or one of them isn't."""
    found = tuple(_finite(part) for part in texts(dataset, key))
    known = tuple(part for part in found if part is not None)
    return known if known and len(known) == len(found) else None


def number(dataset: Dataset, key: Key) -> float | None:
    """The first value as a finite number, or None."""
    found = numbers(dataset, key)
    return found[0] if found else None


def whole(dataset: Dataset, key: Key) -> int | None:
    """The first value as a whole number, or None."""
    found = number(dataset, key)
    return int(found) if found is not None and found == int(found) else None


def items(dataset: Dataset, key: Key) -> tuple[Dataset, ...]:
    """The items of a sequence; empty when it is absent or no sequence."""
    value = value_of(dataset, key)
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        return ()
    return tuple(item for item in value if isinstance(item, Dataset))


@cache
def _tag(key: Key) -> BaseTag:
    return Tag(key)


@lru_cache(maxsize=512)
def _converted(
    tag: BaseTag, vr: str, value: bytes | None, little: bool, sets: str | tuple[str, ...]
) -> tuple[str, ...]:
    """By pydicom, once for all files that have the same: the slices of a series differ in few values."""
    raw = RawDataElement(tag, vr, len(value or b""), value, 0, is_implicit_VR=False, is_little_endian=little)
    try:
        found = convert_raw_data_element(raw, encoding=sets if isinstance(sets, str) else list(sets)).value
    except Exception:  # noqa: BLE001 - as in `value_of`
        return ()
    return _as_texts(found)


def _as_texts(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    parts: Sequence[object] = list(value) if isinstance(value, MultiValue | list | tuple) else [value]
    return tuple(_plain(part) for part in parts)


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
