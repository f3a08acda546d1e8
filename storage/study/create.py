"""A new study on disk: all of it at once, or nothing."""

from __future__ import annotations

import secrets
from pathlib import Path

from sqlalchemy import insert

from scoring.design.read_design import first_design
from scoring.schemes.folder import SchemeFolder
from scoring.schemes.load import load_scheme
from scoring.schemes.scheme import Scheme
from storage.clock import now, written
from storage.database import study_schema as tables
from storage.database.engine import create_file
from storage.errors import NotSaved, StudyError, StudyExists
from storage.files.atomic import sync_folder
from storage.files.layout import IMAGES_FOLDER, KIND, ORDERS, STUDY_FILE
from storage.files.staging import staging_folder
from storage.record import designs
from storage.vault.vault import Vault


def make_study(path: Path, folder: SchemeFolder, order: str) -> None:
    """Write an empty study into the folder `path`, which must be new or empty; refuses as `CoordinatorStudy.create`."""
    _check_order(order)
    text = folder.packed()
    scheme = load_scheme(text, folder.name)
    if path.is_file() or (path.is_dir() and any(path.iterdir())):
        raise StudyExists(f"{path.name} holds something already; choose a new or an empty folder")
    try:
        _write_whole(path, text, scheme, order)
    except OSError as error:
        raise NotSaved(f"Not made: {path.name}: {error.strerror}. Choose a folder that can be written") from error


def _check_order(order: str) -> None:
    if order not in ORDERS:
        raise StudyError(f"order {order!a}: {' or '.join(ORDERS)}")


def _write_whole(path: Path, scheme_text: str, scheme: Scheme, order: str) -> None:
    """Build the study in a sibling folder, then give it its name: a half-made one never has it."""
    with staging_folder(path) as building:
        _write_study_file(building, scheme_text, scheme, order)
        Vault.create(building).close()
        (building / IMAGES_FOLDER).mkdir(mode=0o700)
        if path.is_dir():
            # somebody may stand in an empty folder, so it stays; without study.db, which goes last, it is no study
            for part in sorted(building.iterdir(), key=lambda part: part.name == STUDY_FILE):
                part.rename(path / part.name)
        else:
            building.rename(path)
    sync_folder(path.parent)


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
