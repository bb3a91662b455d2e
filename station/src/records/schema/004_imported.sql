-- Sessions that came from another record. Their rows stand among this record's own, with numbers of this record, and their events are links
-- of this record's chain. What they were there is kept, so that what was chained and signed there can still be checked.

CREATE TABLE imported (
  session_id   TEXT PRIMARY KEY REFERENCES sessions (id),
  wall_us      INTEGER NOT NULL,
  file_sha256  BLOB NOT NULL,
  header       TEXT NOT NULL, -- the file's first line
  event_id     INTEGER NOT NULL REFERENCES events (id) -- which says so in the chain
) STRICT, WITHOUT ROWID;
CREATE TRIGGER imported_stays BEFORE UPDATE ON imported
BEGIN SELECT RAISE(ABORT, 'where a session came from is never changed'); END;

-- The numbers that its rows had there.
CREATE TABLE imported_numbers (
  session_id   TEXT NOT NULL REFERENCES sessions (id),
  kind         TEXT NOT NULL CHECK (kind IN ('run', 'bout', 'event', 'measurement')),
  here         INTEGER NOT NULL,
  there        INTEGER NOT NULL,
  PRIMARY KEY (session_id, kind, here),
  UNIQUE (session_id, kind, there)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER imported_numbers_stay BEFORE UPDATE ON imported_numbers
BEGIN SELECT RAISE(ABORT, 'what a row was in another record is never changed'); END;

-- The hashes that its events had there.
CREATE TABLE imported_hashes (
  event_id     INTEGER PRIMARY KEY REFERENCES events (id),
  session_id   TEXT NOT NULL REFERENCES sessions (id),
  previous_hash BLOB NOT NULL,
  hash         BLOB NOT NULL
) STRICT;
CREATE INDEX imported_hashes_of_session ON imported_hashes (session_id);
CREATE TRIGGER imported_hashes_stay BEFORE UPDATE ON imported_hashes
BEGIN SELECT RAISE(ABORT, 'what an event was in another record is never changed'); END;
