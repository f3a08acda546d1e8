"""Recognition of the seven kinds of series: geometry, timing and contrast first, text where they are silent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset

from scoring.errors import TomlRefused
from scoring.schemes.load import shipped_scheme
from storage.records import SeriesRecord
from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import PROTOCOL, T1, T2FS, a_series, a_slice, a_visit, written
from workstation.intake.headers.scan import Scanned, scan
from workstation.intake.headers.tags import quiet
from workstation.intake.importing.importer import import_folders
from workstation.intake.protocol.study_protocol import load_protocol, protocol_text
from workstation.intake.series.classify import Recognised, recognise
from workstation.intake.series.rules import load_rules, shipped_rules
from workstation.intake.series.stacks import stacks_of
from workstation.intake.series.stand_ins import ASKED, Rule, StandIns

PROTOCOL_KINDS = sorted((kind, plane) for kind, plane, _ in PROTOCOL)
RULES = Path(__file__).parents[3] / "workstation" / "intake" / "series" / "rules.toml"


def _one(folder: Path, **attributes: Any) -> Recognised:  # noqa: ANN401 - values of any attribute
    values = {"SeriesDescription": "anything", **attributes}
    return _all(folder, [a_slice("1.2.3.1.1", **values)])[0]


def _all(folder: Path, slices: list[Any], stand_ins: StandIns = ASKED) -> list[Recognised]:
    """What the series are taken for, in the order of their series UIDs."""
    with quiet():
        found = [scan(written(dataset, folder / str(number))) for number, dataset in enumerate(slices)]
    frames = [frame for item in found if isinstance(item, Scanned) for frame in item.frames]
    return list(recognise(stacks_of(frames), shipped_rules(), stand_ins))


def _kinds(series: tuple[SeriesRecord, ...]) -> list[tuple[str, str]]:
    return sorted((item.kind, item.plane) for item in series)


def test_the_seven_series_of_the_protocol_are_recognised_at_both_visits(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_visit(tmp_path / "in", "1.2.3")
    a_visit(tmp_path / "in", "1.2.4", StudyDate="20240510")

    report = import_folders(study, [tmp_path / "in"])

    assert [_kinds(visit.series) for visit in study.subjects()[0].visits] == [PROTOCOL_KINDS, PROTOCOL_KINDS]
    assert report.findings == ()


def test_without_any_text_or_agent_the_order_of_time_tells_post_contrast_series_and_a_person_is_asked(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_visit(tmp_path / "in", SeriesDescription=None, ContrastBolusAgent="")

    report = import_folders(study, [tmp_path / "in"])

    assert _kinds(study.subjects()[0].visits[0].series) == PROTOCOL_KINDS
    asked = [finding.text for finding in report.findings if finding.question.startswith("kind:")]
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("attributes", "kind"),
    [
        # timing alone; the pairs are from the header of wrist and phantom scans at 1.5 and 3 T
        ({"RepetitionTime": 500, "EchoTime": 20}, "T1"),
        ({"RepetitionTime": 200, "EchoTime": 20}, "T1"),
        ({"RepetitionTime": 3000, "EchoTime": 25}, "PD"),
        ({"RepetitionTime": 3000, "EchoTime": 90}, "OTHER"),
        ({"RepetitionTime": 4000, "EchoTime": 240, "ScanOptions": "FS"}, "T2FS"),
        ({"RepetitionTime": 3000, "EchoTime": 60, "ScanOptions": "FS"}, "T2FS"),
        ({"RepetitionTime": 3000, "EchoTime": 25, "ScanOptions": "FS"}, "OTHER"),
        ({"RepetitionTime": 1000, "EchoTime": 30}, "OTHER"),
        # text where timing is silent
        ({"RepetitionTime": None, "EchoTime": None, "SeriesDescription": "IBSI_1_MR_T1_image"}, "T1"),
        ({"RepetitionTime": None, "EchoTime": None, "SeriesDescription": "cor PDW TSE"}, "PD"),
        ({"RepetitionTime": None, "EchoTime": None, "SeriesDescription": "T2 SPAIR ax"}, "T2FS"),
        ({"RepetitionTime": None, "EchoTime": None, "SeriesDescription": "T1 SPIR +C"}, "T1FSGD"),
        ({"RepetitionTime": None, "EchoTime": None, "SeriesDescription": "wrist"}, "OTHER"),
        ({"RepetitionTime": None, "EchoTime": None, "SeriesDescription": "T1 or T2"}, "OTHER"),
        # timing beats text
        ({"RepetitionTime": 500, "EchoTime": 12, "SeriesDescription": "T2W_TSE"}, "T1"),
        # fat suppression
        ({"RepetitionTime": 3000, "EchoTime": 60, "SeriesDescription": "STIR like SPAIR"}, "T2FS"),
        ({"RepetitionTime": 3000, "EchoTime": 60, "SeriesDescription": "T2 no FS"}, "OTHER"),
        ({"RepetitionTime": 3000, "EchoTime": 60, "ImageType": ["DERIVED", "PRIMARY", "DIXON", "WATER"]}, "T2FS"),
        ({"RepetitionTime": 3000, "EchoTime": 60, "ImageType": ["DERIVED", "PRIMARY", "DIXON", "FAT"]}, "OTHER"),
        ({"RepetitionTime": 4000, "EchoTime": 40, "InversionTime": 200, "ScanningSequence": ["SE", "IR"]}, "T2FS"),
        # contrast
        ({"ScanOptions": "FS", "ContrastBolusAgent": "GADOVIST"}, "T1FSGD"),
        ({"ScanOptions": "FS", "ContrastBolusAgent": "NONE"}, "OTHER"),
        ({"ScanOptions": "FS", "SeriesDescription": "T1 post GD"}, "T1FSGD"),
        ({"ScanOptions": "FS", "SeriesDescription": "T1 pre Gd"}, "OTHER"),
        ({"ContrastBolusAgent": "DOTAREM"}, "OTHER"),
        # what is none of the seven, whatever its timing
        ({"ScanningSequence": "GR"}, "OTHER"),
        ({"ScanningSequence": ["SE", "EP"]}, "OTHER"),
        ({"ScanningSequence": "IR", "InversionTime": 1650, "RepetitionTime": 4800, "EchoTime": 387}, "OTHER"),
        ({"RepetitionTime": 9000, "EchoTime": 120, "InversionTime": 2500, "ScanOptions": "FS"}, "OTHER"),
        ({"RepetitionTime": 10, "EchoTime": 4, "FlipAngle": 9, "ScanningSequence": None}, "OTHER"),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "P", "P", "SE"]}, "OTHER"),
        ({"ImageType": ["DERIVED", "SECONDARY", "MPR"]}, "OTHER"),
        ({"DiffusionBValue": 800.0, "RepetitionTime": 3000, "EchoTime": 60, "ScanOptions": "FS"}, "OTHER"),
    ],
)  # fmt: skip
def test_a_series_is_taken_for(attributes: dict[str, Any], kind: str, tmp_path: Path) -> None:
    found = _one(tmp_path, **attributes)

    assert found.kind == kind, found.reasons
    assert found.reasons


def test_four_echoes_in_one_series_are_no_weighting_at_all(tmp_path: Path) -> None:
    slices = [a_slice(f"1.2.3.1.{n}", EchoTime=10 * n, RepetitionTime=2300, EchoNumbers=n) for n in range(1, 5)]

    assert {item.kind for item in _all(tmp_path, slices)} == {"OTHER"}


def test_two_echoes_are_judged_one_by_one(tmp_path: Path) -> None:
    slices = [a_slice(f"1.2.3.1.{te}", EchoTime=te, RepetitionTime=3000, ScanOptions="FS") for te in (15, 80)]

    assert sorted(item.kind for item in _all(tmp_path, slices)) == ["OTHER", "T2FS"]


def test_an_agent_noted_on_every_series_of_a_visit_does_not_make_the_first_t1_post_contrast(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_visit(tmp_path / "in", ContrastBolusAgent="GADOLINIUM", SeriesDescription="anything")

    import_folders(study, [tmp_path / "in"])

    assert _kinds(study.subjects()[0].visits[0].series) == PROTOCOL_KINDS


def test_an_agent_noted_on_all_but_the_survey_is_noted_for_the_whole_visit(tmp_path: Path) -> None:
    survey: dict[str, Any] = {
        "ScanningSequence": "GR",
        "RepetitionTime": 10,
        "EchoTime": 4,
        "FlipAngle": 15,
        "ContrastBolusAgent": "",
    }
    t1: dict[str, Any] = {"RepetitionTime": 500, "EchoTime": 20}
    t2fs: dict[str, Any] = {"RepetitionTime": 3000, "EchoTime": 60, "ScanOptions": "FS"}
    visit: tuple[dict[str, Any], ...] = (survey, t1, t2fs, {"ScanOptions": "FS"})
    noted: dict[str, Any] = {"SeriesDescription": "anything", "ContrastBolusAgent": "GADOVIST"}

    found = _all(tmp_path, [a_slice(f"1.2.3.{n}.1", f"1.2.3.{n}", **{**noted, **visit[n]}) for n in range(4)])

    assert [item.kind for item in found] == ["OTHER", "T1", "T2FS", "T1FSGD"]


def _with_private(dataset: Dataset, **values: str) -> Dataset:
    """With Philips' private (2005,140F) that says so."""
    inner = a_slice("1.2.3.1.1", ImageType=None)
    for keyword, value in values.items():
        setattr(inner, keyword, value)
    dataset.private_block(0x2005, "Philips MR Imaging DD 005", create=True).add_new(0x0F, "SQ", [inner])
    # Philips writes the block at 14xx; pydicom puts a first block at 10xx
    moved = dataset[0x2005, 0x100F]
    dataset.add_new((0x2005, 0x0014), "LO", "Philips MR Imaging DD 005")
    dataset.add_new((0x2005, 0x140F), "SQ", moved.value)
    return dataset


def test_the_philips_private_header_can_say_that_fat_is_suppressed(tmp_path: Path) -> None:
    dataset = a_slice("1.2.3.1.1", **{**T2FS, "ScanOptions": "OTHER", "SeriesDescription": "anything"})

    found = _all(tmp_path, [_with_private(dataset, SpectrallySelectedSuppression="FAT")])

    assert found[0].kind == "T2FS"


@pytest.mark.parametrize(
    ("image_type", "kind"),
    [
        (["ORIGINAL", "PRIMARY", "M_SE", "M", "SE"], "T1"),
        (["ORIGINAL", "PRIMARY", "R_SE", "R", "SE"], "OTHER"),
        (["ORIGINAL", "PRIMARY"], "OTHER"),
    ],
)
def test_real_in_the_philips_private_header_counts_only_where_the_public_image_type_names_no_component(
    image_type: list[str], kind: str, tmp_path: Path
) -> None:
    dataset = a_slice("1.2.3.1.1", ImageType=image_type, SeriesDescription="T1W_TSE cor")

    found = _all(tmp_path, [_with_private(dataset, ComplexImageComponent="REAL")])

    assert found[0].kind == kind, found[0].reasons


def test_a_header_and_a_text_that_disagree_about_fat_leave_the_series_unnamed(tmp_path: Path) -> None:
    found = _one(
        tmp_path, RepetitionTime=3000, EchoTime=60, SeriesDescription="SPAIR", SpectrallySelectedSuppression="NONE"
    )

    assert found.kind == "OTHER"
    assert "the text says that fat is suppressed, the header says that it is not" in found.reasons


def test_a_series_of_no_known_kind_is_reported_with_its_reasons(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in", **{**T1, "RepetitionTime": 1100, "EchoTime": 30, "SeriesDescription": "wrist"})

    report = import_folders(study, [tmp_path / "in"])

    assert any("between the ranges of T1, PD and T2" in finding.text for finding in report.findings)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[timing.T1]", "[timing.T7]", "timing: unknown key T7 (keys here: T1, PD, T2)"),
        ("echo_time = [0, 28]", "echo_time = [28, 0]", "timing.T1.echo_time: the lowest, 28, is above the highest, 0"),
        ("echo_time = [0, 28]", "", "timing.T1: echo_time is missing"),
        ("at_least = 4", 'at_least = "4"', "echoes.at_least: a number is needed here, not a text"),
        ('"PROTON[A-Z]*"', '"(PROTON"', "text.PD: "),
        ('"\\\\bW/" = " WITH "', '"(W/" = " WITH "', "spelled_out.(W/: no pattern"),
        ('"\\\\bW/" = " WITH "', '"W/" = 1', "spelled_out.W/: a text is needed here, not a whole number"),
        ('"\\\\bW/" = " WITH "', '"W/" = "\\\\3"', "spelled_out.W/: no word for it"),
        ("(?P<amount>[0-9]+", "([0-9]+", "agent.dose: the number of a dose is a group named amount"),
        ("most_moments = 3", "most_moments = 3.5", "gradient.most_moments: a whole number is needed here"),
        ("[echoes]", "[echos]", "rules.toml: unknown key echos (keys here: timing, inversion, "),
    ],
)
def test_a_mistake_in_the_rules_is_named_with_its_place(old: str, new: str, message: str) -> None:
    text = RULES.read_text(encoding="utf-8")
    assert old in text

    with pytest.raises(TomlRefused) as refused:
        load_rules(text.replace(old, new))

    assert message in str(refused.value)


# Without timing the text alone must do. As consoles write it: German, French, Spanish, Dutch
@pytest.mark.parametrize(
    ("text", "options", "kind"),
    [
        ("T1 tra nativ", "", "T1"),
        ("T1 fs tra nach KM", "", "T1FSGD"),
        ("T1 fs cor n. KM", "", "T1FSGD"),
        ("T2 cor fettgesättigt", "", "T2FS"),
        ("PD cor ohne FS", "", "PD"),
        ("T1 FATSAT AX APRES INJECTION", "", "T1FSGD"),
        ("T1 FS AX APRÈS GADO", "", "T1FSGD"),
        ("T1 AX AVANT INJECTION", "", "T1"),
        ("T1 COR SANS INJECTION", "", "T1"),
        ("DP COR", "", "PD"),
        ("T1 FS AX CON CONTRASTE", "", "T1FSGD"),
        ("T1 AX SIN CONTRASTE", "", "T1"),
        ("T2 COR SUPRESION GRASA", "", "T2FS"),
        ("T2 cor vetsuppressie", "", "T2FS"),
        ("T1 tra vetsat na contrast", "", "T1FSGD"),
        ("T1 tra voor contrast", "", "T1"),
        ("T1 tra zonder contrast", "", "T1"),
        ("PD cor zonder vetsuppressie", "", "PD"),
        ("T2 cor vetonderdrukt", "", "T2FS"),
        ("Protonendichte cor", "", "PD"),
        ("densité de protons cor", "", "PD"),
        ("T1 ax o. KM", "", "T1"),
        ("T1 fs tra pKM", "", "T1FSGD"),
        ("T1 supresión grasa con gadolinio", "", "T1FSGD"),
        ("T1 FS s/ contraste", "", "OTHER"),
        ("T1 w/o contrast", "", "T1"),
        # words run together
        ("T1FSGD", "", "T1FSGD"),
        ("T2FATSAT", "", "T2FS"),
        ("T2FSE cor", "", "OTHER"),
        ("DPFS cor", "", "OTHER"),
        # short inversion recovery by name
        ("STIR COR", "", "T2FS"),
        ("t2_tirm_cor", "", "T2FS"),
        # the images of a Dixon scan
        ("T2W_mDIXON_TSE-W", "", "T2FS"),
        ("T1W_mDIXON_W +C", "", "T1FSGD"),
        ("WATER: Cor T2 FLEX", "", "T2FS"),
        ("FAT: Cor T2 FLEX", "", "OTHER"),
        ("t2_tse_dixon_cor_F", "", "OTHER"),
        # what a console computed
        ("SUB T1 ax", "", "OTHER"),
        ("MPR T1", "", "OTHER"),
    ],
)
def test_shorthand_of_european_consoles_is_understood(text: str, options: str, kind: str, tmp_path: Path) -> None:
    found = _one(
        tmp_path,
        SpecificCharacterSet="ISO_IR 100",
        SeriesDescription=text,
        ScanOptions=options,
        RepetitionTime=None,
        EchoTime=None,
    )

    assert found.kind == kind, found.reasons


def test_a_text_that_contradicts_the_timing_is_asked_though_timing_is_likelier(tmp_path: Path) -> None:
    found = _one(tmp_path, RepetitionTime=500, EchoTime=12, SeriesDescription="T2W_TSE")

    assert (found.kind, found.unsure, found.candidates) == ("T1", True, ("T1", "OTHER"))
    assert found.against == ("the text says T2; TR and TE say T1",)


@pytest.mark.parametrize(
    ("text", "options", "physics"),
    [
        ("PDW SPAIR cor", "FS", {"RepetitionTime": 3000, "EchoTime": 30}),
        ("T1 VIBE fs cor Gd", "FS", {"RepetitionTime": 8, "EchoTime": 3, "FlipAngle": 12, "ScanningSequence": "GR"}),
    ],
)
@pytest.mark.parametrize("rule", Rule)
def test_what_stands_in_for_a_series_of_the_protocol_is_taken_asked_or_left_out_as_the_study_says(
    text: str, options: str, physics: dict[str, Any], rule: Rule, tmp_path: Path
) -> None:
    header = a_slice("1.2.3.1.1", SeriesDescription=text, ScanOptions=options, **physics)
    wanted = "T2FS" if text.startswith("PD") else "T1FSGD"

    found = _all(tmp_path, [header], StandIns(gradient_for_t1fsgd=rule, pdfs_for_t2fs=rule))[0]

    kinds = {Rule.YES: (wanted, False), Rule.ASK: ("OTHER", True), Rule.NO: ("OTHER", False)}
    assert (found.kind, found.unsure) == kinds[rule], found.reasons
    assert (wanted in found.candidates) == (rule is Rule.ASK)


def test_a_protocol_without_the_part_on_stand_ins_asks() -> None:
    text = protocol_text(shipped_scheme())
    assert load_protocol(text[: text.index("[stand_ins]")]).stand_ins == StandIns(Rule.ASK, Rule.ASK)

    with pytest.raises(TomlRefused, match=r"protocol\.toml: stand_ins\.pdfs_for_t2fs: "):
        load_protocol(text.replace('pdfs_for_t2fs = "ask"', 'pdfs_for_t2fs = "perhaps"'))


def test_the_stand_ins_of_a_studys_protocol_hold_for_its_import(study: CoordinatorStudy, tmp_path: Path) -> None:
    own = protocol_text(shipped_scheme()).replace('pdfs_for_t2fs = "ask"', 'pdfs_for_t2fs = "yes"')
    (study.path / "protocol.toml").write_text(own, encoding="utf-8")
    a_series(tmp_path / "in", **{**T2FS, "EchoTime": 30, "SeriesDescription": "PDW SPAIR"})

    import_folders(study, [tmp_path / "in"])

    assert _kinds(study.subjects()[0].visits[0].series) == [("T2FS", "AX")]


def test_an_unknown_word_is_asked_unless_it_stands_on_every_series_of_the_visit(tmp_path: Path) -> None:
    texts = ("{} T1W_TSE", "{} T2W_SPAIR", "{} PDW_TSE")
    physics = (T1, T2FS, {"RepetitionTime": 3000, "EchoTime": 25})

    def visit(*words: str) -> list[Recognised]:
        rows = zip(texts, physics, words, strict=True)
        return _all(
            tmp_path / "-".join(words),
            [
                a_slice(f"1.2.3.{n}.1", f"1.2.3.{n}", **{**values, "SeriesDescription": text.format(word)})
                for n, (text, values, word) in enumerate(rows)
            ],
        )

    assert [item.unsure for item in visit("wrist", "wrist", "zorgpad")] == [False, False, True]
    assert [item.unsure for item in visit("zorgpad", "zorgpad", "zorgpad")] == [False, False, False]


def test_of_an_agent_listed_by_code_its_meaning_counts_and_whether_it_was_given_yet(tmp_path: Path) -> None:
    agent = Dataset()
    agent.CodeMeaning = "Gadobutrol"
    given: dict[str, Any] = {"ScanOptions": "FS", "ContrastBolusAgentSequence": [agent]}

    found = [
        _one(tmp_path / str(number), **values)
        for number, values in enumerate(
            (
                {**given, "SeriesDescription": "T1"},
                {**given, "SeriesDescription": "T1", "ContrastBolusAgentAdministered": "NO"},
                {**given, "SeriesDescription": "T1", "ContrastBolusRoute": "intra-articular"},
            )
        )
    ]

    assert [(item.kind, item.unsure) for item in found] == [("T1FSGD", False), ("OTHER", True), ("OTHER", True)]
    assert found[2].against == (
        "an arthrography, by its header or text: the contrast agent is in a joint, not in a vein",
    )


def test_a_dose_is_an_agent_where_its_name_was_taken_away(tmp_path: Path) -> None:
    header: dict[str, Any] = {"ScanOptions": "FS", "SeriesDescription": "T1", "ContrastBolusAgent": "ANONYMIZED"}

    assert [_one(tmp_path / "a", **header).unsure, _one(tmp_path / "b", **header, ContrastBolusVolume=7.5).unsure] == [
        True,
        False,
    ]


def test_a_gradient_echo_with_many_images_at_each_place_is_a_dynamic_series_and_not_asked_image_by_image(
    tmp_path: Path,
) -> None:
    header: dict[str, Any] = {"ScanningSequence": "GR", "RepetitionTime": 8, "EchoTime": 3, "FlipAngle": 12}
    slices = [
        a_slice(f"1.2.3.1.{n}", TemporalPositionIdentifier=n, SeriesDescription="T1 VIBE fs dyn Gd", **header)
        for n in range(1, 6)
    ]

    found = _all(tmp_path, slices)

    assert {(item.kind, item.unsure) for item in found} == {("OTHER", False)}
    assert {item.reasons for item in found} == {("5 images at each position: a dynamic series",)}
