-- All that a login may do. Each function runs as its owner with a search_path of its own, pg_temp last, and finds out by
-- session_user who asks. SQLSTATE: RM001 no copy of yours, RM002 another row stands there already, RM003 a row before it
-- is missing, RM004 the hash isn't the row's, RM005 a row that no copy writes, RM006 another study's, RM007 known here.

CREATE OR REPLACE FUNCTION me() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ramris, pg_temp
AS $$ SELECT reader FROM person WHERE login = session_user $$;

-- Looked for among one's own copies alone (OFFSET 0 keeps the planner from asking for the token first): somebody else's
-- copy and none at all are the same rows, the same work and the same words.
CREATE OR REPLACE FUNCTION mine(p_token text) RETURNS void LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = ramris, pg_temp AS $$
DECLARE
    who text := me();
BEGIN
    PERFORM 1 FROM (SELECT c.token FROM copy c WHERE c.reader = who OFFSET 0) own WHERE own.token = p_token;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no copy of yours' USING ERRCODE = 'RM001';
    END IF;
END $$;

CREATE OR REPLACE FUNCTION my_copies() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = ramris, pg_temp
AS $$ SELECT c.token FROM copy c WHERE c.reader = me() ORDER BY c.number DESC $$;

CREATE OR REPLACE FUNCTION my_files(p_token text) RETURNS TABLE (name text, sha256 text, bytes bigint) LANGUAGE plpgsql
STABLE SECURITY DEFINER SET search_path = ramris, pg_temp AS $$
BEGIN
    PERFORM mine(p_token);
    RETURN QUERY SELECT f.name, f.sha256, f.bytes FROM file f WHERE f.token = p_token;
END $$;

CREATE OR REPLACE FUNCTION my_piece(p_token text, p_name text, p_number integer) RETURNS bytea LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = ramris, pg_temp AS $$
BEGIN
    PERFORM mine(p_token);
    RETURN (SELECT content FROM piece WHERE token = p_token AND name = p_name AND number = p_number);
END $$;

CREATE OR REPLACE FUNCTION my_head(p_token text, OUT events integer, OUT event_hash text, OUT acts integer,
    OUT act_hash text) LANGUAGE plpgsql SECURITY DEFINER SET search_path = ramris, pg_temp AS $$
BEGIN
    PERFORM mine(p_token);
    UPDATE head h SET heard = clock_timestamp() WHERE h.token = p_token
        RETURNING h.events, h.event_hash, h.acts, h.act_hash INTO events, event_hash, acts, act_hash;
END $$;

CREATE OR REPLACE FUNCTION my_rows(p_token text, p_chain text, p_behind integer)
RETURNS TABLE (seq integer, previous_hash text, hash text, body text, sighting text) LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = ramris, pg_temp AS $$
BEGIN
    PERFORM mine(p_token);
    RETURN QUERY SELECT r.seq, r.previous_hash, r.hash, r.body, r.sighting FROM received r
        WHERE r.token = p_token AND r.chain = p_chain AND r.seq > p_behind ORDER BY r.seq LIMIT 1000;
END $$;

CREATE OR REPLACE FUNCTION my_beside(p_token text) RETURNS TABLE (what text, item text, value text) LANGUAGE plpgsql
STABLE SECURITY DEFINER SET search_path = ramris, pg_temp AS $$
BEGIN
    PERFORM mine(p_token);
    RETURN QUERY SELECT b.what, b.item, b.value FROM beside b WHERE b.token = p_token;
END $$;

-- Rows in the order of the copy. What is here already, word for word, is passed over: sending again is no harm.
CREATE OR REPLACE FUNCTION send(p_token text, p_chains text[], p_previous text[], p_hashes text[], p_bodies text[],
    p_sightings text[], OUT events integer, OUT event_hash text, OUT acts integer, OUT act_hash text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ramris, pg_temp AS $$
DECLARE
    h head;
    stands received;
    told text;
    number integer;
    last integer;
    last_hash text;
    at timestamptz;
BEGIN
    -- a client may have switched it off for itself; SET on the function would end before the commit
    PERFORM set_config('synchronous_commit', 'on', true);
    PERFORM mine(p_token);
    SELECT * INTO STRICT h FROM head WHERE token = p_token FOR UPDATE;
    at := clock_timestamp();
    IF cardinality(p_bodies) > 1000 THEN
        RAISE EXCEPTION 'more than 1000 rows at once' USING ERRCODE = 'RM005';
    END IF;
    FOR i IN 1 .. cardinality(p_bodies) LOOP
        IF p_chains[i] IS NULL OR p_chains[i] NOT IN ('event', 'act') OR p_bodies[i] IS NULL
            OR p_bodies[i] !~ '^\{[\x20-\x7e]*$' OR length(p_bodies[i]) > 1000000
            OR p_sightings[i] !~ '^\{[\x20-\x7e]*$' OR length(p_sightings[i]) > 1000000 THEN
            RAISE EXCEPTION 'not a row of a record' USING ERRCODE = 'RM005';
        END IF;
        told := p_bodies[i]::json ->> 'seq';
        IF told IS NULL OR told !~ '^[1-9][0-9]{0,8}$' THEN
            RAISE EXCEPTION 'not a row of a record' USING ERRCODE = 'RM005';
        END IF;
        number := told::integer;
        IF p_hashes[i] IS DISTINCT FROM encode(sha256(convert_to(p_previous[i] || E'\n' || p_bodies[i], 'UTF8')), 'hex')
            OR encode(sha256(convert_to(p_sightings[i], 'UTF8')), 'hex')
                IS DISTINCT FROM (p_bodies[i]::json ->> 'place_sha256') THEN
            RAISE EXCEPTION 'row % of % has a hash that isn''t its own', number, p_chains[i] USING ERRCODE = 'RM004';
        END IF;
        IF p_chains[i] = 'event' THEN
            last := h.events; last_hash := h.event_hash;
        ELSE
            last := h.acts; last_hash := h.act_hash;
        END IF;
        IF number <= last THEN
            SELECT * INTO stands FROM received
                WHERE token = p_token AND chain = p_chains[i] AND seq = number;
            -- the hash binds row and sighting: equal hashes are equal rows
            IF NOT FOUND OR stands.hash <> p_hashes[i] THEN
                RAISE EXCEPTION 'row % of % stands here with other words', number, p_chains[i] USING ERRCODE = 'RM002';
            END IF;
            CONTINUE;
        END IF;
        IF number <> last + 1 THEN
            RAISE EXCEPTION 'row % of % is to come first', last + 1, p_chains[i] USING ERRCODE = 'RM003';
        END IF;
        IF p_previous[i] <> last_hash THEN
            RAISE EXCEPTION 'row % of % follows another row than the last here', number, p_chains[i]
                USING ERRCODE = 'RM002';
        END IF;
        INSERT INTO received VALUES (p_token, p_chains[i], number, p_previous[i], p_hashes[i], p_bodies[i], p_sightings[i],
            at, session_user);
        IF p_chains[i] = 'event' THEN
            h.events := number; h.event_hash := p_hashes[i];
        ELSE
            h.acts := number; h.act_hash := p_hashes[i];
        END IF;
    END LOOP;
    UPDATE head SET events = h.events, event_hash = h.event_hash, acts = h.acts, act_hash = h.act_hash,
        heard = at, received = at WHERE token = p_token;
    events := h.events; event_hash := h.event_hash; acts := h.acts; act_hash := h.act_hash;
END $$;

CREATE OR REPLACE FUNCTION keep(p_token text, p_what text[], p_items text[], p_values text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ramris, pg_temp AS $$
BEGIN
    PERFORM set_config('synchronous_commit', 'on', true);
    PERFORM mine(p_token);
    INSERT INTO beside SELECT p_token, g.w, g.i, g.v FROM unnest(p_what, p_items, p_values) AS g (w, i, v)
        ON CONFLICT (token, what, item) DO UPDATE SET value = excluded.value;
    -- no more than the copy has cases, its reader and its passphrase: nobody fills the disk
    IF (SELECT count(*) FROM beside WHERE token = p_token) > (SELECT cases + 2 FROM copy WHERE token = p_token) THEN
        RAISE EXCEPTION 'not of a copy' USING ERRCODE = 'RM005';
    END IF;
END $$;

-- The coordinator's: a copy is whole here when the transaction is
CREATE OR REPLACE FUNCTION put_piece(p_token text, p_name text, p_number integer, p_content bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ramris, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM copy WHERE token = p_token) THEN
        RAISE EXCEPTION 'this copy is here already' USING ERRCODE = 'RM007';
    END IF;
    INSERT INTO piece VALUES (p_token, p_name, p_number, p_content);
END $$;

CREATE OR REPLACE FUNCTION put_copy(p_study text, p_token text, p_reader text, p_cases integer, p_events integer,
    p_event_hash text, p_acts integer, p_act_hash text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ramris, pg_temp AS $$
BEGIN
    PERFORM set_config('synchronous_commit', 'on', true);
    UPDATE study SET study = p_study WHERE study IS NULL;
    IF (SELECT study FROM study) IS DISTINCT FROM p_study THEN
        RAISE EXCEPTION 'the copies of another study are here' USING ERRCODE = 'RM006';
    END IF;
    INSERT INTO copy VALUES (p_token, (SELECT coalesce(max(number), 0) + 1 FROM copy), p_reader, p_cases, p_events,
        p_event_hash, p_acts, p_act_hash, session_user);
    INSERT INTO head VALUES (p_token, p_events, p_event_hash, p_acts, p_act_hash);
END $$;

CREATE OR REPLACE FUNCTION put_file(p_token text, p_name text, p_sha256 text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ramris, pg_temp AS $$
DECLARE
    whole bytea;
BEGIN
    whole := (SELECT string_agg(content, ''::bytea ORDER BY number) FROM piece WHERE token = p_token AND name = p_name);
    IF encode(sha256(whole), 'hex') IS DISTINCT FROM p_sha256 THEN
        RAISE EXCEPTION 'the copy didn''t come whole' USING ERRCODE = 'RM004';
    END IF;
    INSERT INTO file VALUES (p_token, p_name, p_sha256, length(whole));
END $$;
