"""Quarantine of fetched scans: the folder `incoming` of a study, whole series alone, each with a record of its files.

    incoming/scans/20260103-1f0c.../003-77aa.../00001.dcm     as the server has them: they hold names
    incoming/records/<study>-<series>.json                    what came when, and the SHA-256 of each file
    incoming/last.json                                        the address and what was asked for

A series is written to a folder beside, flushed, and renamed when it is whole; one that broke is fetched again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from storage.errors import NotSaved, StudyError
from storage.files.atomic import sync_folder, write_whole
from storage.files.locks import Held, NoLockFile, held
from workstation.intake.pulling.query import OfferedSeries, OfferedStudy
from workstation.intake.pulling.wanted import FOLDER

SCANS: Final = "scans"
_RECORDS, _MAKING, _LOCK = "records", "making", "pull.lock"
_PRIVATE: Final = 0o700


class Fetched(Struct, frozen=True):
    """A series that came whole. told: how many images the server said to have; digests: SHA-256 of each file."""

    study: str
    series: str
    folders: tuple[str, ...]
    at_utc: str
    told: int | None
    digests: tuple[str, ...]


class Quarantine:
    """The folder of one study. It is made when the first series comes."""

    def __init__(self, study: Path) -> None:
        self.root = study / FOLDER
        self.scans = self.root / SCANS

    @contextmanager
    def held(self) -> Iterator[None]:
        """One fetch at a time; what an earlier one left unfinished is gone.

        Raises:
            StudyError: another one runs.
            NotSaved: the folder can't be written.
        """
        try:
            for folder in (self.root, self.scans, self.root / _RECORDS):
                folder.mkdir(mode=_PRIVATE, exist_ok=True)
            with held(self.root / _LOCK):
                shutil.rmtree(self.root / _MAKING, ignore_errors=True)
                yield
        except Held as error:
            raise StudyError("scans are being fetched for this study already. Wait until that has ended") from error
        except (NoLockFile, OSError) as error:
            reason = getattr(error, "strerror", None) or "the folder can't be written"
            raise NotSaved(
                f"Not fetched: {FOLDER} in the study: {reason}. Make room, or make it writable. Whole series are kept"
            ) from error

    @contextmanager
    def making(self) -> Iterator[Path]:
        """An empty folder for a series that is coming; it is gone afterwards unless `keep` has taken it."""
        folder = self.root / _MAKING
        folder.mkdir(mode=_PRIVATE)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def keep(
        self, making: Path, study: OfferedStudy, series: OfferedSeries, digests: list[str], at_utc: str
    ) -> Fetched:
        """Put a whole series into its place, on disk. Files that are there already with the same bytes aren't doubled.

        What came before under the same UIDs stays: the import says where two files of one image differ.
        """
        before = self.fetched(study.uid, series.uid)
        if before is not None and not all((self.root / folder).is_dir() for folder in before.folders):
            # somebody made room: what comes is written whole
            before = None
        here = set(before.digests) if before else set()
        names = sorted(making.iterdir())
        for name, digest in zip(names, digests, strict=True):
            if digest in here:
                name.unlink()
            here.add(digest)
        folders = before.folders if before else ()
        if any(making.iterdir()):
            folder = self._free(self.scans / _study_folder(study), _series_folder(series))
            folders = (*folders, folder.relative_to(self.root).as_posix())
            _flush(making)
            making.rename(folder)
            sync_folder(folder.parent)
            sync_folder(self.scans)
        found = Fetched(study.uid, series.uid, folders, at_utc, series.images, tuple(sorted(here)))
        write_whole(self._record(study.uid, series.uid), msgspec.json.encode(found))
        return found

    def fetched(self, study: str, series: str) -> Fetched | None:
        """The record of a series that came, whether or not its files are still there; None where none did."""
        try:
            return msgspec.json.decode(self._record(study, series).read_bytes(), type=Fetched)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return None

    def _record(self, study: str, series: str) -> Path:
        return self.root / _RECORDS / f"{_short(study)}-{_short(series)}.json"

    @staticmethod
    def _free(parent: Path, name: str) -> Path:
        parent.mkdir(mode=_PRIVATE, exist_ok=True)
        number, folder = 1, parent / name
        while folder.exists():
            number += 1
            folder = parent / f"{name}-{number}"
        return folder


def _flush(folder: Path) -> None:
    """Put all files of a folder on disk, after the last one was written: the first flush takes most of them along."""
    for file in folder.iterdir():
        with file.open("r+b") as opened:
            os.fsync(opened.fileno())
    sync_folder(folder)


def _study_folder(study: OfferedStudy) -> str:
    # a UID can be long, and says who made it; the date helps the person who is asked which visit this is
    return f"{study.date or 'undated'}-{_short(study.uid)}"


def _series_folder(series: OfferedSeries) -> str:
    number = series.number if series.number.isascii() and series.number.isdecimal() else ""
    return f"{number[:6].zfill(3)}-{_short(series.uid)}"


def _short(uid: str) -> str:
    return hashlib.sha256(uid.encode()).hexdigest()[:16]
