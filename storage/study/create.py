"""A new study on disk: all of it at once, or nothing."""

from __future__ import annotations

import secrets
import shutil
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from sqlalchemy import insert

from scoring.design.read_design import first_design
from scoring.schemes.folder import SchemeFolder
from scoring.schemes.load import load_scheme
from scoring.schemes.scheme import Scheme
from storage.clock import now, written
from storage.database import study_schema as tables
from storage.database.engine import create_file
from storage.errors import NotCertain, NotSaved, StudyError, StudyExists
from storage.files.atomic import sync_folder
from storage.files.layout import IMAGES_FOLDER, KIND, ORDERS, STUDY_FILE
from storage.files.record_url import ADDRESS_FILE
from storage.files.staging import staging_folder
from storage.record import designs
from storage.vault.vault import Vault


def make_study(path: Path, folder: SchemeFolder, order: str, record: str = "") -> None:
    """Write an empty study into the folder `path`, which must be new or empty; refuses as `CoordinatorStudy.create`.

    record: address of an empty database on a server, where the record is to lie in place of study.db.
    """
    _check_order(order)
    text = folder.packed()
    scheme = load_scheme(text, folder.name)
    if path.is_file() or (path.is_dir() and any(path.iterdir())):
        raise StudyExists(f"{path.name} holds something already; choose a new or an empty folder")
    try:
        _write_whole(path, text, scheme, order, record)
    except OSError as error:
        raise NotSaved(f"Not made: {path.name}: {error.strerror}. Choose a folder that can be written") from error


def _check_order(order: str) -> None:
    if order not in ORDERS:
        raise StudyError(f"order {order!a}: {' or '.join(ORDERS)}")


def _write_whole(path: Path, scheme_text: str, scheme: Scheme, order: str, record: str) -> None:
    """Build the study in a sibling folder, then give it its name: a half-made one never has it."""
    with staging_folder(path) as building:
        _write_study_file(building, scheme_text, scheme, order)
        Vault.create(building).close()
        (building / IMAGES_FOLDER).mkdir(mode=0o700)
        named: list[Path] = []
        try:
            with _begun(building, record):
                _name(building, path, named)
        except NotCertain:
            raise
        except BaseException:
            # a name is given behind all that can fail, but for a server's last word
            _take_away(named)
            raise
    sync_folder(path.parent)


def _begun(building: Path, record: str) -> AbstractContextManager[None]:
    if not record:
        return nullcontext()
    # what speaks with servers is loaded where there is one, and nowhere else
    from storage.recovery.begun_on_server import begun_on_server  # noqa: PLC0415 - see above

    return begun_on_server(building, record)


def _name(building: Path, path: Path, named: list[Path]) -> None:
    """Give what was built its name; `named` is what has it, the record last."""
    if path.is_dir():
        # somebody may stand in an empty folder, so it stays; without its record, which goes last, it is no study
        for part in sorted(building.iterdir(), key=lambda part: part.name in {STUDY_FILE, ADDRESS_FILE}):
            part.rename(path / part.name)
            named.append(path / part.name)
    else:
        building.rename(path)
        named.append(path)


def _take_away(named: list[Path]) -> None:
    """What got its name and isn't to stay; the record goes first."""
    for part in reversed(named):
        if part.is_dir():
            shutil.rmtree(part)
        else:
            part.unlink()


def _write_study_file(folder: Path, scheme_text: str, scheme: Scheme, order: str) -> None:
    store = create_file(folder / STUDY_FILE, KIND)
    try:
        with store.writing() as connection:
            connection.execute(
                insert(tables.study).values(
                    id=1,
                    token=secrets.token_hex(16),
                    chronology=order,
                    scheme_id=scheme.id,
                    scheme_toml=scheme_text,
                    scheme_sha256=scheme.sha256,
                    created_at_utc=written(now()),
                )
            )
            designs.lay_down(connection, first_design(scheme, order), "the study was made")
    finally:
        store.close()
