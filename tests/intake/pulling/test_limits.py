"""Limits of what is taken from a server, as docs/server.md tells them, and series that come short."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from storage.study.coordinator import CoordinatorStudy
from tests.intake.pulling.conftest import Answer, answering
from tests.intake.pulling.test_from_orthanc import never, silent
from tests.intake.pulling.test_servers_that_answer_badly import (
    QUERY,
    asked,
    attribute,
    dicom,
    failed,
    parts,
    rows,
)
from workstation.app.servers import pulling as app
from workstation.app.window_tasks import TASKS
from workstation.cli import main
from workstation.intake.pulling import parts as parts_of
from workstation.intake.pulling import query
from workstation.intake.pulling.server import PullRefused
from workstation.managing.session import TASKS_KEY
from workstation.managing.study_tasks import in_the_window
from workstation.web.address import Credentials

PAGE = Path(__file__).parents[3] / "docs" / "server.md"


def test_the_page_tells_the_limits_that_the_program_has() -> None:
    told = "5,000 studies to a question, 20,000 files to a series, 2 GB to a file"

    assert told in PAGE.read_text("utf-8")
    assert (query.MOST_STUDIES, parts_of.MOST_PARTS, parts_of.MOST_BYTES) == (5_000, 20_000, 2 << 30)


@pytest.mark.parametrize(("count", "refused"), [(5_000, False), (5_001, True)])
def test_a_question_of_more_studies_than_the_limit_is_refused_before_anything_is_fetched(
    study: CoordinatorStudy, count: int, refused: bool
) -> None:
    def answer(path: str) -> Answer:
        if "/series?" in path:
            return rows()
        page = {name: int(values[0]) for name, values in parse_qs(urlsplit(path).query).items() if values[0].isdigit()}
        first = page["offset"]
        last = min(first + page["limit"], count)
        return rows(*({"0020000D": attribute(f"1.2.{number + 1}")} for number in range(first, last)))

    with answering(answer) as address:
        last = app.asked(study.path, app.Typed(address))
        if refused:
            with pytest.raises(PullRefused, match=r"more than 5,000 studies of that description\. Ask for fewer"):
                app.looked(study.path, last, Credentials(), silent, never)
        else:
            assert app.looked(study.path, last, Credentials(), silent, lambda: False).lines == ()
    assert not (study.path / "incoming").exists()


def test_a_file_that_is_larger_than_the_limit_ends_its_series_and_the_others_come(
    study: CoordinatorStudy, monkeypatch: pytest.MonkeyPatch
) -> None:
    largest = len(dicom(2))
    monkeypatch.setattr(parts_of, "MOST_BYTES", largest)
    answers = (("/series/1.2.3.1", parts(dicom(1) + b"\0", dicom(3))), ("/series/1.2.3.2", parts(dicom(2))))

    found = asked(study, *QUERY, *answers)

    (why,) = failed(found)
    assert re.fullmatch(r"a file of more than \d+ GB isn't taken\. Fetch it another way", why)
    assert found.pulled is not None
    # one of exactly that size came
    assert (found.pulled.came, found.pulled.images) == (1, 1)
    scans = list((study.path / "incoming").rglob("*.dcm"))
    assert [path.stat().st_size for path in scans] == [largest]


def test_a_series_of_more_files_than_the_limit_is_left_out_and_the_others_come(
    study: CoordinatorStudy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts_of, "MOST_PARTS", 2)
    answers = (
        ("/series/1.2.3.1", parts(dicom(1), dicom(3), dicom(4))),
        ("/series/1.2.3.2", parts(dicom(2), dicom(5))),
    )

    found = asked(study, *QUERY, *answers)

    assert failed(found) == ["a series of more than 2 files isn't taken. Fetch it another way"]
    assert found.pulled is not None
    assert (found.pulled.came, found.pulled.images) == (1, 2)


def test_as_it_comes_takes_a_series_that_is_short_and_the_command_names_the_option_before(
    study: CoordinatorStudy, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = dict((*QUERY, ("/series/1.2.3.1", parts(dicom(1))), ("/series/1.2.3.2", parts(dicom(2)))))

    def answer(path: str) -> Answer:
        return next((answers[part] for part in reversed(answers) if part in path), (404, {}, b""))

    folder = str(study.path)
    study.close()
    with answering(answer) as address:
        assert main(["study", "pull", folder, "--from", address]) == 1
        said = capsys.readouterr().out
        assert "1 of 2 images came. Try again, or take what comes with --as-it-comes" in said
        assert "Fetched 1 series, 1 files new here" in said
        main(["study", "pull", folder, "--as-it-comes"])
        said = capsys.readouterr().out
        assert "images came" not in said
        assert "Fetched 1 series, 1 files new here" in said
        main(["study", "pull", folder, "--list"])
    # what came is known to be all that comes: it isn't fetched each time anew
    assert "2 series: 2 here" in capsys.readouterr().out


def test_the_window_names_its_own_box_where_a_series_comes_short() -> None:
    told = in_the_window("1 of 2 images came. Try again, or take what comes with --as-it-comes", TASKS, TASKS_KEY)

    assert told == (
        "1 of 2 images came. Try again, or take what comes with “Also series that come with fewer images than the "
        "server says”"
    )
