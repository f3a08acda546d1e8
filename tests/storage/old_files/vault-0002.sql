-- A vault.db as ramris 0.1.0 wrote it at schema 0002, dumped by sqlite3
PRAGMA application_id = 1380799062;
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE person (
	subject VARCHAR NOT NULL, 
	identity_key BLOB NOT NULL, 
	attributes JSON NOT NULL, 
	CONSTRAINT pk_person PRIMARY KEY (subject), 
	CONSTRAINT uq_person_identity_key UNIQUE (identity_key)
);
INSERT INTO "person" VALUES('S001',X'69643A31','{"PatientName": "Doe^Jane"}');
CREATE TABLE root (
	position INTEGER NOT NULL, 
	path BLOB NOT NULL, 
	CONSTRAINT pk_root PRIMARY KEY (position), 
	CONSTRAINT uq_root_path UNIQUE (path)
);
INSERT INTO "root" VALUES(1,X'2F696E');
CREATE TABLE secret (
	id INTEGER NOT NULL, 
	value BLOB NOT NULL, 
	CONSTRAINT pk_secret PRIMARY KEY (id)
);
INSERT INTO "secret" VALUES(1,X'3031323334353637383961626364656630313233343536373839616263646566');
CREATE TABLE series (
	code VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	visit INTEGER NOT NULL, 
	series_uid BLOB NOT NULL, 
	description BLOB NOT NULL, 
	reasons JSON NOT NULL, 
	series_time BLOB NOT NULL, facts JSON DEFAULT '{}' NOT NULL, 
	CONSTRAINT pk_series PRIMARY KEY (code), 
	CONSTRAINT fk_series_subject_person FOREIGN KEY(subject) REFERENCES person (subject)
);
INSERT INTO "series" VALUES('ABCDEFGH','S001',1,X'312E322E332E31',X'5431575F545345','["TR 550 ms, TE 12 ms: T1 weighting"]',X'313031353030','{"side": "L"}');
CREATE TABLE source (
	path BLOB NOT NULL, 
	slice_uid VARCHAR NOT NULL, 
	sop_uid BLOB NOT NULL, 
	series_code VARCHAR NOT NULL, 
	sha256 VARCHAR NOT NULL, stamp VARCHAR DEFAULT '' NOT NULL, 
	CONSTRAINT pk_source PRIMARY KEY (path, slice_uid)
);
INSERT INTO "source" VALUES(X'696E2F61','2.25.1',X'312E322E33','ABCDEFGH','0000000000000000000000000000000000000000000000000000000000000000','1:2:3:4');
CREATE TABLE tree (
	digest VARCHAR NOT NULL, 
	report JSON NOT NULL, 
	CONSTRAINT pk_tree PRIMARY KEY (digest)
);
INSERT INTO "tree" VALUES('abababababababababababababababababababababababababababababababab','{"seen": 1}');
CREATE TABLE visit (
	subject VARCHAR NOT NULL, 
	number INTEGER NOT NULL, 
	date VARCHAR NOT NULL, 
	study_uids JSON NOT NULL, 
	CONSTRAINT pk_visit PRIMARY KEY (subject, number), 
	CONSTRAINT fk_visit_subject_person FOREIGN KEY(subject) REFERENCES person (subject)
);
INSERT INTO "visit" VALUES('S001',1,'20240105','["1.2.3"]');
COMMIT;
