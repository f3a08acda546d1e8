"""Tasks of a study as data: found by words, whole or not, and messages that name them in place of commands."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from workstation.app.window_tasks import TASKS
from workstation.cli.shared import cli
from workstation.managing.actions import shipped_actions
from workstation.managing.session import TASKS_KEY
from workstation.managing.study_tasks import Given, StudyTask, found, in_the_window, meant

# what else of `ramris study` the coordinator's window does, and by which action
ELSEWHERE = {
    "study create": "a page of its own where there is no study",
    "study add": "scans.folder",
    "study check": "study.again",
    "study assign": "study.assign",
    "study hand-over": "study.hand_over",
    "study board": "study.readers",
    "study queries": "study.readers",
    "study decide": "study.questions",
    "study choices": "study.questions",
    "study choose": "series.kind",
    "study blank": "series.blank",
    "study release": "series.release",
    "study refuse": "series.refuse",
    "study undo": "series.undo",
    "study remove": "subject.remove",
    "reread": "study.readers",
}
# what only a terminal does, with the reason
BY_COMMAND: frozenset[str] = frozenset()


def test_each_command_of_a_study_is_a_task_of_the_window_or_an_action_of_it() -> None:
    study = cli.get_command(click.Context(cli), "study")
    assert isinstance(study, click.Group)
    commands = {f"study {name}" for name in study.list_commands(click.Context(study))}
    actions = {action.id for action in shipped_actions()}
    reached = {task.command for task in TASKS} | set(ELSEWHERE) | BY_COMMAND
    assert commands <= reached, f"give each of these a task or an action of the window: {sorted(commands - reached)}"
    assert {place for place in ELSEWHERE.values() if " " not in place} <= actions


def test_ids_and_titles_stand_once() -> None:
    for of in ("id", "title", "command"):
        names = [getattr(task, of) for task in TASKS]
        assert len(set(names)) == len(names), of


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("audit", "study.audit"),
        ("BACK UP", "study.backup"),
        ("scripts for r", "study.export"),
        ("backup rest", "study.restore"),
    ],
)
def test_a_task_is_found_by_each_of_the_words_that_are_typed(typed: str, first: str) -> None:
    assert found(TASKS, typed)[0].id == first


def test_nothing_typed_finds_all_and_nonsense_none() -> None:
    assert found(TASKS, "") == TASKS
    assert found(TASKS, "xyzzy") == ()


def test_a_task_tells_what_is_still_to_be_filled_in() -> None:
    reopen = next(task for task in TASKS if task.id == "study.reopen")
    assert reopen.lacks({}) == ("Case", "Why")
    assert reopen.lacks({"case": "XK3F7", "why": "  "}) == ("Why",)
    assert reopen.lacks({"case": "XK3F7", "why": "late"}) == ()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "finish them, or lock with --incomplete --why TEXT",
            "finish them, or lock with “Also if readings lack answers or signatures” and “Why”",
        ),
        (
            "`ramris study merge DIR OUT` brings it back",
            f"“Bring back what readers did in their copies” ({TASKS_KEY}) brings it back",
        ),
        (
            "There are no backups yet; `ramris study backup DIR` makes one",
            f"There are no backups yet; “Back up now” ({TASKS_KEY}) makes one",
        ),
        ("Next: ramris export /data/trial OUT", f"Next: “Export scores” ({TASKS_KEY})"),
        ("nothing of the sort", "nothing of the sort"),
    ],
)
def test_a_message_names_what_the_window_has_in_place_of_the_command_line(said: str, told: str) -> None:
    assert in_the_window(said, TASKS, TASKS_KEY) == told


def test_the_analysis_in_the_window_leaves_named_outliers_out_of_one_model(tmp_path: Path) -> None:
    cohort = Path(__file__).parents[1] / "scoring" / "analysis" / "reference" / "cohort"
    values = {
        "exports": str(cohort / "export"),
        "clinical": str(cohort / "clinical.csv"),
        "out": str(tmp_path / "tables"),
        "outliers": "P10, P39",
    }
    task = next(task for task in TASKS if task.id == "study.analyse")

    notice = task.run(Given(tmp_path, None, values, lambda _done, _total, _stage: None))

    assert any("without P10 and P39" in line or "without P10, P39" in line for line in notice.details), notice.details
    assert (tmp_path / "tables" / "figure_2.pdf").is_file()


@pytest.mark.parametrize(
    ("typed", "task"), [("Unlock the study", "study.unlock"), ("lock the", "study.lock"), ("export", "study.export")]
)
def test_the_task_whose_title_begins_with_what_was_typed_is_meant(typed: str, task: str) -> None:
    chosen = meant(found(TASKS, typed), typed)

    assert chosen is not None
    assert chosen.id == task


# what takes a task's work back: another task, or a field of its own
UNDONE_BY = {
    "study.lock": "study.unlock",
    "study.unlock": "study.lock",
    "study.unlock_vault": "study.lock_vault",
    "study.retire": "undo",
    "study.take_back": "undo",
    "study.rename_reader": "undo",
    "study.enrolments": "undo",
    "study.assign": "study.take_back",
    "study.scheme": "remove",
    "study.design": "study.design",
    "study.people": "study.people",
    "study.move": "study.move_back",
    "study.move_back": "study.move",
}
# they add to the record or write files, and take nothing away
ADDS = {
    "study.merge", "study.reopen", "study.disagreements", "study.export", "study.trail", "study.backup",
    "study.salvage", "study.keep_vault", "study.final", "study.pull", "study.report",
    "study.results", "study.server_merge", "study.server_put", "study.join",
}  # fmt: skip


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_a_task_that_nothing_takes_back_says_so_before(task: StudyTask) -> None:
    undone = UNDONE_BY.get(task.id, "")
    known = {item.id for item in TASKS} | {field.name for field in task.fields}

    assert undone == "" or undone in known
    assert undone or task.reads or task.warns or task.id in ADDS, "say in `warns` what can't be undone"
