//! What held the load back in conditioning, as a band over time: each holder has a letter and a pattern.

use maud::{Markup, html};

use control::view::Reason;

use super::super::svg::words;
use super::super::visit::Visit;
use super::super::words::{held_by, lasted};
use super::{Form, Plot, area, px};
use crate::records::codes;
use crate::review::export::span::{SECOND_US, pieces};

const HEIGHT: f64 = 18.0;

/// Strokes of the patterns, in cells of 6 by 6: they differ in grey too.
const STROKES: &[&str] = &[
    "M0 6L6 0",
    "M0 0L6 6",
    "M3 0V6",
    "M0 3H6",
    "M0 6L6 0M0 0L6 6",
    "M1.5 1.5h1M4.5 4.5h1",
];

/// Something that held the load back.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct Holder {
    /// Its letter in the band.
    pub(in super::super) letter: char,
    /// The record's word for it.
    pub(in super::super) reason: String,
    /// How long in conditioning, in seconds.
    pub(in super::super) seconds: u32,
}

/// What held the load back, the longest first, as the session's figures have it.
pub(in super::super) fn holders(visit: &Visit) -> Vec<Holder> {
    ('A'..='Z')
        .zip(&visit.figures.held_back_s)
        .map(|(letter, (reason, seconds))| Holder {
            letter,
            reason: reason.clone(),
            seconds: *seconds,
        })
        .collect()
}

/// The band's letters in words.
pub(in super::super) fn legend(holders: &[Holder]) -> Markup {
    html! {
        @if !holders.is_empty() {
            h2 { "What held the load back in conditioning" }
            table.wide {
                thead { tr { th { "Letter" } th { "For" } th { "What" } } }
                tbody {
                    @for holder in holders {
                        tr {
                            td.number { (holder.letter) }
                            td.number { (lasted(holder.seconds.into())) }
                            td { (held_by(&holder.reason)) }
                        }
                    }
                }
            }
        }
    }
}

/// The fills of gaps and holders.
pub(super) fn patterns(form: &Form) -> Markup {
    html! {
        defs {
            pattern id={ (form.key) "-gap" } patternUnits="userSpaceOnUse" width="7" height="7" {
                path class="hatch" d="M-1 8L8 -1" {}
            }
            @for (number, strokes) in STROKES.iter().enumerate() {
                pattern id={ (form.key) "-" (number) } patternUnits="userSpaceOnUse" width="6" height="6" {
                    path class="holder" d=(strokes) {}
                }
            }
        }
    }
}

impl Plot<'_> {
    /// The band; nothing where nothing held the load back.
    pub(super) fn band(&mut self, holders: &[Holder]) {
        if holders.is_empty() {
            self.y += 8.0;
            return;
        }
        let top = self.y + 18.0;
        let runs = self.runs(holders);
        let band = html! {
            (self.frame("Load held back by", top, HEIGHT))
            @for (number, letter, from_us, to_us) in &runs {
                @let (x, width) = (self.axis.x(*from_us), self.axis.width(*from_us, *to_us));
                rect class="held" x=(px(x)) y=(px(top)) width=(px(width.max(0.7))) height=(px(HEIGHT)) fill={ "url(#" (self.form.key) "-" (number) ")" } {}
                @if width > self.form.letter + 3.0 {
                    (words(x + width / 2.0, top + 13.0, "letter", "middle", &letter.to_string()))
                }
            }
            (area("border", (self.form.left, top), (self.axis.right - self.axis.left, HEIGHT)))
        };
        self.body.push(band);
        self.y = top + HEIGHT + 8.0;
    }

    /// Which pattern and letter from when to when; none reaches over a gap.
    fn runs(&self, holders: &[Holder]) -> Vec<(usize, char, i64, i64)> {
        let mut runs = Vec::new();
        let all = self
            .visit
            .record
            .bouts
            .iter()
            .map(|bout| bout.seconds.as_slice());
        for piece in all.flat_map(pieces) {
            for run in
                piece.chunk_by(|one, next| one.reason == next.reason && one.phase == next.phase)
            {
                let (Some(first), Some(last)) = (run.first(), run.last()) else {
                    continue;
                };
                if !first.is_conditioning()
                    || matches!(first.reason, Reason::AsProposed | Reason::Phase)
                {
                    continue;
                }
                let reason = codes::reason(first.reason);
                let found = holders.iter().position(|holder| holder.reason == reason);
                runs.extend(found.zip(found.and_then(|place| holders.get(place))).map(
                    |(place, holder)| {
                        let number = place % STROKES.len();
                        (
                            number,
                            holder.letter,
                            first.t_us,
                            last.t_us.saturating_add(SECOND_US),
                        )
                    },
                ));
            }
        }
        runs
    }
}
