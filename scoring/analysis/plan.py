"""Plan of an analysis: which variables, tables and models, from TOML. A mistake is named with file and location."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from scoring.analysis.disease_activity import FORMS
from scoring.analysis.plan_toml import PlanToml, RegressionToml, VariableToml
from scoring.toml_file import TomlLocation, read_toml, shipped_text
from scoring.values import replace

SHIPPED: Final = "plans/published.toml"
# In a list of rows: every total of the exports, in their order.
TOTALS: Final = "totals"
OR: Final = " or "
_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
_TOTAL: Final = re.compile(r"[A-Z][A-Z0-9-]{0,7}")
# stands between a further scheme of the study and its total
FURTHER: Final = ":"
_OF_SCHEME: Final = re.compile(rf"([a-z][a-z0-9-]{{0,39}}{FURTHER})?{_TOTAL.pattern}")
# Columns of the clinical file that say which row is whose.
KEYS: Final = ("subject_id", "person_id", "enrolment", "group")


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable. `columns`: the first of them that the file has is read, with `_v1` and `_v2` where it has visits.

    `codes`: of a category, its codes with other words for each; the first code is the one that a model names.
    `formula`: a form of DAS28, computed where the file has its components and no column. `total`: of an export.
    """

    id: str
    label: str
    category: bool
    columns: tuple[str, ...]
    visits: bool
    lowest: float | None
    highest: float | None
    whole: bool
    codes: Mapping[str, tuple[str, ...]]
    one_for_a_person: bool
    formula: str
    total: str


@dataclass(frozen=True, slots=True)
class TablePlan:
    """Rows of a table, and whether it counts people (each by the first enrolment) or enrolments."""

    rows: tuple[str, ...]
    people: bool


@dataclass(frozen=True, slots=True)
class EntryCriterion:
    """At least so much of a variable at visit 1."""

    of: str
    at_least: float


@dataclass(frozen=True, slots=True)
class RegressionPlan:
    """One model: the outcome's change on changes, group, covariates and baseline values.

    A name may be "a or b": the first that there is.
    """

    id: str
    label: str
    outcome: str
    change: tuple[str, ...]
    group: bool
    adjusted_for: tuple[str, ...]
    baseline: tuple[str, ...]
    first_only: bool
    without_outliers: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A checked plan. `groups`: their order; empty is as found, by name. `outliers`: people by their person_id."""

    id: str
    title: str
    source: str
    sha256: str
    groups: tuple[str, ...]
    outliers: tuple[str, ...]
    variables: Mapping[str, Variable]
    table_1: TablePlan
    table_2: TablePlan
    table_3: TablePlan
    change_in: str
    table_4: tuple[str, ...]
    response: str | None
    entry: EntryCriterion | None
    regressions: tuple[RegressionPlan, ...]

    def with_outliers(self, people: Sequence[str]) -> Plan:
        """This plan with more people named as outliers."""
        return replace(self, outliers=tuple(dict.fromkeys((*self.outliers, *people))))


def shipped_plan_text() -> str:
    """The published paper's plan as it is shipped."""
    return shipped_text("scoring.analysis", SHIPPED)


def shipped_plan() -> Plan:
    """The published paper's plan."""
    return load_plan(shipped_plan_text(), SHIPPED.removeprefix("plans/"))


def load_plan(text: str, file: str) -> Plan:
    """The plan that a TOML text says.

    Args:
        text: the whole file; its SHA-256 (of UTF-8) becomes `Plan.sha256`.
        file: what to call the file in a refusal.

    Raises:
        TomlRefused: anything that isn't allowed, with file and location.
    """
    at, raw = TomlLocation(file), read_toml(text, PlanToml, file)
    variables = _variables(at.at("variables"), raw.variables)
    names = _Names(variables)
    for table, columns in (("table_1", False), ("table_2", True), ("table_3", True)):
        rows = getattr(raw, table).rows
        names.check_rows(at.at(table, "rows"), rows, visits=columns)
    for number, row in enumerate(raw.table_3.rows):
        names.check_number(at.at("table_3", "rows", number), row)
    names.check(at.at("table_4", "change_in"), raw.table_4.change_in, visits=True, numbers=True)
    names.check_rows(at.at("table_4", "rows"), raw.table_4.rows, visits=True, numbers=True)
    if raw.response is not None:
        names.check(at.at("response", "of"), raw.response.of, visits=True, numbers=True)
    if raw.entry is not None:
        names.check(at.at("entry", "of"), raw.entry.of, visits=True, numbers=True)
    at.at("groups").unique(raw.groups, "group")
    at.at("regressions").unique((item.id for item in raw.regressions), "regression")
    return Plan(
        id=at.filled("id", raw.id),
        title=at.filled("title", raw.title),
        source=at.filled("source", raw.source),
        sha256=sha256(text.encode()).hexdigest(),
        groups=tuple(raw.groups),
        outliers=tuple(raw.outliers),
        variables=variables,
        table_1=TablePlan(tuple(raw.table_1.rows), raw.table_1.count == "people"),
        table_2=TablePlan(tuple(raw.table_2.rows), raw.table_2.count == "people"),
        table_3=TablePlan(tuple(raw.table_3.rows), raw.table_3.count == "people"),
        change_in=raw.table_4.change_in,
        table_4=tuple(raw.table_4.rows),
        response=None if raw.response is None else raw.response.of,
        entry=None if raw.entry is None else EntryCriterion(raw.entry.of, raw.entry.at_least),
        regressions=tuple(
            _regression(at.at("regressions", number), item, names) for number, item in enumerate(raw.regressions)
        ),
    )


def _variables(at: TomlLocation, raw: Sequence[VariableToml]) -> dict[str, Variable]:
    at.unique((item.id for item in raw), "variable")
    found = {item.id: _variable(at.at(number), item) for number, item in enumerate(raw)}
    for number, item in enumerate(raw):
        for name in FORMS[item.formula].components if item.formula else ():
            if name not in found or not found[name].visits or found[name].category:
                at.at(number, "formula").refuse(
                    f"{item.formula} needs the variable {name}, a number with visits = true: declare it"
                )
    return found


def _variable(at: TomlLocation, raw: VariableToml) -> Variable:
    if not _ID.fullmatch(raw.id) or raw.id in {TOTALS, *KEYS}:
        at.at("id").refuse(f"{raw.id!r}: 1 to 32 of a-z, 0-9 and _, a letter first; not {', '.join((TOTALS, *KEYS))}")
    category = raw.kind == "category"
    if category and len(raw.codes) < 2:  # noqa: PLR2004 - a category tells two things apart
        at.at("codes").refuse("a category needs two codes or more, such as codes = { YES = [], NO = [] }")
    if category and (raw.lowest, raw.highest, raw.whole) != (None, None, False):
        at.refuse('lowest, highest and whole go with kind = "number"')
    if not category and raw.codes:
        at.at("codes").refuse('codes go with kind = "category"')
    words = [word.upper() for code, others in raw.codes.items() for word in (code, *others)]
    at.at("codes").unique(words, "code")
    if raw.formula and (raw.formula not in FORMS or category or not raw.visits):
        at.at("formula").refuse(f"{raw.formula!r}: {', '.join(FORMS)} is allowed, for a number with visits = true")
    if raw.total and (not _OF_SCHEME.fullmatch(raw.total) or category or not raw.visits):
        at.at("total").refuse(
            f"{raw.total!r}: the code of a total is wanted (CODE, or SCHEME:CODE), for a number with visits = true"
        )
    if raw.lowest is not None and raw.highest is not None and raw.lowest >= raw.highest:
        at.at("lowest").refuse(f"{raw.lowest:g} isn't below highest, {raw.highest:g}")
    return Variable(
        id=raw.id,
        label=at.filled("label", raw.label),
        category=category,
        columns=tuple(column.lower() for column in raw.columns) or (raw.id,),
        visits=raw.visits,
        lowest=raw.lowest,
        highest=raw.highest,
        whole=raw.whole,
        codes={code.upper(): tuple(word.upper() for word in others) for code, others in raw.codes.items()},
        one_for_a_person=raw.one_for_a_person,
        formula=raw.formula,
        total=raw.total,
    )


@dataclass(frozen=True, slots=True)
class _Names:
    """What a name in a plan may stand for."""

    variables: Mapping[str, Variable]

    def check(self, at: TomlLocation, name: str, *, visits: bool | None = None, numbers: bool = False) -> None:
        """Refuse what is no variable and no total, or hasn't or has visits where it must or mustn't."""
        for one in name.split(OR):
            if _TOTAL.fullmatch(one):
                if visits is False:
                    at.refuse(f"{one} has two visits: put it under change or baseline")
                continue
            variable = self.variables.get(one)
            if variable is None:
                at.refuse(
                    f"unknown name {one} (a total of the export in capital letters, or one of the variables "
                    f"{', '.join(self.variables)})"
                )
            if numbers and variable.category:
                at.refuse(f"{one} is a category: a number is wanted here")
            if visits is not None and visits != variable.visits:
                wanted = "a variable with visits = true" if visits else "a variable without visits"
                at.refuse(f"{one}: {wanted} is wanted here")

    def check_rows(self, at: TomlLocation, rows: Sequence[str], *, visits: bool, numbers: bool = False) -> None:
        """Rows of a table; `visits`: they are shown at both visits."""
        at.unique(rows, "row")
        for number, row in enumerate(rows):
            if row == TOTALS:
                if not visits:
                    at.at(number).refuse("totals have two visits: put them in table_2")
                continue
            self.check(at.at(number), row, visits=visits, numbers=numbers)

    def check_number(self, at: TomlLocation, row: str) -> None:
        """Refuse a category."""
        if row != TOTALS:
            self.check(at, row, numbers=True)


def _regression(at: TomlLocation, raw: RegressionToml, names: _Names) -> RegressionPlan:
    names.check(at.at("outcome"), raw.outcome, visits=True, numbers=True)
    for key, visits in (("change", True), ("baseline", True), ("adjusted_for", False)):
        terms: list[str] = getattr(raw, key)
        at.at(key).unique(terms, "term")
        for number, term in enumerate(terms):
            names.check(at.at(key, number), term, visits=visits, numbers=visits)
    if not (raw.group or raw.change or raw.adjusted_for or raw.baseline):
        at.refuse("there is no term: give change, group = true, adjusted_for or baseline")
    return RegressionPlan(
        id=at.filled("id", raw.id),
        label=at.filled("label", raw.label),
        outcome=raw.outcome,
        change=tuple(raw.change),
        group=raw.group,
        adjusted_for=tuple(raw.adjusted_for),
        baseline=tuple(raw.baseline),
        first_only=raw.enrolments == "first",
        without_outliers=raw.without_outliers,
    )
