"""Each case of the hostile list is given by a test, or says why not; the page in docs tells the truth about it."""

from tests.hostile_cases import PAGE, cases, marked, page


def test_every_mark_names_a_case_of_the_list() -> None:
    assert set(marked()) <= {case.number for case in cases()}


def test_a_case_has_a_test_or_a_reason_and_never_both() -> None:
    tests = marked()
    neither = [case.number for case in cases() if not case.untested and case.number not in tests]
    both = [case.number for case in cases() if case.untested and case.number in tests]
    assert (neither, both) == ([], []), "take `untested` out of tests/hostile_cases.toml where a test has the mark"


def test_the_page_is_what_the_marks_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(cases(), marked()), "run python -m tests.hostile_cases"
