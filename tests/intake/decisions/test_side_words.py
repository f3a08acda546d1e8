"""Words of sides in what people write: of the wrist that is shown, and of other things."""

from __future__ import annotations

import pytest

from workstation.intake.decisions.side import said_side


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
