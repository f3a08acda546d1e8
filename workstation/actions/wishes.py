"""Command of an action, made from the words of its declaration: `does = "MoveFocus"`, `with = { sites = 1 }`."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from scoring.toml_complaints import complaint
from scoring.toml_file import TomlLocation
from workstation.actions.action import IN_SIGHT, Wish
from workstation.reading.session.step import COMMANDS

# what stands for the visit and the series until a key is pressed
_NONE_YET: Mapping[str, object] = {"visit": 0, "series": ""}


def wish(does: str, given: Mapping[str, object], location: TomlLocation) -> Wish:
    """What an action sends: the command of that name with the values given; `location` is where the action is declared.

    Raises:
        TomlRefused: there is no such command, or it takes no such values.
    """
    if does not in COMMANDS:
        location.at("does").refuse(f"{does} is no command (such as {', '.join(sorted(COMMANDS)[:3])})")
    command, within = COMMANDS[does], location.at("with")
    # not msgspec.structs.fields: it looks up all types, 70 times before a room is there
    fields, defaults = command.__struct_fields__, command.__struct_defaults__
    required = fields[: len(fields) - len(defaults)]
    for name in given:
        if name not in fields:
            within.refuse(f"{does} takes no {name} (it takes: {', '.join(fields) or 'nothing'})")
    open_ones = frozenset(name for name in IN_SIGHT if name in fields and name not in given)
    values = {**{name: _NONE_YET[name] for name in open_ones}, **given}
    needed = any(name in required for name in open_ones)
    trouble = ""
    try:
        return Wish(msgspec.convert(values, command), open_ones, needed)
    except msgspec.ValidationError as error:
        steps, trouble = complaint(str(error), values, command)
        within = within.at(*steps)
    except TypeError:
        # what is drawn or registered can't be written down
        trouble = f"no key can give what {does} needs"
    raise within.refusal(trouble)
