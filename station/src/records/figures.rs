//! The figures of a session, one row of them: what payers, registries and a referring doctor look for.
//!
//! Each is computed from samples, events and measurements whenever it is asked for, never typed in; which from what stands in
//! `docs/records.md`. Heart rate and saturation count while they were trusted. A figure that nothing supports is `None`, never 0.

mod alarm;
pub(super) mod dose;
pub(super) mod heart;
mod means;
mod ordered;

use serde::Serialize;

pub use self::alarm::RuleCount;
pub use self::dose::met;
pub use self::heart::{Pressures, Stretches};
pub(crate) use self::means::Lane;
pub use self::ordered::{load_percent, orders_load};
use super::session::SessionRecord;

/// What a session came to, in figures.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct SessionFigures {
    /// From the session's beginning to its end or to the last that was recorded, in minutes.
    pub total_min: f64,
    /// Minutes of warm-up.
    pub warm_up_min: f64,
    /// Minutes of conditioning.
    pub conditioning_min: f64,
    /// Minutes of cool-down.
    pub cool_down_min: f64,
    /// Minutes of pauses and stops within the bouts.
    pub paused_min: f64,
    /// How much of these minutes was not recorded.
    pub unrecorded: UnrecordedFigures,
    /// Heart rate.
    pub heart_rate: HeartFigures,
    /// Blood pressure.
    pub pressure: PressureFigures,
    /// Saturation.
    pub saturation: SaturationFigures,
    /// What the patient said.
    pub scores: ScoreFigures,
    /// What people entered of oxygen and glucose.
    pub given: GivenFigures,
    /// Load and dose.
    pub dose: DoseFigures,
    /// Time against the zone of each second.
    pub zone: Option<ZoneFigures>,
    /// Share of the ordered minutes of warm-up, conditioning and cool-down that were exercised, in per cent, 100 at most.
    pub completed_percent: Option<f64>,
    /// The same of the seconds that were recorded alone: nobody knows what was done in the others.
    pub completed_recorded_percent: Option<f64>,
    /// Share of the ordered load of conditioning that was let through over its ordered minutes, in per cent, 100 at most; `None` where no
    /// load was ordered.
    pub ordered_work_percent: Option<f64>,
    /// Share of conditioning with a trusted heart rate, in per cent; `None` where the prescription requires none.
    pub heart_rate_cover_percent: Option<f64>,
    /// Share of conditioning with a trusted saturation, in per cent; `None` where no oximeter was worn.
    pub spo2_cover_percent: Option<f64>,
    /// Alarms by rule, the most frequent first.
    pub alarms: Vec<RuleCount>,
    /// How many alarms a person acknowledged.
    pub acknowledged: usize,
    /// The median time until that, in seconds.
    pub acknowledged_median_s: Option<f64>,
    /// What the load was held back by, in seconds of conditioning, by the words of the record's `reason`, the longest first.
    pub held_back_s: Vec<(String, u32)>,
}

impl SessionFigures {
    /// How many alarms there were.
    #[must_use]
    pub fn alarm_count(&self) -> usize {
        self.alarms.iter().map(|rule| rule.count).sum()
    }
}

/// Minutes that phases tell of and no second does.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct UnrecordedFigures {
    /// Of warm-up.
    pub warm_up_min: f64,
    /// Of conditioning.
    pub conditioning_min: f64,
    /// Of cool-down.
    pub cool_down_min: f64,
    /// Of pauses and stops.
    pub paused_min: f64,
}

impl UnrecordedFigures {
    /// Of exercise, from warm-up to cool-down.
    #[must_use]
    pub fn exercise_min(&self) -> f64 {
        self.warm_up_min + self.conditioning_min + self.cool_down_min
    }
}

/// What the figures are of where seconds are missing, as everything says it that shows them.
#[must_use]
pub fn of_what_was_recorded(recorded_s: usize, missing_s: i64) -> String {
    format!(
        "{recorded_s} s were recorded and {missing_s} s are missing: means, peaks and sums are of the recorded ones; minutes run from beginning to end, \
         with how much of them was not recorded"
    )
}

/// Heart rate, in beats a minute.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct HeartFigures {
    /// The mean of the last 30 s before warm-up.
    pub rest_bpm: Option<f64>,
    /// The mean from warm-up to cool-down.
    pub mean_bpm: Option<f64>,
    /// The mean of conditioning.
    pub conditioning_mean_bpm: Option<f64>,
    /// The highest mean of 5 s from warm-up to cool-down.
    pub peak_bpm: Option<f64>,
    /// The mean of the last 5 s of exercise.
    pub end_bpm: Option<f64>,
    /// The mean of the 5 s around one minute after exercise.
    pub after_1_min_bpm: Option<f64>,
    /// The same around two minutes.
    pub after_2_min_bpm: Option<f64>,
    /// Heart-rate recovery: by how much it fell within one minute after exercise.
    pub recovery_1_min_bpm: Option<f64>,
    /// The mean of heart-rate reserve that was used in conditioning, in per cent; needs a resting and a highest rate of an assessment.
    pub reserve_mean_percent: Option<f64>,
    /// Beats a minute for each watt, or each MET on a belt: the slope of heart rate against load over the minutes of exercise.
    pub slope: Option<f64>,
}

/// Blood pressure, in mmHg: systolic and diastolic.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct PressureFigures {
    /// The last before warm-up.
    pub rest: Option<(i64, i64)>,
    /// The one with the highest systolic from warm-up to cool-down.
    pub peak: Option<(i64, i64)>,
    /// The last after exercise.
    pub after: Option<(i64, i64)>,
    /// The highest rate-pressure product: systolic times the trusted heart rate of the same minute, in mmHg/min.
    pub rate_pressure_product: Option<f64>,
}

/// Saturation, in per cent.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct SaturationFigures {
    /// The mean of the last 30 s before warm-up.
    pub rest_percent: Option<f64>,
    /// The mean from warm-up to cool-down.
    pub mean_percent: Option<f64>,
    /// The lowest mean of 10 s.
    pub nadir_percent: Option<f64>,
    /// The mean of the last 5 s of exercise.
    pub end_percent: Option<f64>,
    /// Minutes below the prescription's floor.
    pub below_floor_min: Option<f64>,
    /// The prescription's floor.
    pub floor_percent: Option<f64>,
}

/// What people entered of oxygen and glucose.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct GivenFigures {
    /// The highest flow of oxygen before exercise, in L/min.
    pub oxygen_rest_l_min: Option<f64>,
    /// The same in exercise.
    pub oxygen_exercise_l_min: Option<f64>,
    /// The last glucose before exercise, in mg/dL.
    pub glucose_before_mg_dl: Option<f64>,
    /// The last one after it.
    pub glucose_after_mg_dl: Option<f64>,
}

/// What the patient said.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ScoreFigures {
    /// The mean of perceived exertion, 6 to 20.
    pub exertion_mean: Option<f64>,
    /// The highest of it.
    pub exertion_peak: Option<i64>,
    /// The highest dyspnoea, 0 to 10.
    pub dyspnoea_peak: Option<i64>,
    /// The highest angina, 0 to 4.
    pub angina_peak: Option<i64>,
    /// The highest claudication, 0 to 4.
    pub claudication_peak: Option<i64>,
}

/// Load and dose, as the machine reported it.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct DoseFigures {
    /// The mean of power from warm-up to cool-down, in watts.
    pub power_mean_w: Option<f64>,
    /// The highest mean power of 60 s.
    pub power_peak_w: Option<f64>,
    /// The mean speed of the belt, in km/h.
    pub speed_mean_kmh: Option<f64>,
    /// The highest mean speed of 60 s.
    pub speed_peak_kmh: Option<f64>,
    /// The mean grade of the belt, in per cent.
    pub grade_mean_percent: Option<f64>,
    /// The highest mean grade of 60 s.
    pub grade_peak_percent: Option<f64>,
    /// The prescription's ceiling, in METs with rest.
    pub ceiling_met: Option<f64>,
    /// Work at the crank, in kilojoules.
    pub work_kj: Option<f64>,
    /// Way of the belt, in metres.
    pub distance_m: Option<f64>,
    /// The mean of METs, rest included, by ACSM's equations on what the machine reported.
    pub met_mean: Option<f64>,
    /// The highest mean of 60 s.
    pub met_peak: Option<f64>,
    /// MET-minutes from warm-up to cool-down, rest included.
    pub met_minutes: Option<f64>,
    /// Energy, rest included, in kilocalories: METs x 3.5 x kg / 200 a minute.
    pub energy_kcal: Option<f64>,
    /// Share of exercise of which the machine reported its load, in per cent: the other figures of load are made of these seconds alone.
    /// `None` where it reported nothing.
    pub reported_percent: Option<f64>,
    /// Share of the seconds whose load lies where the equation holds, in per cent.
    pub equation_holds_percent: Option<f64>,
    /// The patient's weight that was used, in kilograms.
    pub mass_kg: Option<f64>,
}

/// Time in the prescribed zone, of conditioning with a trusted heart rate.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ZoneFigures {
    /// Its lower end at the end of conditioning, in beats a minute.
    pub lower_bpm: f64,
    /// Its upper end.
    pub upper_bpm: f64,
    /// Minutes below.
    pub below_min: f64,
    /// Minutes within.
    pub in_min: f64,
    /// Minutes above.
    pub above_min: f64,
    /// Share within, in per cent.
    pub in_percent: f64,
}

impl SessionFigures {
    /// Computes a session's figures.
    #[must_use]
    pub fn of(session: &SessionRecord) -> Self {
        let mut figures = dose::times(session);
        figures.heart_rate = heart::heart_rate(session);
        figures.pressure = heart::pressure(session);
        figures.saturation = heart::saturation(session);
        figures.scores = heart::scores(session);
        figures.given = heart::given(session);
        figures.dose = dose::dose(session);
        figures.zone = heart::zone(session);
        figures.ordered_work_percent = ordered::work_percent(session);
        alarm::count(session, &mut figures);
        figures
    }
}

#[cfg(test)]
mod tests;
