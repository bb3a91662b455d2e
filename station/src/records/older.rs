//! Records of earlier versions, opened for reading alone: they are not brought to this version, so what they lack stands in as empty.

use rusqlite::Connection;

/// What the version before each lacked, as views beside the file: a name of ours hides the file's own.
const STAND_INS: [(i64, &str); 4] = [(
    2,
    "CREATE TEMP VIEW learned AS SELECT NULL AS bout_id, NULL AS session_id, NULL AS bout, NULL AS patient, NULL AS machine,
       NULL AS mass_kg, NULL AS irregular, NULL AS assessed_gain_bpm_per_met, NULL AS gain_bpm_per_met, NULL AS gain_sd_bpm_per_met,
       NULL AS tau_s, NULL AS tau_sd_s, NULL AS drift_bpm_per_min, NULL AS drift_sd_bpm_per_min, NULL AS steady_s,
       NULL AS steady_middle_s, NULL AS steady_heart_rate_bpm, NULL AS steady_load_met, NULL AS steady_power_w, NULL AS steady_speed_m_s,
       NULL AS steady_grade_percent WHERE 0;
     CREATE TEMP VIEW learned_compared AS SELECT NULL AS bout_id, NULL AS session_id, NULL AS bout WHERE 0;",
), (
    3,
    "CREATE TEMP VIEW sample_blocks AS SELECT NULL AS id, NULL AS bout_id, NULL AS first_us, NULL AS last_us, NULL AS first_s,
       NULL AS last_s, NULL AS samples, NULL AS size, NULL AS data, NULL AS checksum WHERE 0;
     CREATE TEMP VIEW purged_events AS SELECT NULL AS first_event, NULL AS last_event, NULL AS previous_hash, NULL AS last_hash,
       NULL AS purge_event WHERE 0;
     CREATE TEMP VIEW journal_blocks AS SELECT *, NULL AS checksum FROM main.journal_blocks;
     CREATE TEMP VIEW checkpoints AS SELECT *, NULL AS checksum FROM main.checkpoints;
     CREATE TEMP VIEW waveform_blocks AS SELECT *, NULL AS checksum FROM main.waveform_blocks;",
), (
    4,
    "CREATE TEMP VIEW imported AS SELECT NULL AS session_id, NULL AS wall_us, NULL AS file_sha256, NULL AS header, NULL AS event_id WHERE 0;
     CREATE TEMP VIEW imported_numbers AS SELECT NULL AS session_id, NULL AS kind, NULL AS here, NULL AS there WHERE 0;
     CREATE TEMP VIEW imported_hashes AS SELECT NULL AS session_id, NULL AS event_id, NULL AS previous_hash, NULL AS hash WHERE 0;",
), (
    5,
    "CREATE TEMP VIEW runs AS SELECT *, 'gym' AS kind FROM main.runs;
     CREATE TEMP VIEW staff AS SELECT NULL AS id, NULL AS name, NULL AS role, NULL AS salt, NULL AS memory_kib, NULL AS passes,
       NULL AS secret_hash, NULL AS added_wall_us, NULL AS retired_wall_us, NULL AS event_id WHERE 0;
     CREATE TEMP VIEW notes AS SELECT NULL AS id, NULL AS session_id, NULL AS wall_us, NULL AS by_id, NULL AS by_name, NULL AS text,
       NULL AS event_id WHERE 0;
     CREATE TEMP VIEW corrections AS SELECT NULL AS measurement_id, NULL AS session_id, NULL AS wall_us, NULL AS by_id, NULL AS by_name,
       NULL AS why, NULL AS event_id WHERE 0;
     CREATE TEMP VIEW signatures AS SELECT NULL AS id, NULL AS session_id, NULL AS wall_us, NULL AS by_id, NULL AS by_name,
       NULL AS meaning, NULL AS form, NULL AS sha256, NULL AS event_id WHERE 0;
     CREATE TEMP VIEW identities AS SELECT NULL AS pseudonym, NULL AS name, NULL AS born, NULL AS hospital_id, NULL AS wall_us WHERE 0;
     CREATE TEMP VIEW wire_blocks AS SELECT NULL AS bout_id, NULL AS device, NULL AS block, NULL AS piece, NULL AS whole, NULL AS protocol,
       NULL AS settings, NULL AS first_us, NULL AS last_us, NULL AS records, NULL AS data, NULL AS checksum WHERE 0;",
)];

/// Puts the stand-ins beside a file of that version.
pub(super) fn stand_in(connection: &Connection, version: i64) -> rusqlite::Result<()> {
    let lacking: Vec<&str> = STAND_INS
        .iter()
        .filter(|(since, _)| version < *since)
        .map(|(_, views)| *views)
        .collect();
    if lacking.is_empty() {
        return Ok(());
    }
    connection.execute_batch(&lacking.concat())
}
