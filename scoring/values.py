"""Changed copies of frozen values, whichever way these are made: msgspec's `Struct` or a dataclass.

What the reading room imports at its start is made of Structs: Python takes 1 ms to make the class of a frozen
dataclass with slots, and 0.03 ms for a Struct (docs/decisions/0029).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # what mypy knows by this name it checks, change for change, for Structs too
    from dataclasses import replace as replace  # noqa: PLC0414 - given on
else:
    from msgspec import Struct, structs

    def replace(value: object, /, **changes: object) -> object:
        """A copy of `value` with some fields changed; TypeError for a field that it hasn't."""
        if isinstance(value, Struct):
            return structs.replace(value, **changes)
        from dataclasses import replace as of_dataclass  # noqa: PLC0415 - no value at the start is one

        return of_dataclass(value, **changes)
