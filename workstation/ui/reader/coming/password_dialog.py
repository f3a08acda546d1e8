"""Dialog that asks for the password of a reader's login before there is a room: a copy that is still to be fetched."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout

from workstation.ui.reader.coming.password import KEEP
from workstation.ui.shared.application import give_icon, the_application
from workstation.ui.shared.coordinator_style import STYLE
from workstation.ui.shared.labels import plain_label

TITLE = "Password of your login"
WANTED = (
    "The server that has your cases wants the password that you were given with its address. Your cases are fetched to "
    "this machine then, and what you read is sent back."
)
ANOTHER = "The server didn't take that password. Type it again, as it was given to you."


class Given(NamedTuple):
    """What was typed, and whether it is to be kept in the key store."""

    password: str
    keep: bool


class PasswordDialog(QDialog):
    """One line to type in, unseen; Enter goes on, Esc leaves."""

    def __init__(self, words: str, *, can_keep: bool) -> None:
        super().__init__()
        self.setWindowTitle(f"ramris - {TITLE}")
        self.setAccessibleName(TITLE)
        self.setStyleSheet(STYLE)
        self.setFixedWidth(480)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(12)
        column.addWidget(plain_label(TITLE, role="heading"))
        self.words = plain_label(words, role="against" if words == ANOTHER else "dim", wrap=True)
        column.addWidget(self.words)
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setAccessibleName("Password")
        column.addWidget(self.field)
        self.keep = QCheckBox(KEEP)
        self.keep.setVisible(can_keep)
        column.addWidget(self.keep)
        both = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(both.Ok | both.Cancel, self)
        for one in (both.Ok, both.Cancel):
            # the platform's own would be the only coloured ones
            buttons.button(one).setIcon(QIcon())
        self.use = buttons.button(both.Ok)
        self.use.setText("Use it")
        self.use.setDefault(True)
        self.use.setEnabled(False)
        self.field.textChanged.connect(lambda typed: self.use.setEnabled(bool(typed)))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.field.setFocus()

    def given(self) -> Given:
        """What was typed."""
        return Given(self.field.text(), self.keep.isChecked())


def ask(*, again: bool, can_keep: bool) -> Given | None:
    """Ask in a window of its own; None where somebody leaves it. again: one wasn't taken."""
    the_application()
    give_icon()
    dialog = PasswordDialog(ANOTHER if again else WANTED, can_keep=can_keep)
    return dialog.given() if dialog.exec() == QDialog.DialogCode.Accepted else None
