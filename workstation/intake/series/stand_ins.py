"""Stand-ins: what a study takes in place of a kind that a site didn't make: yes, no, or a person is asked."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class Rule(Enum):
    """Whether one kind of series is taken for another."""

    YES = "yes"
    ASK = "ask"
    NO = "no"


class StandIns(Struct, frozen=True, forbid_unknown_fields=True):
    """Fat-suppressed T1 gradient echoes after contrast for T1FSGD, and PD with fat suppression for T2FS."""

    gradient_for_t1fsgd: Rule = Rule.ASK
    pdfs_for_t2fs: Rule = Rule.ASK


ASKED = StandIns()
