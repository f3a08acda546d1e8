"""Password of a server, asked of whoever sits at the terminal."""

from __future__ import annotations

import sys

import click

from workstation.app.servers import passwords
from workstation.errors import UsageRefused


def ask(user: str) -> str:
    """What is typed unseen.

    Raises:
        UsageRefused: nobody sits there.
    """
    if not sys.stdin.isatty():
        raise UsageRefused(f"no terminal to ask for the password of {user}; give it in {passwords.PASSWORD_VARIABLE}")
    found: str = click.prompt(f"Password of {user}", hide_input=True, err=True)
    return found
