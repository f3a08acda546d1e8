"""Keys of a scheme's own codes: a code that isn't in the scheme has no key, one that is new has its own."""

from __future__ import annotations

from pathlib import Path

from scoring.schemes.load import load_scheme, shipped_scheme
from scoring.schemes.scheme import Scheme, UnscorableCode
from scoring.values import replace
from workstation.actions.action import Action
from workstation.actions.loading import shipped_actions
from workstation.actions.of_scheme import conflicts, feature_conflicts, letter_conflicts, of_scheme
from workstation.reading.answers.focus_moves import GoToFeature
from workstation.reading.answers.grading import GiveLetter, MarkRest, MarkUnscorable
from workstation.ui.reader.sheets.help_overlay import help_lines

CAST = UnscorableCode("CZ", "Plaster cast", needs_text=False, key="Ctrl+Shift+K", series_absent=True)
OTHER = UnscorableCode("OT", "Other reason, in words", needs_text=True)
SCHEME = replace(shipped_scheme(), unscorable=(CAST, OTHER))


def by_id(*codes: UnscorableCode) -> dict[str, Action]:
    return {action.id: action for action in of_scheme(shipped_actions(), replace(SCHEME, unscorable=codes))}


def test_the_wrist_has_the_keys_that_are_shipped() -> None:
    shipped, of_wrist = shipped_actions(), of_scheme(shipped_actions(), shipped_scheme())

    assert [(action.id, action.keys, action.wish) for action in of_wrist] == [
        (action.id, action.keys, action.wish) for action in shipped
    ]


def test_a_code_of_the_scheme_has_its_own_key_and_name() -> None:
    found = by_id(CAST, OTHER)

    assert found["unscorable.CZ"].keys == ("Ctrl+Shift+K",)
    assert found["unscorable.CZ"].title == "Unscorable: plaster cast"
    assert found["unscorable.CZ"].command(None) == MarkUnscorable("CZ")
    assert found["unscorable.OT"].keys == ("O",)


def test_a_code_that_the_scheme_has_not_has_no_key() -> None:
    assert {name for name in by_id(CAST, OTHER) if name.startswith("unscorable.")} == {
        "unscorable.CZ",
        "unscorable.OT",
        "unscorable.rest",
    }


def test_all_blanks_at_once_get_the_scheme_s_code_of_an_absent_series() -> None:
    assert by_id(CAST)["unscorable.rest"].command(None) == MarkRest("CZ")
    assert "unscorable.rest" not in by_id(OTHER)


def test_a_key_of_a_code_that_the_scheme_has_not_is_free() -> None:
    # Q is SQ's in the key map
    assert by_id(replace(CAST, key="Q", series_absent=False))["unscorable.CZ"].keys == ("Q",)


def test_a_key_that_another_action_has_stays_with_it_and_the_check_says_so() -> None:
    scheme = replace(SCHEME, unscorable=(replace(CAST, key="Z"), OTHER))

    assert by_id(*scheme.unscorable)["unscorable.CZ"].keys == ()
    assert list(conflicts(shipped_actions(), scheme)) == [(0, f"key Z of CZ {ZEROS}")]


def test_a_code_without_a_key_is_told_by_the_check() -> None:
    scheme = replace(SCHEME, unscorable=(replace(CAST, key=""),))

    assert [why for _, why in conflicts(shipped_actions(), scheme)] == [
        "CZ has no key: give it one (key = a letter that no other action has)"
    ]


# the action's name in keys.toml, and what it does
ZEROS = "is used by answer.zero_blanks already: Grade 0 for all blanks (asks first)"


def _with_keys(*keys: str) -> Scheme:
    named = zip(SCHEME.features, keys, strict=False)
    return replace(SCHEME, features=tuple(replace(feature, key=key) for feature, key in named))


def test_a_feature_with_a_key_is_gone_to_by_it() -> None:
    found = {action.id: action for action in of_scheme(shipped_actions(), _with_keys("Ctrl+Shift+J", ""))}

    code = SCHEME.features[0].code
    assert found[f"focus.feature.{code}"].keys == ("Ctrl+Shift+J",)
    assert found[f"focus.feature.{code}"].command(None) == GoToFeature(code)
    assert [name for name in found if name.startswith("focus.feature.")] == [f"focus.feature.{code}"]


def test_a_key_of_a_feature_that_is_taken_has_no_effect_and_the_check_says_so() -> None:
    # Z is the key map's, and the second feature wants what the first one has
    scheme = _with_keys("Z", "Ctrl+Shift+J", "Ctrl+Shift+J")
    first, _, third = (feature.code for feature in scheme.features)

    assert list(feature_conflicts(shipped_actions(), scheme)) == [
        (0, f"key Z of {first} {ZEROS}"),
        (
            2,
            (
                f"key Ctrl+Shift+J of {third} is used by focus.feature.{scheme.features[1].code} already: "
                f"Go to {scheme.features[1].name}"
            ),
        ),
    ]
    ids = [action.id for action in of_scheme(shipped_actions(), scheme)]
    assert [name for name in ids if name.startswith("focus.feature.")] == [f"focus.feature.{scheme.features[1].code}"]


LETTERED = load_scheme(
    (Path(__file__).parents[1] / "scoring" / "schemes" / "lettered" / "scheme.toml").read_text(encoding="utf-8"),
    "scheme.toml",
)


def with_key(feature: int, grade: int, key: str) -> Scheme:
    """The scheme of letters with another key for one of its grades."""
    one = LETTERED.features[feature]
    grades = tuple(replace(it, key=key) if at == grade else it for at, it in enumerate(one.scale.grades))
    changed = replace(one, scale=replace(one.scale, grades=grades))
    features = tuple(changed if at == feature else it for at, it in enumerate(LETTERED.features))
    return replace(LETTERED, features=features)


def test_a_letter_has_an_action_with_the_key_that_the_scheme_gives_it() -> None:
    found = {action.id: action for action in of_scheme(shipped_actions(), LETTERED)}

    assert found["grade.letter.S"].keys == ("Shift+S",)
    assert found["grade.letter.S"].command((1, "K1")) == GiveLetter("S", "K1")
    assert found["grade.letter.M"].keys == ()
    assert list(letter_conflicts(shipped_actions(), LETTERED)) == []


def test_one_letter_of_two_features_has_one_action_and_may_have_one_key() -> None:
    scheme = with_key(1, 0, "Shift+N")
    twice = replace(scheme.features[1].scale.grades[0], letter="N")
    ero = scheme.features[1]
    ero = replace(ero, scale=replace(ero.scale, grades=(twice, *ero.scale.grades[1:])))
    scheme = replace(scheme, features=(scheme.features[0], ero))

    found = [action for action in of_scheme(shipped_actions(), scheme) if action.id == "grade.letter.N"]

    assert [action.keys for action in found] == [("Shift+N",)]
    assert list(letter_conflicts(shipped_actions(), scheme)) == []


def test_a_letter_s_key_that_a_code_the_room_or_another_letter_has_is_named() -> None:
    """N is NC's, U the room's, and Shift+S that of S in the feature before."""
    for key, whose, does in (
        ("N", "unscorable.NC", "Unscorable: not in the field of view"),
        ("U", "answer.unsure", "Mark this grade as unsure, or not"),
        ("Shift+S", "grade.letter.S", "Grade S"),
    ):
        scheme = with_key(1, 2, key)

        assert list(letter_conflicts(shipped_actions(), scheme)) == [
            (1, 2, f"key {key} of grade C is used by {whose} already: {does}")
        ]
        found = {action.id: action for action in of_scheme(shipped_actions(), scheme)}
        assert found["grade.letter.C"].keys == ()
        assert key in found[whose].keys


def test_the_list_of_keys_has_the_letters_that_have_a_key() -> None:
    lines = help_lines(of_scheme(shipped_actions(), LETTERED), "Score")

    titles = [title for _, title in lines]
    assert "Grade S" in titles
    assert "Grade M" not in titles
    assert all(keys for keys, _ in lines)
