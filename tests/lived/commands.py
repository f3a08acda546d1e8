"""Commands of the program, each on the study that has lived: what it is given, how it ends, what it says.

In the arguments and in what is said, names in braces stand for places (trial, home, away, scans, out) and for codes of
cases by the state that they are in: see `story.Lived`. ON_LOCKED are tried where the study is locked.
"""

from __future__ import annotations

from typing import Final, NamedTuple

DONE, FINDINGS, REFUSED = 0, 1, 2
_INTACT: Final = "The record is intact"
_CLOSED: Final = "The study is locked"


class Tried(NamedTuple):
    """One run. `says`: a pattern in what it prints; `alone`: in a process of its own, since it becomes another one."""

    given: str
    status: int
    says: str
    stdin: str = ""
    alone: bool = False
    after: str = ""


TRIED: Final = (
    Tried("read {trial} --reader AD --png {out}.png", DONE, "reading room was drawn"),
    Tried("read {home} --reader BE --png {out}.png", DONE, "reading room was drawn"),
    Tried("enter {trial} --reader AD", DONE, "ok 1", "{unsigned},1,ERO,CAP,9"),
    Tried("enter {trial} --reader AD", DONE, "ok 1", "{reread_begun},1,ERO,CAP,9"),
    Tried("enter {trial} --reader CO", DONE, "ok 1", "{adjudication},1,ERO,CAP,9"),
    Tried("enter {home} --reader BE", DONE, "ok 1", "{draft},1,ERO,CAP,9"),
    Tried("enter {trial} --reader AD", REFUSED, "{read_again!r} is not on the worklist", "{read_again},1,ERO,CAP,9"),
    Tried("enter {trial} --reader AD", REFUSED, "Case {parked} is parked", "{parked},1,ERO,CAP,9"),
    Tried("enter {trial} --reader BE --json", REFUSED, "Case {signed} is signed", "{signed},1,ERO,CAP,9"),
    Tried("demo --png {out}.png", DONE, "reading room was drawn", alone=True),
    Tried("open {scans}/P01 --png {out}.png", DONE, "reading room was drawn", alone=True),
    Tried("atlas {scans} --reader AD", REFUSED, "No picture of the atlas folder"),
    Tried("sizes correlation --r 0.4", DONE, "46 pairs"),
    Tried("sizes non-inferiority --margin 1 --sd 2", DONE, "50 in each group"),
    Tried("sizes icc-test --null 0.6 --expected 0.8", DONE, "39 cases"),
    Tried("sizes icc-width --expected 0.8 --width 0.2", DONE, "55 cases"),
    Tried("keys", DONE, "case.sign"),
    Tried("doctor", DONE, ""),
    Tried("qualify {out}.pdf", REFUSED, "must end in .html"),
    Tried("phantom {out} --size 16", REFUSED, "size"),
    Tried("phantom {out} --cohort trial", REFUSED, "there is paper"),
    Tried("study create {trial}", REFUSED, "trial holds something already"),
    Tried("study add {trial} {scans}", FINDINGS, "332 files seen, 304 accepted, 28 set aside"),
    Tried("study check {trial}", FINDINGS, "of 12 subjects"),
    Tried("study enrolments {trial}", DONE, "rule: first-two"),
    Tried("study enrolments {trial} --rule consecutive --why followed", DONE, "rule: consecutive"),
    Tried("study enrolments {trial} --undo --why mistaken", REFUSED, "nothing to take back"),
    Tried("study decide {trial} finding:AAAAAAAA accept --why seen", REFUSED, "there is no such finding"),
    Tried("study choose {trial} AAAA T1 --why seen", REFUSED, "the study has none"),
    Tried("study remove {trial} S002 --why withdrawn", DONE, "S002 is excluded, and exports say so.* answers in"),
    Tried("study remove {trial} S002/2 --why spoilt", DONE, "S002/2 is excluded"),
    Tried("study remove {trial} S002 --undo --why again", REFUSED, "isn't removed or excluded"),
    Tried("study release {trial} AAAA --why seen", REFUSED, "the study has none"),
    Tried("study release {trial} --all --look {trial}/looks", REFUSED, "not inside the study folder"),
    Tried("study refuse {trial} AAAA --why seen", REFUSED, "the study has none"),
    Tried("study blank {trial} AAAA --region 0,0,2,2 --why seen", REFUSED, "the study has none"),
    Tried("study undo {trial} AAAA --why seen", REFUSED, "the study has none"),
    Tried("study choices {trial}", DONE, "sent by mistake"),
    Tried("study log {trial}", DONE, "merged"),
    Tried("study log {home}", DONE, "this copy was made for a reader"),
    Tried("study hand-over {trial} {out}", DONE, "for AD: 5 cases.*for BE: 1 case.*for CO: 8 cases"),
    Tried("study hand-over {home} {out}", REFUSED, "vault.db isn't here"),
    Tried("study merge {trial} {away}", DONE, r"\d+ answers, 1 acts and 0 notes came over"),
    Tried("study merge {trial} {home}", DONE, "nothing new"),
    Tried("study merge {trial} {home} {away}", DONE, r"nothing new.*\d+ answers"),
    Tried("study merge {home} {away}", REFUSED, "away is a copy of another study"),
    Tried("study design {trial}", DONE, "one case in 4"),
    Tried("study design {trial} --set reread_n=2 --why planned", DONE, "re-reads +2"),
    Tried("study design {trial} --set unit=pair --why planned", DONE, "a lone visit waits"),
    Tried("study design {trial} --set unit=scan --why planned", REFUSED, "both or pair"),
    Tried("study lock {trial}", REFUSED, "lack answers.*aren't signed"),
    Tried("study lock {trial} --incomplete --why interim", DONE, "Locked: 41 readings"),
    Tried("study unlock {trial} --why again", REFUSED, "isn't locked"),
    Tried("study lock-vault {trial}", REFUSED, "no terminal"),
    Tried("study unlock-vault {trial}", REFUSED, "has no passphrase"),
    Tried("study adopt-vault {trial} --why mended", REFUSED, "nothing to take as it is"),
    Tried("study reveal {trial} --why emergency", DONE, "Quillon"),
    Tried("study assign {trial} --reader DD --seed 5", DONE, "DD has 13 cases"),
    Tried("study assign {trial} --reader AD", DONE, "AD has 14 cases"),
    Tried("study take-back {trial} --reader CO --why left", DONE, "unread cases.*that CO began.*--subjects S0"),
    Tried("study take-back {trial} --reader AD --cases {signed} --why left", REFUSED, "isn't among the cases of AD"),
    Tried("study take-back {trial} --reader AD --cases {unsigned} --why left", REFUSED, "was begun"),
    Tried("study take-back {trial} --reader CO --undo --why again", REFUSED, "Nothing that was taken back from CO"),
    Tried("study retire {trial} --reader CO --why left", DONE, "CO is retired.*unread cases"),
    Tried("study retire {trial} --reader AD --undo --why again", REFUSED, "AD isn't retired"),
    Tried("study rename-reader {trial} --reader CO --name C1 --why typed", DONE, "CO is called C1 from now on"),
    Tried("study rename-reader {trial} --reader CO --name AD --why typed", REFUSED, "AD is another reader"),
    Tried("study rename-reader {trial} --reader AD --undo --why again", REFUSED, "never given another name"),
    Tried("study rename-reader {home} --reader BE --name B1 --why typed", REFUSED, "vault.db isn't here"),
    Tried("study take-back {home} --reader BE --why left", REFUSED, "vault.db isn't here"),
    Tried("study backup {trial}", DONE, "Backed up to"),
    Tried("study backup {home}", DONE, "Backed up to"),
    Tried("study keep-vault {trial} {out}", DONE, "Kept"),
    Tried("study restore-vault {trial} --list", DONE, "There are no copies"),
    Tried("study restore {trial}", REFUSED, "holds 2 rows of the record .* that .* doesn't: locked, unlocked"),
    Tried("study restore {trial} --why mistaken", DONE, "Restored study-.*2 rows of the record are in that file alone"),
    Tried("study salvage {trial} {out}", DONE, r"\d+ answers.*The audit of it finds no fault", after="audit {out}"),
    Tried("study salvage {home} {out}", DONE, "The audit of it finds no fault", after="audit {out}"),
    Tried("study disagreements {trial}", FINDINGS, "AD 3, BE 0"),
    Tried("study adjudicate {trial} --reader CO --readers AD,BE", DONE, "CO has 9 cases to settle"),
    Tried("study adjudicate {trial} --reader AD --readers AD,BE", REFUSED, "AD is one of the two readers"),
    Tried("study reopen {trial} {signed} --why again", DONE, "open again"),
    Tried("study reopen {trial} {adjudicated} --why again", DONE, "open again"),
    Tried("study reopen {trial} {reread_signed} --why again", DONE, "open again"),
    Tried("study reopen {trial} {read_again} --why again", DONE, "open again"),
    Tried("study reopen {trial} {read_again_begun} --why again", DONE, "open again"),
    Tried("study reopen {trial} {read_again_drawn} --why again", DONE, "open again"),
    Tried("study reopen {trial} {unsigned} --why again", REFUSED, "is not signed"),
    Tried("study reset-passphrase {trial} --reader CO --why forgotten", DONE, "CO has no passphrase now"),
    Tried("study reset-passphrase {trial} --reader AD --why forgotten", REFUSED, "No passphrase is set"),
    Tried("study queries {trial}", FINDINGS, "{parked}  AD"),
    Tried("study queries {trial} --resolve {parked} --why answered", DONE, "No case is parked"),
    Tried("study board {trial}", DONE, r"AD \(PRIMARY\): 17 cases.*hidden repeats read"),
    Tried("sign {trial} --reader AD --case {unsigned} --check", FINDINGS, "erosion-falls"),
    Tried("sign {trial} --reader AD --case {unsigned} --answer erosion-falls=seen", DONE, "is signed by AD"),
    Tried("sign {trial} --reader AD --case {reread_begun}", REFUSED, "Still blank"),
    Tried("sign {trial} --reader BE --case {signed}", REFUSED, "is signed"),
    Tried("reader cover --reader AD --minutes 5", DONE, "covered after 5 minutes"),
    Tried("reader passphrase {trial} --reader CO --remove", REFUSED, "no terminal to ask for the passphrase"),
    Tried("reread {trial} --reader AD --n 2", DONE, "AD has 2 cases to read again"),
    Tried("reread {trial} --reader AD --n 40", REFUSED, "drawn already"),
    Tried("reread {trial} --reader AD --n 5 --unit scan --after-days 182", DONE, "AD has 5 scans to read again"),
    Tried("manage {trial} --png {out}.png", DONE, "window was drawn"),
    Tried("export {trial} {out} --wide --excel", DONE, "scores.csv"),
    Tried("export {trial} {out} --with-identities --why monitor", DONE, "identities.csv"),
    Tried("export {home} {out}", DONE, "scores.csv"),
    Tried("export {trial} {trial}/export", REFUSED, "not inside the study folder"),
    Tried("trail {trial} {out}", DONE, "verify_trail.py.*Head: "),
    Tried("charter {trial} {out}.pdf", DONE, "Design: ", alone=True),
    Tried("charter {home} {out}.html", REFUSED, "is a reader's copy"),
    Tried("sheets {trial} {out} --reader AD", DONE, "{reread_signed}.pdf", alone=True),
    Tried("sheets {home} {out} --json", DONE, '"{signed}.pdf"', alone=True),
    Tried("sheets {trial} {out} --case {draft}", REFUSED, "case {draft!r} isn't signed"),
    Tried("trail {home} {out} --case {draft}", DONE, "Head: "),
    Tried("trail {home} {out} --with-identities --why asked", REFUSED, "vault.db isn't here"),
    Tried("audit {trial}", DONE, f"{_INTACT}.*The vault is as the program left it"),
    Tried("audit {home}", DONE, _INTACT),
    Tried("audit {away}", DONE, _INTACT),
    Tried("agreement {trial} --reader AD", DONE, "1 case read twice"),
    Tried("agreement {trial} --reader AD --drift", DONE, "Hidden repeats"),
    Tried("agreement {trial} --inter --readers AD,BE", DONE, "9 cases read by all"),
    Tried("agreement {trial} --report {out}.html", DONE, "report was written"),
    Tried("analyse {scans} --clinical {scans}/none.csv", REFUSED, "no datapackage.json"),
)

ON_LOCKED: Final = (
    Tried("enter {trial} --reader AD", REFUSED, _CLOSED, "{unsigned},1,ERO,CAP,9"),
    Tried("sign {trial} --reader AD --case {unsigned} --answer erosion-falls=seen", REFUSED, _CLOSED),
    Tried("study reopen {trial} {signed} --why again", REFUSED, _CLOSED),
    Tried("study queries {trial} --resolve {parked} --why answered", REFUSED, _CLOSED),
    Tried("study assign {trial} --reader DD", REFUSED, _CLOSED),
    Tried("study enrolments {trial} --rule consecutive --why late", REFUSED, _CLOSED),
    Tried("study adjudicate {trial} --reader CO --readers AD,BE", REFUSED, _CLOSED),
    Tried("study take-back {trial} --reader CO --why left", REFUSED, _CLOSED),
    Tried("study retire {trial} --reader CO --why left", REFUSED, _CLOSED),
    Tried("study rename-reader {trial} --reader CO --name C1 --why typed", REFUSED, _CLOSED),
    Tried("study design {trial} --set reread_n=2 --why planned", REFUSED, _CLOSED),
    Tried("study add {trial} {scans}", FINDINGS, "304 accepted, 28 set aside"),
    Tried("study hand-over {trial} {out}", REFUSED, _CLOSED),
    Tried("study merge {trial} {away}", REFUSED, _CLOSED),
    Tried("study reset-passphrase {trial} --reader CO --why forgotten", REFUSED, _CLOSED),
    Tried("study lock {trial} --incomplete --why again", REFUSED, _CLOSED),
    Tried("reread {trial} --reader AD --n 2", REFUSED, _CLOSED),
    Tried("read {trial} --reader AD --png {out}.png", DONE, "reading room was drawn"),
    Tried("manage {trial} --png {out}.png", DONE, "window was drawn"),
    Tried("study unlock {trial} --why again", DONE, "Unlocked"),
    Tried("study salvage {trial} {out}", DONE, "The audit of it finds no fault", after="audit {out}"),
    Tried("study backup {trial}", DONE, "the newest backup holds everything"),
    Tried("study log {trial}", DONE, "locked"),
    Tried("export {trial} {out}", DONE, "scores.csv"),
    Tried("trail {trial} {out}", DONE, "Head: "),
    Tried("audit {trial}", DONE, _INTACT),
)


def named(tried: Tried) -> str:
    """The command that is tried, without what it is given."""
    words = [word for word in tried.given.split() if "{" not in word and not word.startswith("-")]
    return " ".join(words[:2] if words[0] in {"study", "reader", "sizes"} else words[:1])
