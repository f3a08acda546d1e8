-- Who may do what. Run by `ramris server init` as a superuser, behind the tables and the functions; may be run again.

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ramris FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA ramris FROM PUBLIC, ramris_reader;
GRANT USAGE ON SCHEMA ramris TO ramris_reader, ramris_coordinator;
GRANT EXECUTE ON FUNCTION ramris.my_copies(), ramris.my_files(text), ramris.my_piece(text, text, integer), ramris.my_head(text),
    ramris.my_rows(text, text, integer), ramris.my_beside(text),
    ramris.send(text, text[], text[], text[], text[], text[]), ramris.keep(text, text[], text[], text[])
    TO ramris_reader;
GRANT EXECUTE ON FUNCTION ramris.put_piece(text, text, integer, bytea), ramris.put_file(text, text, text),
    ramris.put_copy(text, text, text, integer, integer, text, integer, text) TO ramris_coordinator;
GRANT SELECT ON ramris.study, ramris.person, ramris.copy, ramris.file, ramris.piece, ramris.head, ramris.received, ramris.beside
    TO ramris_coordinator;

DO $$
DECLARE
    name text;
    one regprocedure;
BEGIN
    FOREACH name IN ARRAY ARRAY['study', 'person', 'copy', 'file', 'piece', 'head', 'received', 'beside'] LOOP
        EXECUTE format('DROP POLICY IF EXISTS all_rows ON ramris.%I', name);
        EXECUTE format('CREATE POLICY all_rows ON ramris.%I FOR SELECT TO ramris_coordinator USING (true)', name);
    END LOOP;
    -- what tells how much the others do or holds them up: counters, locks, sizes, ages, stores of one's own
    FOR one IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND (
        proname ~ '^(lo_|pg_advisory|pg_try_advisory|pg_stat_get_|pg_current_wal|pg_last_|txid_|pg_current_xact|pg_control_)'
        OR proname ~ '^pg_(relation|total_relation|table|indexes|database|tablespace)_size$'
        OR proname IN ('lowrite', 'loread', 'pg_lock_status', 'pg_current_snapshot', 'pg_xact_status', 'age', 'mxid_age',
            'pg_export_snapshot', 'pg_logical_emit_message', 'pg_get_userbyid', 'pg_notify', 'pg_notification_queue_usage',
            'pg_blocking_pids', 'pg_safe_snapshot_blocking_pids', 'pg_prepared_xact', 'pg_prepared_statement',
            'pg_get_replication_slots', 'pg_show_replication_origin_status', 'pg_get_multixact_members')
    ) AND prokind = 'f' AND NOT (proname = 'age' AND pronargs = 2) LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', one);
    END LOOP;
    FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relname IN (
        'pg_class', 'pg_stats', 'pg_stats_ext', 'pg_stats_ext_exprs', 'pg_roles', 'pg_user', 'pg_group', 'pg_auth_members',
        'pg_db_role_setting', 'pg_stat_activity', 'pg_locks', 'pg_stat_user_tables', 'pg_stat_all_tables', 'pg_tables',
        'pg_stat_database', 'pg_statio_user_tables', 'pg_prepared_xacts', 'pg_shdepend', 'pg_shdescription') LOOP
        EXECUTE format('REVOKE SELECT ON pg_catalog.%I FROM PUBLIC', name);
    END LOOP;
END $$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
