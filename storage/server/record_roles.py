"""Logins on a study's record that lies on a server, for an auditor and a statistician: they read, and write nothing.

An auditor reads every table. A statistician has no right to any table: a view of each shows its rows once the study is
locked, without passphrases, and none before and after. Rights are given to each login, since a group is of all studies
of a server.
"""

from __future__ import annotations

import secrets
from typing import Final

from storage.database.server_tables import FIGURES, HOME, VERSION, WRITTEN, server_metadata
from storage.errors import ServerRefused
from storage.server.connecting import Server
from storage.server.setting_up import CONNECTIONS, Login, new_secret

AUDITOR, STATISTICIAN, COORDINATOR = "auditor", "statistician", "coordinator"
# what a view shows in the place of a column: nobody outside is to try words on it
_HIDDEN: Final = {("reader", "passphrase")}
_LOCKED: Final = (
    "(SELECT held.kind FROM public.act held WHERE held.\"case\" IS NULL AND held.kind IN ('locked', 'unlocked') "
    "ORDER BY held.seq DESC LIMIT 1) = 'locked'"
)
# read before it is known whether the study is locked; they hold no row of it
_ALWAYS: Final = (VERSION, HOME)
# everybody's by default: a store of one's own on the server, and tables that lead others astray
_CLOSED: Final = ("lo_creat(integer)", "lo_create(oid)", "lo_from_bytea(oid, bytea)")


def make_record_login(server: Server, role: str) -> Login:
    """A login of a record for one of the two.

    Args:
        server: as the owner of the record's tables, who may make roles; a superuser also closes what PostgreSQL leaves
            open to every login.
        role: auditor or statistician.

    Raises:
        ServerRefused: no record is there, or whoever asks may not.
    """
    database = str(server.rows("SELECT current_database()")[0][0])
    if not holds_record(server):
        raise ServerRefused(
            f"{server.address.name} holds no record of a study; `ramris study move DIR URL` brings one there"
        )
    login = Login(f"{role[0]}{secrets.token_hex(4)}", new_secret())
    sealed = server.sealed(login.name, login.password)
    superuser = server.rows("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")[0][0]
    with server.together():
        # names and the sealed word are made of letters that need no quoting: nothing of it was typed
        server.rows(
            f"CREATE ROLE {login.name} LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION "
            f"CONNECTION LIMIT {CONNECTIONS} PASSWORD '{sealed}'"
        )
        for setting in ("default_transaction_read_only = on", "idle_in_transaction_session_timeout = '10min'"):
            server.rows(f"ALTER ROLE {login.name} SET {setting}")
        server.rows(f'REVOKE TEMPORARY ON DATABASE "{database}" FROM PUBLIC')
        server.rows("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        for function in _CLOSED if superuser else ():
            server.rows(f"REVOKE EXECUTE ON FUNCTION pg_catalog.{function} FROM PUBLIC")
        server.rows(f'GRANT CONNECT ON DATABASE "{database}" TO {login.name}')
        server.rows(f"GRANT USAGE ON SCHEMA public TO {login.name}")
        for statement in _auditors(login.name) if role == AUDITOR else _statisticians(login.name):
            server.rows(statement)
    return login


# who was given rights on the record's tables by name, and which: its owner and the system's own roles aren't asked for
_RIGHTS: Final = """
    SELECT given.rolname, bool_or(asked.writes), bool_or(asked.of_figures)
    FROM (
        SELECT e.grantee, e.privilege_type = 'INSERT' AS writes, false AS of_figures
        FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) e
        WHERE c.oid = 'public.event'::regclass AND e.grantee <> c.relowner
        UNION ALL
        SELECT e.grantee, false, true
        FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) e
        WHERE n.nspname = %s AND e.grantee <> n.nspowner
    ) asked JOIN pg_roles given ON given.oid = asked.grantee
    GROUP BY given.rolname ORDER BY given.rolname
"""


def holds_record(server: Server) -> bool:
    """Whether a study's record lies in the database."""
    # where copies meet, `public` and the catalogue are closed to every login but the administrator's
    if not server.rows("SELECT has_schema_privilege('public', 'USAGE')")[0][0]:
        return False
    return None not in server.rows("SELECT to_regclass('public.study'), to_regclass(%s)", [f"public.{VERSION}"])[0]


def record_logins(server: Server) -> list[tuple[str, str]]:
    """(login, role) of each who has rights on the record: coordinators too, who write it; not its owner."""
    return [
        (str(name), COORDINATOR if writes else STATISTICIAN if figures else AUDITOR)
        for name, writes, figures in server.rows(_RIGHTS, [FIGURES])
    ]


def _auditors(login: str) -> tuple[str, ...]:
    return tuple(f'GRANT SELECT ON public."{name}" TO {login}' for name in server_metadata().tables)


def _statisticians(login: str) -> tuple[str, ...]:
    return (
        f"CREATE SCHEMA IF NOT EXISTS {FIGURES}",
        *(_view(name) for name in server_metadata().tables if name not in {WRITTEN, *_ALWAYS}),
        f"GRANT USAGE ON SCHEMA {FIGURES} TO {login}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {FIGURES} TO {login}",
        *(f"GRANT SELECT ON public.{name} TO {login}" for name in _ALWAYS),
    )


def _view(table: str) -> str:
    columns = ", ".join(
        f'NULL::text COLLATE "C" AS "{column.name}"' if (table, column.name) in _HIDDEN else f'shown."{column.name}"'
        for column in server_metadata().tables[table].columns
    )
    # a barrier: no function of whoever asks sees a row before the condition does
    return (
        f'CREATE OR REPLACE VIEW {FIGURES}."{table}" WITH (security_barrier) AS SELECT {columns} '  # noqa: S608 - our own
        f'FROM public."{table}" shown WHERE {_LOCKED}'
    )
