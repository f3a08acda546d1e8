"""Parts of the endurance run, and how the time is shared among them: whichever had least goes next. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

# starting Python, Qt and the fixtures of a part takes some seconds
SHORTEST_TURN_S: Final = 30.0
TURNS_A_PART: Final = 4


@dataclass(frozen=True, slots=True)
class Part:
    """What is run in one turn. options, environment: `{seed}` stands for the turn's."""

    name: str
    files: tuple[str, ...]
    options: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Slot:
    """A turn: no test begins after `soft_s`, and whatever still runs is stopped after `hard_s`."""

    part: int
    soft_s: float
    hard_s: float


def next_slot(used_s: list[float], whole_s: float) -> Slot | None:
    """Whose turn it is, for parts that had so much of the whole time; None when that is over.

    A test may be longer than a turn, but a part gets no more than its share of the whole while another one had less.
    """
    left = whole_s - sum(used_s)
    if left <= 0:
        return None
    share = whole_s / len(used_s)
    part = used_s.index(min(used_s))
    turn = min(left, max(SHORTEST_TURN_S, share / TURNS_A_PART), max(share, 1.0))
    return Slot(part, turn, min(left, max(turn, share - used_s[part])))


PARTS: Final = (
    Part(
        "kill -9 of window, enter, signature, backup and migration",
        ("tests/torture/test_killing_anywhere.py", "tests/storage/record/test_killing.py"),
        ("--torture", "16"),
        {"RAMRIS_TORTURE_SEED": "{seed}"},
    ),
    Part(
        "kill -9 of commands",
        ("tests/torture/test_killing_commands.py",),
        ("--torture", "16"),
        {"RAMRIS_TORTURE_SEED": "{seed}"},
    ),
    Part(
        "kill -9 of every command that writes, on a study that has lived",
        ("tests/torture/test_killing_every_command.py",),
        ("--torture", "48"),
        {"RAMRIS_TORTURE_SEED": "{seed}"},
    ),
    Part("power cuts", ("tests/torture/test_power_cuts.py",), ("--torture", "6"), {"RAMRIS_TORTURE_SEED": "{seed}"}),
    Part("failing disk calls", ("tests/torture/test_failing_disks.py", "tests/storage/database/test_disk_faults.py")),
    Part(
        "damaged DICOM files",
        ("tests/intake/importing/test_damaged_copies.py",),
        ("--mutants", "240", "--mutant-seed", "{seed}"),
    ),
    Part("hostile files and folders", ("tests/intake/headers", "tests/intake/files")),
    Part(
        "hostile databases",
        ("tests/storage/database/test_hostile_databases.py",),
        (),
        {"RAMRIS_HOSTILE_RUNS": "24", "RAMRIS_HOSTILE_SEED": "{seed}"},
    ),
    Part(
        "edits past the program",
        ("tests/storage/audit/test_kinds_of_edits.py",),
        (),
        {"RAMRIS_EDITS_RUNS": "200", "RAMRIS_EDITS_SEED": "{seed}"},
    ),
    Part(
        "two windows, and writers at once",
        ("tests/storage/files", "tests/storage/record/test_still_view.py", "tests/storage/record/test_transactions.py"),
    ),
    Part(
        "any act in any state of a study",
        ("tests/lived/test_no_dead_ends.py",),
        ("--hypothesis-seed", "{seed}"),
        {"RAMRIS_TORTURE_SEED": "{seed}"},
    ),
    Part(
        "a hand that knows nothing, in the window",
        ("tests/ui/reader/test_monkey.py",),
        ("--monkey-minutes", "0.2"),
        {"RAMRIS_TORTURE_SEED": "{seed}"},
    ),
)
