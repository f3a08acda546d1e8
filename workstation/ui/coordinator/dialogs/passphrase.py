"""Passphrase dialogs of a vault, and of whoever acts for the coordinator. What is typed is kept nowhere."""

from __future__ import annotations

from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget

from storage.errors import PassphraseRefused, VaultLocked


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


def ask_who_acts(parent: QWidget, who: str, names: tuple[str, ...]) -> tuple[str, str]:
    """Who it is, where that wasn't said, and what they typed.

    Raises:
        PassphraseRefused: they left it.
    """
    chosen = bool(who)
    if not who:
        who, chosen = QInputDialog.getItem(parent, "Who acts", "This study asks who you are:", names, 0, editable=False)
    if chosen:
        given, typed = QInputDialog.getText(parent, "Who acts", f"Passphrase of {who}:", QLineEdit.EchoMode.Password)
        if typed:
            return who, given
    raise PassphraseRefused("This study asks who acts for the coordinator, and nobody was named. F5 asks again")
