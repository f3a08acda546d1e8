"""Signed readings of a study, each as its signature closed it; the record is verified first. Reads study.db alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from storage.audit import verification
from storage.errors import StudyError, UnknownReader
from storage.record.snapshot import still_view
from storage.signing.signed_reading import SignedReading, signed_cases, signed_reading

_SOME = 10


def signed_readings(study: Path, reader: str = "", case: str = "") -> Iterator[SignedReading]:
    """Those of a reader, of a case, or all, by reader and code.

    Raises:
        RecordDamaged: the record doesn't verify.
        UnknownReader: that reader has signed nothing.
        StudyError: that case isn't signed, or nothing is.
    """
    with still_view(study) as (store, row), store.reading() as connection:
        verification.verify(connection, row.scheme)
        signed = signed_cases(connection)
        _check_asked(signed, reader, case)
        for code, whose in signed.items():
            if reader in {"", whose} and case in {"", code}:
                yield signed_reading(connection, row.schemes.of(whose), row.order, code)


def _check_asked(signed: dict[str, str], reader: str, case: str) -> None:
    if not signed:
        raise StudyError("No case of this study is signed, so there is no read sheet yet")
    if reader and reader not in signed.values():
        raise UnknownReader(f"reader {reader!a} has signed no case; signed by: {_some(signed.values())}")
    mine = [code for code, whose in signed.items() if reader in {"", whose}]
    if case and case not in mine:
        raise StudyError(f"case {case!a} isn't signed{f' by {reader}' if reader else ''}; signed: {_some(mine)}")


def _some(names: Iterable[str]) -> str:
    found = sorted(set(names))
    return ", ".join(found[:_SOME]) + (" ..." if len(found) > _SOME else "")
