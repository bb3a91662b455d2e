-- What a bout taught of the patient's heart, with its uncertainty, for the next session to begin with and for people to compare.

CREATE TABLE learned (
  bout_id      INTEGER PRIMARY KEY REFERENCES bouts (id),
  session_id   TEXT NOT NULL REFERENCES sessions (id),
  bout         INTEGER NOT NULL CHECK (bout >= 1),
  patient      TEXT NOT NULL REFERENCES patients (pseudonym),
  machine      TEXT NOT NULL CHECK (machine IN ('cycle', 'treadmill')),
  mass_kg      REAL NOT NULL,
  irregular    INTEGER NOT NULL CHECK (irregular IN (0, 1)), -- atrial fibrillation
  assessed_gain_bpm_per_met REAL,
  gain_bpm_per_met REAL NOT NULL,
  gain_sd_bpm_per_met REAL NOT NULL,
  tau_s        REAL NOT NULL,
  tau_sd_s     REAL NOT NULL,
  drift_bpm_per_min REAL NOT NULL,
  drift_sd_bpm_per_min REAL NOT NULL,
  -- Means over conditioning from minute 5 on, while the heart rate was trusted; none where that was too short.
  steady_s     REAL,
  steady_middle_s REAL,
  steady_heart_rate_bpm REAL,
  steady_load_met REAL,
  steady_power_w REAL,
  steady_speed_m_s REAL,
  steady_grade_percent REAL,
  UNIQUE (session_id, bout)
) STRICT;
CREATE INDEX learned_of_patient ON learned (patient, machine);
CREATE TRIGGER learned_stays BEFORE UPDATE ON learned
BEGIN SELECT RAISE(ABORT, 'what a bout taught is never changed'); END;
CREATE TRIGGER learned_is_kept BEFORE DELETE ON learned
BEGIN SELECT RAISE(ABORT, 'what a bout taught is never deleted'); END;

-- Which earlier bouts a bout was compared with while it ran: what was said of it then can be said again.
CREATE TABLE learned_compared (
  bout_id      INTEGER NOT NULL REFERENCES learned (bout_id),
  session_id   TEXT NOT NULL,
  bout         INTEGER NOT NULL,
  PRIMARY KEY (bout_id, session_id, bout)
) STRICT, WITHOUT ROWID;
