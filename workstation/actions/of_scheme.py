"""Actions of a scheme: keys for its own codes, features and lettered grades, none for codes it hasn't. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from scoring.readings.visit_words import worded
from scoring.schemes.grade_names import letters_of
from scoring.schemes.scheme import Feature, Scheme, UnscorableCode
from scoring.values import replace
from workstation.actions.action import Action, When, Wish
from workstation.reading.answers.focus_moves import GoToFeature
from workstation.reading.answers.grading import GiveLetter, MarkRest, MarkUnscorable

_CODE: Final = "unscorable."
_REST: Final = "unscorable.rest"
LETTER: Final = "grade.letter."
_TEN: Final = "grade.10"
_FEATURE: Final = "focus.feature."
_PREVIOUS_FEATURE: Final = "focus.previous_feature"


def of_scheme(actions: tuple[Action, ...], scheme: Scheme) -> tuple[Action, ...]:
    """The actions of a room that reads by this scheme, in their order.

    A key that a code of the scheme wants and another action has stays with that: the code is in the menu alone. A
    feature whose key is taken has no action: Tab goes to it. A letter whose key is taken is in the menu, and its digit
    gives it.
    """
    kept = tuple(_kept(actions, scheme))
    return tuple(_with_letters(tuple(_with_features(kept, scheme)), scheme))


def of_room(actions: tuple[Action, ...], scheme: Scheme, *, ordered: bool) -> tuple[Action, ...]:
    """As `of_scheme`, in words that don't say which visit came first where that isn't known."""
    return tuple(replace(action, title=worded(action.title, ordered=ordered)) for action in of_scheme(actions, scheme))


def conflicts(actions: tuple[Action, ...], scheme: Scheme) -> Iterator[tuple[int, str]]:
    """Place in the scheme's list of each code that no key can give, and why."""
    declared = {action.id for action in actions}
    taken = _taken(actions, scheme)
    for number, code in enumerate(scheme.unscorable):
        if _CODE + code.code in declared:
            continue
        if not code.key:
            yield number, f"{code.code} has no key: give it one (key = a letter that no other action has)"
        elif code.key.lower() in taken:
            yield number, _used(f"{code.key} of {code.code}", taken[code.key.lower()], actions, scheme)
        else:
            taken[code.key.lower()] = _CODE + code.code


def feature_conflicts(actions: tuple[Action, ...], scheme: Scheme) -> Iterator[tuple[int, str]]:
    """Place in the scheme's list of each feature whose key another action has, and which."""
    taken = {key.lower(): action.id for action in _kept(actions, scheme) for key in action.keys}
    for number, feature in enumerate(scheme.features):
        if feature.key.lower() in taken:
            yield number, _used(f"{feature.key} of {feature.code}", taken[feature.key.lower()], actions, scheme)
        elif feature.key:
            taken[feature.key.lower()] = _FEATURE + feature.code


def letter_conflicts(actions: tuple[Action, ...], scheme: Scheme) -> Iterator[tuple[int, int, str]]:
    """Feature and grade, by their place, of each letter whose key another action has or another letter, and which."""
    yield from _letters(tuple(_with_features(tuple(_kept(actions, scheme)), scheme)), scheme)[1]


def _used(key: str, action: str, actions: tuple[Action, ...], scheme: Scheme) -> str:
    """That another action has the key: its name in keys.toml, and what it does."""
    does = {one.id: one.title for one in actions}
    does |= {_CODE + code.code: _title(code) for code in scheme.unscorable}
    does |= {_FEATURE + feature.code: _going_to(feature) for feature in scheme.features}
    words = does.get(action) or f"Grade {action.removeprefix(LETTER)}"
    return f"key {key} is used by {action} already: {words}"


def _with_letters(actions: tuple[Action, ...], scheme: Scheme) -> Iterator[Action]:
    """The actions, behind the grade of ten one for each letter that names a grade."""
    keys, _ = _letters(actions, scheme)
    for action in actions:
        yield action
        if action.id == _TEN:
            for letter, own in keys.items():
                wish = Wish(GiveLetter(letter), frozenset({"series"}))
                yield Action(LETTER + letter, f"Grade {letter}", "Score", own, When.CASE, repeats=False, wish=wish)


def _letters(
    actions: tuple[Action, ...], scheme: Scheme
) -> tuple[dict[str, tuple[str, ...]], list[tuple[int, int, str]]]:
    """(letter -> the keys that give it, the conflicts). One key gives one letter in the whole scheme."""
    taken = {key.lower(): action.id for action in actions for key in action.keys}
    keys: dict[str, tuple[str, ...]] = dict.fromkeys(letters_of(scheme.features), ())
    conflicting = []
    for number, feature in enumerate(scheme.features):
        for index, grade in enumerate(feature.scale.grades):
            action, key = LETTER + grade.letter, grade.key.lower()
            if not key or taken.get(key) == action:
                continue
            if key in taken:
                why = _used(f"{grade.key} of grade {grade.letter}", taken[key], actions, scheme)
                conflicting.append((number, index, why))
            else:
                taken[key] = action
                keys[grade.letter] += (grade.key,)
    return keys, conflicting


def _with_features(actions: tuple[Action, ...], scheme: Scheme) -> Iterator[Action]:
    """The actions, behind that of the feature before an own one for each feature that has a key."""
    wrong = {number for number, _ in feature_conflicts(actions, scheme)}
    for action in actions:
        yield action
        if action.id == _PREVIOUS_FEATURE:
            for number, feature in enumerate(scheme.features):
                if feature.key and number not in wrong:
                    wish = Wish(GoToFeature(str(feature.code)))
                    title, keys = _going_to(feature), (feature.key,)
                    yield Action(_FEATURE + feature.code, title, "Move", keys, When.CASE, repeats=False, wish=wish)


def _kept(actions: tuple[Action, ...], scheme: Scheme) -> Iterator[Action]:
    codes = {_CODE + code.code: code for code in scheme.unscorable}
    absent = next((code for code in scheme.unscorable if code.series_absent), None)
    taken, added = _taken(actions, scheme), False
    own = [code for name, code in codes.items() if not any(action.id == name for action in actions)]
    for action in actions:
        if action.id == _REST:
            if absent is not None:
                yield replace(
                    action, title=f"{absent.name}: all blanks at this visit", wish=Wish(MarkRest(absent.code))
                )
        elif action.id in codes:
            yield replace(action, title=_title(codes[action.id]))
        elif not action.id.startswith(_CODE):
            yield action
        if action.id.startswith(_CODE) and not added:
            added = True
            yield from _own(own, taken)


def _own(codes: list[UnscorableCode], taken: dict[str, str]) -> Iterator[Action]:
    for code in codes:
        free = code.key and code.key.lower() not in taken
        if free:
            taken[code.key.lower()] = _CODE + code.code
        keys = (code.key,) if free else ()
        wish = Wish(MarkUnscorable(code.code))
        yield Action(_CODE + code.code, _title(code), "Score", keys, When.CASE, repeats=False, wish=wish)


def _taken(actions: tuple[Action, ...], scheme: Scheme) -> dict[str, str]:
    """Key -> the action that has it; those of codes which the scheme hasn't are free."""
    codes = {_CODE + code.code for code in scheme.unscorable} | {_REST}
    return {
        key.lower(): action.id
        for action in actions
        if not action.id.startswith(_CODE) or action.id in codes
        for key in action.keys
    }


def _going_to(feature: Feature) -> str:
    return f"Go to {feature.name}"


def _title(code: UnscorableCode) -> str:
    return f"Unscorable: {code.name[0].lower()}{code.name[1:]}"
