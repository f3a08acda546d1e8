"""Lines of a study's staff: what they say, and on which days somebody has a role."""

from __future__ import annotations

import pytest

from storage.signing.printed_names import StaffMember


def test_a_line_says_what_is_known_and_leaves_out_what_is_not() -> None:
    whole = StaffMember("ES", "Ellen Smit", "reader", "2026-03-01", "2026-03-02", "2026-09-30")

    assert whole.as_text() == ("ES  Ellen Smit, reader, trained 2026-03-01, from 2026-03-02, until 2026-09-30")
    assert StaffMember("ES", "Ellen Smit", "reader").as_text() == "ES  Ellen Smit, reader"


# the first and the last day are days in the role
@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        ("", "", ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"]),
        ("2026-03-02", "", ["2026-03-02", "2026-03-03", "2026-03-04"]),
        ("", "2026-03-03", ["2026-03-01", "2026-03-02", "2026-03-03"]),
        ("2026-03-02", "2026-03-03", ["2026-03-02", "2026-03-03"]),
        ("2026-03-03", "2026-03-02", []),
    ],
)
def test_a_role_is_had_from_its_first_to_its_last_day(since: str, until: str, days: list[str]) -> None:
    person = StaffMember("ES", "Ellen Smit", "reader", since=since, until=until)

    assert [day for day in ("2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04") if person.acts_on(day)] == days
