"""A scheme is held against itself: what one file says of another is true, or named with file and place."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoring.schemes.folder import PARTS, SCHEME_FILE, SchemeFolder, shipped_folder, shipped_ids
from scoring.schemes.own_folder import read_folder
from workstation.app.schemes.check import check_scheme

WRIST = shipped_folder("ramris-wrist")


OWN = {**WRIST.texts, SCHEME_FILE: WRIST.texts[SCHEME_FILE].replace('id = "ramris-wrist"', 'id = "own"', 1)}


def with_change(file: str, before: str, after: str) -> SchemeFolder:
    assert before in WRIST.texts[file]
    return SchemeFolder("own", {**OWN, file: OWN[file].replace(before, after, 1)})


@pytest.mark.parametrize("scheme_id", shipped_ids())
def test_nothing_is_wrong_with_a_shipped_scheme(scheme_id: str) -> None:
    assert check_scheme(shipped_folder(scheme_id)).mistakes == ()


def test_the_wrist_lacks_nothing() -> None:
    assert check_scheme(WRIST).lacks == ()


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        (
            "layout.toml",
            'code = "OST"',
            'code = "OSX"',
            "layout.toml: feature[2].code: no feature 'OSX' (declared in scheme.toml: SYN, TEN, OST, ERO)",
        ),
        (
            "layout.toml",
            '{ kind = "T1", plane = "COR" },\n  { kind = "T1", plane = "AX" },',
            '{ kind = "T1FSGD", plane = "AX" },',
            "layout.toml: feature[3].rows: ERO is judged on T1 COR (scheme.toml), which isn't among its rows",
        ),
        (
            "layout.toml",
            '{ kind = "T2FS", plane = "COR" },\n  { kind = "T1", plane = "COR" },',
            '{ kind = "T1", plane = "COR" },\n  { kind = "T2FS", plane = "COR" },',
            "layout.toml: feature[2].rows[0]: T1 COR stands first, but OST is judged on T2FS COR (scheme.toml)",
        ),
        (
            "protocol.toml",
            'kind = "T2FS"\nplane = "COR"',
            'kind = "T2FS"\nplane = "SAG"',
            "protocol.toml: series: OST is judged on T2FS COR (scheme.toml), which no visit is asked to have",
        ),
        (
            "protocol.toml",
            'unscorable = ["osteitis"]',
            'unscorable = ["oedema"]',
            ("protocol.toml: series[3].unscorable: no feature 'oedema' (declared in scheme.toml: SYN, TEN, OST, ERO)"),
        ),
        (
            "protocol.toml",
            'kind = "PD"',
            'kind = "T3"',
            "protocol.toml: series[4].kind: no kind 'T3' of MR (allowed: T1, T2FS, PD, T1FSGD)",
        ),
        ("bands.toml", "[0.0, 2.0, 5.0]", "[0.0, 2.0]", "bands.toml: band[0].from: 2 limits, but TEN goes up to 3"),
        ("bands.toml", 'feature = "TEN"', 'feature = "TS"', "bands.toml: band[0].feature: no feature 'TS'"),
        ("checks.toml", "least = 10", "least = 11", "checks.toml: check[0].least: 11, but ERO goes up to 10"),
        ("checks.toml", 'feature = "SYN"', 'feature = "SY"', "checks.toml: check[3].feature: no feature 'SY'"),
        (
            "layout.toml",
            '{ kind = "T1", plane = "COR" },\n  { kind = "T1", plane = "AX" },',
            '{ kind = "T1", plane = "COR", sites = "XY" },\n  { kind = "T1", plane = "AX" },',
            "layout.toml: feature[3].rows[0].sites: no site of ERO begins with 'XY'",
        ),
        (
            "outlines.toml",
            "points = [[38, 122], [50, 113]",
            "points = [[38, 122], [50, 613]",
            ("outlines.toml: outline[2]: [50, 613] lies outside the drawing, which is 200 wide and 250 high"),
        ),
        (
            "outlines.toml",
            'site = "ULN"',
            'site = "RAD"',
            "outlines.toml: outline[1].site: RAD is drawn twice on the layer bone",
        ),
        ("outlines.toml", 'site = "CAP"', 'site = "CPT"', "no feature on the layer bone has the site 'CPT'"),
        ("outlines.toml", '["SYN"]', '["SYN", "JSN"]', "outlines.toml: layers: no feature 'JSN'"),
        ("positions.toml", "E1 = [", "E0 = [", "positions.toml: sites.E0: no feature has this site"),
        ("positions.toml", "RAD = 10.0", "RAD = 0.0", "positions.toml: half_mm.RAD: more than 0 mm is needed here"),
        ("scheme.toml", "id = ", "files = {}\nid = ", "scheme.toml: files: isn't written by hand"),
        ("scheme.toml", "maximum = 9", "maximum = 10", "scheme.toml: totals[0]: range 0-10 is declared"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_place(file: str, before: str, after: str, said: str) -> None:
    mistakes = check_scheme(with_change(file, before, after)).mistakes

    assert any(said in mistake for mistake in mistakes), mistakes


def test_a_protocol_names_features_by_code_or_by_name_and_needs_no_contrast() -> None:
    text = OWN["protocol.toml"].replace('unscorable = ["osteitis"]', 'unscorable = ["OST"]')
    start = text.index("[contrast]")
    without = text[:start] + text[text.index("\n# What many sites", start) :]

    assert check_scheme(SchemeFolder("own", {**OWN, "protocol.toml": without})).mistakes == ()


def test_mistakes_of_all_files_are_told_at_once() -> None:
    texts = {**OWN, "bands.toml": "[[band", "positions.toml": "sites = 3"}

    mistakes = check_scheme(SchemeFolder("own", texts)).mistakes

    assert [mistake.partition(":")[0] for mistake in mistakes] == ["bands.toml", "positions.toml"]


def test_a_scheme_of_one_file_says_of_each_part_what_does_not_work_without_it() -> None:
    checked = check_scheme(SchemeFolder("own", {"scheme.toml": OWN["scheme.toml"]}))

    assert checked.scheme is not None
    assert [lack.partition(":")[0] for lack in checked.lacks] == list(PARTS)


def test_a_site_that_is_not_drawn_is_told() -> None:
    text = WRIST.texts["outlines.toml"]
    start = text.index('[[outline]]\nsite = "PIS"')
    without = text[:start] + text[text.index("[[outline]]", start + 1) :]

    checked = check_scheme(SchemeFolder("own", {**WRIST.texts, "outlines.toml": without}))

    assert [lack.partition(":")[0] for lack in checked.lacks] == ["PIS in outlines.toml"]


def test_nobody_elses_scheme_has_the_id_of_a_shipped_one() -> None:
    """By id and version an export's rows say what was scored."""
    ours = shipped_folder("ramris-wrist")
    other = SchemeFolder("mine", {**ours.texts, SCHEME_FILE: ours.texts[SCHEME_FILE].replace("sheath", "tendon")})

    assert check_scheme(ours).mistakes == ()
    assert check_scheme(other).mistakes == (
        "scheme.toml: id: the program ships ramris-wrist, and it says something else: give yours another id",
    )


LETTERED = (Path(__file__).parents[1] / "scoring" / "schemes" / "lettered" / "scheme.toml").read_text(encoding="utf-8")


def test_a_scheme_of_the_knee_is_a_scheme_like_any_other() -> None:
    """As docs/schemes.md has it made: no position in a hand, features of the protocol by code, no contrast."""
    checked = check_scheme(read_folder(Path(__file__).parents[1] / "scoring" / "schemes" / "moaks-knee"))

    assert checked.mistakes == ()
    assert [lack.partition(":")[0] for lack in checked.lacks] == ["positions.toml"]
    assert checked.scheme is not None
    assert checked.scheme.sites_per_visit == 15 + 14 + 1 + 4 + 6


def test_letters_without_numbers_are_told_and_are_no_mistake() -> None:
    checked = check_scheme(SchemeFolder("lettered", {SCHEME_FILE: LETTERED}))

    assert checked.mistakes == ()
    assert checked.told == (
        "SYN: its letters have no numbers: their ranks, 0 to 2, stand for them in keys, totals and agreement",
    )


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            'key = "Shift+C", ',
            "",
            "features[1].scale.grades[2].key: C needs a key: digits and X give whole numbers up to 10, and this is 2.5",
        ),
        (
            'key = "Shift+C", ',
            'key = "Z", ',
            (
                "features[1].scale.grades[2].key: key Z of grade C is used by answer.zero_blanks already: "
                "Grade 0 for all blanks (asks first)"
            ),
        ),
    ],
)
def test_a_letter_that_no_key_gives_is_named(before: str, after: str, said: str) -> None:
    folder = SchemeFolder("lettered", {SCHEME_FILE: LETTERED.replace(before, after, 1)})

    assert check_scheme(folder).mistakes == (f"scheme.toml: {said}",)


def test_a_scheme_has_a_total_since_all_figures_are_by_total() -> None:
    text = LETTERED[: LETTERED.index("[[totals]]")].replace("id =", "totals = []\nid =", 1)

    assert check_scheme(SchemeFolder("lettered", {SCHEME_FILE: text})).mistakes == (
        "scheme.toml: totals: at least one is needed: exports, agreement and reports are by total",
    )


LAYOUT = """source = "x"
[[feature]]
code = "ERO"
why = "x"
rows = [{ kind = "T1", plane = "COR" }]
"""


def outlines(width: str, shape: str) -> str:
    head = f'part = "x"\nwidth = {width}\nheight = 10\n[layers]\nb = ["ERO"]\n'
    return f'{head}[[outline]]\nsite = "CAP"\nlayer = "b"\n{shape}\n'


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("outlines.toml", outlines("0", "centre = [1, 2]\nradius = 1"), "width: 0.0: a number above 0, up to 10000"),
        ("outlines.toml", outlines("nan", "centre = [1, 2]\nradius = 1"), "width: nan: a number above 0, up to 10000"),
        ("outlines.toml", outlines("9", "points = [[1, 2]]"), "outline[0].points: an outline has 3 points or more"),
        ("outlines.toml", outlines("9", "centre = [inf, 2]\nradius = 1"), "outline[0].centre: [inf, 2.0]: numbers up"),
        ("outlines.toml", outlines("9", "centre = [1, 2]\nradius = inf"), "outline[0].radius: inf: a number above 0"),
        (
            "outlines.toml",
            outlines("9", "centre = [1, 2]\nradius = 1\nlabel = [1, nan]"),
            "label: [1.0, nan]",
        ),
        ("outlines.toml", "part = " + "[" * 100_000, "outlines.toml: brackets are nested too deep to be read"),
        (
            "bands.toml",
            '[[band]]\nfeature = "ERO"\nquantity = "width_mm"\ndecimals = 999999999\nfrom = [1.0]\nsource = "x"\n',
            "band[0].decimals: 999999999: from 0 to 6",
        ),
        (
            "bands.toml",
            '[[band]]\nfeature = "ERO"\nquantity = "width_mm"\ndecimals = 1\nfrom = [1.0, inf]\nsource = "x"\n',
            "band[0].from: the limits are finite numbers",
        ),
        (
            "bands.toml",
            '[[band]]\nfeature = "ERO"\nquantity = "width_mm"\ndecimals = 1\nfrom = [1.0]\nslices = 0\nsource = "x"\n',
            "band[0].slices: 0: from 1 to 100",
        ),
        (
            "bands.toml",
            '[[band]]\nfeature = "ERO"\nquantity = "width_mm"\ndecimals = 1\nfrom = [1.0, 2.0]\nsource = "x"\n',
            "band[0].from: 2 limits, but ERO has 4 letters: one limit for each but the lowest",
        ),
        ("positions.toml", 'source = "x"\n[sites]\nCAP = [nan, 1, 2]\n', "sites.CAP: three numbers in mm, below 3000"),
        (
            "layout.toml",
            LAYOUT + "[regions]\nsize_mm = nan\nat = {}\n",
            "layout.toml: regions.size_mm: a number",
        ),
    ],
)
def test_numbers_that_nothing_can_be_drawn_or_counted_by_are_named(file: str, text: str, said: str) -> None:
    mistakes = check_scheme(SchemeFolder("lettered", {SCHEME_FILE: LETTERED, file: text})).mistakes

    assert any(said in mistake for mistake in mistakes), mistakes


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("minimum = 0\nmaximum = 2\n", "minimum = 0\nmaximum = 1e999999\n", "scale.maximum: 1E+999999 is no number"),
        ("minimum = 0\nmaximum = 2\n", "minimum = 0\nmaximum = 100000000\n", "scale.maximum: 100000000 is no number"),
        ("step = 0.5", "step = 1e-400", "scale.step: 1E-400 is no number of a scale"),
        ("step = 0.5", "step = 0.001", "scale.step: 0.001 makes more than 1000 steps from 0 to 2"),
        ("grade = 10, letter", "grade = 1e999999, letter", "scale.grades[3].grade: 1E+999999 is no number"),
        ("grade = 0, letter", "grade = -1, letter", "scale.grades[0].grade: -1: the numbers of letters are 0 or above"),
    ],
)
def test_a_scale_beyond_all_counting_is_named_and_not_counted_out(before: str, after: str, said: str) -> None:
    assert before in LETTERED
    folder = SchemeFolder("lettered", {SCHEME_FILE: LETTERED.replace(before, after, 1)})

    (mistake,) = check_scheme(folder).mistakes

    assert said in mistake
