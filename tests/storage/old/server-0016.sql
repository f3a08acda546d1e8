CREATE TABLE act (
	seq BIGINT NOT NULL, 
	at_utc VARCHAR COLLATE "C" NOT NULL, 
	kind VARCHAR COLLATE "C" NOT NULL, 
	role VARCHAR COLLATE "C" NOT NULL, 
	reader VARCHAR COLLATE "C", 
	"case" VARCHAR COLLATE "C", 
	detail VARCHAR COLLATE "C" NOT NULL, 
	design BIGINT, 
	clock_back_ms BIGINT, 
	after_event BIGINT NOT NULL, 
	event_hash VARCHAR COLLATE "C" NOT NULL, 
	previous_hash VARCHAR COLLATE "C" NOT NULL, 
	hash VARCHAR COLLATE "C" NOT NULL, 
	CONSTRAINT pk_act PRIMARY KEY (seq)
);

CREATE INDEX ix_act_case ON act ("case", kind, seq);

CREATE TABLE alembic_version (
	version_num VARCHAR(32) COLLATE "C" NOT NULL, 
	CONSTRAINT pk_alembic_version PRIMARY KEY (version_num)
);

CREATE TABLE design (
	id BIGINT NOT NULL, 
	content VARCHAR COLLATE "C" NOT NULL, 
	sha256 VARCHAR COLLATE "C" NOT NULL, 
	CONSTRAINT pk_design PRIMARY KEY (id)
);

CREATE TABLE further_scheme (
	id VARCHAR COLLATE "C" NOT NULL, 
	toml VARCHAR COLLATE "C" NOT NULL, 
	sha256 VARCHAR COLLATE "C" NOT NULL, 
	CONSTRAINT pk_further_scheme PRIMARY KEY (id)
);

CREATE TABLE given (
	name VARCHAR COLLATE "C" NOT NULL, 
	seq BIGINT NOT NULL, 
	CONSTRAINT pk_given PRIMARY KEY (name)
);

CREATE TABLE home (
	id INTEGER NOT NULL, 
	taken_back_at_utc VARCHAR COLLATE "C", 
	CONSTRAINT pk_home PRIMARY KEY (id)
);

CREATE TABLE origin (
	id BIGINT NOT NULL, 
	chain VARCHAR COLLATE "C" NOT NULL, 
	seq BIGINT NOT NULL, 
	merge BIGINT NOT NULL, 
	there_seq BIGINT NOT NULL, 
	there_clock_back_ms BIGINT, 
	there_after_event BIGINT, 
	there_event_hash VARCHAR COLLATE "C", 
	there_previous_hash VARCHAR COLLATE "C" NOT NULL, 
	there_hash VARCHAR COLLATE "C" NOT NULL, 
	there_fields VARCHAR COLLATE "C", 
	CONSTRAINT pk_origin PRIMARY KEY (id), 
	CONSTRAINT uq_origin_chain_there_hash UNIQUE (chain, there_hash)
);

CREATE TABLE reader (
	id VARCHAR COLLATE "C" NOT NULL, 
	last_case VARCHAR COLLATE "C", 
	passphrase VARCHAR COLLATE "C", 
	CONSTRAINT pk_reader PRIMARY KEY (id)
);

CREATE TABLE study (
	id BIGINT NOT NULL CONSTRAINT ck_study_single CHECK (id = 1), 
	token VARCHAR COLLATE "C" NOT NULL, 
	chronology VARCHAR COLLATE "C" NOT NULL, 
	scheme_id VARCHAR COLLATE "C" NOT NULL, 
	scheme_toml VARCHAR COLLATE "C" NOT NULL, 
	scheme_sha256 VARCHAR COLLATE "C" NOT NULL, 
	created_at_utc VARCHAR COLLATE "C" NOT NULL, 
	CONSTRAINT pk_study PRIMARY KEY (id)
);

CREATE TABLE subject (
	code VARCHAR COLLATE "C" NOT NULL, 
	CONSTRAINT pk_subject PRIMARY KEY (code)
);

CREATE TABLE written (
	request VARCHAR COLLATE "C" NOT NULL, 
	CONSTRAINT pk_written PRIMARY KEY (request)
);

CREATE TABLE draw (
	id BIGINT NOT NULL, 
	reader VARCHAR COLLATE "C" NOT NULL, 
	round BIGINT NOT NULL, 
	seed BIGINT NOT NULL, 
	at_utc VARCHAR COLLATE "C" NOT NULL, 
	after_days BIGINT, 
	CONSTRAINT pk_draw PRIMARY KEY (id), 
	CONSTRAINT fk_draw_reader_reader FOREIGN KEY(reader) REFERENCES reader (id)
);

CREATE TABLE visit (
	subject VARCHAR COLLATE "C" NOT NULL, 
	number BIGINT NOT NULL, 
	side VARCHAR COLLATE "C", 
	CONSTRAINT pk_visit PRIMARY KEY (subject, number), 
	CONSTRAINT fk_visit_subject_subject FOREIGN KEY(subject) REFERENCES subject (code)
);

CREATE TABLE reading_case (
	code VARCHAR COLLATE "C" NOT NULL, 
	reader VARCHAR COLLATE "C" NOT NULL, 
	subject VARCHAR COLLATE "C" NOT NULL, 
	round BIGINT NOT NULL, 
	position BIGINT NOT NULL, 
	draw BIGINT NOT NULL, 
	place VARCHAR COLLATE "C", 
	due_at_utc VARCHAR COLLATE "C", 
	mix DOUBLE PRECISION, 
	visits VARCHAR COLLATE "C", 
	enrolment BIGINT, 
	CONSTRAINT pk_reading_case PRIMARY KEY (code), 
	CONSTRAINT fk_reading_case_subject_subject FOREIGN KEY(subject) REFERENCES subject (code), 
	CONSTRAINT uq_reading_case_reader_position UNIQUE (reader, position), 
	CONSTRAINT uq_reading_case_reader_subject_round_visits UNIQUE (reader, subject, round, visits), 
	CONSTRAINT fk_reading_case_reader_reader FOREIGN KEY(reader) REFERENCES reader (id), 
	CONSTRAINT fk_reading_case_draw_draw FOREIGN KEY(draw) REFERENCES draw (id)
);

CREATE TABLE series (
	code VARCHAR COLLATE "C" NOT NULL, 
	subject VARCHAR COLLATE "C" NOT NULL, 
	visit BIGINT NOT NULL, 
	position BIGINT NOT NULL, 
	kind VARCHAR COLLATE "C" NOT NULL, 
	plane VARCHAR COLLATE "C" NOT NULL, 
	frame VARCHAR COLLATE "C" NOT NULL, 
	rows BIGINT NOT NULL, 
	columns BIGINT NOT NULL, 
	row_spacing_mm DOUBLE PRECISION NOT NULL, 
	column_spacing_mm DOUBLE PRECISION NOT NULL, 
	slice_spacing_mm DOUBLE PRECISION, 
	orientation VARCHAR COLLATE "C" NOT NULL, 
	dtype VARCHAR COLLATE "C" NOT NULL, 
	inverted INTEGER NOT NULL, 
	minimum BIGINT NOT NULL, 
	maximum BIGINT NOT NULL, 
	window_low DOUBLE PRECISION NOT NULL, 
	window_high DOUBLE PRECISION NOT NULL, 
	padding VARCHAR COLLATE "C", 
	pixels_sha256 VARCHAR COLLATE "C", 
	turn VARCHAR COLLATE "C", 
	CONSTRAINT pk_series PRIMARY KEY (code), 
	CONSTRAINT fk_series_subject_visit_visit FOREIGN KEY(subject, visit) REFERENCES visit (subject, number), 
	CONSTRAINT uq_series_subject_visit_position UNIQUE (subject, visit, position)
);

CREATE TABLE case_progress (
	"case" VARCHAR COLLATE "C" NOT NULL, 
	answered BIGINT NOT NULL, 
	begun_at_utc VARCHAR COLLATE "C", 
	CONSTRAINT pk_case_progress PRIMARY KEY ("case"), 
	CONSTRAINT fk_case_progress_case_reading_case FOREIGN KEY("case") REFERENCES reading_case (code)
);

CREATE TABLE event (
	seq BIGINT NOT NULL, 
	at_utc VARCHAR COLLATE "C" NOT NULL, 
	reader VARCHAR COLLATE "C" NOT NULL, 
	"case" VARCHAR COLLATE "C" NOT NULL, 
	visit BIGINT NOT NULL, 
	feature VARCHAR COLLATE "C" NOT NULL, 
	site VARCHAR COLLATE "C" NOT NULL, 
	before VARCHAR COLLATE "C" NOT NULL, 
	after VARCHAR COLLATE "C" NOT NULL, 
	source VARCHAR COLLATE "C" NOT NULL, 
	scheme_sha256 VARCHAR COLLATE "C" NOT NULL, 
	previous_hash VARCHAR COLLATE "C" NOT NULL, 
	hash VARCHAR COLLATE "C" NOT NULL, 
	role VARCHAR COLLATE "C", 
	round BIGINT, 
	design BIGINT, 
	design_sha256 VARCHAR COLLATE "C", 
	clock_back_ms BIGINT, 
	place_sha256 VARCHAR COLLATE "C", 
	viewing VARCHAR COLLATE "C", 
	CONSTRAINT pk_event PRIMARY KEY (seq), 
	CONSTRAINT fk_event_case_reading_case FOREIGN KEY("case") REFERENCES reading_case (code)
);

CREATE INDEX ix_event_answer ON event ("case", visit, feature, site, seq, after);

CREATE TABLE excluded_case (
	"case" VARCHAR COLLATE "C" NOT NULL, 
	CONSTRAINT pk_excluded_case PRIMARY KEY ("case"), 
	CONSTRAINT fk_excluded_case_case_reading_case FOREIGN KEY("case") REFERENCES reading_case (code)
);

CREATE TABLE image (
	series VARCHAR COLLATE "C" NOT NULL, 
	position BIGINT NOT NULL, 
	uid VARCHAR COLLATE "C" NOT NULL, 
	file VARCHAR COLLATE "C" NOT NULL, 
	pixel_offset BIGINT NOT NULL, 
	x_mm DOUBLE PRECISION NOT NULL, 
	y_mm DOUBLE PRECISION NOT NULL, 
	z_mm DOUBLE PRECISION NOT NULL, 
	CONSTRAINT pk_image PRIMARY KEY (series, position), 
	CONSTRAINT uq_image_uid UNIQUE (uid), 
	CONSTRAINT fk_image_series_series FOREIGN KEY(series) REFERENCES series (code)
);

CREATE TABLE grade_place (
	seq BIGINT NOT NULL, 
	series VARCHAR COLLATE "C" NOT NULL, 
	slice_index BIGINT NOT NULL, 
	x_mm DOUBLE PRECISION NOT NULL, 
	y_mm DOUBLE PRECISION NOT NULL, 
	z_mm DOUBLE PRECISION NOT NULL, 
	window_low DOUBLE PRECISION NOT NULL, 
	window_high DOUBLE PRECISION NOT NULL, 
	measured VARCHAR COLLATE "C" NOT NULL, 
	measured_value DOUBLE PRECISION, 
	marks VARCHAR COLLATE "C" NOT NULL, 
	CONSTRAINT pk_grade_place PRIMARY KEY (seq), 
	CONSTRAINT fk_grade_place_seq_event FOREIGN KEY(seq) REFERENCES event (seq)
);

CREATE FUNCTION public.ramris_refuse() RETURNS trigger LANGUAGE plpgsql AS $ramris$
BEGIN
  RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation';
END
$ramris$;

CREATE FUNCTION public.ramris_event_follows() RETURNS trigger LANGUAGE plpgsql AS $ramris$
BEGIN
  IF NEW.seq IS DISTINCT FROM (SELECT coalesce(max(seq), 0) + 1 FROM public.event) THEN
    RAISE EXCEPTION USING MESSAGE = 'the record only grows: numbers follow without a gap',
      ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$ramris$;

CREATE FUNCTION public.ramris_act_follows() RETURNS trigger LANGUAGE plpgsql AS $ramris$
BEGIN
  IF NEW.seq IS DISTINCT FROM (SELECT coalesce(max(seq), 0) + 1 FROM public.act) THEN
    RAISE EXCEPTION USING MESSAGE = 'the record only grows: numbers follow without a gap',
      ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$ramris$;

CREATE FUNCTION public.ramris_event_counted() RETURNS trigger LANGUAGE plpgsql AS $ramris$
BEGIN
  UPDATE public.given SET seq = greatest(seq, (SELECT coalesce(max(seq), 0) FROM public.event))
    WHERE name = 'event';
  RETURN NULL;
END
$ramris$;

CREATE FUNCTION public.ramris_act_counted() RETURNS trigger LANGUAGE plpgsql AS $ramris$
BEGIN
  UPDATE public.given SET seq = greatest(seq, (SELECT coalesce(max(seq), 0) FROM public.act))
    WHERE name = 'act';
  RETURN NULL;
END
$ramris$;

CREATE FUNCTION public.ramris_not_signed() RETURNS trigger LANGUAGE plpgsql AS $ramris$
BEGIN
  IF (SELECT kind FROM public.act WHERE "case" = NEW."case" AND kind IN ('signed', 'reopened')
      ORDER BY seq DESC LIMIT 1) = 'signed' THEN
    RAISE EXCEPTION USING MESSAGE = 'the case is signed: its answers stand',
      ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
$ramris$;

CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON public.event FOR EACH ROW EXECUTE FUNCTION ramris_refuse('the record only grows: no row is changed');

ALTER TABLE public.event ENABLE ALWAYS TRIGGER event_is_never_changed;

CREATE TRIGGER event_is_never_removed BEFORE DELETE ON public.event FOR EACH ROW EXECUTE FUNCTION ramris_refuse('the record only grows: no row is removed');

ALTER TABLE public.event ENABLE ALWAYS TRIGGER event_is_never_removed;

CREATE TRIGGER event_is_never_emptied BEFORE TRUNCATE ON public.event FOR EACH STATEMENT EXECUTE FUNCTION ramris_refuse('the record only grows: no row is removed');

ALTER TABLE public.event ENABLE ALWAYS TRIGGER event_is_never_emptied;

CREATE TRIGGER grade_place_is_never_changed BEFORE UPDATE ON public.grade_place FOR EACH ROW EXECUTE FUNCTION ramris_refuse('the record only grows: no row is changed');

ALTER TABLE public.grade_place ENABLE ALWAYS TRIGGER grade_place_is_never_changed;

CREATE TRIGGER grade_place_is_never_removed BEFORE DELETE ON public.grade_place FOR EACH ROW EXECUTE FUNCTION ramris_refuse('the record only grows: no row is removed');

ALTER TABLE public.grade_place ENABLE ALWAYS TRIGGER grade_place_is_never_removed;

CREATE TRIGGER grade_place_is_never_emptied BEFORE TRUNCATE ON public.grade_place FOR EACH STATEMENT EXECUTE FUNCTION ramris_refuse('the record only grows: no row is removed');

ALTER TABLE public.grade_place ENABLE ALWAYS TRIGGER grade_place_is_never_emptied;

CREATE TRIGGER act_is_never_changed BEFORE UPDATE ON public.act FOR EACH ROW EXECUTE FUNCTION ramris_refuse('the record only grows: no row is changed');

ALTER TABLE public.act ENABLE ALWAYS TRIGGER act_is_never_changed;

CREATE TRIGGER act_is_never_removed BEFORE DELETE ON public.act FOR EACH ROW EXECUTE FUNCTION ramris_refuse('the record only grows: no row is removed');

ALTER TABLE public.act ENABLE ALWAYS TRIGGER act_is_never_removed;

CREATE TRIGGER act_is_never_emptied BEFORE TRUNCATE ON public.act FOR EACH STATEMENT EXECUTE FUNCTION ramris_refuse('the record only grows: no row is removed');

ALTER TABLE public.act ENABLE ALWAYS TRIGGER act_is_never_emptied;

CREATE TRIGGER origin_is_never_changed BEFORE UPDATE ON public.origin FOR EACH ROW EXECUTE FUNCTION ramris_refuse('the record only grows: no row is changed');

ALTER TABLE public.origin ENABLE ALWAYS TRIGGER origin_is_never_changed;

CREATE TRIGGER origin_is_never_removed BEFORE DELETE ON public.origin FOR EACH ROW EXECUTE FUNCTION ramris_refuse('the record only grows: no row is removed');

ALTER TABLE public.origin ENABLE ALWAYS TRIGGER origin_is_never_removed;

CREATE TRIGGER origin_is_never_emptied BEFORE TRUNCATE ON public.origin FOR EACH STATEMENT EXECUTE FUNCTION ramris_refuse('the record only grows: no row is removed');

ALTER TABLE public.origin ENABLE ALWAYS TRIGGER origin_is_never_emptied;

CREATE TRIGGER design_is_never_changed BEFORE UPDATE ON public.design FOR EACH ROW EXECUTE FUNCTION ramris_refuse('a design stands: a change is a new row');

ALTER TABLE public.design ENABLE ALWAYS TRIGGER design_is_never_changed;

CREATE TRIGGER design_is_never_removed BEFORE DELETE ON public.design FOR EACH ROW EXECUTE FUNCTION ramris_refuse('a design stands: a change is a new row');

ALTER TABLE public.design ENABLE ALWAYS TRIGGER design_is_never_removed;

CREATE TRIGGER design_is_never_emptied BEFORE TRUNCATE ON public.design FOR EACH STATEMENT EXECUTE FUNCTION ramris_refuse('a design stands: a change is a new row');

ALTER TABLE public.design ENABLE ALWAYS TRIGGER design_is_never_emptied;

CREATE TRIGGER further_scheme_is_never_changed BEFORE UPDATE ON public.further_scheme FOR EACH ROW EXECUTE FUNCTION ramris_refuse('a scheme stands: other words are another scheme');

ALTER TABLE public.further_scheme ENABLE ALWAYS TRIGGER further_scheme_is_never_changed;

CREATE TRIGGER assignment_is_never_changed BEFORE UPDATE OF code, reader, subject, round, "position", draw, due_at_utc, mix, visits, enrolment ON public.reading_case FOR EACH ROW EXECUTE FUNCTION ramris_refuse('what was assigned stands');

ALTER TABLE public.reading_case ENABLE ALWAYS TRIGGER assignment_is_never_changed;

CREATE TRIGGER assignment_is_never_removed BEFORE DELETE ON public.reading_case FOR EACH ROW EXECUTE FUNCTION ramris_refuse('what was assigned stands');

ALTER TABLE public.reading_case ENABLE ALWAYS TRIGGER assignment_is_never_removed;

CREATE TRIGGER assignment_is_never_emptied BEFORE TRUNCATE ON public.reading_case FOR EACH STATEMENT EXECUTE FUNCTION ramris_refuse('what was assigned stands');

ALTER TABLE public.reading_case ENABLE ALWAYS TRIGGER assignment_is_never_emptied;

CREATE TRIGGER event_follows_the_last BEFORE INSERT ON public.event FOR EACH ROW EXECUTE FUNCTION ramris_event_follows();

ALTER TABLE public.event ENABLE ALWAYS TRIGGER event_follows_the_last;

CREATE TRIGGER event_not_of_a_signed_case BEFORE INSERT ON public.event FOR EACH ROW EXECUTE FUNCTION ramris_not_signed();

ALTER TABLE public.event ENABLE ALWAYS TRIGGER event_not_of_a_signed_case;

CREATE TRIGGER event_is_counted AFTER INSERT ON public.event FOR EACH STATEMENT EXECUTE FUNCTION ramris_event_counted();

ALTER TABLE public.event ENABLE ALWAYS TRIGGER event_is_counted;

CREATE TRIGGER act_is_counted AFTER INSERT ON public.act FOR EACH STATEMENT EXECUTE FUNCTION ramris_act_counted();

ALTER TABLE public.act ENABLE ALWAYS TRIGGER act_is_counted;

CREATE TRIGGER act_follows_the_last BEFORE INSERT ON public.act FOR EACH ROW EXECUTE FUNCTION ramris_act_follows();

ALTER TABLE public.act ENABLE ALWAYS TRIGGER act_follows_the_last;

INSERT INTO public.given (name, seq) VALUES ('event', 0), ('act', 0);

INSERT INTO public.home (id) VALUES (1);

INSERT INTO public.alembic_version (version_num) VALUES ('0016');
