"""Words of sites: shorthand that takes contrast away, names of pulses, words of sides; what they say of a kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.builders.dicom_files import a_slice, written
from workstation.intake.decisions.words import shipped_words
from workstation.intake.headers.scan import Scanned, scan
from workstation.intake.headers.tags import quiet
from workstation.intake.series.classify import Recognised, recognise
from workstation.intake.series.rules import shipped_rules
from workstation.intake.series.stacks import stacks_of
from workstation.intake.series.wording import Claim, said_by


def _one(folder: Path, **attributes: Any) -> Recognised:  # noqa: ANN401 - values of any attribute
    with quiet():
        found = scan(written(a_slice("1.2.3.1.1", **attributes), folder / "1"))
    assert isinstance(found, Scanned), found
    return recognise(stacks_of(list(found.frames)), shipped_rules())[0]


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("AX T1 FS W/O", Claim.NO),
        ("AX T1 FS (WO)", Claim.NO),
        ("COR T1 FS NON CON", Claim.NO),
        ("COR T1 FS NON-CON", Claim.NO),
        ("AX T1 W/WO", Claim.UNCLEAR),
        ("AX T1 GD W/O FS", Claim.YES),
        ("T1 FS NO SE ADMINISTRA CONTRASTE", Claim.NO),
        ("T1 FS non si somministra MDC", Claim.NO),
        ("T1 FS NO SE INYECTA CONTRASTE", Claim.NO),
        ("T1 fs noch kein KM", Claim.NO),
        ("T1 FS NON INJECTE", Claim.NO),
        ("T1 FS tra после в/в контрастирования", Claim.YES),
        ("T1 FS с контр. усилением", Claim.YES),  # noqa: RUF001 - Russian
        ("T1 FS до контр. усиления", Claim.NO),
        ("T1 FS POSTGADOLINIUM", Claim.YES),
        ("T1 FS PREGADOLINIUM", Claim.NO),
        ("T1 FS aks tehosteinen", Claim.YES),
        ("T1 FS контраст не вводился", Claim.NO),
        ("T1 fs KM nicht möglich", Claim.NO),
        ("T1 FS kontrasztos", Claim.YES),
        ("T1 FS kontrasztanyag nélkül", Claim.NO),
        # without its accent it is Swedish for "without"
        ("T1 FS KM után", Claim.UNCLEAR),
    ],
)
def test_shorthand_of_sites_says_before_or_after_contrast(text: str, claim: Claim) -> None:
    said = said_by([text], (), shipped_rules())

    assert (said.contrast, said.unknown) == (claim, frozenset())


@pytest.mark.parametrize(
    ("description", "protocol", "claim"),
    [
        ("AX T1 FS POST", "MR WRIST W/WO", Claim.YES),
        ("AX T1 FS PRE", "MR WRIST W AND WO CONTRAST", Claim.NO),
        ("AX T1 FS NON CON", "WRIST WITH + WITHOUT", Claim.NO),
        # the description doesn't say, or the protocol says one thing
        ("AX T1 FS", "MR WRIST W/WO", Claim.UNCLEAR),
        ("AX T1 FS POST", "MR WRIST W/O", Claim.UNCLEAR),
        ("AX T1 FS W/WO", "MR WRIST POST", Claim.UNCLEAR),
    ],
)
def test_an_examination_that_is_called_with_and_without_leaves_it_to_the_description(
    description: str, protocol: str, claim: Claim
) -> None:
    assert said_by([description, protocol], (), shipped_rules()).contrast is claim


@pytest.mark.parametrize(
    "text", ["COR T2 RFFatSat", "COR T2 H-Sinc FatSat", "COR T2 PASTA", "COR T2 effacement graisse"]
)
def test_names_of_pulses_that_suppress_fat_say_so(text: str) -> None:
    said = said_by([text], (), shipped_rules())

    assert (said.fat, said.unknown) == (Claim.YES, frozenset())


@pytest.mark.parametrize(
    ("attributes", "kind", "unsure"),
    [
        ({"ScanningSequence": "IR", "InversionTime": 100}, "T2FS", False),
        # 650 ms null water, not fat
        ({"ScanningSequence": "IR", "InversionTime": 650}, "OTHER", False),
        ({"ScanningSequence": "IR"}, "OTHER", True),
        ({"ScanningSequence": "SE"}, "OTHER", True),
    ],
    ids=["short", "long", "no time", "called a spin echo"],
)
def test_of_a_fast_inversion_recovery_the_inversion_time_says_whether_fat_is_suppressed(
    attributes: dict[str, Any], kind: str, *, unsure: bool, tmp_path: Path
) -> None:
    found = _one(tmp_path, RepetitionTime=3500, EchoTime=40, SeriesDescription="COR FIR", **attributes)

    assert (found.kind, found.unsure) == (kind, unsure)


@pytest.mark.parametrize(
    "text",
    [
        "T1 cor kaudal rechts",
        "COR T1 right arm over head",
        "COR T1 R/O scaphoid fx",
        "T1 AX coronoid",
        "T1 tra Linkshänder",
        "T1 κορονοειδής απόφυση",
        "POLSO SN T1 cor",
        "T1 TME cor",
    ],
)
def test_parts_of_the_limb_and_how_it_lay_leave_no_kind_open(text: str) -> None:
    said = said_by([text], (), shipped_rules())

    assert (said.unknown, said.contrast, said.fat) == (frozenset(), Claim.SILENT, Claim.SILENT)


def test_what_an_italian_left_wrist_is_called_takes_no_contrast_away_and_spanish_without_does() -> None:
    assert said_by(["AX T1 FS MDC", "POLSO SIN"], (), shipped_rules()).contrast is Claim.YES
    assert said_by(["AX T1 FS MANO SIN CONTRASTE"], (), shipped_rules()).contrast is Claim.NO


def test_every_word_by_which_a_wrist_is_told_leaves_the_kind_as_it_is() -> None:
    side = shipped_words().side
    words = side.left | side.right | side.both | side.wrist | side.handed

    unknown = {word for word in words if said_by([f"T1 cor {word} T1"], (), shipped_rules()).unknown}

    # a single letter may be shorthand for contrast
    assert {word for word in unknown if len(word) > 1} == set()
