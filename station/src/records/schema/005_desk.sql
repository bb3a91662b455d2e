-- The desk: who writes, corrects, looks, exports and signs; notes, corrections and signatures; who a pseudonym is; and that nothing of a signed
-- session changes any more.

ALTER TABLE runs ADD COLUMN kind TEXT NOT NULL DEFAULT 'gym' CHECK (kind IN ('gym', 'desk', 'purge', 'import'));
UPDATE runs SET kind = 'purge' WHERE id IN (SELECT run_id FROM events WHERE kind = 'purge');
UPDATE runs SET kind = 'import' WHERE id IN (SELECT run_id FROM events JOIN imported ON imported.event_id = events.id);

-- `secret_hash` is Argon2id of the secret and `salt`, by `memory_kib` and `passes`, one lane.
CREATE TABLE staff (
  id           TEXT PRIMARY KEY,
  name         TEXT NOT NULL, -- as it is printed under what they write and sign
  role         TEXT NOT NULL,
  salt         BLOB NOT NULL,
  memory_kib   INTEGER NOT NULL,
  passes       INTEGER NOT NULL,
  secret_hash  BLOB NOT NULL,
  added_wall_us INTEGER NOT NULL,
  retired_wall_us INTEGER,
  event_id     INTEGER NOT NULL REFERENCES events (id) -- which says so in the chain
) STRICT, WITHOUT ROWID;
CREATE TRIGGER staff_stay BEFORE UPDATE ON staff
WHEN OLD.retired_wall_us IS NOT NULL OR NEW.retired_wall_us IS NULL OR (OLD.id, OLD.name, OLD.role, OLD.salt, OLD.memory_kib, OLD.passes,
  OLD.secret_hash, OLD.added_wall_us, OLD.event_id) IS NOT (NEW.id, NEW.name, NEW.role, NEW.salt, NEW.memory_kib, NEW.passes,
  NEW.secret_hash, NEW.added_wall_us, NEW.event_id)
BEGIN SELECT RAISE(ABORT, 'a member of the staff is never changed, only retired'); END;
CREATE TRIGGER staff_are_kept BEFORE DELETE ON staff
BEGIN SELECT RAISE(ABORT, 'a member of the staff is never deleted, only retired'); END;
CREATE TRIGGER staff_are_not_replaced BEFORE INSERT ON staff WHEN EXISTS (SELECT 1 FROM staff WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an id of the staff is given once'); END;

-- By whom: the id and the printed name then, also where the session came from another record.
CREATE TABLE notes (
  id           INTEGER PRIMARY KEY,
  session_id   TEXT NOT NULL REFERENCES sessions (id),
  wall_us      INTEGER NOT NULL,
  by_id        TEXT NOT NULL,
  by_name      TEXT NOT NULL,
  text         TEXT NOT NULL,
  event_id     INTEGER NOT NULL REFERENCES events (id) -- which says so in the chain
) STRICT;
CREATE INDEX notes_of_session ON notes (session_id, id);

-- Who corrected a measurement, and why. The row of `measurements` that names in `replaces` the one it stands for is the correction itself.
CREATE TABLE corrections (
  measurement_id INTEGER PRIMARY KEY REFERENCES measurements (id),
  session_id   TEXT NOT NULL REFERENCES sessions (id),
  wall_us      INTEGER NOT NULL,
  by_id        TEXT NOT NULL,
  by_name      TEXT NOT NULL,
  why          TEXT NOT NULL,
  event_id     INTEGER NOT NULL REFERENCES events (id)
) STRICT;
CREATE INDEX corrections_of_session ON corrections (session_id, event_id);

-- `sha256` is over everything that the session had until then, in the form of that number.
CREATE TABLE signatures (
  id           INTEGER PRIMARY KEY,
  session_id   TEXT NOT NULL REFERENCES sessions (id),
  wall_us      INTEGER NOT NULL,
  by_id        TEXT NOT NULL,
  by_name      TEXT NOT NULL,
  meaning      TEXT NOT NULL,
  form         INTEGER NOT NULL,
  sha256       BLOB NOT NULL,
  event_id     INTEGER NOT NULL REFERENCES events (id)
) STRICT;
CREATE INDEX signatures_of_session ON signatures (session_id, id);

-- The only place of names and what else tells who a patient is.
CREATE TABLE identities (
  pseudonym    TEXT PRIMARY KEY,
  name         TEXT NOT NULL,
  born         TEXT, -- YYYY-MM-DD
  hospital_id  TEXT,
  wall_us      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER notes_stay BEFORE UPDATE ON notes
BEGIN SELECT RAISE(ABORT, 'a note is never changed: what is to be added is a new one'); END;
CREATE TRIGGER notes_are_kept BEFORE DELETE ON notes
BEGIN SELECT RAISE(ABORT, 'a note is never deleted'); END;
CREATE TRIGGER notes_are_not_replaced BEFORE INSERT ON notes WHEN EXISTS (SELECT 1 FROM notes WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a note is never replaced'); END;

CREATE TRIGGER corrections_stay BEFORE UPDATE ON corrections
BEGIN SELECT RAISE(ABORT, 'a correction is never changed: what is to be added is a new one'); END;
CREATE TRIGGER corrections_are_kept BEFORE DELETE ON corrections
BEGIN SELECT RAISE(ABORT, 'a correction is never deleted'); END;
CREATE TRIGGER corrections_are_not_replaced BEFORE INSERT ON corrections WHEN EXISTS (SELECT 1 FROM corrections WHERE measurement_id = NEW.measurement_id)
BEGIN SELECT RAISE(ABORT, 'a correction is never replaced'); END;

CREATE TRIGGER signatures_stay BEFORE UPDATE ON signatures
BEGIN SELECT RAISE(ABORT, 'a signature is never changed: what is to be added is a new one'); END;
CREATE TRIGGER signatures_are_kept BEFORE DELETE ON signatures
BEGIN SELECT RAISE(ABORT, 'a signature is never deleted'); END;
CREATE TRIGGER signatures_are_not_replaced BEFORE INSERT ON signatures WHEN EXISTS (SELECT 1 FROM signatures WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a signature is never replaced'); END;

CREATE TRIGGER texts_stay BEFORE UPDATE ON texts
BEGIN SELECT RAISE(ABORT, 'a text in the record is never changed'); END;
CREATE TRIGGER texts_are_kept BEFORE DELETE ON texts
BEGIN SELECT RAISE(ABORT, 'a text in the record is never deleted'); END;

-- A signed session: its rows are neither changed, nor deleted, nor replaced, nor joined by others. Notes, corrections and further signatures are
-- additions. Seconds are packed before the session is signed.
CREATE VIEW signed_bouts AS SELECT bouts.id AS bout_id FROM bouts JOIN signatures ON signatures.session_id = bouts.session_id;

CREATE TRIGGER signed_sessions_take_none BEFORE INSERT ON sessions
WHEN EXISTS (SELECT 1 FROM signatures WHERE session_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
CREATE TRIGGER signed_sessions_stay BEFORE UPDATE ON sessions
WHEN EXISTS (SELECT 1 FROM signatures WHERE session_id = OLD.id) OR EXISTS (SELECT 1 FROM signatures WHERE session_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
CREATE TRIGGER signed_sessions_are_kept BEFORE DELETE ON sessions WHEN EXISTS (SELECT 1 FROM signatures WHERE session_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;

CREATE TRIGGER signed_bouts_take_none BEFORE INSERT ON bouts
WHEN EXISTS (SELECT 1 FROM signatures WHERE session_id = NEW.session_id)
  OR EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
CREATE TRIGGER signed_bouts_stay BEFORE UPDATE ON bouts
WHEN EXISTS (SELECT 1 FROM signatures WHERE session_id = OLD.session_id) OR EXISTS (SELECT 1 FROM signatures WHERE session_id = NEW.session_id)
  OR EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
CREATE TRIGGER signed_bouts_are_kept BEFORE DELETE ON bouts WHEN EXISTS (SELECT 1 FROM signatures WHERE session_id = OLD.session_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;

CREATE TRIGGER signed_samples_take_none BEFORE INSERT ON samples
WHEN EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = NEW.bout_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
CREATE TRIGGER signed_samples_stay BEFORE UPDATE ON samples
WHEN EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = OLD.bout_id) OR EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = NEW.bout_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
CREATE TRIGGER signed_samples_are_kept BEFORE DELETE ON samples WHEN EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = OLD.bout_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;

CREATE TRIGGER signed_sample_blocks_take_none BEFORE INSERT ON sample_blocks
WHEN EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = NEW.bout_id)
  OR EXISTS (SELECT 1 FROM sample_blocks AS there JOIN signed_bouts USING (bout_id) WHERE there.id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
CREATE TRIGGER signed_sample_blocks_stay BEFORE UPDATE ON sample_blocks
WHEN EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = OLD.bout_id) OR EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = NEW.bout_id)
  OR EXISTS (SELECT 1 FROM sample_blocks AS there JOIN signed_bouts USING (bout_id) WHERE there.id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
CREATE TRIGGER signed_sample_blocks_are_kept BEFORE DELETE ON sample_blocks WHEN EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = OLD.bout_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;

CREATE TRIGGER signed_measurements_take_none BEFORE INSERT ON measurements
WHEN NEW.replaces IS NULL AND EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = NEW.bout_id)
  OR EXISTS (SELECT 1 FROM measurements AS there JOIN signed_bouts USING (bout_id) WHERE there.id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
CREATE TRIGGER signed_measurements_stay BEFORE UPDATE ON measurements
WHEN EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = OLD.bout_id) OR EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = NEW.bout_id)
  OR EXISTS (SELECT 1 FROM measurements AS there JOIN signed_bouts USING (bout_id) WHERE there.id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
CREATE TRIGGER signed_measurements_are_kept BEFORE DELETE ON measurements WHEN EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = OLD.bout_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;

CREATE TRIGGER signed_gaps_take_none BEFORE INSERT ON gaps
WHEN EXISTS (SELECT 1 FROM signatures WHERE session_id = NEW.session_id) OR EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = NEW.bout_id)
  OR EXISTS (SELECT 1 FROM gaps AS there JOIN signatures USING (session_id) WHERE there.id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
CREATE TRIGGER signed_gaps_stay BEFORE UPDATE ON gaps
WHEN EXISTS (SELECT 1 FROM signatures WHERE session_id = OLD.session_id) OR EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = OLD.bout_id) OR EXISTS (SELECT 1 FROM signatures WHERE session_id = NEW.session_id) OR EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = NEW.bout_id)
  OR EXISTS (SELECT 1 FROM gaps AS there JOIN signatures USING (session_id) WHERE there.id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
CREATE TRIGGER signed_gaps_are_kept BEFORE DELETE ON gaps WHEN EXISTS (SELECT 1 FROM signatures WHERE session_id = OLD.session_id) OR EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = OLD.bout_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;

CREATE TRIGGER signed_journal_blocks_take_none BEFORE INSERT ON journal_blocks
WHEN EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = NEW.bout_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
CREATE TRIGGER signed_journal_blocks_stay BEFORE UPDATE ON journal_blocks
WHEN EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = OLD.bout_id) OR EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = NEW.bout_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
CREATE TRIGGER signed_journal_blocks_are_kept BEFORE DELETE ON journal_blocks WHEN EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = OLD.bout_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;

CREATE TRIGGER signed_checkpoints_take_none BEFORE INSERT ON checkpoints
WHEN EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = NEW.bout_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
CREATE TRIGGER signed_checkpoints_stay BEFORE UPDATE ON checkpoints
WHEN EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = OLD.bout_id) OR EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = NEW.bout_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
CREATE TRIGGER signed_checkpoints_are_kept BEFORE DELETE ON checkpoints WHEN EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = OLD.bout_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;

CREATE TRIGGER signed_waveform_blocks_take_none BEFORE INSERT ON waveform_blocks
WHEN EXISTS (SELECT 1 FROM signatures WHERE session_id = NEW.session_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
CREATE TRIGGER signed_waveform_blocks_stay BEFORE UPDATE ON waveform_blocks
WHEN EXISTS (SELECT 1 FROM signatures WHERE session_id = OLD.session_id) OR EXISTS (SELECT 1 FROM signatures WHERE session_id = NEW.session_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
CREATE TRIGGER signed_waveform_blocks_are_kept BEFORE DELETE ON waveform_blocks WHEN EXISTS (SELECT 1 FROM signatures WHERE session_id = OLD.session_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;

CREATE TRIGGER signed_learned_take_none BEFORE INSERT ON learned
WHEN EXISTS (SELECT 1 FROM signatures WHERE session_id = NEW.session_id) OR EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = NEW.bout_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
CREATE TRIGGER signed_learned_stay BEFORE UPDATE ON learned
WHEN EXISTS (SELECT 1 FROM signatures WHERE session_id = OLD.session_id) OR EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = OLD.bout_id) OR EXISTS (SELECT 1 FROM signatures WHERE session_id = NEW.session_id) OR EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = NEW.bout_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
CREATE TRIGGER signed_learned_are_kept BEFORE DELETE ON learned WHEN EXISTS (SELECT 1 FROM signatures WHERE session_id = OLD.session_id) OR EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = OLD.bout_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;

CREATE TRIGGER signed_learned_compared_take_none BEFORE INSERT ON learned_compared
WHEN EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = NEW.bout_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
CREATE TRIGGER signed_learned_compared_stay BEFORE UPDATE ON learned_compared
WHEN EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = OLD.bout_id) OR EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = NEW.bout_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
CREATE TRIGGER signed_learned_compared_are_kept BEFORE DELETE ON learned_compared WHEN EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = OLD.bout_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;

-- What is told of a signed session later is told by the desk.
CREATE TRIGGER signed_events_take_none BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id) OR ((EXISTS (SELECT 1 FROM signatures WHERE session_id = NEW.session_id)
  OR EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = NEW.bout_id))
  AND NEW.kind NOT IN ('looked', 'exported', 'note', 'correction', 'signature', 'signature-refused'))
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
