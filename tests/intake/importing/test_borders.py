"""A reader's copy waits until a person has seen the borders of every series in it, as they are now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import T2FS, a_series, a_visit
from workstation.cli import main
from workstation.errors import IntakeRefused, UsageRefused
from workstation.intake.deidentify.blanking import Region
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.border_review import see, unseen, unseen_by
from workstation.intake.importing.giving import hand_over_settled
from workstation.intake.importing.importer import import_folders


@pytest.fixture
def assigned(study: CoordinatorStudy, tmp_path: Path) -> CoordinatorStudy:
    """Two subjects of two series and of one, the first given to ES."""
    a_series(tmp_path / "in" / "a", "1.2.3.1")
    a_series(tmp_path / "in" / "a", "1.2.3.2", **T2FS)
    import_folders(study, [tmp_path / "in" / "a"])
    study.assign("ES", seed=1)
    other: dict[str, Any] = {"PatientID": "P2", "PatientName": "Roe^Richard", "StudyInstanceUID": "1.2.5"}
    a_series(tmp_path / "in" / "b", "1.2.5.1", count=4, **other)
    import_folders(study, [tmp_path / "in" / "b"])
    return study


def _codes(study: CoordinatorStudy) -> list[str]:
    return [item.series for item in unseen(study)]


@pytest.mark.case(104)
def test_nothing_is_handed_over_before_a_person_has_seen_every_border_in_it(
    assigned: CoordinatorStudy, tmp_path: Path
) -> None:
    mine = [item.series for item in unseen_by(assigned, "ES")]
    assert len(mine) == 2

    with pytest.raises(IntakeRefused, match="nobody has looked at the borders of 2 series, of S001, where names may"):
        hand_over_settled(assigned, tmp_path / "copy", "ES")
    see(assigned, mine[:1], "J. Smit")
    with pytest.raises(IntakeRefused, match="of 1 series, of S001"):
        hand_over_settled(assigned, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
    see(assigned, mine[1:], "J. Smit")

    ((made,), _) = hand_over_settled(assigned, tmp_path / "copy", "ES")

    # that of the subject whom nobody reads is of no concern
    assert made.images == 6
    assert len(_codes(assigned)) == 1


@pytest.mark.case(104)
def test_who_has_seen_them_and_when_is_in_the_vault_and_no_choice(assigned: CoordinatorStudy) -> None:
    codes = _codes(assigned)

    see(assigned, codes, " J. Smit ", "on the console, at 200 %")

    log = assigned.vault.borders.log()
    assert [(item.series, item.who, item.why) for item in log] == [
        (code, "J. Smit", "on the console, at 200 %") for code in sorted(codes)
    ]
    assert all(item.at_utc for item in log)
    assert assigned.vault.choices.log() == ()
    assert assigned.vault.choices.last_who() == "J. Smit"


def test_more_slices_must_be_looked_at_again(assigned: CoordinatorStudy, tmp_path: Path) -> None:
    see(assigned, _codes(assigned), "J. Smit")
    assert _codes(assigned) == []

    a_series(tmp_path / "more", "1.2.3.1", count=5)
    import_folders(assigned, [tmp_path / "in", tmp_path / "more"])

    (again,) = unseen(assigned)
    assert again.subject == "S001"


def test_importing_again_without_anything_new_asks_for_nothing(assigned: CoordinatorStudy, tmp_path: Path) -> None:
    see(assigned, _codes(assigned), "J. Smit")

    import_folders(assigned, [tmp_path / "in"])

    assert _codes(assigned) == []


def test_a_place_that_is_blanked_or_comes_back_must_be_looked_at_again(assigned: CoordinatorStudy) -> None:
    codes = _codes(assigned)
    see(assigned, codes, "J. Smit")
    chooser = Chooser(assigned, "J. Smit", lambda _: None, lambda: False)

    chooser.blank(codes[0], [Region(0, 0, 3, 3)], "a date")
    assert _codes(assigned) == [codes[0]]
    see(assigned, codes[:1], "J. Smit")
    chooser.undo(codes[0], "none was there")

    assert _codes(assigned) == [codes[0]]


@pytest.mark.parametrize("who", ["", "  ", "two\nlines", "x" * 501])
def test_nobody_has_seen_nothing(who: str, assigned: CoordinatorStudy) -> None:
    with pytest.raises(UsageRefused, match="who: write one line of 1 to 500 characters"):
        see(assigned, _codes(assigned), who)

    assert assigned.vault.borders.log() == ()


@pytest.mark.case(104)
def test_by_command_a_person_says_where_they_were_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trial, copy = str(tmp_path / "trial"), str(tmp_path / "copy")
    a_visit(tmp_path / "in", "1.2.3", StudyDate="20240105")
    for words in (["create", trial], ["add", trial, str(tmp_path / "in")], ["assign", trial, "--reader", "ES"]):
        assert main(["study", *words]) in {0, 1}
    hand_over = ["study", "hand-over", trial, copy]
    capsys.readouterr()

    assert main(hand_over) == 2
    assert "Ctrl+E in `ramris manage DIR`" in capsys.readouterr().err
    assert main([*hand_over, "--borders-seen"]) == 2
    assert "goes with --why TEXT" in capsys.readouterr().err
    assert main([*hand_over, "--borders-seen", "--why", "on the console"]) == 2
    assert "Add --who NAME" in capsys.readouterr().err
    assert not Path(copy).exists()

    assert main([*hand_over, "--borders-seen", "--why", "on the console", "--who", "J. Smit"]) == 0
    assert main([*hand_over[:3], f"{copy}2"]) == 0
