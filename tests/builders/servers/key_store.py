"""Key store of an account in a file: a backend of keyring as its public class asks for, for this process and its own.

It stands where a desktop has one of its system's. Shut, it says what a locked one says.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

VARIABLE: Final = "KEY_STORE_OF_TESTS"


class FileKeyStore(KeyringBackend):
    """The file that the environment names; a folder of that name beside it, ending in .shut, locks it."""

    # https://keyring.readthedocs.io/en/latest/#writing-your-own-keyring-backend: 1 and more is recommended
    priority: Any = 1

    @property
    def file(self) -> Path:
        """Where it lies."""
        return Path(os.environ[VARIABLE])

    def shut(self, *, is_shut: bool = True) -> None:
        """Lock it, or open it again."""
        lock = self.file.with_suffix(".shut")
        (lock.mkdir if is_shut else lock.rmdir)()

    def held(self) -> dict[str, str]:
        """All of it: what each account of a service has."""
        if self.file.with_suffix(".shut").exists():
            raise KeyringLocked("the store of this test is shut")
        found: dict[str, str] = json.loads(self.file.read_text("utf-8")) if self.file.exists() else {}
        return found

    def forget(self) -> None:
        """As a new machine has it: empty."""
        self.file.unlink(missing_ok=True)

    def get_password(self, service: str, username: str) -> str | None:
        return self.held().get(f"{service}\n{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        held = {**self.held(), f"{service}\n{username}": password}
        self.file.write_text(json.dumps(held), "utf-8")
        self.file.chmod(0o600)

    def delete_password(self, service: str, username: str) -> None:
        held = self.held()
        if held.pop(f"{service}\n{username}", None) is None:
            raise PasswordDeleteError(username)
        self.file.write_text(json.dumps(held), "utf-8")


def given_to(monkeypatch: pytest.MonkeyPatch, file: Path) -> FileKeyStore:
    """That store for this process, and for those that it starts, until the test has ended."""
    made = FileKeyStore()  # type: ignore[no-untyped-call] # keyring says no types of it
    monkeypatch.setenv(VARIABLE, str(file))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", f"{__name__}.{FileKeyStore.__name__}")
    monkeypatch.setattr(keyring.core, "_keyring_backend", made)
    assert keyring.get_keyring() is made
    return made
