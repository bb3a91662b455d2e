//! Rows as columns, and back.

use serde::{Deserialize, Serialize};

use super::super::samples::SampleRow;
use super::SECOND_US;

/// Names every column of a sample but its two times once, for the arrays, the way in and the way out.
macro_rules! columns {
    ($($column:ident: $kind:ty,)*) => {
        /// What a block's JSON has: an array a column.
        #[derive(Debug, Default, Serialize, Deserialize)]
        pub(super) struct Columns {
            at_us: Vec<i64>,
            t_s: Vec<i64>,
            $($column: Vec<$kind>,)*
        }

        impl Columns {
            /// Adds a row, with what its times differ by from those expected.
            pub(super) fn push(&mut self, at_us: i64, t_s: i64, row: SampleRow) {
                self.at_us.push(at_us);
                self.t_s.push(t_s);
                $(self.$column.push(row.$column);)*
            }

            /// The rows; `None` where a column is shorter than the others, or a time is none.
            pub(super) fn rows(self, first_us: i64, first_s: i64) -> Option<Vec<SampleRow>> {
                let mut rows = Vec::with_capacity(self.at_us.len());
                let (mut expected_us, mut expected_s) = (first_us, first_s);
                let mut t_s = self.t_s.into_iter();
                $(let mut $column = self.$column.into_iter();)*
                for at_us in self.at_us {
                    rows.push(SampleRow {
                        at_us: expected_us.checked_add(at_us)?,
                        t_s: expected_s.checked_add(t_s.next()?)?,
                        $($column: $column.next()?,)*
                    });
                    expected_us = expected_us.checked_add(SECOND_US)?;
                    expected_s = expected_s.checked_add(1)?;
                }
                Some(rows)
            }
        }
    };
}

columns! {
    phase: String,
    heart_rate_bpm: Option<u16>,
    heart_rate_source: Option<String>,
    heart_rate_trust: String,
    heart_rate_age_ms: Option<u32>,
    pulse_bpm: Option<u16>,
    spo2_percent: Option<u8>,
    spo2_trust: String,
    target_heart_rate_bpm: Option<u16>,
    zone_lower_bpm: Option<u16>,
    zone_upper_bpm: Option<u16>,
    proposed_met_milli: u32,
    granted_met_milli: u32,
    reason: String,
    by_hand: bool,
    told_power_w: Option<u16>,
    told_speed_mm_s: Option<i32>,
    told_grade_permille: Option<i32>,
    reported_power_w: Option<u16>,
    reported_speed_mm_s: Option<i32>,
    reported_grade_permille: Option<i32>,
    cadence_rpm: Option<u16>,
}
