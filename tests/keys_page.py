"""Page of the keys, written from the key map that comes with the program.

`python -m tests.keys_page` writes docs/keys.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workstation.actions.action import Action
from workstation.actions.loading import shipped_actions
from workstation.actions.mouse import MOUSE

PAGE = Path(__file__).parents[1] / "docs" / "keys.md"
HEAD = """# Keys of the reading room

Written from `workstation/actions/keys.toml` by `python -m tests.keys_page`; a test fails when the two differ. F1 shows
the same list in the room. On a Mac, Ctrl is Command. The keys work wherever the mouse has been; digits of the number
pad grade too. While words are being typed, or the list of keys is open, no key grades.

Your own keys and mouse go into `keys.toml` in the folder that `ramris keys` names (`RAMRIS_CONFIG` puts it elsewhere);
a key that would do two things is refused by name, and a digit always gives its own grade. `profile` takes keys and
mouse of another viewer as far as the room does the same: `ohif`, `horos` (and OsiriX), `weasis`; what you write
yourself goes before it. `Shift+F10` goes from one to the next in the room, at once and for the next time, in place
of the one that the file names. F1 shows what holds, `ramris keys` what the file says. `ramris keys --card FILE.html`
writes a card to print.

    profile = "weasis"

    [keys]
    "images.width" = ["Shift+C"]

    [mouse]
    middle = "slices"
    "ctrl+left" = "pan"

Gestures are `left`, `middle`, `right` and `wheel`, also with `shift+` or `ctrl+`; a drag does `window`, `pan`, `zoom`,
`slices` or `nothing`, the wheel `slices`, `slices-alone`, `zoom` or `nothing`. A click stays what it is.
"""
MICE = """
## Mouse, over an image

| Mouse | What it does |
| --- | --- |
"""
TAIL = """
`X` gives grade 10, because a digit grades at once: the program never waits for a second digit after a 1.
"""


def page(actions: Sequence[Action]) -> str:
    """docs/keys.md as Markdown, a table for each menu."""
    groups = dict.fromkeys(action.group for action in actions)
    tables = "".join(_table(group, [one for one in actions if one.group == group]) for group in groups)
    mouse = "".join(f"| {what} | {title} |\n" for what, title in MOUSE)
    return f"{HEAD}{tables}{MICE}{mouse}{TAIL}"


def _table(group: str, actions: Sequence[Action]) -> str:
    rows = "".join(f"| {', '.join(f'`{key}`' for key in action.keys)} | {action.title} |\n" for action in actions)
    return f"\n## {group}\n\n| Keys | What it does |\n| --- | --- |\n{rows}"


if __name__ == "__main__":
    PAGE.write_text(page(shipped_actions()), encoding="utf-8")
