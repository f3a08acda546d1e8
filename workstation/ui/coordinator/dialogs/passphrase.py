"""Passphrase dialogs of a vault, and of whoever acts for the coordinator. What is typed is kept nowhere."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from storage.errors import PassphraseRefused, VaultLocked
from workstation.ui.coordinator.dialogs.choices import text_line
from workstation.ui.shared.coordinator_style import STYLE
from workstation.ui.shared.labels import plain_label

WIDTH_PX = 460
VAULT = "The identities of this study are under a passphrase. Without it the study stays closed."
ACTING = "This study asks who acts for the coordinator. Each act then stands on the record under that name."
FORGOTTEN = "Forgotten? Another coordinator sets a new one, with a reason (Ctrl+K, Passphrase of whoever acts)."


class PassphraseDialog(QDialog):
    """One passphrase; with names also whose it is."""

    def __init__(self, title: str, explained: str, parent: QWidget, names: tuple[str, ...] = ()) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setStyleSheet(STYLE)
        self.setMinimumWidth(WIDTH_PX)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(plain_label(title, role="heading"))
        column.addWidget(plain_label(explained, role="dim", wrap=True))
        form = QFormLayout()
        self.who = QComboBox(self)
        self.who.setAccessibleName("Who")
        self.who.addItems(list(names))
        self.who.setVisible(bool(names))
        if names:
            form.addRow("Who", self.who)
        self.passphrase = text_line("Passphrase", "")
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        form.addRow("Passphrase", self.passphrase)
        column.addLayout(form)
        if names:
            column.addWidget(plain_label(FORGOTTEN, role="dim", wrap=True))
        buttons = QDialogButtonBox(self)
        self.opens = buttons.addButton("Open the study", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton("Leave it closed", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.opens.setDefault(True)
        self.opens.setEnabled(False)
        self.passphrase.textChanged.connect(lambda typed: self.opens.setEnabled(bool(typed)))
        # with one name there is nothing to choose
        first = self.who if len(names) > 1 else self.passphrase
        first.setFocus(Qt.FocusReason.OtherFocusReason)


def ask_passphrase(parent: QWidget) -> str:
    """What was typed.

    Raises:
        VaultLocked: the coordinator left it.
    """
    dialog = PassphraseDialog("Passphrase of the vault", VAULT, parent)
    if dialog.exec() != QDialog.DialogCode.Accepted:
        raise VaultLocked("vault.db has a passphrase, and none was given")
    return dialog.passphrase.text()


def ask_who_acts(parent: QWidget, who: str, names: tuple[str, ...]) -> tuple[str, str]:
    """Who it is, where that wasn't said, and what they typed.

    Raises:
        PassphraseRefused: they left it.
    """
    dialog = PassphraseDialog("Who acts for the coordinator?", ACTING, parent, (who,) if who else names)
    if dialog.exec() != QDialog.DialogCode.Accepted:
        raise PassphraseRefused("This study asks who acts for the coordinator, and nobody was named. F5 asks again")
    return dialog.who.currentText(), dialog.passphrase.text()
