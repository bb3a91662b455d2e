//! Values out of a stream that has no check: a number counts once ten packets in a row say it (the sheets' rule, assumed there).

use protocols::vocabulary::{Absence, BeatsPerMinute, OxygenSaturation, Reading};

use super::stream::Readings;

/// Packets alike before they are handed on, and between two readings: a sixth of a second at 60 a second.
const ALIKE: u32 = 10;

/// Packets without ten alike among them, after which there is no value: a second. A pulse of 240 a minute leaves 15 packets
/// between two beats, so a good line always has them (assumed).
const TORN: u32 = 60;

/// Both numbers of a stream.
#[derive(Debug, Default)]
pub(super) struct Agreement {
    saturation: Run<OxygenSaturation>,
    pulse_rate: Run<BeatsPerMinute>,
}

#[derive(Debug)]
struct Run<T> {
    last: Option<Reading<T>>,
    alike: u32,
    /// Packets since something was handed on.
    waiting: u32,
}

impl Agreement {
    /// What a packet adds: readings about six times a second.
    pub(super) fn take(
        &mut self,
        saturation: Reading<OxygenSaturation>,
        pulse_rate: Reading<BeatsPerMinute>,
    ) -> Readings {
        Readings {
            saturation: self.saturation.take(saturation),
            pulse_rate: self.pulse_rate.take(pulse_rate),
            ..Readings::NONE
        }
    }
}

impl<T: Copy + PartialEq> Run<T> {
    fn take(&mut self, reading: Reading<T>) -> Option<Reading<T>> {
        if self.last == Some(reading) {
            self.alike = self.alike.saturating_add(1);
        } else {
            self.last = Some(reading);
            self.alike = 1;
        }
        self.waiting += 1;
        let agreed = if self.alike >= ALIKE && self.waiting >= ALIKE {
            reading
        } else if self.waiting >= TORN {
            Reading::Missing(Absence::Artefact)
        } else {
            return None;
        };
        self.waiting = 0;
        Some(agreed)
    }
}

impl<T> Default for Run<T> {
    fn default() -> Self {
        Self {
            last: None,
            alike: 0,
            waiting: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(readings: impl IntoIterator<Item = u16>) -> Vec<(usize, Option<u16>)> {
        let mut run = Run::default();
        let taken = readings.into_iter().map(|rate| {
            let rate = BeatsPerMinute::new(rate).expect("in range");
            run.take(Reading::good(rate))
        });
        let given = |(place, reading): (usize, Option<Reading<BeatsPerMinute>>)| {
            reading.map(|reading| (place + 1, reading.value().map(BeatsPerMinute::get)))
        };
        taken.enumerate().filter_map(given).collect()
    }

    #[test]
    fn ten_alike_are_a_value_and_nine_are_none() {
        assert_eq!(given([72; 9]), []);
        assert_eq!(given([72; 25]), [(10, Some(72)), (20, Some(72))]);
    }

    #[test]
    fn a_single_other_packet_is_never_a_value() {
        let torn = (0..40).map(|place| if place == 12 { 200 } else { 72 });
        assert_eq!(
            given(torn),
            [(10, Some(72)), (23, Some(72)), (33, Some(72))]
        );
    }

    #[test]
    fn a_second_without_agreement_is_an_artefact() {
        assert_eq!(given((0..60).map(|place| 60 + place % 9)), [(60, None)]);
    }
}
