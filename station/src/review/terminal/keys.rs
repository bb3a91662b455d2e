//! Every key of a review, as data: what is obeyed, and what help and footer show, is this one table.

use crate::dashboard::keys::Key;

/// What a key means where no text is typed and nothing lies over the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// The row above, a line up.
    Up,
    /// The row below, a line down.
    Down,
    /// The day before; the cursor to the left.
    Left,
    /// The day after; the cursor to the right.
    Right,
    /// One second earlier.
    SecondLeft,
    /// One second later.
    SecondRight,
    /// The window to the left; a page up.
    PageLeft,
    /// The window to the right; a page down.
    PageRight,
    /// The beginning.
    Home,
    /// The end.
    End,
    /// Closer.
    Closer,
    /// Further away.
    Wider,
    /// All of it.
    Whole,
    /// The next alarm.
    NextAlarm,
    /// The alarm before.
    PreviousAlarm,
    /// The next event.
    NextEvent,
    /// The event before.
    PreviousEvent,
    /// Open; to the chart.
    Open,
    /// The next view of the session.
    NextTab,
    /// The view before.
    PreviousTab,
    /// A lane more or less.
    Lane(u8),
    /// Why the load was what it was.
    Why,
    /// The plethysmogram at the cursor.
    Pleth,
    /// Mark a session to lay over; lay it over.
    Over,
    /// What the load did by itself, in the list of events.
    Load,
    /// Write a note.
    Note,
    /// Correct a measurement.
    Correct,
    /// Sign.
    Sign,
    /// Search.
    Search,
    /// Read again.
    Reread,
    /// Back.
    Back,
    /// The help.
    Help,
    /// Leave.
    Leave,
}

/// Where a key is of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// In the list of a day.
    Day,
    /// On the chart.
    Chart,
    /// In events, figures and course.
    Lists,
    /// In every view of a session.
    Session,
    /// Everywhere.
    Screen,
}

impl Section {
    /// The sections in the order of the help, with their headings.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Day, "The day"),
        (Self::Chart, "Chart"),
        (Self::Lists, "Events, figures, course"),
        (
            Self::Session,
            "A session: what is added stays, and changes nothing that stands",
        ),
        (Self::Screen, "Screen"),
    ];
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// Where.
    pub section: Section,
    /// The keys that do it.
    pub keys: &'static [Key],
    /// The keys as a person reads them.
    pub shown: &'static str,
    /// What they do.
    pub command: Command,
    /// That in a word or two, for the footer.
    pub short: &'static str,
    /// That in words, for the help.
    pub says: &'static str,
}

const fn row(
    section: Section,
    keys: &'static [Key],
    shown: &'static str,
    command: Command,
    short: &'static str,
    says: &'static str,
) -> Binding {
    Binding {
        section,
        keys,
        shown,
        command,
        short,
        says,
    }
}

/// Every key. A key that means something in two sections stands in both, with the same command.
#[rustfmt::skip]
pub const TABLE: &[Binding] = &[
    row(Section::Day, &[Key::Left, Key::Char('h')], "Left h", Command::Left, "day before", "the day before that has a session"),
    row(Section::Day, &[Key::Right, Key::Char('l')], "Right l", Command::Right, "day after", "the day after that has a session"),
    row(Section::Day, &[Key::Up, Key::Char('k')], "Up k", Command::Up, "", "the session above"),
    row(Section::Day, &[Key::Down, Key::Char('j')], "Down j", Command::Down, "", "the session below"),
    row(Section::Day, &[Key::Enter], "Enter", Command::Open, "open", "open the session"),
    row(Section::Day, &[Key::Char('/')], "/", Command::Search, "search", "sessions with a text in id, patient, reason it ended, or a rule that raised an alarm; empty: all"),
    row(Section::Day, &[Key::Char('o')], "o", Command::Over, "lay over", "mark the session to lay it over the next that is opened; once more takes the mark away"),
    row(Section::Chart, &[Key::Left, Key::Char('h')], "Left h", Command::Left, "", "the cursor a cell to the left"),
    row(Section::Chart, &[Key::Right, Key::Char('l')], "Right l", Command::Right, "", "the cursor a cell to the right"),
    row(Section::Chart, &[Key::Char(',')], ", .", Command::SecondLeft, "", "the cursor a second to the left, or to the right"),
    row(Section::Chart, &[Key::Char('.')], "", Command::SecondRight, "", ""),
    row(Section::Chart, &[Key::Char('+'), Key::Char('=')], "+ -", Command::Closer, "zoom", "closer, or further away, around the cursor"),
    row(Section::Chart, &[Key::Char('-'), Key::Char('_')], "", Command::Wider, "", ""),
    row(Section::Chart, &[Key::Char('0')], "0", Command::Whole, "all", "the whole session"),
    row(Section::Chart, &[Key::Char('H'), Key::PageUp], "H PgUp", Command::PageLeft, "", "the window half a screen to the left"),
    row(Section::Chart, &[Key::Char('L'), Key::PageDown], "L PgDn", Command::PageRight, "", "the window half a screen to the right"),
    row(Section::Chart, &[Key::Home, Key::Char('g')], "Home g", Command::Home, "", "the cursor to the beginning"),
    row(Section::Chart, &[Key::End, Key::Char('G')], "End G", Command::End, "", "the cursor to the end"),
    row(Section::Chart, &[Key::Char('n')], "n N", Command::NextAlarm, "alarm", "the next alarm, or the one before"),
    row(Section::Chart, &[Key::Char('N')], "", Command::PreviousAlarm, "", ""),
    row(Section::Chart, &[Key::Char('e')], "e E", Command::NextEvent, "event", "the next event, or the one before"),
    row(Section::Chart, &[Key::Char('E')], "", Command::PreviousEvent, "", ""),
    row(Section::Chart, &[Key::Char('w')], "w", Command::Why, "why", "why the load was what it was: the core's own state at the cursor, out of the journal"),
    row(Section::Chart, &[Key::Char('p')], "p", Command::Pleth, "pleth", "the plethysmogram at the cursor, 10 s of it"),
    row(Section::Chart, &[Key::Char('o')], "o", Command::Over, "lay over", "lay the marked session over this one, or the patient's visit before it; once more takes it away"),
    row(Section::Chart, &[Key::Char('1')], "1-5", Command::Lane(1), "lanes", "show or hide a lane: 1 heart rate, 2 load, 3 saturation, 4 machine, 5 cadence or grade"),
    row(Section::Chart, &[Key::Char('2')], "", Command::Lane(2), "", ""),
    row(Section::Chart, &[Key::Char('3')], "", Command::Lane(3), "", ""),
    row(Section::Chart, &[Key::Char('4')], "", Command::Lane(4), "", ""),
    row(Section::Chart, &[Key::Char('5')], "", Command::Lane(5), "", ""),
    row(Section::Lists, &[Key::Up, Key::Char('k')], "Up k", Command::Up, "", "a line up"),
    row(Section::Lists, &[Key::Down, Key::Char('j')], "Down j", Command::Down, "", "a line down"),
    row(Section::Lists, &[Key::Enter], "Enter", Command::Open, "chart", "from an event to its place on the chart"),
    row(Section::Lists, &[Key::Char('c')], "c", Command::Load, "all events", "show or hide decisions, commands, notices and what became of alarms"),
    row(Section::Session, &[Key::Char('a')], "a", Command::Note, "note", "write a note to the session"),
    row(Section::Session, &[Key::Char('C')], "C", Command::Correct, "correct", "correct a measurement, with why; the first value stays"),
    row(Section::Session, &[Key::Char('S')], "S", Command::Sign, "sign", "sign the session with id and secret: nothing of it changes any more"),
    row(Section::Screen, &[Key::Tab], "Tab", Command::NextTab, "view", "the next view of the session: chart, events, figures, course"),
    row(Section::Screen, &[Key::BackTab], "Shift-Tab", Command::PreviousTab, "", "the view before"),
    row(Section::Screen, &[Key::F(5), Key::Ctrl('r')], "F5 Ctrl-R", Command::Reread, "", "read the record again: a gym may go on writing"),
    row(Section::Screen, &[Key::Char('?'), Key::F(1)], "? F1", Command::Help, "help", "this help"),
    row(Section::Screen, &[Key::Esc], "Esc", Command::Back, "back", "back: to the day, out of a window"),
    row(Section::Screen, &[Key::Char('q'), Key::Ctrl('c')], "q", Command::Leave, "leave", "back to the day; from there, leave"),
];

/// What a key means.
#[must_use]
pub fn command(key: Key) -> Option<Command> {
    TABLE
        .iter()
        .find(|row| row.keys.contains(&key))
        .map(|row| row.command)
}

/// How the footer shows a command: keys and word.
#[must_use]
pub fn hint(command: Command, section: Section) -> String {
    TABLE
        .iter()
        .find(|row| row.command == command && row.section == section)
        .map_or_else(String::new, |row| format!("{} {}", row.shown, row.short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_means_the_same_wherever_it_stands() {
        for row in TABLE {
            for key in row.keys {
                assert_eq!(command(*key), Some(row.command), "{key:?}");
            }
        }
    }

    #[test]
    fn every_key_that_help_shows_is_explained_and_none_stands_twice_in_a_section() {
        for (section, heading) in Section::ALL {
            let mut seen = Vec::new();
            for row in TABLE.iter().filter(|row| row.section == section) {
                assert_eq!(row.shown.is_empty(), row.says.is_empty(), "{row:?}");
                for key in row.keys {
                    assert!(!seen.contains(key), "{key:?} stands twice under {heading}");
                    seen.push(*key);
                }
            }
            assert!(!seen.is_empty(), "{heading}");
        }
    }
}
