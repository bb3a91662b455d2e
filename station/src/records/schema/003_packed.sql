-- Seconds of ended sessions in packed blocks, a checksum beside every block, what a purge took away, and indexes for lists of many sessions.

-- Up to ten minutes of a bout. `data` is a JSON object in zlib's form, an array a column of `samples`; the SQLite shell unpacks it by
-- sqlar_uncompress. In the arrays `at_us` and `t_s` stand as what they differ by from one second after another, beginning with `first_us` and
-- `first_s`.
CREATE TABLE sample_blocks (
  id           INTEGER PRIMARY KEY,
  bout_id      INTEGER NOT NULL REFERENCES bouts (id),
  first_us     INTEGER NOT NULL,
  last_us      INTEGER NOT NULL,
  first_s      INTEGER NOT NULL,
  last_s       INTEGER NOT NULL,
  samples      INTEGER NOT NULL CHECK (samples >= 1),
  size         INTEGER NOT NULL, -- bytes of the JSON
  data         BLOB NOT NULL,
  checksum     BLOB NOT NULL,
  UNIQUE (bout_id, first_us)
) STRICT;

-- None in rows that an earlier version wrote.
ALTER TABLE journal_blocks ADD COLUMN checksum BLOB;
ALTER TABLE checkpoints ADD COLUMN checksum BLOB;
ALTER TABLE waveform_blocks ADD COLUMN checksum BLOB;

-- The events of purged sessions are gone; what joins the chain over them stands here. The event that told of the purge carries a hash over
-- all of its ranges.
CREATE TABLE purged_events (
  first_event  INTEGER PRIMARY KEY,
  last_event   INTEGER NOT NULL CHECK (last_event >= first_event),
  previous_hash BLOB NOT NULL,
  last_hash    BLOB NOT NULL,
  purge_event  INTEGER NOT NULL
) STRICT;
CREATE INDEX purged_events_of_purge ON purged_events (purge_event);
CREATE TRIGGER purged_events_stay BEFORE UPDATE ON purged_events
BEGIN SELECT RAISE(ABORT, 'what a purge took away is never changed'); END;
CREATE TRIGGER purged_events_are_kept BEFORE DELETE ON purged_events
BEGIN SELECT RAISE(ABORT, 'what a purge took away is never deleted'); END;

CREATE INDEX alarms_of_session ON events (session_id, rule) WHERE kind = 'alarm-raised';
CREATE INDEX gaps_of_session ON gaps (session_id);
CREATE INDEX sessions_by_time ON sessions (began_wall_us, id);
CREATE INDEX sessions_of_state ON sessions (state, began_wall_us);

DROP VIEW session_samples;
CREATE VIEW session_samples AS
  SELECT sessions.id AS session_id, sessions.patient, bouts.number AS bout, bouts.station, bouts.machine, samples.*
  FROM samples JOIN bouts ON bouts.id = samples.bout_id JOIN sessions ON sessions.id = bouts.session_id
  UNION ALL
  SELECT sessions.id, sessions.patient, bouts.number, bouts.station, bouts.machine, sample_blocks.bout_id,
    first_us + 1000000 * second.key + second.value,
    first_s + second.key + json_extract(second.json, '$.t_s[' || second.key || ']'),
    json_extract(second.json, '$.phase[' || second.key || ']'),
    json_extract(second.json, '$.heart_rate_bpm[' || second.key || ']'),
    json_extract(second.json, '$.heart_rate_source[' || second.key || ']'),
    json_extract(second.json, '$.heart_rate_trust[' || second.key || ']'),
    json_extract(second.json, '$.heart_rate_age_ms[' || second.key || ']'),
    json_extract(second.json, '$.pulse_bpm[' || second.key || ']'),
    json_extract(second.json, '$.spo2_percent[' || second.key || ']'),
    json_extract(second.json, '$.spo2_trust[' || second.key || ']'),
    json_extract(second.json, '$.target_heart_rate_bpm[' || second.key || ']'),
    json_extract(second.json, '$.zone_lower_bpm[' || second.key || ']'),
    json_extract(second.json, '$.zone_upper_bpm[' || second.key || ']'),
    json_extract(second.json, '$.proposed_met_milli[' || second.key || ']'),
    json_extract(second.json, '$.granted_met_milli[' || second.key || ']'),
    json_extract(second.json, '$.reason[' || second.key || ']'),
    json_extract(second.json, '$.by_hand[' || second.key || ']'),
    json_extract(second.json, '$.told_power_w[' || second.key || ']'),
    json_extract(second.json, '$.told_speed_mm_s[' || second.key || ']'),
    json_extract(second.json, '$.told_grade_permille[' || second.key || ']'),
    json_extract(second.json, '$.reported_power_w[' || second.key || ']'),
    json_extract(second.json, '$.reported_speed_mm_s[' || second.key || ']'),
    json_extract(second.json, '$.reported_grade_permille[' || second.key || ']'),
    json_extract(second.json, '$.cadence_rpm[' || second.key || ']')
  FROM sample_blocks JOIN bouts ON bouts.id = sample_blocks.bout_id JOIN sessions ON sessions.id = bouts.session_id
  JOIN json_each(CAST(sqlar_uncompress(sample_blocks.data, sample_blocks.size) AS TEXT), '$.at_us') AS second;
