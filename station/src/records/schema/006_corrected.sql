-- A row that stands for another comes into a signed session as a correction of the desk alone: its event is there, and no other row has it.
DROP TRIGGER signed_measurements_take_none;
CREATE TRIGGER signed_measurements_take_none BEFORE INSERT ON measurements
WHEN EXISTS (SELECT 1 FROM signed_bouts WHERE bout_id = NEW.bout_id) AND (NEW.replaces IS NULL OR NOT EXISTS (
    SELECT 1 FROM events JOIN bouts USING (session_id) WHERE bouts.id = NEW.bout_id AND events.kind = 'correction'
    AND NOT EXISTS (SELECT 1 FROM corrections WHERE event_id = events.id)))
  OR EXISTS (SELECT 1 FROM measurements AS there JOIN signed_bouts USING (bout_id) WHERE there.id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the session is signed: it is not changed any more; a note or a correction is an addition'); END;
