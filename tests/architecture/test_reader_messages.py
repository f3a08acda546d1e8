"""Lines for readers hold values of a closed list, whichever module makes them."""

from __future__ import annotations

from tests.reader_messages import listed, modules, refusals, values, values_of


def test_every_value_in_a_line_for_readers_is_of_the_closed_list() -> None:
    unknown = sorted(values() - set(listed()))

    assert unknown == [], (
        "readers would see these: is each a number, a word of the scheme, a case code ...? Never a path, name, date or "
        "UID. Then put it into tests/reader_values.toml"
    )


def test_the_closed_list_holds_nothing_that_no_line_says() -> None:
    assert sorted(set(listed()) - values()) == []


def test_the_look_goes_wherever_a_line_for_readers_is_made() -> None:
    found = modules()

    assert {
        "scoring.readings.answers",
        "storage.database.engine",
        "storage.database.faults",
        "workstation.imaging.volume",
    } <= set(found)
    assert {"workstation.ui.reader.images.volumes", "workstation.reading.session.session"} <= set(found)
    assert not [
        name for name in found if name.startswith(("workstation.intake", "storage.vault.", "storage.study.coordinator"))
    ]


def test_a_planted_path_is_found_however_the_line_is_made() -> None:
    plain = "def f(path):\n    raise Wrong(f'{path}: broken')\n"
    in_pieces = "def f(path):\n    text = f'{path.name} broken'\n    raise Wrong(text)\n"
    handed_back = "class Gone(RamrisError): ...\ndef f(self, path):\n    return Gone(f'{path} went')\n"
    at_a_place = "def f(place, path):\n    place.at('a').refuse(f'{path.stem} broken')\n"
    from_an_error = "def f(self, error):\n    self.tell(str(error))\n"

    assert list(values_of(plain)) == ["path"]
    assert list(values_of(in_pieces)) == ["path.name"]
    assert list(values_of(handed_back, refusals([handed_back]))) == ["path"]
    assert list(values_of(at_a_place)) == ["path.stem"]
    assert list(values_of(from_an_error)) == ["str(error)"]
