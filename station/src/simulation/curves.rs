//! Several sessions laid over each other, second by second: the middle one and the band that eight of ten lie in.

use control::view::PhaseKind;

use super::session::{Observer, Second};

/// The band leaves so much out at each side.
const LEFT_OUT: f64 = 0.1;

/// What is kept of one session to draw it.
#[derive(Debug, Clone, Default)]
pub struct Course {
    /// True heart rate without variability, each second.
    pub heart_rate: Vec<f64>,
    /// Saturation, each second.
    pub saturation: Vec<f64>,
    /// Granted net METs, each second.
    pub load: Vec<f64>,
    /// The machine's own load, each second: watts, m/s, per cent of grade.
    pub machine: Vec<(f64, f64, f64)>,
    /// The phase, each second.
    pub phase: Vec<PhaseKind>,
}

impl Observer for Course {
    fn passed(&mut self, second: &Second) {
        self.heart_rate.push(second.mean_rate);
        self.saturation.push(second.saturation);
        self.load.push(second.granted);
        self.machine.push(second.load);
        self.phase.push(second.phase);
    }
}

/// Low end, middle and high end at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// One of ten is lower.
    pub low: f64,
    /// Half are lower.
    pub middle: f64,
    /// One of ten is higher.
    pub high: f64,
}

/// The band of what `of` gives for each course between two seconds; `None` where no course has come so far.
#[must_use]
pub fn band(courses: &[Course], from: usize, to: usize, of: fn(&Course) -> &[f64]) -> Option<Band> {
    let mut means: Vec<f64> = courses
        .iter()
        .filter_map(|course| {
            let values = of(course);
            let part = values.get(from..to.min(values.len()))?;
            super::measures::mean(part.iter().copied())
        })
        .collect();
    means.sort_by(f64::total_cmp);
    Some(Band {
        low: super::summary::centile(&means, LEFT_OUT)?,
        middle: super::summary::centile(&means, 0.5)?,
        high: super::summary::centile(&means, 1.0 - LEFT_OUT)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_lies_in_its_band_and_the_end_has_none() {
        let courses: Vec<Course> = (0..11)
            .map(|number| Course {
                heart_rate: vec![100.0 + f64::from(number); 10],
                ..Course::default()
            })
            .collect();
        let found = band(&courses, 0, 10, |course| &course.heart_rate).expect("ten seconds");
        let printed = [found.low, found.middle, found.high].map(|value| format!("{value:.0}"));
        assert_eq!(printed, ["101", "105", "109"]);
        assert_eq!(band(&courses, 10, 20, |course| &course.heart_rate), None);
    }
}
