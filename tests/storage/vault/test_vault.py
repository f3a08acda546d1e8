"""Vault: identities are kept exactly, found again, and never printed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.errors import StudyError
from storage.study.coordinator import CoordinatorStudy
from storage.vault.vault import Person, SeriesIdentity, Source, Vault, VisitIdentity

PERSON = Person("S001", "id:1234|Müller^Anna", {"PatientName": "Müller^Anna", "PatientID": "1234"})
VISITS = (VisitIdentity("S001", 1, "20240102", ("1.2.3",)), VisitIdentity("S001", 2, "20240503", ("1.2.4", "1.2.5")))
SERIES = SeriesIdentity("A1", "S001", 1, "1.2.3.4", "T1W_TSE cor =x", ("short TR", "no fat suppression"), "101112")
# a file name that is no UTF-8 comes to Python with lone surrogates (PEP 383)
SOURCE = Source("/scans/M\udcfcller\n/IM1", "1.2.3.4.5", "A1", "2.25.1", "ab" * 32)


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with CoordinatorStudy.create(tmp_path / "trial") as study:
        yield study.vault


def test_identities_come_back_exactly_as_they_were_saved(vault: Vault, tmp_path: Path) -> None:
    vault.save((PERSON,), VISITS, (SERIES,), (SOURCE,))

    again = Vault.open(tmp_path / "trial")
    assert again.people() == (PERSON,)
    assert again.visits("S001") == VISITS
    assert again.visits("S002") == ()
    assert again.series() == (SERIES,)
    assert again.sources() == (SOURCE,)
    again.close()


def test_saving_again_replaces_and_adds_nothing_twice(vault: Vault) -> None:
    vault.save((PERSON,), VISITS, (SERIES,), (SOURCE,))
    changed = VisitIdentity("S001", 2, "20240504", ("1.2.4",))

    vault.save((PERSON,), (changed,), (SERIES,), (SOURCE,))

    assert vault.people() == (PERSON,)
    assert vault.visits("S001") == (VISITS[0], changed)
    assert vault.sources() == (SOURCE,)


def test_one_person_never_gets_two_subject_codes(vault: Vault) -> None:
    vault.save((PERSON,), (), (), ())

    with pytest.raises(StudyError, match="subject S002: this person is in the study already, as S001") as caught:
        vault.save((Person("S002", PERSON.identity_key, {}),), (), (), ())

    assert "Müller" not in str(caught.value)
    assert vault.people() == (PERSON,)


def test_all_of_a_save_is_kept_or_nothing(vault: Vault) -> None:
    vault.save((PERSON,), (), (), ())
    new = Person("S003", "id:new", {})

    with pytest.raises(StudyError):
        vault.save((new, Person("S002", PERSON.identity_key, {})), (), (), ())

    assert vault.people() == (PERSON,)


def test_the_secret_is_32_random_bytes_made_once(vault: Vault, tmp_path: Path) -> None:
    again = Vault.open(tmp_path / "trial")

    assert again.secret == vault.secret
    assert len(vault.secret) == 32
    again.close()
    with CoordinatorStudy.create(tmp_path / "other") as other:
        assert other.vault.secret != vault.secret


def test_imported_folders_are_remembered_once_in_order(vault: Vault) -> None:
    for path in ("/b", "/a", "/b", "/c\udcff"):
        vault.add_root(path)

    assert vault.roots() == ("/b", "/a", "/c\udcff")


def test_no_identity_is_in_what_a_log_would_print(vault: Vault) -> None:
    shown = repr((PERSON, VISITS, SERIES, SOURCE, vault))

    for secret in ("Müller", "ller", "1234", "20240102", "T1W", "1.2.3", "101112", "scans"):
        assert secret not in shown


def test_an_identity_is_in_the_vault_and_in_no_other_file_of_the_study(vault: Vault, tmp_path: Path) -> None:
    vault.save((PERSON,), VISITS, (SERIES,), (SOURCE,))
    vault.save((Person("S001", PERSON.identity_key, {"PatientName": "Schmidt^Eva"}),), (), (), ())

    # also with the vault taken away while the program runs: its journal keeps no old page
    holding = {
        item.name
        for item in (tmp_path / "trial").rglob("*")
        if item.is_file() and any(word in item.read_bytes() for word in ("Müller".encode(), b"Schmidt", b"T1W_TSE"))
    }
    assert holding == {"vault.db"}
