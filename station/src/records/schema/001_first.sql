-- Times: `at_us` and its like are microseconds of the gym's own clock, which starts anew with each run; `wall_us` is microseconds
-- since 1970, UTC; `t_s` is whole seconds since the session began.

PRAGMA application_id = 1398038850; -- 'STaB'

CREATE TABLE record (
  only         INTEGER PRIMARY KEY CHECK (only = 1),
  last_event   INTEGER NOT NULL,
  last_hash    BLOB NOT NULL
) STRICT;
INSERT INTO record VALUES (1, 0, zeroblob(32));

CREATE TABLE runs (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  software     TEXT NOT NULL,
  clock_rate   INTEGER NOT NULL CHECK (clock_rate >= 1),
  began_wall_us INTEGER NOT NULL,
  ended_wall_us INTEGER
) STRICT;

CREATE TABLE clock_anchors (
  run_id       INTEGER NOT NULL REFERENCES runs (id),
  at_us        INTEGER NOT NULL,
  wall_us      INTEGER NOT NULL
) STRICT;
CREATE INDEX clock_anchors_of_run ON clock_anchors (run_id, at_us);

CREATE TABLE patients (
  pseudonym    TEXT PRIMARY KEY,
  first_seen_wall_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE prescriptions (
  id           TEXT NOT NULL,
  version      INTEGER NOT NULL,
  sha256       BLOB NOT NULL,
  text         TEXT NOT NULL,
  first_used_wall_us INTEGER NOT NULL,
  PRIMARY KEY (id, version, sha256)
) STRICT;
CREATE TRIGGER prescriptions_stay BEFORE UPDATE ON prescriptions
BEGIN SELECT RAISE(ABORT, 'a prescription in the record is never changed: a change is a new version'); END;
CREATE TRIGGER prescriptions_are_kept BEFORE DELETE ON prescriptions
BEGIN SELECT RAISE(ABORT, 'a prescription in the record is never deleted'); END;

-- What many bouts share word for word: configurations and rules.
CREATE TABLE texts (
  sha256       BLOB PRIMARY KEY,
  kind         TEXT NOT NULL CHECK (kind IN ('configuration', 'rules')),
  zstd         BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  id           TEXT PRIMARY KEY,
  run_id       INTEGER NOT NULL REFERENCES runs (id),
  patient      TEXT NOT NULL REFERENCES patients (pseudonym),
  kind         TEXT NOT NULL CHECK (kind IN ('real', 'virtual')),
  pre_rolled   INTEGER NOT NULL CHECK (pre_rolled IN (0, 1)),
  clock_rate   INTEGER NOT NULL,
  software     TEXT NOT NULL,
  began_us     INTEGER NOT NULL,
  began_wall_us INTEGER NOT NULL,
  ended_us     INTEGER,
  ended_wall_us INTEGER,
  state        TEXT NOT NULL CHECK (state IN ('open', 'ended', 'interrupted')),
  end_reason   TEXT,
  end_rule     TEXT
) STRICT;
CREATE INDEX sessions_of_patient ON sessions (patient, began_wall_us);

CREATE TABLE bouts (
  id           INTEGER PRIMARY KEY,
  session_id   TEXT NOT NULL REFERENCES sessions (id),
  number       INTEGER NOT NULL CHECK (number >= 1),
  run_id       INTEGER NOT NULL REFERENCES runs (id),
  station      INTEGER NOT NULL,
  machine      TEXT NOT NULL CHECK (machine IN ('cycle', 'treadmill')),
  protocol     TEXT NOT NULL,
  prescription_id TEXT NOT NULL,
  prescription_version INTEGER NOT NULL,
  prescription_sha256 BLOB NOT NULL,
  began_us     INTEGER NOT NULL,
  ended_us     INTEGER,
  journal_format INTEGER NOT NULL,
  build        TEXT NOT NULL,
  decisions    INTEGER NOT NULL,
  configuration_sha256 BLOB NOT NULL REFERENCES texts (sha256),
  rules_sha256 BLOB NOT NULL REFERENCES texts (sha256),
  header_zstd  BLOB NOT NULL,
  UNIQUE (session_id, number),
  FOREIGN KEY (prescription_id, prescription_version, prescription_sha256) REFERENCES prescriptions (id, version, sha256)
) STRICT;

CREATE TABLE samples (
  bout_id      INTEGER NOT NULL REFERENCES bouts (id),
  at_us        INTEGER NOT NULL,
  t_s          INTEGER NOT NULL,
  phase        TEXT NOT NULL,
  heart_rate_bpm INTEGER,
  heart_rate_source TEXT,
  heart_rate_trust TEXT NOT NULL,
  heart_rate_age_ms INTEGER,
  pulse_bpm    INTEGER,
  spo2_percent INTEGER,
  spo2_trust   TEXT NOT NULL,
  target_heart_rate_bpm INTEGER,
  zone_lower_bpm INTEGER,
  zone_upper_bpm INTEGER,
  proposed_met_milli INTEGER NOT NULL,
  granted_met_milli INTEGER NOT NULL,
  reason       TEXT NOT NULL,
  by_hand      INTEGER NOT NULL CHECK (by_hand IN (0, 1)),
  told_power_w INTEGER,
  told_speed_mm_s INTEGER,
  told_grade_permille INTEGER,
  reported_power_w INTEGER,
  reported_speed_mm_s INTEGER,
  reported_grade_permille INTEGER,
  cadence_rpm  INTEGER,
  PRIMARY KEY (bout_id, at_us)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  id           INTEGER PRIMARY KEY,
  session_id   TEXT REFERENCES sessions (id),
  bout_id      INTEGER REFERENCES bouts (id),
  run_id       INTEGER NOT NULL REFERENCES runs (id),
  at_us        INTEGER NOT NULL,
  wall_us      INTEGER NOT NULL,
  t_s          INTEGER,
  kind         TEXT NOT NULL,
  rule         TEXT,
  priority     TEXT,
  act          TEXT,
  value        REAL,
  limit_value  REAL,
  text         TEXT NOT NULL,
  detail       TEXT,
  previous_hash BLOB NOT NULL,
  hash         BLOB NOT NULL
) STRICT;
CREATE INDEX events_of_session ON events (session_id, id);
CREATE TRIGGER events_stay BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'an event in the record is never changed: a correction is a new row'); END;
CREATE TRIGGER events_are_kept BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'an event in the record is never deleted'); END;

CREATE TABLE measurements (
  id           INTEGER PRIMARY KEY,
  bout_id      INTEGER NOT NULL REFERENCES bouts (id),
  at_us        INTEGER NOT NULL,
  t_s          INTEGER NOT NULL,
  phase        TEXT NOT NULL,
  kind         TEXT NOT NULL,
  value        INTEGER NOT NULL,
  second_value INTEGER,
  unit         TEXT NOT NULL,
  symptoms     INTEGER NOT NULL CHECK (symptoms IN (0, 1)),
  replaces     INTEGER REFERENCES measurements (id)
) STRICT;
CREATE INDEX measurements_of_bout ON measurements (bout_id, at_us);

CREATE TABLE gaps (
  id           INTEGER PRIMARY KEY,
  session_id   TEXT REFERENCES sessions (id),
  bout_id      INTEGER REFERENCES bouts (id),
  run_id       INTEGER NOT NULL REFERENCES runs (id),
  what         TEXT NOT NULL,
  from_us      INTEGER NOT NULL,
  to_us        INTEGER NOT NULL,
  lost         INTEGER NOT NULL,
  reason       TEXT NOT NULL
) STRICT;

-- The journal: a block begins with a checkpoint (the first with the bout's header) and holds about a minute. While it grows it stands
-- here in plain pieces, a commit each; when it is full they give way to one compressed row.
CREATE TABLE journal_blocks (
  bout_id      INTEGER NOT NULL REFERENCES bouts (id),
  block        INTEGER NOT NULL,
  piece        INTEGER NOT NULL,
  whole        INTEGER NOT NULL CHECK (whole IN (0, 1)),
  first_us     INTEGER NOT NULL,
  last_us      INTEGER NOT NULL,
  turns        INTEGER NOT NULL,
  data         BLOB NOT NULL,
  PRIMARY KEY (bout_id, block, piece)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
  bout_id      INTEGER NOT NULL REFERENCES bouts (id),
  block        INTEGER NOT NULL,
  at_us        INTEGER NOT NULL,
  replaces     INTEGER NOT NULL CHECK (replaces IN (0, 1)), -- not what the turns before lead to: after a gap or a fault
  base_block   INTEGER, -- the checkpoint whose bytes are the dictionary; none where it stands by itself
  state_zstd   BLOB NOT NULL,
  PRIMARY KEY (bout_id, block)
) STRICT, WITHOUT ROWID;

CREATE TABLE waveform_blocks (
  session_id   TEXT NOT NULL REFERENCES sessions (id),
  run_id       INTEGER NOT NULL REFERENCES runs (id),
  kind         TEXT NOT NULL CHECK (kind IN ('plethysmogram')),
  block        INTEGER NOT NULL,
  piece        INTEGER NOT NULL,
  whole        INTEGER NOT NULL CHECK (whole IN (0, 1)),
  first_us     INTEGER NOT NULL,
  rate_hz      INTEGER NOT NULL,
  samples      INTEGER NOT NULL,
  data         BLOB NOT NULL,
  PRIMARY KEY (session_id, run_id, kind, block, piece)
) STRICT, WITHOUT ROWID;

-- For reading by hand: every second of every session with its names.
CREATE VIEW session_samples AS
  SELECT sessions.id AS session_id, sessions.patient, bouts.number AS bout, bouts.station, bouts.machine, samples.*
  FROM samples JOIN bouts ON bouts.id = samples.bout_id JOIN sessions ON sessions.id = bouts.session_id;
