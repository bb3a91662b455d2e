//! What finding is told beside a name, who speaks seldom or proves little, and what it leaves as it was.

use drivers::detect::{Certainty, Outcome};
use drivers::port::LineSettings;
use protocols::vocabulary::Timestamp;

use crate::line::{
    Loop, Other, Repeating, found, on_the_line, on_the_line_at, search, search_from,
};

/// What a machine tells of what a gym's file has to say of it is kept.
#[test]
fn what_a_machine_tells_of_its_settings_is_kept() {
    for (id, told, line, settings) in [
        (
            "daum-classic",
            &[("address", "5")][..],
            9_600,
            &[("address", "5")][..],
        ),
        (
            "daum-classic",
            &[("address", "5"), ("dialect", "old")],
            4_800,
            &[("address", "5"), ("dialect", "old")],
        ),
        (
            "daum-classic",
            &[("dialect", "old")],
            4_800,
            &[("address", "0"), ("dialect", "old")],
        ),
        (
            "daum-classic",
            &[("dialect", "old")],
            9_600,
            &[("address", "0"), ("dialect", "old")],
        ),
        ("ergoline", &[], 4_800, &[("variant", "P10")]),
        ("ergoline-er800s", &[], 4_800, &[("variant", "P10")]),
        ("ergoline-p3", &[], 4_800, &[("variant", "P3")]),
        ("csafe-bike", &[], 9_600, &[("kind", "cycle")]),
        ("csafe-treadmill", &[], 9_600, &[("kind", "treadmill")]),
        ("trackmaster", &[("speed_unit", "km/h")], 4_800, &[]),
    ] {
        let verdict = found(&mut on_the_line(id, told, line));
        let kept: Vec<_> = verdict
            .settings
            .iter()
            .map(|(key, value)| (*key, value.as_str()))
            .collect();
        assert_eq!(kept, settings, "{id}: {verdict:?}");
        assert!(verdict.certainty > Certainty::Possible, "{id}: {verdict:?}");
    }
}

/// An old cockpit at address 0 answers with what it was asked; a plug that leads back does so with everything.
#[test]
fn an_answer_that_repeats_its_question_is_no_echo() {
    let verdict = found(&mut on_the_line(
        "daum-classic",
        &[("dialect", "old")],
        4_800,
    ));
    assert_eq!(verdict.protocol, "daum-classic");
    assert_eq!(verdict.certainty, Certainty::Likely);
    assert_eq!(search(&mut Loop(Vec::new())).0, Outcome::Echo);
}

/// One frame in 4 s, wherever its first falls: in the silence before the questions, across their beginning, or among them.
#[test]
fn a_spot_check_is_heard_whenever_it_speaks() {
    for tenths in 0..41_u32 {
        let before = core::time::Duration::from_millis(100) * tenths;
        let on = Timestamp::from_secs(10);
        let begun = on + core::time::Duration::from_secs(20) + before;
        let mut other = on_the_line_at(on, "nonin-df13", &[], 9_600);
        let mut now = on;
        while now < begun {
            now = now + core::time::Duration::from_millis(50);
            other.say(now, LineSettings::plain(9_600));
        }
        let (outcome, _) = search_from(begun, &mut other);
        let Outcome::Found(verdict) = &outcome else {
            panic!("{tenths}: {outcome:?}");
        };
        assert_eq!(verdict.protocol, "nonin-df13", "{tenths}: {verdict:?}");
        assert!(
            verdict.certainty > Certainty::Possible,
            "{tenths}: {verdict:?}"
        );
    }
}

#[test]
fn three_bytes_and_four_are_told_apart_and_zeros_are_neither() {
    for id in ["nonin-df1", "nonin-df8"] {
        let verdict = found(&mut on_the_line(id, &[], 9_600));
        assert_eq!(verdict.protocol, id);
        let others = ["nonin-df1", "nonin-df8"];
        assert!(
            !verdict
                .alternatives
                .iter()
                .any(|other| others.contains(other)),
            "{verdict:?}"
        );
    }
    let (outcome, _) = search(&mut Repeating(&[0x80, 0x00, 0x00]));
    assert!(matches!(outcome, Outcome::Unknown { .. }), "{outcome:?}");
}

#[test]
fn an_output_that_is_set_wrong_is_said_with_what_to_set() {
    let verdict = found(&mut on_the_line("masimo-ascii-2", &[], 9_600));
    assert_eq!(verdict.protocol, "masimo");
    let remedy = verdict.remedy.expect("a remedy");
    assert!(remedy.contains("set the output to ASCII 1"), "{remedy}");
    let verdict = found(&mut on_the_line("masimo", &[], 9_600));
    assert_eq!(verdict.remedy, None);
}

/// Nobody has started it before, and it says nothing unasked afterwards.
#[test]
fn a_rower_is_found_and_stays_as_it_was() {
    let mut other = on_the_line("waterrower", &[], 19_200);
    let verdict = found(&mut other);
    assert_eq!(verdict.protocol, "waterrower");
    assert_eq!(verdict.certainty, Certainty::Possible);
    let mut now = Timestamp::from_secs(60);
    let mut said = other.say(now, other.line);
    for _ in 0..100 {
        now = now + core::time::Duration::from_millis(100);
        said.extend(other.say(now, other.line));
    }
    assert_eq!(said, b"", "it speaks unasked");
}
