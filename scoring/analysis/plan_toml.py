"""Tables of a plan file: the keys that each may have."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field


class VariableToml(Struct, forbid_unknown_fields=True):
    """One variable of the clinical file, or a total of an export under a name of its own."""

    id: str
    label: str
    kind: Literal["number", "category"]
    columns: list[str] = field(default_factory=list)
    visits: bool = False
    lowest: float | None = None
    highest: float | None = None
    whole: bool = False
    codes: dict[str, list[str]] = field(default_factory=dict)
    one_for_a_person: bool = False
    formula: str = ""
    total: str = ""


class TableToml(Struct, forbid_unknown_fields=True):
    """One table: what is counted, and its rows."""

    rows: list[str]
    count: Literal["people", "enrolments"]


class CorrelationToml(Struct, forbid_unknown_fields=True):
    """The table of correlations: change in one thing with change in each of the rows."""

    change_in: str
    rows: list[str]


class ResponseToml(Struct, forbid_unknown_fields=True):
    """The EULAR response: of which DAS28."""

    of: str


class EntryToml(Struct, forbid_unknown_fields=True):
    """The entry criterion: at least so much of a variable at visit 1."""

    of: str
    at_least: float


class RegressionToml(Struct, forbid_unknown_fields=True):
    """One linear model of change."""

    id: str
    label: str
    outcome: str
    change: list[str] = field(default_factory=list)
    group: bool = True
    adjusted_for: list[str] = field(default_factory=list)
    baseline: list[str] = field(default_factory=list)
    enrolments: Literal["all", "first"] = "all"
    without_outliers: bool = False


class PlanToml(Struct, forbid_unknown_fields=True):
    """A whole plan."""

    id: str
    title: str
    source: str
    variables: list[VariableToml]
    table_1: TableToml
    table_2: TableToml
    table_3: TableToml
    table_4: CorrelationToml
    groups: list[str] = field(default_factory=list)
    outliers: list[str] = field(default_factory=list)
    response: ResponseToml | None = None
    entry: EntryToml | None = None
    regressions: list[RegressionToml] = field(default_factory=list)
