"""ramris scheme: schemes listed, shown, checked and begun, as somebody at a terminal does it."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoring.schemes.folder import shipped_folder, shipped_ids
from scoring.schemes.load import shipped_scheme
from workstation.cli import main


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_the_list_names_every_shipped_scheme(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scheme", "list"]) == 0

    assert [line.split()[0] for line in said(capsys).splitlines()] == list(shipped_ids())


@pytest.mark.parametrize("scheme_id", shipped_ids())
def test_a_card_says_every_site_grade_total_and_source_and_what_no_source_confirms(
    scheme_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    scheme = shipped_scheme(scheme_id)

    assert main(["scheme", "show", scheme_id]) == 0

    card = said(capsys)
    for feature in scheme.features:
        for line in (feature.what_counts, *(site.name for site in feature.sites)):
            assert line in card
        for grade in feature.scale.grades:
            assert f"{grade.grade} {grade.label}: {grade.definition}" in card
    for total in scheme.totals:
        assert f"{total.code}: {total.name}, {total.minimum} to {total.maximum}" in card
    for line in (*scheme.unconfirmed, *(line for feature in scheme.features for line in feature.unconfirmed)):
        assert f"Not confirmed by a source: {line}" in card
    assert all(source in card for source in scheme.sources)


def test_a_card_is_a_page_to_print(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scheme", "show", "ramris-wrist", "--html", str(tmp_path / "card.html")]) == 0

    page = (tmp_path / "card.html").read_text(encoding="utf-8")
    assert "Effusion alone does not." in page
    assert "&lt; 2 mm" in page
    assert main(["scheme", "show", "ramris-wrist", "--html", str(tmp_path / "no" / "card.html")]) == 2
    assert "Not written: card.html" in capsys.readouterr().err


def test_a_scheme_is_begun_checked_and_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "knee-effusion"

    assert main(["scheme", "new", str(own)]) == 0
    assert main(["scheme", "check", str(own)]) == 0
    assert "A scheme of your own 0.1.0 can be used: 2 grades a visit" in said(capsys)
    assert main(["study", "create", str(tmp_path / "trial"), "--scheme", str(own)]) == 0
    said(capsys)
    assert main(["scheme", "show", str(tmp_path / "trial")]) == 0

    assert "knee-effusion; magnetic resonance images; 2 grades a visit" in said(capsys)
    protocol = (tmp_path / "trial" / "protocol.toml").read_text(encoding="utf-8")
    assert 'kind = "T2FS"\nplane = "AX"\nunscorable = ["effusion"]' in protocol


def test_a_scheme_begun_from_a_shipped_one_has_all_of_its_files(tmp_path: Path) -> None:
    assert main(["scheme", "new", str(tmp_path / "mine"), "--from", "ramris-wrist"]) == 0

    texts = {file.name: file.read_text(encoding="utf-8") for file in (tmp_path / "mine").iterdir()}
    assert texts.keys() == shipped_folder("ramris-wrist").texts.keys()
    assert 'id = "mine"\nversion = "0.1.0"\n' in texts["scheme.toml"]
    assert main(["scheme", "check", str(tmp_path / "mine")]) == 0


def test_mistakes_are_findings_for_the_check_and_refuse_a_study(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own"
    assert main(["scheme", "new", str(own), "--from", "ramris-wrist"]) == 0
    layout = (own / "layout.toml").read_text(encoding="utf-8")
    (own / "layout.toml").write_text(layout.replace('"OST"', '"OSX"').replace('"ERO"', '"ERX"'), encoding="utf-8")
    said(capsys)

    assert main(["scheme", "check", str(own)]) == 1
    assert said(capsys).splitlines()[-1] == "2 mistakes: no study can be made with it yet"
    assert main(["study", "create", str(tmp_path / "trial"), "--scheme", str(own)]) == 2

    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert "layout.toml: feature[2].code: no feature 'OSX'" in line
    assert "(1 more: ramris scheme check" in line
    assert not (tmp_path / "trial").exists()


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (["scheme", "show", "knee"], "No scheme and no folder 'knee' (shipped: ramris-hand"),
        (["scheme", "check", "{here}/none"], "no such folder"),
        (["scheme", "new", "{here}"], "is there already"),
        (["scheme", "new", "{here}/My Scheme"], "the folder's name becomes the id"),
        (["study", "create", "{here}/trial", "--scheme", "{here}"], "has no scheme.toml"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(
    given: list[str], line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = tmp_path / "here"
    here.mkdir()

    assert main([part.replace("{here}", str(here)) for part in given]) == 2

    told = capsys.readouterr().err
    assert line in told
    assert told.count("\n") == 1
