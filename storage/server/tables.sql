-- Where copies meet: what was handed over, and what each copy has sent since. Run by `ramris server init` as the role
-- ramris_owner, which owns all of it and which nobody logs in as; it may be run again.

CREATE TABLE IF NOT EXISTS study (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    version integer NOT NULL,
    -- SHA-256 of the token of the study whose copies are here; NULL before the first
    study text
);
INSERT INTO study (version) VALUES (1) ON CONFLICT DO NOTHING;

-- a login and who that is; the person is found by session_user alone, never by what a client says
CREATE TABLE IF NOT EXISTS person (
    login text PRIMARY KEY,
    role text NOT NULL CHECK (role IN ('reader', 'coordinator')),
    reader text UNIQUE CHECK ((reader IS NULL) = (role = 'coordinator')),
    since timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- events, acts and their hashes: where the copy's own record ended when it was handed over
CREATE TABLE IF NOT EXISTS copy (
    token text PRIMARY KEY CHECK (token ~ '^[0-9a-f]{32}$'),
    number bigint NOT NULL UNIQUE,
    reader text NOT NULL,
    cases integer NOT NULL,
    events integer NOT NULL,
    event_hash text NOT NULL,
    acts integer NOT NULL,
    act_hash text NOT NULL,
    by_login text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX IF NOT EXISTS copies_of_a_reader ON copy (reader);

-- files of a copy as it was handed over: its record, and the list of its images where those lie apart
CREATE TABLE IF NOT EXISTS file (
    token text NOT NULL REFERENCES copy,
    name text NOT NULL CHECK (name IN ('study.db', 'images.json')),
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    bytes bigint NOT NULL,
    PRIMARY KEY (token, name)
);

-- of a file, 1 MiB each
CREATE TABLE IF NOT EXISTS piece (
    token text NOT NULL,
    name text NOT NULL,
    number integer NOT NULL,
    content bytea NOT NULL CHECK (length(content) <= 1048576),
    PRIMARY KEY (token, name, number)
);

-- how far a copy's record is here; moved on by `send` alone. heard: when the copy last asked or sent
CREATE TABLE IF NOT EXISTS head (
    token text PRIMARY KEY REFERENCES copy,
    events integer NOT NULL,
    event_hash text NOT NULL,
    acts integer NOT NULL,
    act_hash text NOT NULL,
    heard timestamptz,
    received timestamptz
);

-- rows of a copy's record as they are hashed: canonical JSON, ASCII. sighting: where an answer was seen, the same
CREATE TABLE IF NOT EXISTS received (
    token text NOT NULL REFERENCES copy,
    chain text NOT NULL CHECK (chain IN ('event', 'act')),
    seq integer NOT NULL,
    previous_hash text NOT NULL,
    hash text NOT NULL,
    body text NOT NULL CHECK (body ~ '^[\x20-\x7e]*$'),
    sighting text CHECK (sighting ~ '^[\x20-\x7e]*$'),
    received_at timestamptz NOT NULL,
    login text NOT NULL,
    PRIMARY KEY (token, chain, seq)
);

-- what has one value in a copy, beside its record: bookmarks, the case that was read last, the sealed passphrase
CREATE TABLE IF NOT EXISTS beside (
    token text NOT NULL REFERENCES copy,
    what text NOT NULL CHECK (what IN ('bookmark', 'last_case', 'passphrase')),
    item text NOT NULL CHECK (length(item) <= 64),
    value text CHECK (length(value) <= 65536),
    PRIMARY KEY (token, what, item)
);

ALTER TABLE study ENABLE ROW LEVEL SECURITY;
ALTER TABLE person ENABLE ROW LEVEL SECURITY;
ALTER TABLE copy ENABLE ROW LEVEL SECURITY;
ALTER TABLE file ENABLE ROW LEVEL SECURITY;
ALTER TABLE piece ENABLE ROW LEVEL SECURITY;
ALTER TABLE head ENABLE ROW LEVEL SECURITY;
ALTER TABLE received ENABLE ROW LEVEL SECURITY;
ALTER TABLE beside ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION only_grows() RETURNS trigger LANGUAGE plpgsql SET search_path = ramris, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'what came from a copy only grows: no row is changed or removed' USING ERRCODE = 'RM000';
END $$;

-- ALWAYS: a plain trigger stays silent where session_replication_role is replica
CREATE OR REPLACE TRIGGER never BEFORE UPDATE OR DELETE ON received FOR EACH ROW EXECUTE FUNCTION only_grows();
CREATE OR REPLACE TRIGGER never_at_once BEFORE TRUNCATE ON received FOR EACH STATEMENT EXECUTE FUNCTION only_grows();
CREATE OR REPLACE TRIGGER never BEFORE UPDATE OR DELETE ON copy FOR EACH ROW EXECUTE FUNCTION only_grows();
CREATE OR REPLACE TRIGGER never_at_once BEFORE TRUNCATE ON copy FOR EACH STATEMENT EXECUTE FUNCTION only_grows();
CREATE OR REPLACE TRIGGER never BEFORE UPDATE OR DELETE ON file FOR EACH ROW EXECUTE FUNCTION only_grows();
CREATE OR REPLACE TRIGGER never_at_once BEFORE TRUNCATE ON file FOR EACH STATEMENT EXECUTE FUNCTION only_grows();
CREATE OR REPLACE TRIGGER never BEFORE UPDATE OR DELETE ON piece FOR EACH ROW EXECUTE FUNCTION only_grows();
CREATE OR REPLACE TRIGGER never_at_once BEFORE TRUNCATE ON piece FOR EACH STATEMENT EXECUTE FUNCTION only_grows();
ALTER TABLE received ENABLE ALWAYS TRIGGER never;
ALTER TABLE received ENABLE ALWAYS TRIGGER never_at_once;
ALTER TABLE copy ENABLE ALWAYS TRIGGER never;
ALTER TABLE copy ENABLE ALWAYS TRIGGER never_at_once;
ALTER TABLE file ENABLE ALWAYS TRIGGER never;
ALTER TABLE file ENABLE ALWAYS TRIGGER never_at_once;
ALTER TABLE piece ENABLE ALWAYS TRIGGER never;
ALTER TABLE piece ENABLE ALWAYS TRIGGER never_at_once;
