"""The import scripts that lie beside the tables: R, SAS and pandas, each with the types of every column. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from storage.exporting.columns import Table
from storage.exporting.script_pandas import pandas_script
from storage.exporting.script_r import r_script
from storage.exporting.script_sas import sas_script


def all_scripts(tables: Sequence[Table]) -> dict[str, str]:
    """File name -> text."""
    return {"import.R": r_script(tables), "import.sas": sas_script(tables), "import.py": pandas_script(tables)}
