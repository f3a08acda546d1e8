"""Words of a site that say nothing of a kind: said once in the study's protocol, they are asked no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoring.errors import TomlRefused
from scoring.schemes.load import shipped_scheme
from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import T1, T2FS, a_series
from workstation.intake.importing.asked import decisions_of
from workstation.intake.importing.importer import import_folders
from workstation.intake.protocol.study_protocol import load_protocol, protocol_text
from workstation.managing.looking import look


def _say(study: CoordinatorStudy, words: str) -> None:
    text = f"{protocol_text(shipped_scheme())}\n[descriptions]\nharmless_words = [{words}]\n"
    (study.path / "protocol.toml").write_text(text, encoding="utf-8")


def _asked(study: CoordinatorStudy) -> int:
    return sum(item.what.startswith("kind:") and item.question is not None for item in decisions_of(study))


def _marked(study: CoordinatorStudy) -> int:
    return sum(bool(series.candidates) for subject in look(study).subjects for series in subject.series)


def test_words_that_the_protocol_calls_harmless_are_asked_no_more_though_the_series_are_in_the_study(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "in", "1.2.3.1", **{**T1, "SeriesDescription": "T1 cor Zürich"})
    a_series(tmp_path / "in", "1.2.3.2", **{**T2FS, "SeriesDescription": "T2 FS cor Zürich Pavillon"})
    import_folders(study, [tmp_path / "in"])
    assert (_asked(study), _marked(study)) == (2, 2)

    _say(study, '"Zürich"')
    assert (_asked(study), _marked(study)) == (1, 1)

    _say(study, '"zuerich", "ZURICH", "pavillon"')
    assert (_asked(study), _marked(study)) == (0, 0)
    assert sorted(series.kind for series in study.subjects()[0].visits[0].series) == ["T1", "T2FS"]


def test_what_more_than_a_word_leaves_open_is_asked_still(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in", **{**T1, "SeriesDescription": "T1 cor Zürich", "ScanOptions": "FS"})
    import_folders(study, [tmp_path / "in"])

    _say(study, '"Zürich"')

    assert (_asked(study), _marked(study)) == (1, 1)


def test_a_protocol_without_such_words_has_none_and_a_mistake_is_named() -> None:
    text = protocol_text(shipped_scheme())

    assert load_protocol(text).descriptions.harmless == frozenset()
    with pytest.raises(TomlRefused, match=r"protocol\.toml: descriptions\.harmless_words: "):
        load_protocol(f'{text}\n[descriptions]\nharmless_words = "Zürich"\n')
