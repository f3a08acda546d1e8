"""Faults of a PostgreSQL server in words for a person, by SQLSTATE and never by its text, which holds names and values.

The classes: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from __future__ import annotations

from typing import Final

_LATER: Final = "Try again in a moment."
_ASK: Final = "Ask who keeps the server."
_LOST: Final = ("the connection to the server was lost", "See that it runs and can be reached, and try again.")
_HUNG: Final = (
    "the server doesn't answer",
    "It may be at work on something, or hang: try again in a moment, or ask who keeps it.",
)

# by the whole code first, then by its class: why, and what to do
_KNOWN: Final = {
    "55P03": ("another coordinator's command is being saved", _LATER),
    "57014": ("the server took too long", _LATER),
    "53100": ("the disk of the server is full", _ASK),
    "53300": ("the server takes no more connections", _LATER),
    "25006": ("the server takes no changes now (a standby, or set to read only)", _ASK),
    "42501": ("the server doesn't allow it to this user", _ASK),
    "3D000": ("the server has no such database", "Check the address, or make the database first."),
    "28P01": (
        "the server doesn't know the user, or the password isn't right",
        "Check it in PGPASSWORD, key store or ~/.pgpass.",
    ),
    "28000": ("the server doesn't let this user in from here", _ASK),
    "22021": ("it holds a character that the server can't keep", "Take it out, and try again."),
    "40001": ("another coordinator's command was saved first", _LATER),
    "40P01": ("another coordinator's command was saved first", _LATER),
    "08": _LOST,
    "57": ("the server is being stopped or started", _LATER),
    "53": ("the server has too little memory or room", _ASK),
    "58": ("the disk of the server reports a fault", _ASK),
    "XX": ("the server reports damage", _ASK),
}
# a table or column that isn't there, a row that isn't taken: a mistake of this program, or a foreign hand's
_LOST_WITHOUT_CODE: Final = "OperationalError"


def explained(fault: BaseException | None) -> tuple[str, str] | None:
    """Why, and what to do; None of what isn't a server's fault, and of a mistake of this program."""
    # one of ours is a kind of theirs
    if not any(base.__module__.partition(".")[0] == "psycopg" for base in type(fault).__mro__):
        return None
    code: str | None = getattr(fault, "sqlstate", None)
    if code is None:
        return _without_code(str(fault)) if isinstance_by_name(fault, _LOST_WITHOUT_CODE) else None
    return _KNOWN.get(code) or _KNOWN.get(code[:2])


def is_damage(fault: BaseException | None) -> bool:
    """Whether the server says that what it holds is damaged."""
    code: str | None = getattr(fault, "sqlstate", None)
    return code is not None and code[:2] == "XX"


def isinstance_by_name(fault: BaseException | None, name: str) -> bool:
    """Whether one of its classes is called so: psycopg isn't imported where no server is used."""
    return any(base.__name__ == name for base in type(fault).__mro__)


def _without_code(text: str) -> tuple[str, str]:
    """No connection was made, so libpq alone speaks; of what it says these are told apart."""
    lowered = text.casefold()
    if "no answer in time" in lowered or "timeout" in lowered:
        return _HUNG
    if "pg_hba.conf" in lowered or "not permitted to log in" in lowered:
        # the first speaks of SSL too, and says nothing about a certificate
        return _KNOWN["28000"]
    if "certificate" in lowered or "ssl" in lowered:
        return (
            "the server's certificate isn't trusted, or it offers none",
            "Name the authority with ?sslrootcert=FILE in the address.",
        )
    if "password" in lowered:
        return _KNOWN["28P01"]
    if "does not exist" in lowered:
        return _KNOWN["3D000"]
    return ("the server can't be reached", "See that it runs and that the address is right, and try again.")
