"""Intra-reader agreement of a small planted set of readings, its figures worked out by hand.

Synovitis totals, first and repeat. Baseline: A 1, 1; B 4, 6; C 7, 8. Follow-up: A 3, 1; B 4, 6; C 5, 6.
"""

from __future__ import annotations

import json
import math
from decimal import Decimal

import pytest

from scoring.agreement.errors import LevelRefused
from scoring.comparison.compare import TotalAgreement
from scoring.comparison.grades import At
from scoring.comparison.intra_reader import IntraReader, ReadTwice, as_text, intra_reader
from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Answer, Graded, NotAssessable, Reading, SiteKey
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import FeatureCode, SiteCode

SCHEME = shipped_scheme()
SYNOVITIS = FeatureCode("SYN")
SITES = ("DRUJ", "RC", "IC-CMC")
# grades of the three sites at baseline and at follow-up, first reading and repeat
PLANTED = {
    "A": (((1, 0, 0), (1, 1, 1)), ((1, 0, 0), (1, 0, 0))),
    "B": (((3, 1, 0), (2, 1, 1)), ((3, 3, 0), (3, 3, 0))),
    "C": (((3, 3, 1), (3, 1, 1)), ((3, 3, 2), (3, 2, 1))),
}


def _reading(visits: tuple[tuple[int, ...], ...]) -> Reading:
    answers: dict[SiteKey, Answer] = {at: Graded(Decimal(0)) for at in keys_in_reading_order(SCHEME)}
    for visit, grades in enumerate(visits, 1):
        for site, grade in zip(SITES, grades, strict=True):
            answers[SiteKey(visit, SYNOVITIS, SiteCode(site))] = Graded(Decimal(grade))
    return Reading(answers)


def _pairs() -> list[ReadTwice]:
    return [ReadTwice(name, _reading(first), _reading(repeat)) for name, (first, repeat) in PLANTED.items()]


def _with(reading: Reading, visit: int, feature: str, site: str, answer: Answer) -> Reading:
    return Reading({**reading.answers, SiteKey(visit, FeatureCode(feature), SiteCode(site)): answer})


def _total(found: IntraReader, code: str, at: At) -> TotalAgreement:
    (item,) = [item for item in found.totals if (item.total.code, item.at) == (code, at)]
    return item


def test_each_total_is_compared_at_each_visit_and_as_change() -> None:
    found = intra_reader(SCHEME, "ES", _pairs(), level=0.95)

    assert [(item.total.code, item.at) for item in found.totals] == [
        (code, at) for code in ("SYNTOT", "TENTOT", "OSTTOT", "EROTOT", "MRII") for at in ("1", "2", "change")
    ]
    assert {item.table.k for item in found.totals} == {2}


def test_the_icc_of_planted_totals_is_that_of_hand_arithmetic() -> None:
    found = intra_reader(SCHEME, "ES", _pairs(), level=0.95)

    table = _total(found, "SYNTOT", At.BASELINE).table
    icc = {item.form.name: item.value.estimate for item in table.icc}
    # row means 1, 5, 7.5, column means 4, 5: MSR 43/2, MSC 3/2, MSE 1/2
    assert icc["ICC(3,1)"] == pytest.approx(21 / 22, abs=1e-12)
    assert icc["ICC(3,k)"] == pytest.approx(42 / 43, abs=1e-12)
    assert icc["ICC(2,1)"] == pytest.approx(63 / 68, abs=1e-12)
    # repeat minus first: 0, 2, 1
    assert table.differences.bias.estimate == pytest.approx(1.0, abs=1e-12)
    assert table.error.sdd.estimate == pytest.approx(1.96, abs=1e-12)
    assert (table.n, table.dropped) == (3, 0)


def test_the_smallest_detectable_change_is_of_the_differences_of_change() -> None:
    found = intra_reader(SCHEME, "ES", _pairs(), level=0.95)

    change = _total(found, "SYNTOT", At.CHANGE)
    # change first 2, 0, -2 and repeat 0, 0, -2: differences 2, 0, 0, their variance 4/3
    assert change.sdc is not None
    assert change.sdc.sdc.estimate == pytest.approx(1.96 * math.sqrt(4 / 3) / math.sqrt(2), abs=1e-12)
    assert change.table.differences.bias.estimate == pytest.approx(-2 / 3, abs=1e-12)
    assert [item.at for item in found.totals if item.sdc is not None] == [At.CHANGE] * 5


def test_sites_of_a_feature_are_pooled_with_a_quadratic_and_an_unweighted_kappa() -> None:
    found = intra_reader(SCHEME, "ES", _pairs(), level=0.95)

    (pooled,) = [item for item in found.features if (item.feature, item.at) == ("SYN", At.BASELINE)]
    # nine pairs: seven equal, one apart by 1, one by 2. Mean square apart 5/9; by chance 14/9 + 16/9 + (1/3)^2 = 31/9
    assert (pooled.sites, pooled.dropped) == (9, 0)
    assert pooled.shares.exact == pytest.approx(7 / 9)
    assert pooled.shares.close == pytest.approx(8 / 9)
    assert pooled.kappa is not None
    assert pooled.kappa.value.estimate == pytest.approx(26 / 31, abs=1e-12)
    # grades 0, 1, 2, 3 were given 3, 3, 0, 3 times, then 3, 1, 1, 4 times: 24/81 equal by chance
    assert pooled.unweighted is not None
    assert pooled.unweighted.value.estimate == pytest.approx((7 / 9 - 24 / 81) / (1 - 24 / 81), abs=1e-12)
    (told,) = [
        item
        for item in json.loads(json.dumps(found.as_json()))["features"]
        if (item["feature"], item["visit"]) == ("SYN", 1)
    ]
    assert told["kappa"]["unweighted"]["estimate"] == pytest.approx(39 / 57)
    assert told["kappa"]["quadratic"]["estimate"] == pytest.approx(26 / 31)


def test_each_site_has_its_own_shares() -> None:
    found = intra_reader(SCHEME, "ES", _pairs(), level=0.95)

    (site,) = [item for item in found.sites if (item.feature, item.site, item.at) == ("SYN", "RC", At.BASELINE)]
    # radiocarpal 0, 0; 1, 3; 3, 3
    assert site.n == 3
    assert site.shares.exact == site.shares.close == pytest.approx(2 / 3)
    assert len(found.sites) == 43 * 3


def test_a_site_without_a_grade_drops_its_case_from_its_totals_and_from_no_other() -> None:
    pairs = _pairs()
    pairs[1] = ReadTwice("B", pairs[1].first, _with(pairs[1].repeat, 1, "OST", "CAP", NotAssessable("AR")))

    found = intra_reader(SCHEME, "ES", pairs, level=0.95)

    counts = {(str(item.total.code), str(item.at)): (item.table.n, item.table.dropped) for item in found.totals}
    assert (
        counts["OSTTOT", "1"] == counts["MRII", "1"] == counts["OSTTOT", "change"] == counts["MRII", "change"] == (2, 1)
    )
    assert counts["OSTTOT", "2"] == counts["SYNTOT", "1"] == counts["EROTOT", "change"] == (3, 0)
    dropped = {(str(item.feature), str(item.at)): (item.sites, item.dropped) for item in found.features}
    assert dropped["OST", "1"] == dropped["OST", "change"] == (44, 1)
    assert dropped["OST", "2"] == (45, 0)


def test_totals_that_never_differ_are_not_calculable_and_say_why() -> None:
    found = intra_reader(SCHEME, "ES", _pairs(), level=0.95)

    erosion = _total(found, "EROTOT", At.BASELINE).table
    assert {(item.value.estimate, item.value.reason) for item in erosion.icc} == {(None, "zero_total_variance")}


def test_one_pair_or_a_feature_never_graded_gives_reasons_and_no_numbers() -> None:
    (pair, *_) = _pairs()
    blind = NotAssessable("NC")
    first = pair.first
    for site in SITES:
        first = _with(first, 1, "SYN", site, blind)

    found = intra_reader(SCHEME, "ES", [ReadTwice("A", first, pair.repeat)], level=0.95)

    assert _total(found, "SYNTOT", At.BASELINE).table.n == 0
    pooled = next(item for item in found.features if (item.feature, item.at) == ("SYN", At.BASELINE))
    assert pooled.kappa is not None
    assert (pooled.sites, pooled.shares.exact, pooled.kappa.value.reason) == (0, None, "too_few")
    assert "nothing graded both times" in as_text(found)


def test_warnings_tell_of_small_samples_unfinished_repeats_and_single_sites() -> None:
    found = intra_reader(SCHEME, "ES", _pairs(), level=0.95, unfinished=2)

    unfinished, few, sites = found.warnings
    assert unfinished.startswith("2 of 5 re-reads are not finished and left out")
    assert few.startswith("n = 3 is under 15")
    assert sites.startswith("Single sites agree far less than totals")


def test_the_json_holds_the_shape_of_the_table_command_for_each_analysis() -> None:
    found = json.loads(json.dumps(intra_reader(SCHEME, "ES", _pairs(), level=0.9).as_json(), allow_nan=False))

    assert (found["reader"], found["level"], found["pairs"]) == ("ES", 0.9, 3)
    assert [analysis["visit"] for analysis in found["analyses"]] == [1, 2, "change"] * 5
    assert {"n", "k", "level", "dropped", "icc", "sem", "sdd", "bland_altman", "kappa"} <= set(
        found["analyses"][0]["table"]
    )
    assert found["analyses"][0]["table"]["icc"]["ICC(3,1)"]["estimate"] == pytest.approx(21 / 22)
    change = found["analyses"][2]["sdc_of_change"]
    assert change["estimate"] == pytest.approx(1.6003333)
    # of 0 to 9
    assert change["percent_of_maximum"] == pytest.approx(17.7814814)
    assert all(("sdc_of_change" in item) == (item["visit"] == "change") for item in found["analyses"])
    assert len(found["features"]) == 4 * 3
    assert found["warnings"]


def test_the_text_names_model_n_k_and_level_of_what_it_prints() -> None:
    lines = as_text(intra_reader(SCHEME, "ES", _pairs(), level=0.99)).splitlines()

    assert lines[0] == "Intra-reader agreement of ES: 3 cases read twice, k = 2 (first, repeat), level 99 %"
    start = lines.index("SYNTOT baseline: n = 3, k = 2, 0 left out as incomplete")
    block = lines[start : start + 6]
    assert block[2].startswith("  ICC(3,1) two-way mixed, consistency, single reading: 0.955 (99 % CI ")
    assert block[3].startswith("  ICC(3,k) two-way mixed, consistency, average of 2: 0.977 (99 % CI ")
    assert block[4].startswith("  SDD, 1.96 SD(d), of two single status scores: 1.960")
    assert any(line.startswith("  SDC, 1.96 SD(d)/sqrt2, of one change read as a pair: 1.600") for line in lines)


def test_the_interval_of_kappa_is_the_same_each_time() -> None:
    one, other = (intra_reader(SCHEME, "ES", _pairs(), level=0.95) for _ in range(2))

    assert one.features == other.features


def test_a_level_in_per_cent_is_refused() -> None:
    with pytest.raises(LevelRefused, match=r"write 0\.95"):
        intra_reader(SCHEME, "ES", _pairs(), level=95)


def test_all_first_readings_are_held_against_the_change_that_repeats_can_tell_from_error() -> None:
    firsts = [pair.first for pair in _pairs()]

    found = intra_reader(SCHEME, "ES", _pairs(), level=0.95, firsts=firsts)

    synovitis = found.responses[0]
    # change first 2, 0, -2: mean 0, SD 2; the SDC is 1.60
    assert synovitis.total.code == "SYNTOT"
    assert (synovitis.response.n, synovitis.response.mean, synovitis.response.sd) == (3, 0.0, 2.0)
    assert (synovitis.decreased, synovitis.same, synovitis.increased) == (1, 1, 1)
    assert synovitis.beyond is not None
    assert (synovitis.beyond.decreased, synovitis.beyond.increased) == (1, 1)
    assert synovitis.sdc == pytest.approx(1.6003333)
    erosion = found.responses[3]
    assert (erosion.response.srm, erosion.response.reason) == (None, "zero_change_variance")
    assert any(
        line.startswith("  SYNTOT: n = 3, 0 left out; SRM 0.000; 1 decreased") for line in as_text(found).splitlines()
    )


# synovitis at both visits of ten scans of eight subjects; (subject, visit, first, repeat), of three sites
TEN_SCANS = (
    ("A", 1, (1, 0, 0), (1, 0, 0)),
    ("B", 1, (3, 1, 0), (3, 3, 0)),
    ("C", 1, (3, 3, 1), (3, 3, 2)),
    ("A", 2, (1, 1, 1), (1, 0, 0)),
    ("B", 2, (2, 1, 1), (3, 3, 0)),
    ("D", 2, (3, 1, 1), (3, 2, 1)),
    ("E", 1, (0, 0, 0), (0, 0, 0)),
    ("F", 2, (1, 1, 0), (2, 0, 0)),
    ("G", 2, (2, 2, 2), (2, 2, 1)),
    ("H", 1, (3, 3, 3), (3, 3, 3)),
)


def _scans() -> list[ReadTwice]:
    nothing = (0, 0, 0)
    found = []
    for subject, visit, first, repeat in TEN_SCANS:
        one, two = (_reading((grades, nothing) if visit == 1 else (nothing, grades)) for grades in (first, repeat))
        found.append(ReadTwice(subject, one, two, scan=visit))
    return found


def test_scans_that_were_read_again_alone_are_one_sample_of_ten_whichever_visits_they_are() -> None:
    found = intra_reader(SCHEME, "ES", _scans(), level=0.95)

    assert found.scans is not None
    assert (found.pairs, found.totals, found.scans.scans, found.scans.people) == (0, (), 10, 8)
    (synovitis,) = [item for item in found.scans.found.totals if item.total.code == "SYNTOT"]
    # first 1 4 7 3 4 5 0 2 6 9, repeat 1 6 8 1 6 6 0 2 5 9: from the mean squares of anova(lm(y ~ scan + reading))
    # in R, by Shrout and Fleiss 1979
    icc = {item.form.name: item.value.estimate for item in synovitis.table.icc}
    assert (synovitis.at, synovitis.table.n) == (At.SCAN, 10)
    assert icc["ICC(2,1)"] == pytest.approx(0.9149338, abs=5e-8)
    assert icc["ICC(3,1)"] == pytest.approx(0.9114878, abs=5e-8)
    assert synovitis.table.differences.bias.estimate == pytest.approx(0.3)
    assert synovitis.sdc is None


def test_pairs_and_scans_are_told_side_by_side_and_no_scan_counts_among_pairs() -> None:
    alone = intra_reader(SCHEME, "ES", _pairs(), level=0.95)

    found = intra_reader(SCHEME, "ES", [*_pairs(), *_scans()], level=0.95)

    assert found.found == alone.found
    assert alone.scans is None
    text = as_text(found)
    assert "3 cases read twice and 10 scans read again alone" in text
    assert "SYNTOT scan: n = 10, k = 2, 0 left out as incomplete" in text
    told = json.loads(json.dumps(found.as_json(), allow_nan=False))
    assert (told["pairs"], told["scans"]["n"], told["scans"]["people"]) == (3, 10, 8)
    assert {item["visit"] for item in told["scans"]["analyses"]} == {"scan"}


def test_a_warning_tells_that_two_scans_are_of_one_subject_and_only_then() -> None:
    said = "the 10 scans are of 8 subjects"

    assert any(said in text for text in intra_reader(SCHEME, "ES", _scans(), level=0.95).warnings)
    one_each = [scan for scan in _scans() if (scan.subject, scan.scan) not in {("A", 2), ("B", 2)}]
    assert not any("scans are of" in text for text in intra_reader(SCHEME, "ES", one_each, level=0.95).warnings)
