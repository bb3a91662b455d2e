//! What the rules of progression give, as a proposal for the physiologist.

use maud::{Markup, html};

use super::{Course, facts};
use crate::clinic::progression::{Condition, Facts, Proposal, SESSIONS, Stands, progression};

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
            b { "What is next: " } (given.proposal.words())
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
        }
    }
}

fn conditions(name: &str, all: &[Condition]) -> Markup {
    html! {
        table.figures {
            caption { (name) }
            tbody {
                @for condition in all {
                    tr { th scope="row" { (condition.words) } td.stands { (stands(condition.stands)) } }
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
