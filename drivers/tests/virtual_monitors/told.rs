//! What every monitor has in common, by the project's own decoders: its values, its rhythm, and its word for none.

use protocols::wire::{Field, Report};

use crate::host::{Host, NOBODY, families, tell};

/// Rate and saturation of one message; the outer `None` is "does not carry it".
pub(crate) type Told = (Option<Option<u16>>, Option<Option<u8>>);

fn told(report: &Report<'_>) -> Told {
    let rate = match report.heart_rate {
        Field::Absent => None,
        Field::Missing => Some(None),
        Field::Present(rate) => Some(Some(rate.get())),
    };
    let saturation = match report.saturation {
        Field::Absent => None,
        Field::Missing => Some(None),
        Field::Present(percent) => Some(Some(percent.get())),
    };
    (rate, saturation)
}

/// What the bytes of a family tell, by its own decoder.
pub(crate) fn read(family: &str, bytes: &[u8]) -> Vec<Told> {
    let mut found = Vec::new();
    tell(family, bytes, &mut |item| {
        found.push(told(item.expect("no device breaks its own form")));
    });
    found
}

/// What tells a monitor apart from the others: its model, its family, messages a minute, and within how many milliseconds of a finger
/// or strap that is lost it has a word for it.
const MONITORS: &[(&str, &str, usize, u64)] = &[
    ("nonin-df1", "nonin-df1", 60, 12_000),
    ("nonin-df2", "nonin-df2", 180, 700),
    ("nonin-df2-pin", "nonin-df2", 180, 700),
    ("nonin-df7", "nonin-df7", 180, 700),
    ("nonin-df8", "nonin-df8", 60, 12_000),
    ("nonin-ascii", "nonin-ascii", 60, 1_300),
    ("nonin-ascii-8600", "nonin-ascii", 60, 1_300),
    ("nonin-ascii-9847", "nonin-ascii", 60, 1_300),
    ("contec-5", "contec-5", 3_600, 300),
    ("contec-5-zeros", "contec-5", 3_600, 300),
    ("bci-5", "bci-5", 3_600, 300),
    ("bci-5-oem", "bci-5", 3_600, 300),
    ("masimo", "masimo", 60, 1_300),
    ("masimo-radical-7", "masimo", 60, 1_300),
    ("nellcor", "nellcor", 30, 2_300),
    ("ivy-450c", "ivy-450c", 60, 1_300),
    ("medlab-ecg", "medlab-ecg", 75, 1_300),
    ("medlab-ecg-respiration", "medlab-ecg", 75, 1_300),
    ("ble-2a37", "ble-2a37", 60, 1_300),
    ("ble-2a37-rate-alone", "ble-2a37", 60, 4_300),
    ("ble-2a5f", "ble-2a5f", 60, 1_300),
];

#[test]
fn a_minute_after_the_start_all_tell_what_the_body_shows_in_the_sheets_rhythm() {
    for (model, family, messages, _) in MONITORS {
        let mut host = Host::of(model);
        host.run(30_000);
        let told = read(family, &host.run(60_000));
        assert!(
            told.len().abs_diff(*messages) <= 1,
            "{model}: {} messages",
            told.len()
        );
        for (rate, saturation) in told {
            if let Some(rate) = rate {
                assert_eq!(rate, Some(75), "{model}");
            }
            if let Some(saturation) = saturation {
                assert_eq!(saturation, Some(97), "{model}");
            }
        }
    }
}

#[test]
fn every_monitor_follows_the_rates_and_saturations_of_an_exercise() {
    for (model, family, _, _) in MONITORS {
        for (rate, saturation) in [(45_u16, 88_u8), (127, 92), (128, 93), (180, 100), (200, 70)] {
            let mut host = Host::of(model);
            host.body.heart_rate = f64::from(rate);
            host.body.strap_heart_rate = rate;
            host.body.saturation = f64::from(saturation);
            host.run(30_000);
            let told = read(family, &host.run(5_000));
            let (found, percent) = *told.last().expect("a message");
            assert!(
                found
                    .flatten()
                    .is_some_and(|found| found.abs_diff(rate) <= 1),
                "{model} at {rate}: {found:?}"
            );
            assert!(
                percent.is_none_or(|percent| percent == Some(saturation)),
                "{model} at {saturation} %: {percent:?}"
            );
        }
    }
}

#[test]
fn a_finger_or_strap_that_is_lost_is_none_within_the_sheets_time() {
    for (model, family, _, within) in MONITORS {
        let mut host = Host::of(model);
        host.run(30_000);
        host.body = NOBODY;
        host.run(*within);
        let told = read(family, &host.run(4_000));
        assert!(!told.is_empty(), "{model}");
        for (rate, saturation) in told {
            assert_eq!(rate.flatten(), None, "{model}");
            assert_eq!(saturation.flatten(), None, "{model}");
        }
    }
}

#[test]
fn without_a_body_there_is_no_value_and_after_it_came_there_is_one_soon() {
    for (model, family, _, _) in MONITORS {
        let mut host = Host::of(model);
        host.body = NOBODY;
        for (rate, saturation) in read(family, &host.run(6_000)) {
            assert_eq!(
                (rate.flatten(), saturation.flatten()),
                (None, None),
                "{model}"
            );
        }
        host.body = crate::host::RESTING;
        host.run(1_000);
        let bytes = host.run(11_000);
        let told = read(family, &bytes);
        assert_eq!(
            told.last().and_then(|it| it.0.flatten()),
            Some(75),
            "{model}"
        );
    }
}

#[test]
fn the_first_model_of_a_family_has_its_name_and_no_two_share_one() {
    let mut names = Vec::new();
    for family in families() {
        assert_eq!(family.models[0].id, family.id);
        names.extend(family.models.iter().map(|model| model.id));
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}
