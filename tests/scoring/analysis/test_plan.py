"""The plan of an analysis: shipped, changed, and a mistake in it named with file and place."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoring.analysis.plan import load_plan, shipped_plan, shipped_plan_text
from scoring.errors import TomlRefused
from tests.builders.analysed import analysed
from tests.builders.trial_cohort import write_cohort


def test_the_shipped_plan_is_the_published_papers_tables() -> None:
    plan = shipped_plan()

    assert {"sex", "age", "duration_years", "methotrexate"} <= set(plan.table_1.rows)
    assert plan.table_1.people
    assert {"tjc28", "sjc28", "tjc68", "sjc66", "haq", "das28crp", "xray_erosion", "svdh_total"} <= set(
        plan.table_2.rows
    )
    assert not plan.table_2.people
    assert (plan.entry and plan.entry.at_least, plan.change_in) == (3.2, "das28crp")
    first = plan.regressions[0]
    assert (first.outcome, first.change, first.group, first.baseline) == ("MRII", ("das28crp",), True, ("EROTOT",))
    assert first.adjusted_for == ("age", "sex", "duration_years", "anti_ccp_titre or anti_ccp")


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('id = "published"', 'idd = "published"', "plan.toml: unknown key idd"),
        ('rows = ["sex", "age"', 'rows = ["sex", "aeg"', "plan.toml: table_1.rows[1]: unknown name aeg"),
        ('rows = ["sex", "age"', 'rows = ["sex", "haq"', "plan.toml: table_1.rows[1]: haq: a variable without visits"),
        ('rows = ["sex", "age"', 'rows = ["sex", "MRII"', "plan.toml: table_1.rows[1]: MRII has two visits"),
        ('rows = ["sex", "age"', 'rows = ["totals", "age"', "table_1.rows[0]: totals have two visits"),
        ('rows = ["sex", "age"', 'rows = ["sex", "sex"', "plan.toml: table_1.rows[1]: row sex is declared twice"),
        ('count = "people"', 'count = "persons"', "table_1.count"),
        ('id = "age"', 'id = "sex"', "plan.toml: variables[1]: variable sex is declared twice"),
        ('id = "age"', 'id = "group"', "plan.toml: variables[1].id: 'group': 1 to 32 of a-z"),
        ("highest = 120", "highest = -1", "plan.toml: variables[1].lowest: 0 isn't below highest, -1"),
        ("highest = 120", "highest = 0", "plan.toml: variables[1].lowest: 0 isn't below highest, 0"),
        ('codes = { F = ["FEMALE"], M = ["MALE"] }', "codes = { F = [] }", "variables[0].codes: a category needs two"),
        ('M = ["MALE"] }', 'M = ["f"] }', "variables[0].codes[3]: code F is declared twice"),
        ('formula = "das28crp3"', 'formula = "das29"', "formula: 'das29': das28crp, das28crp3, das28esr, das28esr3"),
        ('id = "esr_mm_h"', 'id = "esr"', "das28esr needs the variable esr_mm_h"),
        ('outcome = "MRII"', 'outcome = "sex"', "regressions[0].outcome: sex is a category"),
        ('baseline = ["EROTOT"]', 'baseline = ["age"]', "regressions[0].baseline[0]: age: a variable with visits"),
        ('change_in = "das28crp"', 'change_in = "das"', "table_4.change_in: unknown name das"),
        ('enrolments = "first"', 'enrolments = "one"', "regressions[2].enrolments"),
        ("at_least = 3.2", 'at_least = "high"', "entry.at_least"),
    ],
)
def test_a_mistake_in_a_plan_is_named_with_file_and_place(before: str, after: str, says: str) -> None:
    text = shipped_plan_text()
    assert before in text

    with pytest.raises(TomlRefused) as refused:
        load_plan(text.replace(before, after, 1), "plan.toml")

    assert str(refused.value).startswith("plan.toml: ")
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_further_column_comes_into_table_1_by_the_plan(tmp_path: Path) -> None:
    write_cohort(tmp_path)
    place = tmp_path / "clinical.csv"
    heading, *rows = place.read_text("utf-8").splitlines()
    smoking = [row + "," + ("never" if number % 3 else "") for number, row in enumerate(rows)]
    place.write_text("\n".join([f"{heading},Smoking", *smoking]), "utf-8")
    added = '[[variables]]\nid = "smoking"\nlabel = "Smoking"\nkind = "category"\ncodes = { EVER = [], NEVER = [] }\n'
    text = shipped_plan_text().replace("[[variables]]", f"{added}\n[[variables]]", 1)
    text = text.replace('rows = ["sex", "age"', 'rows = ["smoking", "age"', 1)

    found = analysed(tmp_path, load_plan(text, "plan.toml"))

    row = found.table_1.rows[0]
    assert (row.measure, row.total.n, row.total.unknown) == ("smoking", 53, 27)


def test_groups_stand_in_the_order_of_the_plan_and_one_without_anybody_too(tmp_path: Path) -> None:
    write_cohort(tmp_path)
    text = shipped_plan_text().replace("groups = []", 'groups = ["TNFI", "RTX", "MTX"]', 1)

    found = analysed(tmp_path, load_plan(text, "plan.toml"))

    assert found.table_1.n == (("TNFI", 40), ("RTX", 0), ("MTX", 40))
    assert all(row.test.p is not None for row in found.table_1.rows)
    assert (found.models[0].reference, [mean.name for mean in found.models[0].means]) == ("TNFI", ["TNFI", "MTX"])


def test_a_row_that_nothing_is_known_of_is_left_out_and_told(tmp_path: Path) -> None:
    write_cohort(tmp_path)

    found = analysed(tmp_path)

    assert found.table_2.absent == ("crp_mg_l", "esr_mm_h", "das28crp3", "das28esr", "das28esr3")
    assert found.models[1].reason == "nobody is named as an outlier: --outlier PERSON, or outliers in the plan"


def test_a_model_of_a_total_that_the_export_has_not_names_it(tmp_path: Path) -> None:
    write_cohort(tmp_path)
    text = shipped_plan_text().replace('outcome = "MRII"', 'outcome = "XYZTOT"', 1)

    found = analysed(tmp_path, load_plan(text, "plan.toml"))

    assert found.models[0].reason == "XYZTOT isn't in the export"
