"""Commands around the record: the design, the audit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders.studies import an_assigned_study
from workstation.cli import main


def test_the_design_is_shown_and_changed_and_the_audit_knows_a_head_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")

    assert main(["study", "design", str(folder), "--set", "feature_order=ERO,OST,TEN,SYN"]) == 0
    assert "ERO, OST, TEN, SYN" in capsys.readouterr().out
    assert main(["study", "design", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["design"] == 3
    assert main(["study", "design", str(folder), "--set", "order=hidden"]) == 2
    assert "order is fixed when the study is made" in capsys.readouterr().err

    assert main(["audit", str(folder), "--json"]) == 0
    head = json.loads(capsys.readouterr().out)["head"]
    assert main(["audit", str(folder), "--head", head]) == 0
    assert main(["audit", str(folder), "--head", "0" * 64]) == 1
    assert "an older copy, or another study" in capsys.readouterr().out
