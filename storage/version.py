"""Version of the program, as `ramris --version`, an export and a report say it. pyproject.toml takes it from here."""

VERSION = "0.2.0"
