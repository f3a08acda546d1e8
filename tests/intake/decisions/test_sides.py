"""Sides: header and text, one visit and the other, must show one wrist; where they don't, it is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from storage.audit.verification import audit
from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import T1, T2FS, a_series
from workstation.errors import IntakeRefused, UsageRefused
from workstation.intake.decisions.decision import Confidence, Decision
from workstation.intake.decisions.side import SeriesSide, said_side, sides
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.asked import decisions_of
from workstation.intake.importing.check_report import check_report
from workstation.intake.importing.importer import import_folders


@pytest.mark.parametrize(
    "text",
    [
        "MRI WRIST LEFT W WO",
        "T1 TSE COR LT",
        "T1 TSE COR LT.",
        "Handgelenk links",
        "HG li.",
        "MRT linke Hand",
        "poignet gauche T1",
        "POIGNET G",
        "muñeca izq.",
        "MUÑECA IZQUIERDA",
        "polso sx",
        "polso sinistro",
        "punho esquerdo",
        "Pols links",
        "vänster handled",
        "venstre håndled",
        "vasen ranne",
        "nadgarstek lewy",
        "levé zápěstí",
        "WRIST_L",
        "L WRIST",
        "t1_tse_cor (L)",
        "LWRIST",
        "leftwrist",
        "linkerpols",
        "Left handed, left wrist",
        "T2 HG sin",
        "sin. polso",
        "RM punho E",
        "MR håndled ve",
        "MR v. håndledd",
        "MR handled vä",
        "Ranne vas.",
        "MR zápěstí vlevo",
        "MR zápěstí LHK",
        "zápěstí l.sin.",
        "sol el bileği MR",
        "левой кисти",
        "лучезапястного сустава слева",
        "ΑΡΙΣΤΕΡΗ ΠΗΧΕΟΚΑΡΠΙΚΗ",
        "左手関節MRI",
        "左腕关节平扫",
        "LTWRIST",
        "L>R LEFT",
    ],
)
def test_left_is_read_in_the_languages_of_the_consoles(text: str) -> None:
    assert said_side(text) == "L"


@pytest.mark.parametrize(
    "text",
    [
        "MRI WRIST RIGHT",
        "T1 TSE COR RT.",
        "WRIST RT T1",
        "Handgelenk rechts",
        "HG re.",
        "rechte Hand",
        "poignet droit",
        "POIGNET D",
        "main droite",
        "muñeca dcha.",
        "MUÑECA DER",
        "polso dx",
        "polso destro",
        "punho direito",
        "höger handled",
        "højre håndled",
        "oikea ranne",
        "nadgarstek prawy",
        "pravé zápěstí",
        "WRIST_R",
        "rightwrist",
        "Rechterhand",
        "t1 cor [R]",
        "IRM poignet drt",
        "MR håndled hø",
        "MR handled hö",
        "Ranne oik",
        "MR nadgarstek P",
        "MR zápěstí vpravo",
        "MR zápěstí l.dx.",
        "SAĞ EL BİLEĞİ",
        "EL BILEGI SAG",
        "правая кисть",
        "ΔΕΞΙΟΣ ΚΑΡΠΟΣ",
        "右手関節",
        "右腕关节平扫",
        "WristR",
        "Hand_R",
        "T2 FS AX R",
    ],
)
def test_right_is_read_in_the_languages_of_the_consoles(text: str) -> None:
    assert said_side(text) == "R"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "T1W_TSE COR",
        "MRT der Hand",
        "MUÑECA SIN CONTRASTE",
        "T1 3 D",
        "DIR cor",
        "T1 COR DR",
        "right handed",
        "Rechtshänder",
        "PRE",
        "LARGE",
        "RLS",
        "G",
        "R",
        "T1 FS GD",
        "t1_tse_cor_384",
        "Lateral",
        "COR RE-FORMAT HAND 2",
        "Dr. Meier",
        "UPRIGHT",
        "copyright",
        "Right lateral decubitus",
        "décubitus latéral droit",
        "Rechtsseitenlage",
        "contralateral right",
        "T1 rechts-links Phase",
        "Phase re-li",
        "PHASE: L/R",
    ],
)
def test_words_of_other_things_say_no_side(text: str) -> None:
    assert said_side(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "both wrists",
        "beide Handgelenke",
        "LEFT AND RIGHT",
        "HG beidseits",
        "mains droite et gauche",
        "Main D+G",
        "left over right",
        "Hand re/li",
        "Hände li u. re",
        "mani dx e sx",
        "manos der. e izq.",
        "кисти лев. и прав.",
    ],
)
def test_text_that_says_both_sides_says_both(text: str) -> None:
    assert said_side(text) == "LR"


@pytest.mark.parametrize(
    "text",
    [
        "T1 cor kaudal rechts",
        "T1 tra Kopf rechts",
        "COR T1 head to the right",
        "tête à droite",
        "testa a destra",
        "cabeza a la izquierda",
        "links = kranial",
        "COR T1 arm left up",
        "arm left by the body",
    ],
)
def test_where_an_end_of_the_body_lies_in_the_picture_and_an_arm_that_was_left_are_no_side(text: str) -> None:
    assert said_side(text) == ""


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("left arm up", "L"),
        ("Seitenvergleich re, Hand li", "L"),
        ("zápěstí P", "R"),
        ("POIGNET DT", "R"),
        ("Hand rechts oben", "R"),
        ("Kopf rechts, Hand links", "L"),
        ("SAĞ EL", "R"),
        ("T1 FS GAD WRIST", ""),
        ("PRIMA DEL MDC", ""),
        ("Finger li", "L"),
        ("ΔΕ ΑΚΡΑ ΧΕΙΡΑ", "R"),  # noqa: RUF001 - Greek
        ("bal csukló", "L"),
        ("jobb kéz", "R"),
    ],
)
def test_beside_such_words_the_side_of_the_wrist_is_read(text: str, side: str) -> None:
    assert said_side(text) == side


def _decided(*series: SeriesSide) -> Decision[str]:
    return sides("S001", series, None).decision


def _one(code: str, visit: int = 1, **said: Any) -> SeriesSide:  # noqa: ANN401 - values of any field
    return SeriesSide(code, visit, **said)


@pytest.mark.parametrize(
    ("series", "value"),
    [
        ((_one("A", header="L"), _one("B", 2, header="L")), "L,L"),
        ((_one("A", text="R"), _one("B", 2, header="R")), "R,R"),
        ((_one("A", study="R"), _one("B", 2, header="R")), "R,R"),
        ((_one("A", header="L"), _one("B"), _one("C", 2)), "L,-"),
        ((_one("A"), _one("B", 2)), "-,-"),
        ((_one("A", header="L", both=True), _one("B", 2, text="L")), "L,L"),
    ],
    ids=["header", "text and header", "study", "one visit says", "nobody says", "one of both"],
)
def test_what_agrees_is_sure(series: tuple[SeriesSide, ...], value: str) -> None:
    decision = _decided(*series)

    assert (decision.value, decision.confidence, decision.question) == (value, Confidence.SURE, None)


@pytest.mark.parametrize(
    ("series", "said"),
    [
        ((_one("A", text="L"), _one("B", 2, text="R")), "left wrist at visit 1, right at visit 2"),
        ((_one("A", header="L"), _one("B", 2, study="R")), "left wrist at visit 1, right at visit 2"),
        ((_one("A", header="L", text="R"),), "the header of A says left, its text says right"),
        ((_one("A", header="L", study="R"),), "the series say left, the name of the study says right"),
        ((_one("A", study="L"), _one("B", study="R")), "its studies are named left and right"),
        ((_one("A", text="L"), _one("B", text="R")), "visit 1 shows two wrists (left: A; right: B)"),
        ((_one("A", both=True), _one("B")), "the text speaks of both hands, and nothing says which one is read"),
    ],
    ids=["text", "header and study", "header and text", "series and study", "two studies", "two wrists", "both hands"],
)
def test_what_contradicts_itself_is_an_error_and_no_side_is_shown(series: tuple[SeriesSide, ...], said: str) -> None:
    found = sides("S001", series, None)

    assert found.decision.confidence is Confidence.CONTRADICTORY
    assert any(said in reason for reason in found.decision.reasons), found.decision.reasons
    assert found.decision.question is not None
    assert set(found.by_visit.values()) == {""}


@pytest.mark.parametrize(
    "text",
    [
        "PHASE R>L",
        "cor L>>R",
        "R/L",
        "Right hand dominant",
        "right-handed",
        "SAG T1 WRIST",
        "T1 sag hand",
        "level",
        "T1 po k.l.",
        "T1 bez k. l.",
        "PD händl",
    ],
)
def test_directions_of_the_scanner_the_hand_one_writes_with_planes_and_contrast_are_no_side(text: str) -> None:
    assert said_side(text) == ""


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("COR T1 COMPARE WITH LEFT", ""),
        ("COR T1 RT WRIST COMPARE WITH LEFT", "R"),
        ("Vergleich mit der linken Seite", ""),
        ("poignet droit, comparé à la gauche", "R"),
        ("confronto con sx", ""),
        ("COR T1 RIGHT NOT LEFT", "R"),
        ("LEFT (NOT RIGHT)", "L"),
        ("nicht links, rechts", "R"),
        ("pas gauche", ""),
        ("RE: WRIST PAIN", ""),
        ("Re: MRI wrist left", "L"),
        ("AW: RE: HG links", "L"),
        ("T1 FS RIGHT AFTER GD", ""),
        ("slices left out", ""),
        # a series of the other wrist may be called so
        ("Vergleich links", "L"),
        ("contrast: no, left wrist", "L"),
        ("jämför vänster handled", "L"),
        # the coil's side, and the one that was to be imaged
        ("T1 cor left coil", ""),
        ("left wrist coil", ""),
        ("coil left, R wrist", "R"),
        ("T1 cor li statt re", "L"),
        ("left wrist instead of right", "L"),
        # left-handed, and left
        ("T1 cor левша", ""),
        ("левый", "L"),
    ],
)
def test_a_side_that_is_compared_with_denied_or_passed_by_is_no_side_of_what_is_shown(text: str, side: str) -> None:
    assert said_side(text) == side


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("MR håndled dxt", "R"),
        ("МРТ лучезапястного сустава пр.", "R"),  # noqa: RUF001 - Russian
        ("RM PUNHO DTO", "R"),
        ("RM PUNHO ESQ", "L"),
        ("t1 cor vä", "L"),
        ("t1 cor hö", "R"),
        ("AKS T1 YB kontrastlı sol", "L"),  # noqa: RUF001 - Turkish
        ("Handgelenk lks", "L"),
    ],
)
def test_shorthand_of_sides_is_read(text: str, side: str) -> None:
    assert said_side(text) == side


@pytest.mark.parametrize("text", ["L/R WRIST", "LT + RT", "双手", "両手関節", "обеих кистей"])
def test_both_wrists_are_both(text: str) -> None:
    assert said_side(text) == "LR"


@pytest.mark.parametrize(
    ("series", "said"),
    [
        ((_one("A", text="L", x_mm=-200.0),), "left by header or text, but it lay at the right of the body"),
        (
            (_one("A", x_mm=200.0), _one("B", 2, x_mm=-190.0)),
            "left wrist at visit 1, right at visit 2 (visit 1 and 2 by the side of the body at which it lay)",
        ),
        (
            (_one("A", header="R"), _one("B", 2, x_mm=180.0)),
            "right wrist at visit 1, left at visit 2 (visit 2 by the side of the body at which it lay)",
        ),
    ],
    ids=["against the text", "nothing else says", "against the other visit"],
)
def test_a_wrist_that_lay_at_the_other_side_of_the_body_is_asked(series: tuple[SeriesSide, ...], said: str) -> None:
    found = sides("S001", series, None)

    assert found.decision.confidence is Confidence.CONTRADICTORY
    assert any(said in reason for reason in found.decision.reasons), found.decision.reasons


def test_where_a_wrist_lay_is_told_when_nothing_else_says() -> None:
    assert _decided(_one("A", x_mm=210.0)).reasons == (
        "visit 1: nothing says which wrist it is; it lay at the left of the body",
    )
    assert _decided(_one("A", x_mm=-30.0)).reasons == ("visit 1: nothing says which wrist it is",)


def _chooser(study: CoordinatorStudy) -> Chooser:
    return Chooser(study, "J. Smit", lambda _: None, lambda: False)


def _pair(folder: Path, first: dict[str, Any], second: dict[str, Any]) -> None:
    for visit, values in ((1, first), (2, second)):
        own: dict[str, Any] = {**T1, "FrameOfReferenceUID": f"1.{visit}.9", "StudyInstanceUID": f"1.{visit}"}
        own["StudyDate"] = "20240105" if visit == 1 else "20240510"
        a_series(folder, f"1.{visit}.1", **(own | values))


def _sides(study: CoordinatorStudy) -> list[str]:
    return [visit.side for subject in study.subjects() for visit in subject.visits]


def _asked(study: CoordinatorStudy) -> list[str]:
    return [item.what for item in decisions_of(study) if item.question]


def test_two_visits_of_two_wrists_by_text_alone_are_asked_and_the_answer_holds(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    _pair(tmp_path / "in", {"StudyDescription": "MRI WRIST LEFT"}, {"ProtocolName": "HG re."})
    report = import_folders(study, [tmp_path / "in"])
    assert [(item.level, item.question) for item in report.findings if item.question] == [("error", "side:S001")]
    assert _sides(study) == ["", ""]

    _chooser(study).decide("side:S001", "left", "a slip of the console")
    assert (_sides(study), _asked(study)) == (["L", "L"], [])
    import_folders(study, [tmp_path / "in"])
    assert _sides(study) == ["L", "L"]

    _chooser(study).decide("side:S001", "two", "really two wrists")
    assert (_sides(study), _asked(study)) == (["L", "R"], [])
    told = [item.text for item in check_report(study).findings if item.level == "error"]
    assert any("left wrist at visit 1, right at visit 2: no change can be scored" in text for text in told), told

    _chooser(study).take_back("side:S001", "no")
    _chooser(study).take_back("side:S001", "no")
    assert (_sides(study), _asked(study)) == (["", ""], ["side:S001"])
    audit(study.path)


def _two_wrists(folder: Path) -> None:
    for number, (side, kind) in enumerate([("LT.", T1), ("RT.", T1), ("LT.", T2FS), ("RT.", T2FS)], start=1):
        own = {
            **kind,
            "SeriesDescription": f"{kind['SeriesDescription']} {side}",
            "FrameOfReferenceUID": f"1.2.3.{side[0]}",
        }
        own["FrameOfReferenceUID"] = f"1.2.3.9{number % 2}"
        a_series(folder, f"1.2.3.{number}", **own)


def _kinds(study: CoordinatorStudy) -> dict[str, str]:
    uids = {item.code: item.series_uid for item in study.vault.series()}
    return {uids[s.code]: s.kind for subject in study.subjects() for v in subject.visits for s in v.series}


def test_two_wrists_of_one_visit_are_named_and_the_one_that_is_not_read_becomes_other(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    _two_wrists(tmp_path / "in")
    report = import_folders(study, [tmp_path / "in"])
    texts = [item.text for item in (*report.findings, *check_report(study).findings)]
    assert any("two wrists in one visit: which one is read?" in text for text in texts)
    assert not any(text.startswith("2 series are") for text in texts), texts

    _chooser(study).decide("side:S001", "R", "the dominant one")
    assert _kinds(study) == {"1.2.3.1": "OTHER", "1.2.3.2": "T1", "1.2.3.3": "OTHER", "1.2.3.4": "T2FS"}
    assert _sides(study) == ["R"]
    import_folders(study, [tmp_path / "in"])
    assert _kinds(study)["1.2.3.1"] == "OTHER"

    _chooser(study).take_back("side:S001", "the other one")
    assert _kinds(study) == {"1.2.3.1": "T1", "1.2.3.2": "T1", "1.2.3.3": "T2FS", "1.2.3.4": "T2FS"}


def test_what_is_no_side_is_refused(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in")
    import_folders(study, [tmp_path / "in"])

    with pytest.raises(UsageRefused, match="L, R, two"):
        _chooser(study).decide("side:S001", "up", "why")
    with pytest.raises(IntakeRefused, match="the study has no S009"):
        _chooser(study).decide("side:S009", "L", "why")
    with pytest.raises(IntakeRefused, match="no decision to undo"):
        _chooser(study).take_back("side:S001", "why")
