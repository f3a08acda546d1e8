"""Errors between the program and the disk, told apart by who can do something about it."""

from typing import Final

from scoring.errors import RamrisError

MENDING: Final = (
    "`ramris study restore` brings back its last backup, `ramris study salvage` what the damaged file still shows"
)

# backups were copied from the same file: what isn't ours may stand in them too
MENDING_FOREIGN: Final = "`ramris study salvage` brings its proven rows into a new study; tell who keeps the study"


class StudyError(RamrisError):
    """Base of every refusal that a study folder can cause."""


class NotAStudy(StudyError):
    """The folder holds no study, or a file that isn't ours."""


class StudyExists(StudyError):
    """A study would be written where something is already."""


class SchemaOlder(StudyError):
    """An older program wrote the record on the server; whoever is responsible for it upgrades it, by a command."""


class SchemaTooNew(StudyError):
    """The study was written by a newer program; both versions are named."""


class UnknownReader(StudyError):
    """The reader has no worklist here."""


class UnknownCase(StudyError):
    """No such case on this reader's worklist."""


class StudyLocked(StudyError):
    """The study is locked, so it takes no grades and no assignments."""


class StaleAnswer(StudyError):
    """The answer on disk isn't the one that the change started from: another window wrote in between."""


class InUse(StudyError):
    """Another window or command has the study for itself; nothing was changed."""


class CaseClosed(StudyError):
    """The case is signed or parked and takes no answers now."""


class NotSigned(StudyError):
    """Something must be put right or answered before the case can be signed."""


class PassphraseRefused(StudyError):
    """No passphrase, not the reader's, one that is too short, or too many wrong ones just now."""


class PassphraseWrong(PassphraseRefused):
    """Another passphrase than the reader's was typed; the record holds that, and not which."""


class NotSaved(StudyError):
    """The disk didn't take it (full, read-only, locked, gone); nothing was changed."""


class NotCertain(NotSaved):
    """A server was lost at the last step: whether it was saved isn't known. Look before it is done again."""


class RecordDamaged(StudyError):
    """The append-only record doesn't verify; the message names the first bad row."""


class VaultLocked(StudyError):
    """The vault is under a passphrase, and none or another one was given."""


class AddressRefused(StudyError):
    """What was given for a server's address is none, or would make the way there less than safe."""


class ServerAway(StudyError):
    """The server doesn't answer now; what is on this machine's disk stays, and is sent again."""


class ServerRefused(StudyError):
    """The server said no; `code` is PostgreSQL's SQLSTATE or one of ours, see `storage/server/functions.sql`."""

    def __init__(self, said: str, code: str = "") -> None:
        super().__init__(said)
        self.code = code
