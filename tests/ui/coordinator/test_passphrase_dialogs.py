"""Passphrase dialogs: by keys alone, nothing that was typed is shown, and leaving one says how it is asked again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from storage.errors import PassphraseRefused, VaultLocked
from workstation.ui.coordinator.dialogs.passphrase import PassphraseDialog, ask_passphrase, ask_who_acts


def _typed(*keys: Qt.Key | str) -> None:
    for key in keys:
        to = QApplication.focusWidget()
        assert to is not None
        if isinstance(key, str):
            QTest.keyClicks(to, key)
        else:
            QTest.keyClick(to, key)


@pytest.fixture
def typing(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> list[Qt.Key | str]:
    """What is typed into the next dialog, which a person would see."""
    keys: list[Qt.Key | str] = []

    def run(dialog: PassphraseDialog) -> int:
        dialog.show()
        dialog.activateWindow()
        qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
        _typed(*keys)
        said = [label.text() for label in dialog.findChildren(QLabel)]
        assert "horse" not in "".join([*said, dialog.passphrase.displayText(), dialog.windowTitle()])
        assert dialog.passphrase.echoMode() is QLineEdit.EchoMode.Password
        result = dialog.result() if not dialog.isVisible() else -1
        dialog.close()
        return result

    monkeypatch.setattr(PassphraseDialog, "exec", run)
    return keys


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def test_who_acts_is_chosen_and_proven_by_keys_alone(typing: list[Qt.Key | str], parent: QWidget) -> None:
    typing += [Qt.Key.Key_Down, Qt.Key.Key_Tab, "correct horse", Qt.Key.Key_Return]

    assert ask_who_acts(parent, "", ("KA", "LB")) == ("LB", "correct horse")


def test_who_was_named_is_not_asked_for_again(typing: list[Qt.Key | str], parent: QWidget) -> None:
    typing += ["correct horse", Qt.Key.Key_Return]

    assert ask_who_acts(parent, "LB", ("KA", "LB")) == ("LB", "correct horse")


def test_the_passphrase_of_the_vault_is_the_first_thing_that_is_typed(
    typing: list[Qt.Key | str], parent: QWidget
) -> None:
    typing += ["correct horse", Qt.Key.Key_Return]

    assert ask_passphrase(parent) == "correct horse"


def test_without_a_passphrase_there_is_nothing_to_open_with(qtbot: QtBot, parent: QWidget) -> None:
    dialog = PassphraseDialog("Passphrase of the vault", "It has one.", parent)
    qtbot.addWidget(dialog)
    dialog.show()

    _enter(dialog)

    assert dialog.isVisible()
    dialog.passphrase.setText("x")
    _enter(dialog)
    assert dialog.result() == QDialog.DialogCode.Accepted


def _enter(dialog: PassphraseDialog) -> None:
    QTest.keyClick(dialog.passphrase, Qt.Key.Key_Return)


def test_a_dialog_that_is_left_says_how_it_is_asked_again(typing: list[Qt.Key | str], parent: QWidget) -> None:
    typing += ["correct horse", Qt.Key.Key_Escape]

    with pytest.raises(PassphraseRefused, match="F5 asks again"):
        ask_who_acts(parent, "", ("KA", "LB"))
    with pytest.raises(VaultLocked, match="none was given"):
        ask_passphrase(parent)
