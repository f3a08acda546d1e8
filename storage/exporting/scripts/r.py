"""import.R: base R, no package; factors with the dictionary's levels, integers, times in UTC. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from storage.exporting.tables.columns import Column, Kind, Table

_CLASSES: Final = {
    Kind.CODE: "character",
    Kind.TEXT: "character",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "numeric",
    Kind.DATETIME: "character",
}
_HEAD: Final = """\
# Reads the tables of this folder with their types, base R alone.
#   source("import.R")             in this folder: a list named ramris, a data frame for each table
#   Rscript import.R               prints what was read
# From elsewhere: ramris_folder <- "path/of/this/folder"; source(file.path(ramris_folder, "import.R"))

if (!exists("ramris_folder")) {
  ramris_folder <- local({
    file <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
    if (length(file) == 1) dirname(file) else "."
  })
}

# encoding, not fileEncoding: the latter fails on words that the session's own locale can't write
ramris_read <- function(name, classes, levels, times) {
  path <- file.path(ramris_folder, paste0(name, ".csv"))
  table <- read.csv(path, colClasses = classes, na.strings = "", encoding = "UTF-8",
                    check.names = FALSE, comment.char = "", quote = "\\"")
  stopifnot(identical(names(table), names(classes)))
  for (column in names(levels)) {
    strange <- setdiff(table[[column]], c(levels[[column]], NA))
    if (length(strange) > 0) stop(path, ": ", column, " holds ", strange[1], ", which is no code of it")
    table[[column]] <- factor(table[[column]], levels = levels[[column]])
  }
  for (column in times) {
    table[[column]] <- as.POSIXct(table[[column]], format = "%Y-%m-%dT%H:%M:%OSZ", tz = "UTC")
  }
  table
}

ramris <- list()
"""
_TAIL: Final = """
if (sys.nframe() == 0) for (name in names(ramris)) cat(name, nrow(ramris[[name]]), "rows\\n")
"""


def r_script(tables: Sequence[Table]) -> str:
    """The whole script."""
    return _HEAD + "".join(_read(table) for table in tables) + _TAIL


def _read(table: Table) -> str:
    classes = _vector([f"{column.name} = {_quoted(_CLASSES[column.kind])}" for column in table.columns])
    levels = ",\n".join(f"    {column.name} = {_levels(column)}" for column in table.columns if column.factor)
    times = ", ".join(_quoted(column.name) for column in table.columns if column.kind is Kind.DATETIME)
    return (
        f"\n# {table.title}\n"
        f"ramris${table.name} <- ramris_read(\n"
        f"  {_quoted(table.name)},\n"
        f"  classes = {classes},\n"
        f"  levels = list(\n{levels}\n  ),\n"
        f"  times = c({times})\n"
        ")\n"
    )


def _levels(column: Column[Any]) -> str:
    return _vector([_quoted(item) for item in column.factor.codes] if column.factor else [])


def _vector(items: Sequence[str]) -> str:
    """`c(...)` in lines that fit a screen."""
    lines, line = [], ""
    for item in items:
        if line and len(line) + len(item) > 100:  # noqa: PLR2004 - characters on a line
            lines.append(line)
            line = ""
        line = f"{line} {item}," if line else f"      {item},"
    lines.append(line)
    return "c(\n" + "\n".join(lines).rstrip(",") + "\n    )"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
