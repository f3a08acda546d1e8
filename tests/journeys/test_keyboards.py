"""Keyboards of eight countries on a real X server: the keys under a reader's fingers, whatever they write elsewhere."""

import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.journeys.conftest import Screen, until

pytestmark = [pytest.mark.xserver, pytest.mark.timeout(300)]

Opener = Callable[[], subprocess.Popen[bytes]]

# the key that A is on: X's number of it, from xkeyboard-config's symbols; elsewhere it is beside Caps Lock
BESIDE_TAB, BESIDE_CAPS_LOCK = "24", "38"
A_OF = {"fr": BESIDE_TAB, "be": BESIDE_TAB}
LAYOUTS = ("us", "be", "de", "fr", "cz", "ru", "gr", "il")
# the second key of the row of digits, the third with Shift, and N: where it is on every Latin keyboard
TWO, THREE_SHIFTED, N = "11", "shift+12", "57"


def answers(study: Path) -> list[str]:
    """What was answered, in its order."""
    with sqlite3.connect(f"file:{study / 'study.db'}?mode=ro", uri=True) as connection:
        return [str(row[0]) for row in connection.execute("SELECT after FROM event ORDER BY seq")]


def test_digits_and_letters_answer_by_the_keys_of_eight_layouts(room: Opener, screen: Screen, study: Path) -> None:
    if not shutil.which("setxkbmap"):
        pytest.skip("needs setxkbmap")
    room()
    screen.window()

    for number, layout in enumerate(LAYOUTS):
        subprocess.run(["setxkbmap", layout], env=screen.environment, check=True)
        screen.press(TWO, THREE_SHIFTED, N, A_OF.get(layout, BESIDE_CAPS_LOCK))
        given = partial(_given, study, 4 * (number + 1))
        until(given, f"four answers by the keyboard of {layout}", 20)
        assert answers(study)[4 * number :] == ["2", "3", "NC", "AR"], layout


def _given(study: Path, count: int) -> bool:
    return len(answers(study)) >= count
