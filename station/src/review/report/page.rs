//! The frame of a document: head, style, headings, what stands at its foot.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::style::STYLE;
use crate::records::SOFTWARE;

/// A whole document.
pub(super) fn document(title: &str, body: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content=(SOFTWARE);
                meta name="robots" content="noindex";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { (body) (foot()) } }
        }
    }
    .into_string()
}

/// What every reader should know of the figures.
fn foot() -> Markup {
    html! {
        footer {
            p {
                "Figures are computed from samples, events and entries of the record; heart rate and saturation count while they were trusted. METs by ACSM's "
                "equations on what the machine reported, rest included, good to about 7 per cent. " (super::words::NONE) " is a figure that nothing supports. "
                "Written by " (SOFTWARE) ", which is not a medical device."
            }
        }
    }
}

/// A name and a value at the head of a document.
pub(super) fn fact(name: &str, value: &Markup) -> Markup {
    html! { div.fact { dt { (name) } dd { (value) } } }
}
