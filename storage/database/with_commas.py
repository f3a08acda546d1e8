"""Numbers of a group as one text with commas between, in the words of each database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class with_commas(GenericFunction[str]):  # noqa: N801 - SQLAlchemy names a function as SQL does
    """The numbers of a column, in no order. Of `aggregate_strings` the comma would be written anew at each call."""

    type = String()
    inherit_cache = True


@compiles(with_commas)
def _in_sqlite(element: with_commas, compiler: SQLCompiler, **words: Any) -> str:  # noqa: ANN401 - SQLAlchemy's hook
    return f"group_concat({compiler.process(element.clauses, **words)})"


@compiles(with_commas, "postgresql")
def _in_postgresql(element: with_commas, compiler: SQLCompiler, **words: Any) -> str:  # noqa: ANN401 - as above
    return f"string_agg(CAST({compiler.process(element.clauses, **words)} AS VARCHAR), ',')"
