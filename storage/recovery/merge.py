"""The records of two copies of one study brought together: a reader's rows are the reader's, so nothing can collide.

What is brought over is each case's own sequence of answers and signatures. Of one case one record must hold a beginning
of the other's; a case that was read on in two copies is refused by its row. So the order of merging doesn't matter, and
merging again changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Table, func, insert, select, update

from scoring.readings.case_states import State
from scoring.schemes.scheme import Scheme
from storage.audit import origins, shown_images, verification
from storage.audit.reader_copies import Edition, WayBack, differing, of_token
from storage.audit.resealing import append_act, append_event
from storage.database import study_schema as tables
from storage.database.engine import Store
from storage.database.faults import cause_of
from storage.errors import NotSaved, StudyError
from storage.files.scratch import scratch_folder
from storage.files.window_lock import sole_window
from storage.index import index_tables
from storage.record import acts, case_status, chain, progress, study_lock, taken_cases
from storage.record.side_records import NOTED
from storage.record.study_file import open_study_file
from storage.record.vault_ends import OF_THE_VAULT
from storage.recovery.backup import back_up
from storage.recovery.other_copy import Copy, Fields, all_of, copy_of
from storage.recovery.plain_text import unfit_text

# what a copy may have done on its own beside reading: none of it says anything of who reads what
_CARRIED: Final = {"restored", "salvaged", "merged", *OF_THE_VAULT}
_FORGED: Final = "Somebody wrote into the copy past the program: hand over again, and have these cases read anew"
# what makes a reading: of these no two copies may have their own
_OF_A_READING: Final = {"signed"}


@dataclass(frozen=True, slots=True)
class Merged:
    """What one copy brought: answers, acts and notes that were new here."""

    copy: str
    answers: int
    acts: int
    notes: int
    other_images: tuple[str, ...] = ()


def merge(study: Path, others: Sequence[Path], *, other_images_why: str = "") -> tuple[Merged, ...]:
    """Bring the records of copies into the study, each in one transaction; a backup is made before.

    Args:
        study: the folder.
        others: copies of it, folders or files.
        other_images_why: the reason to take answers that were given on other images than the study has now, for the
            record; "" refuses them.

    Raises:
        NotAStudy: the folder holds none.
        StudyError: not a copy of this study, one that can't be joined, or one with such answers; names the row or the
            cases. Copies before it are merged.
        RecordDamaged: the record of a copy doesn't verify; it wasn't touched, nor was the study.
        InUse: a window is open on the study.
        NotSaved: the disk didn't take it.
    """
    with sole_window(study):
        # what isn't a study is refused before anything is made in it
        open_study_file(study)[0].close()
        back_up(study)
        copies = _copies(study, others)
        store, row = open_study_file(study)
        try:
            return tuple(_merge(store, row.scheme, copy, other_images_why.strip()) for copy in copies)
        finally:
            store.close()


def _copies(study: Path, others: Sequence[Path]) -> list[Copy]:
    try:
        with scratch_folder(study) as scratch:
            return [copy_of(other, study, scratch) for other in others]
    except OSError as error:
        cause = cause_of(error)
    raise NotSaved(f"Not merged: {cause}. The study is as it was, and so are the copies; free the disk, and try again")


def _merge(store: Store, scheme: Scheme, copy: Copy, why: str) -> Merged:
    with store.writing(f"Nothing of {copy.name} was merged.") as connection:
        study_lock.refuse_when_locked(connection)
        edition = None
        if connection.execute(select(tables.study.c.token)).scalar_one() != copy.token:
            edition = of_token(connection, copy.token)
            if edition is None:
                raise StudyError(
                    f"Not merged: {copy.name} is a copy of another study, or was handed over after the backup that "
                    "was restored here; `ramris study restore DIR --list` shows the others"
                )
        joining = _Joining(connection, copy, edition, why)
        for table, fields in copy.rows:
            joining.take(table, fields)
        if joining.origins:
            joining.finish()
            progress.rebuild(connection)
            # nothing stays that an audit would refuse later
            verification.verify(connection, scheme)
        brought = joining.brought
        return Merged(copy.name, brought["event"], brought["act"], brought["note"], tuple(sorted(joining.other_images)))


def _told_of_others(name: str, cases: Mapping[str, shown_images.Visits]) -> str:
    named = ", ".join(
        f"{case} (visit{'s' if len(visits) > 1 else ''} {' and '.join(map(str, visits))})"
        for case, visits in cases.items()
    )
    return (
        f"Not merged: {name}: the images of {named} are others now than the copy shows, and its answers were given on "
        "those. Undo what was changed (`ramris study choices` lists it), or take the answers as they are with "
        "--other-images --why TEXT; the record then says so"
    )


def _told_of_unlike(copy: Copy) -> str:
    first = copy.unlike[0]
    more = f" and of {len(copy.unlike) - 1} more series" if len(copy.unlike) > 1 else ""
    return (
        f"Not merged: {copy.name}: the images of {first.subject}, visit {first.visit}, {first.series}{more} aren't "
        f"those of its record ({first.why}): somebody changed them, or its disk is failing. Ask its reader; if the "
        "answers may be taken as they are, --other-images --why TEXT takes them, and the record says so"
    )


@dataclass
class _Joining:
    """Takes the rows of a copy in their order, inside one transaction."""

    connection: Connection
    copy: Copy
    edition: Edition | None = None
    why: str = ""
    brought: Counter[str] = field(default_factory=Counter)
    origins: list[Fields] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._known = origins.known(self.connection)
        self._cases = {row["code"]: row for row in all_of(self.connection, tables.reading_case)}
        counts = select(tables.event.c.case, func.count()).group_by(tables.event.c.case)
        self._here: Counter[str] = Counter({row[0]: row[1] for row in self.connection.execute(counts)})
        self._seen: Counter[str] = Counter()
        self._signed = set(study_lock.signed_cases(self.connection))
        self._taken = taken_cases.standing(self.connection).keys()
        self._read_on: dict[str, str] = {}
        self._back = None if self.edition is None else WayBack(self.connection, self.edition)
        if self.edition is not None:
            self._check_beginning(self.edition)
        if self.copy.unlike and not self.why:
            raise StudyError(_told_of_unlike(self.copy))
        self.other_images = self._with_other_images()
        if self.other_images and not self.why:
            raise StudyError(_told_of_others(self.copy.name, self.other_images))

    def _with_other_images(self) -> Mapping[str, shown_images.Visits]:
        """The cases of which the copy has something new, given on other images than are here, and the visits."""
        fresh = {
            fields["case"]
            for table, fields in self.copy.rows
            if (table is tables.event or fields["kind"] in _OF_A_READING)
            and not self._was_handed(table, fields)
            and not self._here_as(table, self._sources(table, fields))
        }
        if self.edition is None:
            subjects = {code: self._cases[code]["subject"] for code in fresh if code in self._cases}
            here = {one: index_tables.visit_digests(self.connection, one) for one in set(subjects.values())}
            pairs = {code: (self.copy.images.get(one, {}), here[one]) for code, one in subjects.items()}
            found = {code: tuple(n for n in there if there[n] != now.get(n)) for code, (there, now) in pairs.items()}
        else:
            handed = shown_images.handed_as(self.connection, self.edition.token)
            found = dict(shown_images.changed_since(self.connection, handed))
        for item in self.copy.unlike:
            for code in self.copy.cases_of(item.subject) & fresh:
                found[code] = tuple(sorted({*found.get(code, ()), item.visit}))
        return {code: visits for code, visits in sorted(found.items()) if code in fresh and visits}

    def _check_beginning(self, edition: Edition) -> None:
        """A reader's copy must still begin as it was handed over."""
        ends = {
            tables.event.name: (edition.events, edition.event_hash),
            tables.act.name: (edition.acts, edition.act_hash),
        }
        given = {(table.name, fields["seq"]): fields["hash"] for table, fields in self.copy.rows}
        for name, (seq, digest) in ends.items():
            if seq and given.get((name, seq)) != digest:
                what = "isn't what was handed over" if (name, seq) in given else "was handed over and is gone"
                raise StudyError(f"Not merged: {self.copy.name}, {name} row {seq}: it {what}. {_FORGED}")

    def _was_handed(self, table: Table, fields: Fields) -> bool:
        if self.edition is None:
            return False
        return bool(fields["seq"] <= (self.edition.events if table is tables.event else self.edition.acts))

    def take(self, table: Table, fields: Fields) -> None:
        """Bring a row over unless it is here, and remember under which hashes it is known elsewhere."""
        if self._was_handed(table, fields):
            if table is tables.event:
                self._seen[fields["case"]] += 1
            return
        name = table.name
        own, sighting = self._own(table, fields)
        other = differing(fields, own)
        sources, known = self._sources(table, fields), self._known[name]
        here = self._here_as(table, sources)
        if not here and (unfit := unfit_text({**fields, "sighting": sighting})):
            self._refuse(f"{name} row", fields, f"its {unfit} holds signs that no window takes. {_FORGED}")
        if table is tables.event:
            if not here:
                self._check_event(fields)
                here = self._bring_event(own, sighting)
                self._here[fields["case"]] += 1
            self._seen[fields["case"]] += 1
        elif not here:
            self._check_act(fields)
            here = self._bring_act(own)
        for item in sources:
            if item["there_hash"] not in known:
                known[item["there_hash"]] = here
                self.origins.append({"chain": name, "seq": here, **item, "there_fields": item["there_fields"] or other})

    def _sources(self, table: Table, fields: Fields) -> list[Fields]:
        return [origins.there(fields), *self.copy.origins.get((table.name, fields["seq"]), [])]

    def _here_as(self, table: Table, sources: Iterable[Fields]) -> int:
        """The number that a row has here already, under whichever hash; 0 of one that isn't here."""
        known = self._known[table.name]
        return next((known[item["there_hash"]] for item in sources if item["there_hash"] in known), 0)

    def _own(self, table: Table, fields: Fields) -> tuple[Fields, Fields | None]:
        """A row of the copy, and where it was seen, in the words of this study."""
        sighting = self.copy.sightings.get(fields["seq"]) if table is tables.event else None
        if self._back is None:
            return fields, sighting
        if table is tables.event:
            self._check_owner("record row", fields)
            return self._back.event(fields, sighting)
        return self._back.act(fields), None

    def finish(self) -> None:
        """Tell of it on the record, and keep the origins and the bookmarks."""
        self._keep_bookmarks()
        said = {
            "from": chain.joined(*(self._last_there(table) for table in (tables.event, tables.act))),
            "events": self.brought["event"],
            "acts": self.brought["act"],
            "notes": self.brought["note"],
            "sha256": origins.digest(item["there_hash"] for item in self.origins),
            shown_images.OTHER_IMAGES: {code: list(visits) for code, visits in self.other_images.items()},
        }
        said |= {"why": self.why} if self.other_images else {}
        acts.append(self.connection, acts.Deed("merged", acts.COORDINATOR, said))
        merge_seq = chain.last(self.connection, tables.act).seq
        if self.origins:
            # numbered here: what a database would count by itself isn't moved with the rows
            known = self.connection.execute(select(func.coalesce(func.max(tables.origin.c.id), 0))).scalar_one()
            rows = [{"id": known + n, **item, "merge": merge_seq} for n, item in enumerate(self.origins, 1)]
            self.connection.execute(insert(tables.origin), rows)

    def _last_there(self, table: Table) -> str:
        rows = [fields["hash"] for kind, fields in self.copy.rows if kind is table]
        return str(rows[-1]) if rows else chain.genesis(self.connection, table)

    def _refuse(self, what: str, fields: Fields, why: str) -> None:
        raise StudyError(f"Not merged: {self.copy.name}, {what} {fields['seq']}: {why}")

    def _check_event(self, fields: Fields) -> None:
        case = fields["case"]
        self._check_owner("record row", fields)
        if self._seen[case] != self._here[case]:
            self._refuse(
                "record row",
                fields,
                f"case {case} was read on here and in the copy, each without the other's answers; a case is read in "
                "one copy alone. Merge copies that were read one after the other, or leave this one out",
            )
        if case in self._signed:
            self._refuse("record row", fields, f"case {case} is signed here already; reopen it first")

    def _check_owner(self, what: str, fields: Fields) -> None:
        case, mine = fields["case"], self._cases.get(fields["case"])
        if mine is None:
            self._refuse(what, fields, f"case {case} was never assigned in this study")
        elif mine["reader"] != fields["reader"]:
            self._refuse(what, fields, f"case {case} isn't on the worklist of {fields['reader']}")
        elif case in self._taken:
            self._refuse(what, fields, taken_cases.told(fields["reader"], case))

    def _check_act(self, fields: Fields) -> None:
        kind = fields["kind"]
        if kind in _CARRIED:
            return
        if fields["role"] != acts.READER:
            self._refuse(
                "act row", fields, f"{kind} is the coordinator's and was done in the copy; do it in the study instead"
            )
        if fields["case"] is not None:
            self._check_owner("act row", fields)
            if kind in _OF_A_READING and self._seen[fields["case"]] != self._here[fields["case"]]:
                self._refuse("act row", fields, f"case {fields['case']} holds answers here that the copy never had")
            if kind == "parked" and case_status.of_case(self.connection, fields["case"]).by_acts is State.SIGNED:
                self._refuse("act row", fields, f"case {fields['case']} was signed here meanwhile; reopen it first")

    def _bring_event(self, own: Fields, sighting: Fields | None) -> int:
        self._read_on[own["case"]] = own["reader"]
        self.brought["event"] += 1
        return append_event(self.connection, own, sighting)

    def _bring_act(self, own: Fields) -> int:
        if own["kind"] == "passphrase":
            mine = tables.reader.c.id == own["reader"]
            stored = self.copy.readers[own["reader"]]["passphrase"]
            self.connection.execute(update(tables.reader).where(mine).values(passphrase=stored))
        if own["kind"] == "signed":
            self._signed.add(own["case"])
        self.brought["note" if own["kind"] == NOTED else "act"] += 1
        return append_act(self.connection, own)

    def _keep_bookmarks(self) -> None:
        """Each reader goes on where the reading was brought from."""
        case, reader = tables.reading_case, tables.reader
        for code, who in self._read_on.items():
            bookmark = self.copy.cases[code]["place"]
            bookmark = bookmark if self._back is None else self._back.text(code, bookmark)
            self.connection.execute(update(case).where(case.c.code == code).values(place=bookmark))
            self.connection.execute(update(reader).where(reader.c.id == who).values(last_case=code))
