//! Who acts.

use rusqlite::{Connection, OptionalExtension};
use serde_json::{Map, Value};

/// So much of what was given as an id is kept, in letters: no id is longer.
const LONGEST: usize = 64;

/// Who acts, as far as it was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// A person, by the id that the staff list has.
    Named(String),
    /// Nobody was named: the user that the operating system runs the program for.
    Nobody {
        /// The user's name there.
        user: String,
    },
}

/// Whether somebody proved to be who they said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// No secret was asked for: there is the name alone.
    NotAsked,
    /// The secret of that id was given.
    Held,
    /// Another one was given.
    Failed,
}

/// Who acts, as the staff list knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Who {
    pub(super) id: String,
    /// The printed name; `None` where the list does not have the id.
    pub(super) name: Option<String>,
    /// In words, to begin a sentence with.
    pub(super) words: String,
    how: &'static str,
    proof: Proof,
}

impl By {
    /// The person of that id; nobody where there is none. Upper and lower case are the same.
    #[must_use]
    pub fn of(named: Option<&str>) -> Self {
        let printed: String = named
            .unwrap_or_default()
            .trim()
            .chars()
            .filter(|letter| !letter.is_control())
            .take(LONGEST)
            .collect();
        if printed.is_empty() {
            Self::Nobody { user: user() }
        } else {
            Self::Named(printed.to_lowercase())
        }
    }

    /// Looks the person up.
    pub(super) fn known(&self, connection: &Connection, proof: Proof) -> rusqlite::Result<Who> {
        let unproved = match proof {
            Proof::NotAsked => ", not proved",
            Proof::Held | Proof::Failed => "",
        };
        match self {
            Self::Nobody { user } => Ok(Who {
                id: user.clone(),
                name: None,
                words: format!("user {user} of this computer (nobody was named)"),
                how: "system-user",
                proof,
            }),
            Self::Named(id) => {
                let name: Option<String> = connection
                    .query_row("SELECT name FROM staff WHERE id = ?1", [id], |row| {
                        row.get(0)
                    })
                    .optional()?;
                Ok(Who {
                    id: id.clone(),
                    words: name.as_ref().map_or_else(
                        || format!("{id} (not on the staff list)"),
                        |name| format!("{name} ({id}{unproved})"),
                    ),
                    how: if name.is_some() { "staff" } else { "unknown" },
                    name,
                    proof,
                })
            }
        }
    }
}

impl Who {
    /// What an event's detail says of it.
    pub(super) fn fields(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        fields.insert("by".to_owned(), self.id.as_str().into());
        fields.insert("as".to_owned(), self.how.into());
        fields.insert("proved".to_owned(), (self.proof == Proof::Held).into());
        if let Some(name) = &self.name {
            fields.insert("name".to_owned(), name.as_str().into());
        }
        fields
    }
}

/// The user that the operating system runs this for: its name, else its number.
fn user() -> String {
    let number = rustix::process::getuid().as_raw();
    std::fs::read_to_string("/etc/passwd")
        .ok()
        .and_then(|lines| name_of(&lines, number))
        .unwrap_or_else(|| format!("number {number}"))
}

fn name_of(lines: &str, number: u32) -> Option<String> {
    lines.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(number)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_is_told_by_name_where_the_system_has_one() {
        let lines = "root:x:0:0:root:/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/sh\n";
        assert_eq!(name_of(lines, 1_000).as_deref(), Some("ada"));
        assert_eq!(name_of(lines, 7), None);
        assert_eq!(By::of(Some(" Anna ")), By::Named("anna".to_owned()));
        assert_eq!(By::of(Some("a\u{1b}[2Jb")), By::Named("a[2jb".to_owned()));
        assert!(matches!(By::of(Some(" ")), By::Nobody { .. }));
    }
}
