//! What is foretold of a station's vital signs for 60 s ahead: a number with its band, and whether the band reaches a limit.
//!
//! Promises: nothing is foretold here; nothing is told of a sign that is not live and trusted, nor from an old picture.

use control::view::VitalView;

use super::theme::Glyphs;
use super::view::{Figure, Seen};
use super::words;
use crate::gym::snapshot::StationSnapshot;

/// What is foretold of one sign, in whole numbers as they are shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Foretold {
    /// Which sign.
    pub name: &'static str,
    /// The middle of its band.
    pub value: f64,
    /// Half the width of the band.
    pub half_width: f64,
    /// What the limit is called that the band reaches and the sign itself does not yet, and the limit.
    pub reaches: Option<(&'static str, f64)>,
}

/// The heart rate, and whether its band reaches the upper limit.
#[must_use]
pub fn heart_rate(seen: &Seen<'_>, station: &StationSnapshot) -> Option<Foretold> {
    let limits = station.session.as_ref()?.limits;
    let (now, band) = foretold(seen, "HR", &station.view.heart_rate)?;
    let reached = limits
        .heart_rate_upper
        .filter(|upper| now < *upper && band.ends().1 >= *upper);
    Some(Foretold {
        reaches: reached.map(|upper| ("limit", upper)),
        ..band
    })
}

/// The saturation, and whether its band reaches the floor.
#[must_use]
pub fn saturation(seen: &Seen<'_>, station: &StationSnapshot) -> Option<Foretold> {
    let limits = station.session.as_ref()?.limits;
    let (now, band) = foretold(seen, "SpO2", &station.view.saturation)?;
    let reached = limits
        .saturation_floor
        .filter(|floor| now > *floor && band.ends().0 <= *floor);
    Some(Foretold {
        reaches: reached.map(|floor| ("floor", floor)),
        ..band
    })
}

/// The sign now, and its band.
fn foretold(seen: &Seen<'_>, name: &'static str, vital: &VitalView) -> Option<(f64, Foretold)> {
    let Figure::Value {
        value: now,
        doubted: None,
        age: None,
    } = seen.vital(vital)
    else {
        return None;
    };
    let (value, half_width) = vital.ahead_60_s?;
    let band = Foretold {
        name,
        value: value.round(),
        half_width: half_width.ceil(),
        reaches: None,
    };
    Some((now, band))
}

impl Foretold {
    /// `106±5`
    #[must_use]
    pub fn band(&self, glyphs: &Glyphs) -> String {
        let (value, half_width) = (words::whole(self.value), words::whole(self.half_width));
        format!("{value}{}{half_width}", glyphs.give_or_take)
    }

    /// The ends of the band.
    #[must_use]
    pub fn ends(&self) -> (f64, f64) {
        (self.value - self.half_width, self.value + self.half_width)
    }

    /// `HR may reach limit 122 in 60 s`, where it may.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        let (what, limit) = self.reaches?;
        let (name, limit) = (self.name, words::whole(limit));
        Some(format!("{name} may reach {what} {limit} in 60 s"))
    }
}
