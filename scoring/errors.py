"""Refusals that a person is told. Each message is one line: what, which one, what is allowed, what to do."""


class RamrisError(Exception):
    """Base of every refusal that reaches a person as one line and exit status 2."""


class TomlRefused(RamrisError):
    """A TOML file doesn't say what it must, or there is none of that name; the message names file and location."""


class TextRefused(RamrisError):
    """A file or line isn't text in cells; the message says what to do, the caller which file."""


class AnswerRefused(RamrisError):
    """An answer that the scheme doesn't allow."""


class DesignRefused(RamrisError):
    """A design of a read that can't be, or a part of it that can't be changed."""
