"""Likeness of two identities: which IDs, names and birth dates are the same, and what speaks against one person."""

from __future__ import annotations

from typing import Any

import pytest

from scoring.values import replace
from workstation.intake.decisions.identity import (
    Identity,
    Likeness,
    compared,
    is_nobody,
    key_of_name,
    without_count,
    without_visit,
)

DOE = Identity("S001", "RA-17", "HOSP", "Doe^Jane", "19700314")
ANON = Identity("S001", "RA-17", "HOSP", "ANON", "19700314")


def _like(first: Identity = DOE, body: tuple[str, ...] = (), **of_second: Any) -> Likeness:  # noqa: ANN401 - any part
    return compared(first, replace(first, code="S002", **of_second), body)


@pytest.mark.parametrize(
    ("first", "second", "sure", "proposal", "reasons"),
    [
        (DOE, {}, True, "one", ("the same patient ID", "the same name", "the same birth date")),
        (DOE, {"name": "DOE JANE"}, True, "one", ("the same patient ID", "the same name", "the same birth date")),
        (DOE, {"issuer": ""}, True, "one",
         ("the same patient ID", "only one has an issuer of the ID", "the same name", "the same birth date")),
        (DOE, {"issuer": "OTHER"}, False, "one",
         ("the same patient ID", "different issuers of the ID", "the same name", "the same birth date")),
        # names that a de-identifier put there: alike they agree, unlike they say nothing
        (ANON, {}, True, "one", ("the same patient ID", "the same birth date")),
        (ANON, {"name": "XXXX"}, False, "one", ("the same patient ID", "the same birth date")),
        (ANON, {"name": "Doe^Jane"}, False, "one", ("the same patient ID", "the same birth date")),
        # one of the three may be a slip
        (DOE, {"patient_id": "KX-92"}, False, "one",
         ("different patient IDs", "the same name", "the same birth date")),
        (DOE, {"name": "Roe^Mary"}, False, "one", ("the same patient ID", "different names", "the same birth date")),
        (DOE, {"name": "Roe^Jane"}, False, "one",
         ("the same patient ID", "the names agree only in part", "the same birth date")),
        (DOE, {"patient_id": "KX-92", "name": "Roe^Mary"}, False, "two",
         ("different patient IDs", "different names", "the same birth date")),
        # a birth date is no slip, but for a year alone
        (DOE, {"birth_date": "19700101"}, False, "one",
         ("the same patient ID", "the same name",
          "only the year of birth is the same, and one date is 1 January")),
        (DOE, {"birth_date": "19700315"}, False, "two",
         ("the same patient ID", "the same name", "different birth dates")),
        (DOE, {"birth_date": "19710101"}, False, "two",
         ("the same patient ID", "the same name", "different birth dates")),
        (DOE, {"birth_date": ""}, False, "one",
         ("the same patient ID", "the same name", "only one has a birth date")),
        (replace(DOE, birth_date=""), {}, False, "one", ("the same patient ID", "the same name")),
        (DOE, {"patient_id": ""}, False, "one",
         ("a patient ID names nobody", "the same name", "the same birth date")),
    ],
)  # fmt: skip
def test_what_agrees_and_what_does_not_is_told_and_weighed(
    first: Identity, second: dict[str, Any], sure: bool, proposal: str, reasons: tuple[str, ...]
) -> None:
    found = _like(first, **second)

    assert (found.sure, found.proposal, found.reasons, found.against) == (sure, proposal, reasons, False)
    # it is the same whichever comes first
    turned = compared(replace(first, **second), first, ())
    assert (turned.sure, turned.proposal, turned.reasons) == (sure, proposal, reasons)


def test_a_body_speaks_against_one_person_whatever_the_names_say() -> None:
    for first in (DOE, Identity("S001", "ANON")):
        found = _like(first, ("the sex is F at E1 and M at E2",))

        assert (found.sure, found.proposal, found.against) == (False, "two", True)
        assert found.reasons[-1] == "the sex is F at E1 and M at E2"


@pytest.mark.parametrize(
    ("first", "said"),
    [("ANON", "the patient ID names nobody"), ("", "no patient ID, name or birth date")],
)
def test_nobody_is_taken_as_a_separate_person(first: str, said: str) -> None:
    found = _like(Identity("S001", first))

    assert (found.sure, found.proposal, found.against) == (False, "one", False)
    assert found.reasons == (f"{said}: taken as a separate person",)


@pytest.mark.parametrize(
    ("identity", "nobody"),
    [
        (Identity("S001"), True),
        (Identity("S001", "ANON"), True),
        (Identity("S001", "RA-17"), False),
        # a name finds somebody again only with a birth date that is one
        (Identity("S001", "", "", "Doe^Jane"), True),
        (Identity("S001", "", "", "Doe^Jane", "19700314"), False),
        (Identity("S001", "", "", "Doe^Jane", "19000101"), True),
        (Identity("S001", "", "", "ANON", "19700314"), True),
        (Identity("S001", "", "", "", "19700314"), True),
    ],
)
def test_who_has_no_id_and_no_name_with_a_birth_date_is_nobody(identity: Identity, nobody: bool) -> None:
    assert is_nobody(identity) is nobody


@pytest.mark.parametrize(
    ("patient_id", "endings", "cut"),
    [
        ("RA-001-M12", ("-M#",), ("ra-001", "-m12")),
        ("RA-001-M12", ("-BL",), ("ra-001-m12", "")),
        ("RA-001-BL", ("-M#", "-BL"), ("ra-001", "-bl")),
        # nothing would be left of it
        ("BL", ("BL",), ("bl", "")),
        ("RA-001-BL", (), ("ra-001", "bl")),
        ("RA-001", (), ("ra-001", "")),
    ],
)
def test_an_ending_of_a_visit_is_cut_off_an_id(patient_id: str, endings: tuple[str, ...], cut: tuple[str, str]) -> None:
    assert without_visit(patient_id, endings) == cut


def test_the_third_person_of_a_site_is_no_third_visit() -> None:
    assert [without_count(text) for text in ("12-3", "123-3", "1234-3")] == [
        ("12-3", ""), ("123-3", ""), ("1234", "3")
    ]  # fmt: skip


def test_a_name_is_one_with_and_without_accents_umlauts_and_groups() -> None:
    assert key_of_name("Müller^Anna=山田") == key_of_name("MUELLER^ANNA^^")
    assert key_of_name("") == ""
