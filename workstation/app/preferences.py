"""A reader's preferences in a small file of the user's own, beside their keys. Nothing of a study stands in it."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from types import MappingProxyType

import msgspec

from storage.files.layout import VAULT_FILE
from workstation.actions.viewers import PROFILES
from workstation.app.keys import own_keys_file
from workstation.reading.images.view import ROWS_RANGE, ZOOM_RANGE
from workstation.reading.preferences import Hung, Looks, Preferences
from workstation.reading.text_sizes import PERCENTS as TEXT_PERCENTS
from workstation.reading.view_state import Filling

FILE = "reading-room.json"
COPY_MINUTES = 10
LONGEST_MINUTES = 24 * 60


class _Hung(msgspec.Struct):
    rows_of: dict[str, int] = {}
    columns: frozenset[str] = frozenset()
    above: frozenset[str] = frozenset()
    zoom: float = 1.0
    whole: bool = False
    beside: frozenset[str] = frozenset()
    overview: bool = True


class _Reader(msgspec.Struct):
    toured: bool = False
    atlas: str = ""
    form_apart: bool = False
    expecting: bool = True
    hide_baseline: dict[str, bool] = {}
    hung: _Hung = msgspec.field(default_factory=_Hung)
    cover_minutes: int | None = None
    strip: bool = False
    text_percent: int = 100
    light: bool = False
    profile: str = ""


class _Kept(msgspec.Struct):
    readers: dict[str, _Reader] = {}


class OwnFile:
    """The preferences of one reader in one study, on this machine."""

    def __init__(self, reader: str, study: Path) -> None:
        self._reader = reader
        # a mark instead of the path: names of folders may say whose study it is
        self._study = hashlib.sha256(os.fsencode(study.resolve())).hexdigest()[:16]
        self._beside_the_vault = (study / VAULT_FILE).exists()
        self._file = own_keys_file().with_name(FILE)

    def load(self) -> Preferences:
        """What was kept last; the beginning where there is no file, or none that can be read."""
        own = self._kept().readers.get(self._reader, _Reader())
        hide_baseline = own.hide_baseline.get(self._study)
        return Preferences(
            own.toured,
            hide_baseline,
            own.atlas,
            own.form_apart,
            own.expecting,
            _hung(own.hung),
            own.strip,
            own.profile if own.profile in PROFILES else "",
            _looks(own),
        )

    def save(self, preferences: Preferences) -> bool:
        """Keep them by a new file in place of the old one; those of other readers and studies stay."""
        kept = self._kept()
        own = kept.readers.setdefault(self._reader, _Reader())
        own.toured, own.atlas = preferences.toured, preferences.atlas
        own.form_apart, own.expecting = preferences.form_apart, preferences.expecting
        own.strip, own.profile = preferences.strip, preferences.profile
        own.text_percent, own.light = preferences.looks.text_percent, preferences.looks.light
        hung = preferences.hung
        whole = hung.filling is Filling.FIELD
        own.hung = _Hung(dict(hung.rows_of), hung.columns, hung.above, hung.zoom, whole, hung.beside, hung.overview)
        if preferences.hide_baseline is not None:
            own.hide_baseline = {**own.hide_baseline, self._study: preferences.hide_baseline}
        return self._written(kept)

    def cover_minutes(self) -> int:
        """After how many minutes without a sign of the reader the room is covered, 0 never.

        Where nothing was chosen: never where the vault lies beside the study, since that is one person's own, and after
        ten minutes in a reader's copy.
        """
        chosen = self._kept().readers.get(self._reader, _Reader()).cover_minutes
        if chosen is not None:
            return min(max(chosen, 0), LONGEST_MINUTES)
        return 0 if self._beside_the_vault else COPY_MINUTES

    def keep_cover_minutes(self, minutes: int) -> bool:
        """Choose it for all studies of the reader on this machine; False when it can't be kept."""
        kept = self._kept()
        kept.readers.setdefault(self._reader, _Reader()).cover_minutes = minutes
        return self._written(kept)

    def _written(self, kept: _Kept) -> bool:
        building = self._file.with_name(f".{FILE}.{os.getpid()}.part")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            building.write_bytes(msgspec.json.format(msgspec.json.encode(kept), indent=2))
            building.replace(self._file)
        except OSError:
            # a preference is asked for again the next time; no answer depends on it
            with contextlib.suppress(OSError):
                building.unlink(missing_ok=True)
            return False
        return True

    def _kept(self) -> _Kept:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=_Kept)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return _Kept()


def _looks(own: _Reader) -> Looks:
    return Looks(min(max(own.text_percent, TEXT_PERCENTS[0]), TEXT_PERCENTS[-1]), own.light)


def _hung(kept: _Hung) -> Hung:
    """What can be used of it: anybody may have written into the file."""
    fewest, most = ROWS_RANGE
    rows_of = {feature: rows for feature, rows in kept.rows_of.items() if fewest <= rows <= most}
    least, largest = ZOOM_RANGE
    zoom = kept.zoom if least <= kept.zoom <= largest else 1.0
    filling = Filling.FIELD if kept.whole else Filling.WRIST
    above = kept.above - kept.columns
    return Hung(
        MappingProxyType(rows_of), kept.columns, above, zoom, filling, kept.beside - above - kept.columns, kept.overview
    )
