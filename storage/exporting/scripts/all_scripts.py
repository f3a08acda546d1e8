"""The import scripts that lie beside the tables: R, SAS and pandas, each with the types of every column. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from storage.exporting.scripts.pandas_ import pandas_script
from storage.exporting.scripts.r import r_script
from storage.exporting.scripts.sas import sas_script
from storage.exporting.tables.columns import Table


def all_scripts(tables: Sequence[Table]) -> dict[str, str]:
    """File name -> text."""
    return {"import.R": r_script(tables), "import.sas": sas_script(tables), "import.py": pandas_script(tables)}
