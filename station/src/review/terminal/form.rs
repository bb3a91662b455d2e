//! What is typed to add to a session: a note, a correction, a signature. Pure; the record is written by the loop.

use std::fmt;

use crate::dashboard::keys::Key;

/// No field takes more.
const LONGEST: usize = 2_000;

/// What is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adding {
    /// A note.
    Note,
    /// Another measurement that stands for one.
    Correction,
    /// A signature: it locks the session.
    Signature,
}

/// Some fields to type into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// What is added.
    pub adding: Adding,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// Which one is typed into.
    pub at: usize,
    /// What has to be known before: the measurements by their numbers.
    pub lines: Vec<String>,
    /// Why it was not taken.
    pub wrong: Option<String>,
}

/// One field.
#[derive(Clone, PartialEq, Eq)]
pub struct Field {
    /// What it is.
    pub name: &'static str,
    /// What is typed.
    pub text: String,
    /// How it is typed.
    pub how: &'static str,
    /// It is not shown.
    pub secret: bool,
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = if self.secret {
            "(not shown)"
        } else {
            &self.text
        };
        f.debug_struct("Field")
            .field("name", &self.name)
            .field("text", &text)
            .finish_non_exhaustive()
    }
}

/// What a key made of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It stays open.
    Open(Form),
    /// It is given up.
    Closed,
    /// It is to be done.
    Done(Form),
}

const fn field(name: &'static str, how: &'static str, text: String) -> Field {
    Field {
        name,
        text,
        how,
        secret: false,
    }
}

impl Form {
    /// A form; `by` is who sits here, where that is known, `lines` what has to be known before.
    #[must_use]
    pub fn new(adding: Adding, by: &str, lines: Vec<String>) -> Self {
        let by = field("by", "an id of `station staff list`", by.to_owned());
        let secret = Field {
            secret: true,
            ..field("secret", "not shown", String::new())
        };
        let fields = match adding {
            Adding::Note => vec![field("note", "", String::new()), by, secret],
            Adding::Correction => vec![
                field("number", "of the measurement, as above", String::new()),
                field(
                    "right value",
                    "13, 142/78, 142/78 s with symptoms",
                    String::new(),
                ),
                field("why", "", String::new()),
                by,
                secret,
            ],
            Adding::Signature => vec![
                field(
                    "meaning",
                    "authorship, review, approval or responsibility",
                    "review".to_owned(),
                ),
                by,
                secret,
            ],
        };
        // What is known already need not be typed.
        let at = fields
            .iter()
            .position(|field| field.text.is_empty())
            .unwrap_or(0);
        Self {
            adding,
            fields,
            at,
            lines,
            wrong: None,
        }
    }

    /// Its title.
    #[must_use]
    pub const fn title(&self) -> &'static str {
        match self.adding {
            Adding::Note => "A note to this session",
            Adding::Correction => "Correct a measurement: the first stays",
            Adding::Signature => "Sign this session: nothing of it changes any more",
        }
    }

    /// What stands in a field, without blanks at its ends; a secret as it was typed.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|field| field.name == name);
        found.map_or("", |field| {
            if field.secret {
                field.text.as_str()
            } else {
                field.text.trim()
            }
        })
    }

    fn lacks_its_secret(&self) -> bool {
        let mut secrets = self.fields.iter().filter(|field| field.secret);
        secrets.any(|field| field.text.is_empty())
    }

    /// What a key makes of it.
    #[must_use]
    pub fn key(mut self, key: Key) -> Outcome {
        let last = self.fields.len().saturating_sub(1);
        match key {
            Key::Esc | Key::Ctrl('c') => return Outcome::Closed,
            // Nothing was tried yet: the record is not told of a refusal.
            Key::Enter if self.at >= last && self.lacks_its_secret() => {
                self.wrong = Some("the secret is missing: type it, it is not shown".to_owned());
            }
            Key::Enter if self.at >= last => return Outcome::Done(self),
            Key::Enter | Key::Tab | Key::Down => self.at = (self.at + 1).min(last),
            Key::BackTab | Key::Up => self.at = self.at.saturating_sub(1),
            Key::Backspace => {
                self.wrong = None;
                if let Some(field) = self.fields.get_mut(self.at) {
                    field.text.pop();
                }
            }
            Key::Char(letter) => {
                self.wrong = None;
                if let Some(field) = self.fields.get_mut(self.at)
                    && field.text.len() < LONGEST
                {
                    field.text.push(letter);
                }
            }
            Key::Ctrl(_)
            | Key::F(_)
            | Key::Left
            | Key::Right
            | Key::Home
            | Key::End
            | Key::PageUp
            | Key::PageDown => {}
        }
        Outcome::Open(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(mut form: Form, text: &str) -> Form {
        for letter in text.chars() {
            match form.key(Key::Char(letter)) {
                Outcome::Open(open) => form = open,
                other @ (Outcome::Closed | Outcome::Done(_)) => panic!("{other:?}"),
            }
        }
        form
    }

    #[test]
    fn a_signature_is_typed_field_by_field_and_its_secret_is_told_nobody() {
        let form = Form::new(Adding::Signature, "anna", Vec::new());
        assert_eq!(
            form.fields[form.at].name, "secret",
            "who sits here is known"
        );
        let form = typed(form, "pass word ");
        assert_eq!((form.text("by"), form.text("meaning")), ("anna", "review"));
        assert_eq!(form.text("secret"), "pass word ");
        assert!(!format!("{form:?}").contains("pass"), "{form:?}");
        assert!(matches!(form.key(Key::Enter), Outcome::Done(_)));
    }

    #[test]
    fn enter_goes_on_to_the_next_field_and_does_nothing_before_the_last() {
        let form = typed(Form::new(Adding::Note, "", Vec::new()), "slept badly");
        let Outcome::Open(form) = form.key(Key::Enter) else {
            panic!("done before somebody was named");
        };
        let Outcome::Open(form) = typed(form, "lee").key(Key::Enter) else {
            panic!("done before a secret was given");
        };
        assert_eq!((form.text("note"), form.text("by")), ("slept badly", "lee"));
        assert_eq!(form.clone().key(Key::Esc), Outcome::Closed);
        let Outcome::Open(form) = form.key(Key::Enter) else {
            panic!("done without a secret");
        };
        assert!(
            form.wrong
                .as_ref()
                .is_some_and(|wrong| wrong.contains("secret"))
        );
        let form = typed(form, "s");
        assert_eq!(form.wrong, None);
        assert!(matches!(form.key(Key::Enter), Outcome::Done(_)));
    }
}
