"""datapackage.json: every file with its columns, keys, ranges, size and SHA-256. Pure.

Source: Data Package v2.0, datapackage.org/standard (Data Package, Data Resource, Table Dialect, Table Schema).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from storage.exporting.exchange import OURS
from storage.exporting.folder import WrittenFile
from storage.exporting.tables.columns import Column, Kind, Table

_PROFILES: Final = "https://datapackage.org/profiles/2.0"
_TYPES: Final = {
    Kind.CODE: "string",
    Kind.TEXT: "string",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "number",
    Kind.DATETIME: "datetime",
}
_DIALECT: Final = {
    "$schema": f"{_PROFILES}/tabledialect.json",
    "header": True,
    "delimiter": ",",
    "lineTerminator": "\r\n",
    "quoteChar": '"',
    "doubleQuote": True,
}


def package(
    tables: Mapping[Table, WrittenFile],
    other_files: Sequence[WrittenFile],
    *,
    created: str,
    facts: Mapping[str, object],
) -> dict[str, Any]:
    """The descriptor.

    Args:
        tables: each with its file.
        other_files: what lies beside them and is no table.
        created: a moment of the record, never that of the export: the same lock gives the same bytes.
        facts: what else is to be known of the study, under our own key.
    """
    return {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": "ramris-export",
        "title": "Scores of readings",
        "description": "Times are UTC. An empty cell is a missing value; a status column says why.",
        "created": created,
        "resources": [_resource(table, file) for table, file in tables.items()],
        OURS: {
            **facts,
            "other_files": [
                {"path": file.name, "bytes": file.size, "hash": f"sha256:{file.sha256}"} for file in other_files
            ],
        },
    }


def _resource(table: Table, file: WrittenFile) -> dict[str, Any]:
    return {
        "$schema": f"{_PROFILES}/dataresource.json",
        "name": table.name,
        "title": table.title,
        "path": file.name,
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
        "dialect": _DIALECT,
        "schema": _schema(table),
    }


def _schema(table: Table) -> dict[str, Any]:
    keys = [
        {"fields": list(key.columns), "reference": {"resource": key.table, "fields": list(key.columns)}}
        for key in table.foreign_keys
    ]
    return {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.key),
        **({"foreignKeys": keys} if keys else {}),
    }


def _field(column: Column[Any]) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": not column.may_be_empty}
    found: dict[str, Any] = {"name": column.name, "type": _TYPES[column.kind], "description": column.meaning}
    if column.kind in {Kind.INTEGER, Kind.NUMBER}:
        bounds = {"minimum": column.minimum, "maximum": column.maximum}
        constraints |= {name: _json_number(bound) for name, bound in bounds.items() if bound is not None}
    elif column.codes:
        constraints["enum"] = list(column.codes.codes)
        found["categories"] = [{"value": code, "label": label} for code, label in column.codes.entries]
    elif column.length is not None and column.kind is not Kind.DATETIME:
        constraints["maxLength"] = column.length
    return {**found, "constraints": constraints}


def _json_number(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)
