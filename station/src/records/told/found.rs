//! What is found that is not what events tell.

use rusqlite::Connection;

use super::super::damaged::is_lasting;

/// Something of a session that is not what its events tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::records) struct NotAsTold {
    /// Which kind of thing, by the words of [`crate::records::verify::Damage::what`].
    pub(in crate::records) what: &'static str,
    /// Of which bout; `None` where it is the session as a whole.
    pub(in crate::records) bout: Option<u16>,
    /// What is wrong.
    pub(in crate::records) because: String,
    /// It rests on blocks beside those of seconds: on what went over the wires, the journal, the plethysmogram.
    pub(in crate::records) rests_on_blocks: bool,
}

/// Kinds that do.
const OF_BLOCKS: [&str; 4] = ["wire", "journal", "checkpoint", "plethysmogram"];

impl From<(&'static str, String)> for NotAsTold {
    fn from((what, because): (&'static str, String)) -> Self {
        Self {
            what,
            bout: None,
            because,
            rests_on_blocks: OF_BLOCKS.contains(&what),
        }
    }
}

/// What is found.
#[derive(Debug, Default)]
pub(in crate::records) struct Found(pub(in crate::records) Vec<NotAsTold>);

impl Found {
    /// Of the session as a whole.
    pub(in crate::records) fn push(&mut self, found: (&'static str, String)) {
        self.0.push(found.into());
    }

    /// That a session is not what somebody signed: all of it, its blocks too.
    pub(in crate::records) fn push_of_content(&mut self, because: String) {
        self.0.push(NotAsTold {
            rests_on_blocks: true,
            ..NotAsTold::from(("signature", because))
        });
    }

    /// Of a bout.
    pub(in crate::records) fn of_bout(&mut self, what: &'static str, bout: u16, because: String) {
        self.0.push(NotAsTold {
            what,
            bout: Some(bout),
            because,
            rests_on_blocks: OF_BLOCKS.contains(&what),
        });
    }

    /// Pages of the file that are damaged hide no other finding: that they cannot be read is one.
    pub(super) fn as_far_as_read(
        &mut self,
        connection: &Connection,
        what: &'static str,
        read: rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        match read {
            Err(error) if is_lasting(connection, &error) => {
                self.push((what, format!("not all of it can be read: {error}")));
                Ok(())
            }
            read => read,
        }
    }
}
