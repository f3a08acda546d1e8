"""Wording of descriptions: what their words say of weighting, fat and contrast, in the languages of the rules. Pure.

A word that is in no list may say anything. Nobody guesses at it; it is handed on as unknown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from workstation.intake.series.rules import Rules

WORD = re.compile(r"[^\W_]+")
# a console counts series of one name, before or behind it; 2D and 3D are written together with much
COUNTED = re.compile(r"(?:[0-9]{1,2}|[23]D)?([A-Z]{2,}?)(?:[0-9]{1,2})?")
# letters that have no accent to take off
SPELLED = str.maketrans(
    {"Ø": "OE", "Æ": "AE", "Œ": "OE", "ß": "SS", "Ł": "L", "Đ": "D", "Þ": "TH", "_": " "}
    | dict.fromkeys("\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}", "-")
)
# a single letter is taken for one of a Dixon scan's images where the text says Dixon, and not behind T1, T2, PD: T1 W
DIXON_IMAGES = frozenset({"dixon_water", "dixon_fat", "dixon_opposed", "dixon_in"})
WEIGHTINGS = frozenset({"T1", "PD", "T2"})
POLARITIES = frozenset({"denied", "refused", "with", "after", "before", "given", "plain"})
# those that mean contrast without naming it: post, native
STANDALONE = frozenset({"given", "plain"})
FAT = frozenset({"fat", "fat_noun", "suppression"})
# words that are remembered; scans of a study use some hundreds
MOST_WORDS = 4096
# a description has 64 letters at most (PS3.5 6.2, LO); taking a word apart takes the square of its length
LONGEST_GLUED = 64
# what a number beside a word may hide; not before, after and denied, which are short and part of much else
COUNTED_CLASSES = FAT | {
    "given",
    "plain",
    "contrast",
    "computed",
    "planar",
    "flow",
    "survey",
    "inversion",
    "arthrography",
}
NOT_CLASSES = frozenset({"glued", "harmless"})
Classes = frozenset[str]
# what an examination before and after contrast is called in English: W/WO, W + W/O, WITH AND WITHOUT
BOTH_PARTS = re.compile(
    r"\b(?:W|WITH)(?: ?[/+&] ?| AND | )(?:W ?/ ?O|WO|WITHOUT)\b|\b(?:WO|W/O|WITHOUT)(?: ?[/+&] ?| AND | )(?:W|WITH)\b"
)


class Claim(Enum):
    """What a text says of a matter. UNCLEAR: it speaks of it, and not in one way."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Said:
    """What the text of a series says. classes: those of our vocabulary that its words belong to.

    fat: whether it is suppressed. contrast: whether the series was made after it. unknown: words that no list has;
    they are of the file, and not for any message.
    """

    classes: Classes
    fat: Claim
    contrast: Claim
    unknown: Classes


def said_by(lines: Sequence[str], names: Sequence[str], rules: Rules) -> Said:
    """What the description says, then other lines, and names of sequences; of these the classes alone count."""
    read = [_Line(line, rules) for line in lines]
    named = [_Line(name, rules) for name in names]
    contrast = _contrast(read)
    # "late" alone may mean after contrast; where that is said it adds nothing
    later = frozenset().union(*(line.moments for line in read)) if contrast is Claim.YES else frozenset()
    return Said(
        classes=frozenset().union(*(line.classes for line in (*read, *named))),
        fat=_agreed(claim for line in (*read, *named) for claim in line.fat),
        contrast=contrast,
        unknown=frozenset().union(*(line.unknown for line in read)) - later,
    )


def unaccented(line: str) -> str:
    """Upper case, without accents, and one kind of dash."""
    text = unicodedata.normalize("NFKD", line.upper().translate(SPELLED))
    return "".join(sign for sign in text if not unicodedata.combining(sign))


def _agreed(claims: Iterable[Claim]) -> Claim:
    found = set(claims)
    if not found:
        return Claim.SILENT
    return found.pop() if len(found) == 1 else Claim.UNCLEAR


def _contrast(read: Sequence[_Line]) -> Claim:
    """What lines say of contrast; a protocol may be named after an examination, and its name alone leaves it open."""
    own = read[0].contrast if read else set()
    # "W/WO" is what an examination is called; where the description says which of the two, that holds
    rest = [line for line in read[1:] if not (line.names_both and own in ({Claim.YES}, {Claim.NO}))]
    claim = _agreed(said for line in (*read[:1], *rest) for said in line.contrast)
    if claim is Claim.YES and not read[0].contrast and read[0].classes & WEIGHTINGS:
        return Claim.UNCLEAR
    return claim


def _of(pending: set[str]) -> Claim:
    """What the words in front of a noun say of it; a noun alone says that it is there."""
    yes, no = pending & {"with", "after", "given"}, pending & {"denied", "refused", "before", "plain"}
    if (yes and no) or len(no) > 1 or pending & {"doubt", "perhaps"}:
        return Claim.UNCLEAR
    return Claim.NO if no else Claim.YES


class _Line:
    """One text, read from left to right: words of denial, before and after wait for the noun that they belong to."""

    def __init__(self, line: str, rules: Rules) -> None:
        self.fat: set[Claim] = set()
        self.contrast: set[Claim] = set()
        self.unknown: set[str] = set()
        self.moments: set[str] = set()
        self._rules = rules
        self.names_both = BOTH_PARTS.search(unaccented(line)) is not None
        self._words = _cut(line, rules)
        self._known = [_classes(word, rules) for word in self._words]
        self.classes = self._all_classes()
        self._pending: set[str] = set()
        self._halves: set[str] = set()
        self._denied_last = False
        at = 0
        while at < len(self._words):
            at = self._step(at)
        if "with" in self._pending:
            # cut off at its end, as consoles do
            self.contrast.add(Claim.UNCLEAR)
        self._flush()
        self._add_fat_in_two_words()

    def _step(self, at: int) -> int:
        """Take the word and what belongs to it; where to go on."""
        known = self._known[at]
        polarity = known & POLARITIES
        if polarity and not known & FAT:
            self._wait_for_noun(polarity)
        elif known & FAT and not self._is_dixon_letter(at):
            return self._fat_noun(at)
        elif "contrast" in known or ("contrast_if" in known and self._is_noun(at)):
            return self._contrast_noun(at)
        elif "conj" in known and self._denied_last:
            self._pending.add("doubt")
        elif "perhaps_before" in known:
            self._pending.add("perhaps")
        elif "contrast_if" in known:
            # "Gabe von KM": it belongs to the noun to come, where there is one
            if not self._is_before_contrast(at):
                self._other(at)
        elif not known & {"filler", "conj"}:
            self._other(at)
        return at + 1

    def _wait_for_noun(self, polarity: Classes) -> None:
        if self._pending & STANDALONE and not polarity & STANDALONE:
            # "nativ ohne KM": the first has been said
            self._flush()
        self._pending |= polarity

    def _other(self, at: int) -> None:
        known = self._known[at]
        if self._after_what(at):
            self._pending.add("doubt")
        letter = known & DIXON_IMAGES if "dixon" in self.classes else frozenset()
        if not letter and not known - {"contrast_if", "filler", "moment", "directions", *DIXON_IMAGES}:
            self.unknown.add(self._words[at])
            self.moments |= {self._words[at]} if "moment" in known else set()
        self._flush()
        self._denied_last = False

    def _after_what(self, at: int) -> bool:
        """Whether the word right behind POST may say after what it is: "post hand", "post arthritis"; sides may not."""
        if at == 0 or self._words[at - 1] != "POST":
            return False
        known = self._known[at]
        return bool(known & {"surgery", "T2", "PD"}) or known == {"harmless"}

    def _flush(self) -> None:
        """Words that found no noun: POST and NATIVE mean contrast; of others it can't be told what they deny."""
        pending, self._pending = self._pending, set()
        if "given" in pending:
            self.contrast.add(Claim.UNCLEAR if "doubt" in pending else Claim.YES)
        if "plain" in pending:
            self.contrast.add(Claim.NO)
        if pending & {"denied", "refused", "after", "before"}:
            self.contrast.add(Claim.UNCLEAR)

    def _is_noun(self, at: int) -> bool:
        """Whether shorthand stands for contrast: a word that says before, after, with or without is beside it."""
        if self._is_before_contrast(at):
            return False
        following = self._next(at)
        return bool(self._pending) or (following is not None and bool(self._known[following] & POLARITIES))

    def _is_before_contrast(self, at: int) -> bool:
        beyond = (self._known[k] for k in range(at + 1, len(self._words)))
        return "contrast" in next((known for known in beyond if not known & {"filler", "contrast_if"}), ())

    def _contrast_noun(self, at: int) -> int:
        claim = _of(self._pending)
        behind, after = self._refused(at) or self._behind(at)
        if behind:
            claim = _of(behind) if not self._pending else Claim.UNCLEAR
        self.contrast.add(claim)
        self._denied_last = claim is Claim.NO and "denied" in self._pending
        self._pending = set()
        while after < len(self._words) and self._known[after] & {"contrast", "contrast_if", "filler"}:
            after += 1
        return after

    def _fat_noun(self, at: int) -> int:
        denied = "denied" in self._pending
        doubt = "doubt" in self._pending
        self._pending -= {"denied", "with", "doubt"}
        behind, after = self._behind(at)
        if behind & {"denied"}:
            denied = True
        elif behind:
            after = at + 1
        known = self._known[at]
        if doubt:
            self.fat.add(Claim.UNCLEAR)
        elif denied:
            self.fat.add(Claim.NO)
            self._halves.add("denied")
        elif "fat" in known:
            self.fat.add(Claim.YES)
        else:
            self._halves |= known & FAT
        self._denied_last = denied
        return after

    def _behind(self, at: int) -> tuple[set[str], int]:
        """The word right behind a noun that speaks of it, as in `KM nein`, `kontrast öncesi`; where to go on."""
        following = self._next(at)
        if following is None or not (found := self._known[following] & POLARITIES):
            return set(), at + 1
        beyond = self._next(following)
        if "postposed" in self._known[following] and not self._is_contrast(beyond):
            return set(found), following + 1
        if beyond is not None and self._known[beyond] & {*FAT, "contrast", "contrast_if", *POLARITIES}:
            # it belongs to the next noun
            return set(), at + 1
        if "denied" in found and "no" not in self._known[following]:
            # "FS ohne": its own noun isn't here
            return set(), at + 1
        if ("denied" in found and beyond is not None) or self._is_cut_short(following, found, beyond):
            return {"doubt"}, following + 1
        return (set(), at + 1) if found == {"with"} else (set(found), following + 1)

    def _is_contrast(self, at: int | None) -> bool:
        return at is not None and bool(self._known[at] & {"contrast", "contrast_if"})

    def _refused(self, at: int) -> tuple[set[str], int] | None:
        """What denies the noun in front of it, whatever stands behind: `injection refusee sans FatSat`."""
        following = self._next(at)
        if following is None or "refused" not in self._known[following]:
            return None
        return {"refused"}, following + 1

    def _is_cut_short(self, following: int, found: Classes, beyond: int | None) -> bool:
        """Whether after or before stands behind the noun where no language has it: "gad after" may be still to come."""
        timed = beyond is not None and "moment" in self._known[beyond]
        return bool(found & {"after", "before"}) and "postposed" not in self._known[following] and not timed

    def _next(self, at: int) -> int | None:
        """The next word that is more than a filler."""
        return next((k for k in range(at + 1, len(self._words)) if self._known[k] != {"filler"}), None)

    def _add_fat_in_two_words(self) -> None:
        if "denied" in self._halves or not self._halves:
            return
        if {"fat_noun", "suppression"} <= self._halves:
            self.fat.add(Claim.YES)
        elif not (self._halves == {"fat_noun"} and "dixon" in self.classes) and Claim.YES not in self.fat:
            self.fat.add(Claim.UNCLEAR)

    def _is_dixon_letter(self, at: int) -> bool:
        """FAT as the name of one of a Dixon scan's images is no word for its suppression."""
        return "dixon" in self.classes and "dixon_fat" in self.classes and "dixon_fat" in self._known[at]

    def _all_classes(self) -> Classes:
        found: set[str] = set()
        dixon = any("dixon" in known for known in self._known)
        for at, known in enumerate(self._known):
            weighted = at > 0 and bool(self._known[at - 1] & WEIGHTINGS)
            image = dixon and not (weighted and len(self._words[at]) == 1)
            found |= {name for name in known if image or name not in DIXON_IMAGES}
        return frozenset(found)


def _cut(line: str, rules: Rules) -> list[str]:
    """The words, with those that a console's signs stand for, and those that it wrote together taken apart."""
    text = unaccented(line)
    for pattern, word in rules.spelled_out:
        text = pattern.sub(word, text)
    return [part for word in WORD.findall(text) for part in _parts(word, rules)]


def _parts(word: str, rules: Rules) -> list[str]:
    if _named(word, rules):
        return [word]
    counted = COUNTED.fullmatch(word)
    if counted and _named(counted[1], rules) & COUNTED_CLASSES:
        return [counted[1]]
    return (_apart(word, rules.words["glued"]) if len(word) <= LONGEST_GLUED else []) or [word]


def _apart(word: str, glued: re.Pattern[str]) -> list[str]:
    """The word as two parts or more that are all known, the fewest; none where it can't be."""
    best: list[list[str] | None] = [[]] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(end):
            before = best[start]
            if before is not None and glued.fullmatch(word, start, end):
                found = best[end]
                if found is None or len(before) + 1 < len(found):
                    best[end] = [*before, word[start:end]]
    return best[-1] or []


def _classes(word: str, rules: Rules) -> Classes:
    found = _named(word, rules)
    harmless = found - {"directions"} <= DIXON_IMAGES and rules.words["harmless"].fullmatch(word)
    return found | {"harmless"} if harmless else found


@lru_cache(MOST_WORDS)
def _named(word: str, rules: Rules) -> Classes:
    return frozenset(
        name for name, pattern in rules.words.items() if name not in NOT_CLASSES and pattern.fullmatch(word)
    )
