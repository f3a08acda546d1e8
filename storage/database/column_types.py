"""Column types that hold the same on SQLite and on PostgreSQL: the same numbers, the same texts, the same digests.

A digest of the index is over rows as they are held (`storage.index.index_tables`), so what SQLite holds of a list or of
yes and no is what PostgreSQL holds, too: JSON as text, 0 and 1.
"""

from __future__ import annotations

import json
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Boolean, Dialect, Float, Integer, String
from sqlalchemy.types import TypeDecorator, TypeEngine

POSTGRESQL: Final = "postgresql"

# SQLite's integers have 64 bits whatever a column says, and pixels of 32 bits without a sign need 33
Whole: Final = Integer().with_variant(BigInteger(), POSTGRESQL)


class Number(TypeDecorator[float]):
    """A float of 64 bits. SQLite knows no minus zero and keeps no NaN: https://www.sqlite.org/datatype3.html."""

    impl = Float
    cache_ok = True

    def process_bind_param(self, value: float | None, dialect: Dialect) -> float | None:
        """As SQLite would give it back."""
        if value is None or dialect.name != POSTGRESQL:
            return value
        return None if value != value else value + 0.0  # noqa: PLR0124 - NaN alone differs from itself


class YesNo(TypeDecorator[bool]):
    """Yes or no, held as 1 or 0."""

    impl = Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """A number on PostgreSQL."""
        return dialect.type_descriptor(Integer() if dialect.name == POSTGRESQL else Boolean())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> Any:  # noqa: ANN401 - SQLAlchemy's hook
        """1 or 0 where a number is asked for."""
        return int(value) if value is not None and dialect.name == POSTGRESQL else value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> bool | None:  # noqa: ANN401, ARG002 - as above
        """Yes or no."""
        return None if value is None else bool(value)


class Listed(TypeDecorator[Any]):
    """A list as the text of its JSON, in the words of SQLAlchemy's own type for SQLite."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """A text on PostgreSQL, whose own JSON would come back as a list."""
        return dialect.type_descriptor(String() if dialect.name == POSTGRESQL else JSON())

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> Any:  # noqa: ANN401 - SQLAlchemy's hook
        """Its text, where a text is asked for."""
        return json.dumps(value) if value is not None and dialect.name == POSTGRESQL else value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any:  # noqa: ANN401 - as above
        """The list."""
        return json.loads(value) if value is not None and dialect.name == POSTGRESQL else value
