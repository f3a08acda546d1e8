"""Qt, and only here."""

import workstation.ui.plain_imports  # noqa: F401 - before any module here imports PySide6
