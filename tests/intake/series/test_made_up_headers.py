"""Made-up headers of seven vendors in fourteen languages: nothing is taken for a wrong kind without a question."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.builders.dicom_files import CORONAL, a_slice, written
from tests.intake.series.made_up_headers import (
    ASK,
    SITES,
    STRANGE,
    TRAPS,
    VENDORS,
    MadeUp,
    a_header,
    agent_traps,
    derived,
    in_languages,
    of_sites,
    strange,
    traps,
    visits,
)
from tests.intake.series.seeded_headers import misleading, seeded
from workstation.intake.frames import Frame
from workstation.intake.headers.scan import Scanned, scan
from workstation.intake.headers.tags import quiet
from workstation.intake.series.classify import Recognised, recognise
from workstation.intake.series.rules import shipped_rules
from workstation.intake.series.stacks import stacks_of
from workstation.intake.series.wording import Claim, said_by

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "da", "no", "sv", "fi", "pl", "cs", "tr")


def _recognised(folder: Path, made_up: Sequence[MadeUp]) -> list[Recognised]:
    """What the series of one visit are taken for, in their order."""
    frames: list[Frame] = []
    with quiet():
        for number, item in enumerate(made_up):
            values: dict[str, Any] = {
                "SpecificCharacterSet": "ISO_IR 192",
                "AcquisitionTime": f"10{number:02}00",
                "ImageOrientationPatient": CORONAL,
                **item.header,
            }
            uid = f"1.2.3.{number + 10}"
            found = scan(written(a_slice(f"{uid}.1", uid, **values), folder / str(number)))
            assert isinstance(found, Scanned), found
            frames += found.frames
    stacks = stacks_of(frames)
    kinds = dict(zip((stack.series_uid for stack in stacks), recognise(stacks, shipped_rules()), strict=True))
    return [kinds[f"1.2.3.{number + 10}"] for number in range(len(made_up))]


def _wrong(made_up: MadeUp, found: Recognised) -> str:
    """What was decided without a question and wrongly, "" when nothing was."""
    if found.unsure or found.kind == made_up.kind:
        return ""
    return f"{made_up.name} is {made_up.kind}, taken for {found.kind}: {'; '.join(found.reasons)}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_description_of_a_language_is_taken_for_a_wrong_kind_without_a_question(
    language: str, tmp_path: Path
) -> None:
    headers = [item for item in in_languages() if item.name.startswith(f"{language}: ")]

    found = [_recognised(tmp_path / str(number), [item])[0] for number, item in enumerate(headers)]

    assert len(headers) > 80
    assert [said for item, kind in zip(headers, found, strict=True) if (said := _wrong(item, kind))] == []
    plain = [kind for item, kind in zip(headers, found, strict=True) if item.kind != ASK and item.whole]
    # computed images and surveys that call themselves original are asked by design; they are one in seven here
    assert sum(kind.unsure for kind in plain) < 0.25 * len(plain)


@pytest.mark.parametrize("group", TRAPS)
def test_no_header_that_was_made_to_mislead_is_taken_for_a_wrong_kind_without_a_question(
    group: str, tmp_path: Path
) -> None:
    headers = traps(group)

    found = [_recognised(tmp_path / str(number), [item])[0] for number, item in enumerate(headers)]

    assert headers
    assert [said for item, kind in zip(headers, found, strict=True) if (said := _wrong(item, kind))] == []


@pytest.mark.parametrize("group", STRANGE)
def test_nothing_that_strangers_write_is_taken_for_a_wrong_kind_without_a_question(group: str, tmp_path: Path) -> None:
    headers = strange(group)

    found = [_recognised(tmp_path / str(number), [item])[0] for number, item in enumerate(headers)]

    assert len(headers) > 30
    assert [said for item, kind in zip(headers, found, strict=True) if (said := _wrong(item, kind))] == []


@pytest.mark.parametrize("group", SITES)
def test_nothing_that_departments_of_twelve_countries_write_is_taken_for_a_wrong_kind_in_silence(
    group: str, tmp_path: Path
) -> None:
    headers = of_sites(group)

    found = [_recognised(tmp_path / str(number), [item])[0] for number, item in enumerate(headers)]

    assert len(headers) > 40
    assert [said for item, kind in zip(headers, found, strict=True) if (said := _wrong(item, kind))] == []


def test_a_word_that_takes_contrast_or_suppressed_fat_away_is_not_taken_for_it(tmp_path: Path) -> None:
    headers = derived()

    found = [_recognised(tmp_path / str(number), [item])[0] for number, item in enumerate(headers)]

    assert len(headers) > 60
    assert [said for item, kind in zip(headers, found, strict=True) if (said := _wrong(item, kind))] == []
    # what is plain here is no question either
    assert not any(kind.unsure for item, kind in zip(headers, found, strict=True) if item.kind != ASK)


def test_of_a_hundred_names_in_daily_use_five_at_most_are_asked(tmp_path: Path) -> None:
    headers = of_sites("everyday")

    found = [_recognised(tmp_path / str(number), [item])[0] for number, item in enumerate(headers)]

    assert sum(kind.unsure for kind in found) < 0.05 * len(headers)


def test_an_agent_is_what_the_list_names_or_a_dose_with_its_unit_and_what_merely_fills_the_field_is_asked(
    tmp_path: Path,
) -> None:
    headers = agent_traps()

    found = [_recognised(tmp_path / str(number), [item])[0] for number, item in enumerate(headers)]

    assert len(headers) > 150
    assert [said for item, kind in zip(headers, found, strict=True) if (said := _wrong(item, kind))] == []


@pytest.mark.parametrize("seed", [2026, 11])
def test_nothing_that_departments_write_is_taken_for_a_wrong_kind_in_silence_whatever_the_seed(
    seed: int, tmp_path: Path
) -> None:
    headers = seeded(seed)

    found = [_recognised(tmp_path / str(number), [item])[0] for number, item in enumerate(headers)]

    assert len(headers) > 1200
    assert [said for item, kind in zip(headers, found, strict=True) if (said := _wrong(item, kind))] == []
    plain = [kind for item, kind in zip(headers, found, strict=True) if item.kind != ASK]
    # computed images that call themselves original are asked by design
    assert sum(kind.unsure for kind in plain) < 0.2 * len(plain)


def test_shorthand_doses_and_words_that_mean_something_else_are_no_contrast_in_silence(tmp_path: Path) -> None:
    headers = misleading()

    found = [_recognised(tmp_path / str(number), [item])[0] for number, item in enumerate(headers)]

    assert len(headers) > 150
    assert [said for item, kind in zip(headers, found, strict=True) if (said := _wrong(item, kind))] == []


def test_a_question_has_more_than_one_answer_and_an_unknown_word_may_say_that_fat_is_suppressed(tmp_path: Path) -> None:
    headers = [
        MadeUp("", a_header(VENDORS["GE"], weighting, text, {}), "OTHER")
        for weighting, text in [
            ("T2", "InPhase: AX T2 FLEX"),
            ("T2", "COR T2 FSE ZUVERLAESSIG"),
            ("T1", "COR T1 FSE ZUVERLAESSIG"),
        ]
    ]

    found = [_recognised(tmp_path / str(number), [item])[0] for number, item in enumerate(headers)]

    assert [(kind.kind, kind.candidates) for kind in found] == [
        ("OTHER", ()),
        ("OTHER", ("OTHER", "T2FS")),
        ("T1", ("T1", "T1FSGD", "OTHER")),
    ]


def test_the_question_names_the_word_that_no_list_has(tmp_path: Path) -> None:
    vendor = VENDORS["GE"]
    header = a_header(vendor, "T1", "COR T1 FSE ZUVERLAESSIG", {})

    (found,) = _recognised(tmp_path, [MadeUp("", header, ASK)])

    assert (found.unsure, found.unknown) == (True, ("ZUVERLAESSIG",))
    assert not any("ZUVERLAESSIG" in reason for reason in (*found.reasons, *found.against))


def test_a_word_of_any_length_is_read_in_no_time_and_asked() -> None:
    began = time.process_time()

    said = said_by([f"T1 {'COR' * 30_000}"], (), shipped_rules())

    # by the square of its length this took minutes
    assert time.process_time() - began < 5
    assert len(said.unknown) == 1


@pytest.mark.parametrize("name", visits())
def test_nothing_of_a_whole_visit_is_wrong_in_silence(name: str, tmp_path: Path) -> None:
    series = visits()[name]

    found = _recognised(tmp_path, series)

    assert [said for item, kind in zip(series, found, strict=True) if (said := _wrong(item, kind))] == []


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("German, contrast in the text", []),
        ("A word of the site on every series", []),
        ("An agent that was entered before the plain T1", ["T1W_TSE COR"]),
        ("A field for the agent that is off on every series", ["T1 FatSat COR"]),
    ],
)
def test_of_a_visit_only_what_its_headers_leave_open_is_asked(name: str, asked: list[str], tmp_path: Path) -> None:
    series = visits()[name]

    found = _recognised(tmp_path, series)

    assert [item.header["SeriesDescription"] for item, kind in zip(series, found, strict=True) if kind.unsure] == asked


def test_a_plain_t1_with_an_agent_that_was_made_before_every_fat_suppressed_t1_is_likeliest_the_t1_of_the_protocol(
    tmp_path: Path,
) -> None:
    found = _recognised(tmp_path, visits()["An agent that was entered before the plain T1"])

    assert (found[0].kind, found[0].candidates) == ("T1", ("T1", "OTHER"))
    assert found[0].against == ("the header names a contrast agent, which may have been noted before it was given",)


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("T1 fs cor post", Claim.YES),
        ("T1 FS POST LEFT wrist", Claim.YES),
        ("T1 post fs cor", Claim.YES),
        ("POST T1 FS SAG", Claim.YES),
        ("T1 fs post Gd hand", Claim.YES),
        ("T1 fs cor post hand", Claim.UNCLEAR),
        ("T1 fs cor post synovectomy", Claim.UNCLEAR),
        ("T1 fs cor post arthritis", Claim.UNCLEAR),
        ("T1 fs cor post baseline", Claim.UNCLEAR),
        ("T1 fs cor post T2", Claim.UNCLEAR),
    ],
)
def test_post_before_what_may_have_been_before_is_not_taken_for_contrast(text: str, claim: Claim) -> None:
    assert said_by([text], (), shipped_rules()).contrast is claim


# gauche and droite, or gadolinium
@pytest.mark.parametrize("text", ["COR T1 FS MAINS GD", "POIGNETS G/D T1 FS", "T1 FS cor poignet GD", "T1 FS GD main"])
def test_both_hands_in_french_are_no_contrast_for_sure(text: str) -> None:
    said = said_by([text], (), shipped_rules())

    assert said.contrast is Claim.SILENT
    assert said.unknown
    assert said_by([text.replace("GD", "GADO").replace("G/D", "GADO")], (), shipped_rules()).contrast is Claim.YES


@pytest.mark.parametrize("text", ["T1 cor oik ranne", "T1 cor levé zápěstí", "T1 cor vä handled", "T1 cor handled dxt"])
def test_words_of_sides_and_of_the_wrist_leave_no_kind_open(text: str) -> None:
    assert said_by([text], (), shipped_rules()).unknown == frozenset()


def test_contrast_is_read_in_the_cases_of_polish_and_fat_in_turkish_shorthand() -> None:
    assert said_by(["T1 fs cor po kontraście"], (), shipped_rules()).contrast is Claim.YES
    assert said_by(["AKS T1 YB kontrastlı"], (), shipped_rules()).fat is Claim.YES  # noqa: RUF001 - Turkish
