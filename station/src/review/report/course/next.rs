//! What the rules of progression give, as a proposal for the physiologist.

use maud::{Markup, html};

use super::{Course, facts};
use crate::clinic::progression::{
    Condition, Doubt, Facts, Proposal, SESSIONS, Stands, progression,
};
use crate::records::archive::local;

/// The proposal, and how each condition of its rule stands.
pub(super) fn section(course: &Course<'_>) -> Markup {
    let all: Vec<Facts> = course
        .visits
        .iter()
        .map(|visit| facts::of(visit, &course.zone))
        .collect();
    let given = progression(&all, facts::day(course.now_wall_us));
    html! {
        p.verdict {
            b { "What is next: " } (given.words())
        }
        p.small {
            "A proposal for the physiologist by the clinic's rules of progression, from " (of_how_many(all.len().min(SESSIONS))) "; nothing changes until a person "
            "writes and signs a new version of the prescription."
        }
        @if given.proposal != Proposal::TooLittleKnown {
            div.rules {
                (conditions("A step up needs all of", &given.up))
                (conditions("A step down needs one of", &given.down))
            }
            (unknown(course, &all))
            (corrected(course, &all))
            (beside_the_patient(course, &all))
        }
    }
}

/// Why of the sessions that the rules look at not everything is known.
fn unknown(course: &Course<'_>, all: &[Facts]) -> Markup {
    remarks(
        "What was not measured is not known, and no proposal rests on it:",
        &told(course, all, |facts| {
            facts.doubts.iter().map(Doubt::words).collect()
        }),
    )
}

/// What corrections changed of what rules had done.
fn corrected(course: &Course<'_>, all: &[Facts]) -> Markup {
    remarks(
        "Figures count as they hold, and some were corrected afterwards:",
        &told(course, all, |facts| facts.corrected.clone()),
    )
}

/// Rules that took load away and are no ground for less.
fn beside_the_patient(course: &Course<'_>, all: &[Facts]) -> Markup {
    remarks(
        "Rules about a sensor, the machine, the gym, a rest, or what nobody did in time say nothing of what the patient bears, and are not counted:",
        &told(course, all, |facts| facts.beside_the_patient.clone()),
    )
}

/// What there is to say of each session that the rules look at, with when it began.
fn told(
    course: &Course<'_>,
    all: &[Facts],
    words: impl Fn(&Facts) -> Vec<String>,
) -> Vec<(String, String)> {
    let from = all.len().saturating_sub(SESSIONS);
    let looked_at = course.visits.iter().zip(all).skip(from);
    looked_at
        .flat_map(|(visit, facts)| {
            let began = local(visit.record.line.began_wall_micros, &course.zone);
            words(facts)
                .into_iter()
                .map(move |words| (began.clone(), words))
        })
        .collect()
}

fn remarks(what: &str, told: &[(String, String)]) -> Markup {
    html! {
        @if !told.is_empty() {
            p { (what) }
            ul.remarks { @for (began, words) in told { li { (began) ": " (words) } } }
        }
    }
}

fn conditions(name: &str, all: &[Condition]) -> Markup {
    html! {
        table.figures {
            caption { (name) }
            tbody {
                @for condition in all {
                    tr { th scope="row" { (condition.words) @if let Some(by) = &condition.by { " (" (by) ")" } } td.stands { (stands(condition.stands)) } }
                }
            }
        }
    }
}

const fn stands(stands: Stands) -> &'static str {
    match stands {
        Stands::Yes => "\u{2713} yes",
        Stands::No => "\u{2717} no",
        Stands::Unknown => "? not known",
        Stands::DoesNotApply => "does not apply",
    }
}

fn of_how_many(sessions: usize) -> String {
    match sessions {
        1 => "one session alone".to_owned(),
        more => format!("the last {more} sessions"),
    }
}

#[cfg(test)]
mod tests {
    use control::input::{Action, Entry, Input};
    use control::rules::RuleId;
    use jiff::tz::TimeZone;
    use scraper::{Html, Selector};

    use super::super::super::visit::Visit as Reported;
    use crate::records::fixtures::{
        Visit, WALL, archive_of, correct, hire, pressure, without_triggers,
    };
    use crate::records::{Archive, EndReason};
    use crate::review::export::telling::Telling;

    const DAY_US: i64 = 86_400_000_000;
    const MINUTES: &str =
        "the last two to three sessions completed to 95 % of their minutes or more";
    const FEW_MINUTES: &str = "less than 80 % of the minutes completed";
    const FLOOR: &str = "lowest saturation 2 % or more above its floor";
    const ZONE: &str = "80 % or more of conditioning in the zone";
    const LOAD: &str = "90 % or more of the ordered load let through";
    const RULES: &str = "no rule about the patient stopped or reduced the load";

    /// The proposal of a course of three visits like the one of a record.
    struct Proposed(Html);

    impl Proposed {
        fn of(archive: &Archive) -> Self {
            let visits = [0, 3, 7].map(|days| {
                let mut line = archive.find("last").unwrap();
                line.began_wall_micros += days * DAY_US;
                Reported::read(archive, &line).unwrap()
            });
            let telling = Telling::nothing_else().in_zone(TimeZone::UTC);
            let page = super::super::write(Vec::from(visits), WALL + 8 * DAY_US, &telling);
            Self(Html::parse_document(&page))
        }

        fn all(&self, selector: &str) -> Vec<String> {
            let selector = Selector::parse(selector).unwrap();
            let parts = self.0.select(&selector);
            parts.map(|part| part.text().collect()).collect()
        }

        /// How a condition stands.
        fn stands(&self, condition: &str) -> String {
            let rows = self.all("div.rules tr");
            let row = rows.iter().find(|row| row.starts_with(condition)).unwrap();
            row.trim_start_matches(condition).trim().to_owned()
        }

        /// Why of the sessions not everything is known.
        fn doubts(&self) -> Vec<String> {
            self.all("ul.remarks li")
        }
    }

    /// A visit in which nothing happens, whose conditioning lies in the second block of its seconds.
    fn quiet(visit: &mut Visit) {
        quiet_with(visit, |visit| visit.run(240));
    }

    fn quiet_with(visit: &mut Visit, conditioning: impl FnOnce(&mut Visit)) {
        visit.run(580);
        visit.act(Action::ConfirmStart);
        visit.run(62);
        visit.act(Action::Enter(pressure(142, 78)));
        conditioning(visit);
        visit.run(120);
        visit.act(Action::Finish);
        visit.run(5);
        visit.close();
    }

    #[test]
    fn what_lies_in_lost_seconds_is_not_known_and_the_proposal_says_why() {
        let (_folder, archive) = archive_of(quiet);
        let whole = Proposed::of(&archive);
        for condition in [MINUTES, FLOOR, LOAD, RULES] {
            assert!(whole.stands(condition).ends_with("yes"), "{condition}");
        }
        assert_eq!(whole.doubts(), Vec::<String>::new());

        without_triggers(archive.path())
            .execute(
                "UPDATE sample_blocks SET data = zeroblob(length(data)) WHERE id = (SELECT max(id) FROM sample_blocks)",
                [],
            )
            .unwrap();
        let damaged = Proposed::of(&archive);
        for condition in [MINUTES, ZONE, FLOOR, LOAD, RULES, FEW_MINUTES] {
            assert_eq!(damaged.stands(condition), "? not known", "{condition}");
        }
        assert_eq!(damaged.doubts().len(), 3);
    }

    #[test]
    fn a_saturation_that_was_hardly_seen_is_no_saturation_above_its_floor() {
        let (_folder, archive) = archive_of(|visit| {
            quiet_with(visit, |visit| {
                visit.run(200);
                visit.saturation = None;
                visit.run(40);
            });
        });
        let proposed = Proposed::of(&archive);
        assert_eq!(proposed.stands(FLOOR), "? not known");
        assert!(proposed.all("p.verdict")[0].contains("Neither"));
        let doubts = proposed.doubts();
        assert!(
            doubts[0].starts_with("2026-11-23 14:31: the saturation was trusted in 8"),
            "{doubts:?}"
        );
    }

    #[test]
    fn a_lost_strap_and_a_closed_gym_say_nothing_of_the_patients_minutes() {
        let ended = |reason| {
            let (_folder, archive) = archive_of(|visit| {
                visit.run(75);
                visit.act(Action::ConfirmStart);
                visit.run(120);
                visit.close_by(reason);
            });
            Proposed::of(&archive)
        };
        for reason in [EndReason::Rule(RuleId::HrLost), EndReason::GymClosed] {
            let proposed = ended(reason);
            assert_eq!(proposed.stands(MINUTES), "? not known", "{reason:?}");
            assert_eq!(proposed.stands(FEW_MINUTES), "? not known", "{reason:?}");
            let doubts = proposed.doubts();
            assert!(
                doubts[0].contains("say nothing of the patient"),
                "{doubts:?}"
            );
        }
        let proposed = ended(EndReason::Patient);
        assert!(proposed.stands(MINUTES).ends_with("no"));
        assert!(proposed.stands(FEW_MINUTES).ends_with("yes"));
    }

    /// How the last visit of a record ended that its gym closed once it was there, as an earlier version wrote it.
    fn closed_when(goes: impl FnOnce(&mut Visit)) -> (tempfile::TempDir, Archive) {
        archive_of(|visit| {
            visit.run(75);
            visit.act(Action::ConfirmStart);
            visit.run(120);
            goes(visit);
            visit.close_by(EndReason::GymClosed);
        })
    }

    #[test]
    fn a_gym_that_closed_after_the_bout_was_over_ended_nothing() {
        let hard = |visit: &mut Visit| {
            visit.act(Action::Enter(Entry::PerceivedExertion(18)));
            visit.run(80);
            visit.act(Action::AcknowledgeAll);
        };
        let sentence = |archive: &Archive| {
            let line = archive.find("last").unwrap();
            Reported::read(archive, &line).unwrap().verdict.sentence()
        };
        for until_its_end in [0, 600] {
            let (_folder, archive) = closed_when(|visit| {
                hard(visit);
                visit.run(until_its_end);
            });
            let proposed = Proposed::of(&archive);
            assert!(proposed.stands(MINUTES).ends_with("no"));
            assert!(proposed.stands(FEW_MINUTES).ends_with("yes"));
            let told = sentence(&archive);
            let plain = crate::dashboard::words::rules::of(RuleId::RpeHigh).plain;
            assert!(told.contains(&format!("ended early: {plain}")), "{told}");
        }
        let (_folder, archive) = closed_when(|visit| {
            visit.run(60);
            visit.act(Action::BeginCoolDown);
            visit.run(600);
        });
        let told = sentence(&archive);
        assert!(told.contains("ended early: the staff"), "{told}");
        assert!(Proposed::of(&archive).stands(FEW_MINUTES).ends_with("yes"));
        let (_folder, archive) = closed_when(|visit| visit.run(900));
        let told = sentence(&archive);
        assert!(!told.contains("the gym was closed"), "{told}");
        let (_folder, archive) = closed_when(|visit| {
            visit.input(Input::GymCloses { over: false });
            visit.run(2);
            visit.input(Input::GymCloses { over: true });
            visit.run(2);
        });
        let told = sentence(&archive);
        assert!(told.contains("the gym was closed"), "{told}");
        assert_eq!(Proposed::of(&archive).stands(FEW_MINUTES), "? not known");
    }

    const PRESSURE: &str = "normal answer of the systolic pressure";
    const STOP: &str = "a stop rule about the patient";

    /// The proposal of a visit in which that was entered, and the same once it was corrected to that.
    fn before_and_after(entered: Entry, holds: Entry) -> [Proposed; 2] {
        let (_folder, archive) = archive_of(|visit| {
            visit.run(75);
            visit.act(Action::ConfirmStart);
            visit.run(150);
            visit.act(Action::Enter(entered));
            visit.run(5);
            visit.act(Action::AcknowledgeAll);
            visit.run(400);
            visit.close_by(EndReason::GymClosed);
        });
        let before = Proposed::of(&archive);
        hire(&archive, "anna", "Anna Berg");
        correct(&archive, 1, holds);
        [before, Proposed::of(&archive)]
    }

    #[test]
    fn a_figure_counts_as_it_holds_and_the_page_says_what_its_correction_changed() {
        let [before, after] = before_and_after(pressure(142, 78), pressure(253, 120));
        assert!(before.stands(PRESSURE).ends_with("yes"));
        assert!(before.stands(STOP).ends_with("no"));
        assert!(after.stands(PRESSURE).ends_with("no"));
        assert!(after.stands(STOP).ends_with("yes"));
        let told = after.doubts();
        assert!(
            told[0].contains("sbp-high counts, though it was not raised: corrected afterwards to blood pressure 253/120 mmHg"),
            "{told:?}"
        );

        let [before, after] = before_and_after(pressure(252, 78), pressure(152, 78));
        assert!(before.stands(PRESSURE).ends_with("no"));
        assert!(before.stands(STOP).ends_with("yes"));
        assert!(after.stands(PRESSURE).ends_with("yes"));
        assert!(after.stands(STOP).ends_with("no"));
        assert_eq!(after.stands(FEW_MINUTES), "? not known");
        let told = after.doubts().join("\n");
        assert!(
            told.contains("sbp-high does not count: its figure was corrected afterwards to blood pressure 152/78 mmHg"),
            "{told}"
        );

        // What was too much stays too much, and less of it ends nothing.
        let [before, after] =
            before_and_after(Entry::PerceivedExertion(18), Entry::PerceivedExertion(16));
        assert!(before.stands(STOP).ends_with("yes"));
        assert!(after.stands(STOP).ends_with("no"));
        assert!(after.stands(RULES).ends_with("no"));
    }

    #[test]
    fn without_a_correction_the_figures_say_what_the_alarms_say() {
        for entered in [
            pressure(142, 78),
            pressure(225, 90),
            pressure(180, 118),
            Entry::PerceivedExertion(15),
            Entry::PerceivedExertion(17),
            Entry::Dyspnoea(7),
            Entry::Dyspnoea(9),
            Entry::Angina(1),
            Entry::Angina(2),
            Entry::Breathing(44),
        ] {
            // A correction to the same figure changes nothing.
            let [before, after] = before_and_after(entered, entered);
            for condition in [PRESSURE, STOP, RULES] {
                assert_eq!(
                    before.stands(condition),
                    after.stands(condition),
                    "{entered:?}"
                );
            }
            let changed = after.doubts().join("");
            assert!(!changed.contains("corrected"), "{entered:?}: {changed}");
        }
    }

    /// A strap that was lost took the load to cool-down: no ground for less, and the page says which rule is not counted, and when.
    #[test]
    fn a_rule_about_a_sensor_is_named_and_is_not_counted() {
        let (_folder, archive) = archive_of(|visit| {
            quiet_with(visit, |visit| {
                visit.run(60);
                visit.strap_speaks = false;
                visit.run(60);
                visit.strap_speaks = true;
            });
        });
        let proposed = Proposed::of(&archive);
        assert!(proposed.stands(RULES).ends_with("yes"));
        assert!(proposed.stands(STOP).ends_with("no"));
        let told = proposed.doubts();
        assert!(
            told.contains(&"2026-11-23 14:31: hr-lost took the load to cool-down".to_owned()),
            "{told:?}"
        );
    }

    #[test]
    fn an_altered_record_counts_for_no_proposal() {
        let (_folder, archive) = archive_of(quiet);
        without_triggers(archive.path())
            .execute("UPDATE measurements SET value = 80", [])
            .unwrap();
        let proposed = Proposed::of(&archive);
        for condition in [MINUTES, ZONE, FLOOR, LOAD, RULES, FEW_MINUTES] {
            assert_eq!(proposed.stands(condition), "? not known", "{condition}");
        }
        assert!(proposed.doubts()[2].ends_with("nothing of it counts"));
        let told = proposed.all("p.finding");
        assert_eq!(told.len(), 3);
        assert!(
            told[0].contains("measurement 1 is not what any event tells"),
            "{told:?}"
        );
        assert_eq!(proposed.all("table.wide:not(.course) td b"), ["altered"; 3]);
    }
}
