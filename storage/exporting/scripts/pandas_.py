"""import.py: pandas; categories with the dictionary's codes, integers that may be missing, times in UTC. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from pprint import pformat
from typing import Final

from storage.exporting.tables.columns import Kind, Table

_TYPES: Final = {
    Kind.CODE: "string",
    Kind.TEXT: "string",
    Kind.INTEGER: "Int64",
    Kind.NUMBER: "Float64",
    Kind.DATETIME: "string",
}
_HEAD: Final = '''\
"""Reads the tables of this folder with their types.

    tables = runpy.run_path("import.py")["load"]()     a data frame for each table
    python import.py                                   prints what was read
"""

from pathlib import Path

import pandas as pd

'''
_TAIL: Final = '''

def load(folder=None):
    """Table name -> data frame, from the folder of this file or from another one."""
    folder = Path(__file__).resolve().parent if folder is None else Path(folder)
    return {name: _read(folder / f"{name}.csv", name) for name in TYPES}


def _read(path, name):
    # empty cells alone are missing: pandas would also take NA, null and more for it
    table = pd.read_csv(path, dtype=TYPES[name], keep_default_na=False, na_values=[""], encoding="utf-8")
    if list(table.columns) != list(TYPES[name]):
        raise ValueError(f"{path}: other columns than those of this script")
    for column, codes in CODES[name].items():
        strange = set(table[column].dropna()) - set(codes)
        if strange:
            raise ValueError(f"{path}: {column} holds {min(strange)}, which is no code of it")
        table[column] = pd.Categorical(table[column], categories=codes)
    for column in TIMES[name]:
        table[column] = pd.to_datetime(table[column], format="ISO8601", utc=True).dt.as_unit("us")
    return table


if __name__ == "__main__":
    for name, table in load().items():
        print(name, len(table), "rows")
'''


def pandas_script(tables: Sequence[Table]) -> str:
    """The whole script."""
    types = {table.name: {column.name: _TYPES[column.kind] for column in table.columns} for table in tables}
    codes = {
        table.name: {
            column.name: [str(item) for item in column.factor.codes] for column in table.columns if column.factor
        }
        for table in tables
    }
    times = {table.name: [column.name for column in table.columns if column.kind is Kind.DATETIME] for table in tables}
    constants = {"TYPES": types, "CODES": codes, "TIMES": times}
    text = "\n".join(
        f"{name} = {pformat(value, width=110, compact=True, sort_dicts=False)}" for name, value in constants.items()
    )
    return f"{_HEAD}{text}\n{_TAIL}"
