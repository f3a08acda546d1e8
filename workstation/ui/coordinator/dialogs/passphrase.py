"""Passphrase dialog of a vault. What is typed is handed on and kept nowhere."""

from __future__ import annotations

from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget

from storage.errors import VaultLocked


def ask_passphrase(parent: QWidget) -> str:
    """What was typed.

    Raises:
        VaultLocked: the coordinator left it.
    """
    given, typed = QInputDialog.getText(
        parent, "Vault", "The vault with the identities has a passphrase. Passphrase:", QLineEdit.EchoMode.Password
    )
    if not typed:
        raise VaultLocked("vault.db has a passphrase, and none was given")
    return given
