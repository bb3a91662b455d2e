-- The wires of a bout's devices, byte for byte. While a block grows it stands in pieces of a commit each; when it is full they give way to one
-- row, compressed (zstd). Numbers are postcard's. A record: microseconds since the one before it in the block, then what happened: 0 opened,
-- 1 closed, 2 received (age in nanoseconds, bytes), 3 sent (bytes).
CREATE TABLE wire_blocks (
  bout_id      INTEGER NOT NULL REFERENCES bouts (id),
  device       TEXT NOT NULL CHECK (device IN ('machine', 'strap', 'oximeter')),
  block        INTEGER NOT NULL,
  piece        INTEGER NOT NULL,
  whole        INTEGER NOT NULL CHECK (whole IN (0, 1)),
  protocol     TEXT NOT NULL,
  settings     TEXT NOT NULL, -- what its wire does not tell, without secrets
  first_us     INTEGER NOT NULL,
  last_us      INTEGER NOT NULL,
  records      INTEGER NOT NULL,
  data         BLOB NOT NULL,
  checksum     BLOB NOT NULL,
  PRIMARY KEY (bout_id, device, block, piece)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER signed_wire_blocks_take_none BEFORE INSERT ON wire_blocks
WHEN EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = NEW.bout_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
CREATE TRIGGER signed_wire_blocks_stay BEFORE UPDATE ON wire_blocks
WHEN EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = OLD.bout_id) OR EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = NEW.bout_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
CREATE TRIGGER signed_wire_blocks_are_kept BEFORE DELETE ON wire_blocks WHEN EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = OLD.bout_id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
