//! Every key, as data: what the dashboard obeys, and what the help panel and the footer show, is this one table.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// A key as the dashboard knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A character, with whatever shift made it.
    Char(char),
    /// A character with Ctrl.
    Ctrl(char),
    /// A function key.
    F(u8),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Backspace.
    Backspace,
    /// Tab.
    Tab,
    /// Shift and Tab.
    BackTab,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
}

impl Key {
    /// The key of a terminal's event; `None` for a release, and for what no one uses here. A character with Alt is none, so that
    /// a torn escape sequence does not act; a function key counts with any modifier, so that F8 stops whatever else is held.
    #[must_use]
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a foreign enum of every key there is; what is not named here does nothing"
    )]
    pub fn from_event(event: &KeyEvent) -> Option<Self> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
        let alt = event.modifiers.contains(KeyModifiers::ALT);
        Some(match event.code {
            KeyCode::F(number) => Self::F(number),
            KeyCode::Char('h') if ctrl => Self::Backspace,
            KeyCode::Char(character) if ctrl => Self::Ctrl(character.to_ascii_lowercase()),
            KeyCode::Char(character) if !alt => Self::Char(character),
            KeyCode::Enter => Self::Enter,
            KeyCode::Esc => Self::Esc,
            KeyCode::Backspace => Self::Backspace,
            KeyCode::Tab => Self::Tab,
            KeyCode::BackTab => Self::BackTab,
            KeyCode::Up => Self::Up,
            KeyCode::Down => Self::Down,
            KeyCode::Left => Self::Left,
            KeyCode::Right => Self::Right,
            KeyCode::Home => Self::Home,
            KeyCode::End => Self::End,
            KeyCode::PageUp => Self::PageUp,
            KeyCode::PageDown => Self::PageDown,
            _ => return None,
        })
    }
}

/// What a key means where no text is typed and nothing is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Stop the selected station.
    Stop,
    /// Half of the chord of the emergency stop.
    EmergencyStop,
    /// Select the station of that digit.
    Select,
    /// Select the next station.
    Next,
    /// Select the station before.
    Previous,
    /// Select the station above.
    Above,
    /// Select the station below.
    Below,
    /// Acknowledge the alarms of the selected station.
    Acknowledge,
    /// Silence the alarms of the selected station.
    Silence,
    /// Silence the alarms of every station.
    SilenceAll,
    /// Begin a session.
    NewSession,
    /// The check at the door is done.
    DoorCheck,
    /// Start the bout.
    Start,
    /// Interrupt.
    Pause,
    /// Go on.
    Resume,
    /// More load by hand.
    LoadUp,
    /// Less load by hand.
    LoadDown,
    /// The target a step higher.
    TargetUp,
    /// The target a step lower.
    TargetDown,
    /// Load back to the controller.
    Automatic,
    /// End conditioning.
    CoolDown,
    /// End the bout or the session.
    Finish,
    /// Enter blood pressure.
    BloodPressure,
    /// Enter perceived exertion.
    Exertion,
    /// Enter dyspnoea.
    Dyspnoea,
    /// A symptom: stops.
    Symptom,
    /// A sign from a list.
    Sign,
    /// Move the session to another station.
    Move,
    /// Bind sensors, or take them off.
    Bind,
    /// Between wall and station.
    Open,
    /// Back, out, no.
    Back,
    /// The help.
    Help,
    /// Leave the dashboard.
    Leave,
}

/// Where a key stands in the help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Stops.
    Stop,
    /// Alarms.
    Alarms,
    /// The course of a session.
    Session,
    /// Load.
    Load,
    /// What a person measured, asked or saw.
    Entries,
    /// The screen itself.
    Screen,
}

impl Section {
    /// The sections in the order of the help, with their headings.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Stop, "STOP"),
        (Self::Alarms, "Alarms"),
        (Self::Session, "Session"),
        (Self::Load, "Load"),
        (Self::Entries, "Entries"),
        (Self::Screen, "Screen"),
    ];
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// The keys that do it.
    pub keys: &'static [Key],
    /// The keys as a person reads them.
    pub shown: &'static str,
    /// What they do.
    pub command: Command,
    /// That in words, for the help.
    pub says: &'static str,
    /// That in a word or two, for the footer; empty where the footer never shows it.
    pub short: &'static str,
    /// Where it stands in the help.
    pub section: Section,
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
        keys,
        shown,
        command,
        says,
        short,
        section,
    }
}

const DIGITS: [Key; 9] = [
    Key::Char('1'),
    Key::Char('2'),
    Key::Char('3'),
    Key::Char('4'),
    Key::Char('5'),
    Key::Char('6'),
    Key::Char('7'),
    Key::Char('8'),
    Key::Char('9'),
];

/// Every key. The first row that names a key wins; a test shows that no key stands twice.
#[rustfmt::skip]
pub const TABLE: &[Binding] = &[
    row(Section::Stop, &[Key::F(8), Key::Char(' ')], "F8 Space", Command::Stop, "STOP",
        "stop the selected station at once; F8 also while you type and in every window; F8 three times quickly: STOP ALL"),
    row(Section::Stop, &[Key::Ctrl('x')], "Ctrl-X Ctrl-X", Command::EmergencyStop, "emergency stop",
        "emergency stop of the selected station: its relay opens, the machine's fastest stop"),
    row(Section::Stop, &[Key::Char('x')], "x", Command::Symptom, "symptom",
        "a symptom, or the patient asks to stop: stops at once"),
    row(Section::Alarms, &[Key::Char('a')], "a", Command::Acknowledge, "acknowledge",
        "acknowledge the selected station's alarms: I have seen them"),
    row(Section::Alarms, &[Key::Char('z')], "z", Command::Silence, "silence 2 min",
        "sound off for 2 min, for the selected station's present alarms; a new one sounds"),
    row(Section::Alarms, &[Key::Char('Z')], "Z", Command::SilenceAll, "",
        "the same for every station (asks)"),
    row(Section::Session, &[Key::Char('n')], "n", Command::NewSession, "new session",
        "new session: patient, prescription, sensors (asks)"),
    row(Section::Session, &[Key::Char('d')], "d", Command::DoorCheck, "door check done",
        "the check at the door is done and allows the session (asks)"),
    row(Section::Session, &[Key::Char('s')], "s", Command::Start, "start",
        "start the warm-up (asks)"),
    row(Section::Session, &[Key::Char('p')], "p", Command::Pause, "pause",
        "pause: load to nothing, the session waits"),
    row(Section::Session, &[Key::Char('c')], "c", Command::Resume, "resume",
        "resume after a pause or a stop (asks)"),
    row(Section::Session, &[Key::Char('e')], "e", Command::CoolDown, "end to cool-down",
        "end warm-up or conditioning: cool-down now (asks)"),
    row(Section::Session, &[Key::Char('f')], "f", Command::Finish, "finish",
        "finish: end cool-down or recovery, then close the session (asks)"),
    row(Section::Session, &[Key::Char('m')], "m", Command::Move, "move",
        "move the session to another station for its next bout (asks)"),
    row(Section::Session, &[Key::Char('B')], "B", Command::Bind, "sensors",
        "bind a sensor to the patient (asks), or take one off"),
    row(Section::Load, &[Key::Char('+'), Key::Char('=')], "+", Command::LoadUp, "more load",
        "one step more load by hand (asks)"),
    row(Section::Load, &[Key::Char('-'), Key::Char('_')], "-", Command::LoadDown, "less load",
        "one step less load by hand; it stays a ceiling"),
    row(Section::Load, &[Key::Char('>')], ">", Command::TargetUp, "higher target",
        "the target a step higher (2 /min, or a step of load), within zone and limits (asks)"),
    row(Section::Load, &[Key::Char('<')], "<", Command::TargetDown, "lower target",
        "the target a step lower; the load follows"),
    row(Section::Load, &[Key::Char('A')], "A", Command::Automatic, "automatic",
        "give the load back to automatic control (asks)"),
    row(Section::Entries, &[Key::Char('b')], "b", Command::BloodPressure, "BP",
        "enter blood pressure: 128/74, with symptoms 128/74 s"),
    row(Section::Entries, &[Key::Char('r')], "r", Command::Exertion, "RPE",
        "enter perceived exertion (RPE), 6 to 20"),
    row(Section::Entries, &[Key::Char('y')], "y", Command::Dyspnoea, "dyspnoea",
        "enter dyspnoea, 0 to 10"),
    row(Section::Entries, &[Key::Char('X')], "X", Command::Sign, "signs",
        "enter a sign or figure: angina, leg pain, arrhythmia, breathing, oxygen, glucose"),
    row(Section::Screen, &DIGITS, "1-9", Command::Select, "select",
        "select a station; nothing else ever moves the selection"),
    row(Section::Screen, &[Key::Tab, Key::Right], "Tab Right", Command::Next, "",
        "select the next station"),
    row(Section::Screen, &[Key::BackTab, Key::Left], "Shift-Tab Left", Command::Previous, "",
        "select the station before"),
    row(Section::Screen, &[Key::Up], "Up", Command::Above, "", "select the station above"),
    row(Section::Screen, &[Key::Down], "Down", Command::Below, "", "select the station below"),
    row(Section::Screen, &[Key::Enter], "Enter", Command::Open, "station",
        "the selected station by itself, and back to the wall"),
    row(Section::Screen, &[Key::Esc], "Esc", Command::Back, "back",
        "back; in every question No"),
    row(Section::Screen, &[Key::Char('?'), Key::F(1)], "? F1", Command::Help, "help", "this help"),
    row(Section::Screen, &[Key::Char('q'), Key::Ctrl('c')], "q", Command::Leave, "leave",
        "leave this screen; the gym goes on (the demonstration ends, after asking)"),
];

/// What a key means, where no text is typed and nothing is asked.
#[must_use]
pub fn command(key: Key) -> Option<Command> {
    TABLE
        .iter()
        .find(|row| row.keys.contains(&key))
        .map(|row| row.command)
}

/// How the footer shows a command: key and word.
#[must_use]
pub fn hint(command: Command) -> String {
    TABLE
        .iter()
        .find(|row| row.command == command)
        .map_or_else(String::new, |row| format!("{} {}", row.shown, row.short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_stands_twice_and_every_row_explains_itself() {
        let mut seen = Vec::new();
        for row in TABLE {
            assert!(!row.says.is_empty() && !row.shown.is_empty());
            for key in row.keys {
                assert!(!seen.contains(key), "{key:?} stands twice");
                seen.push(*key);
            }
        }
    }

    #[test]
    fn f8_stops_with_any_modifier_and_a_release_does_nothing() {
        let held = KeyEvent::new(KeyCode::F(8), KeyModifiers::ALT | KeyModifiers::SHIFT);
        assert_eq!(
            Key::from_event(&held).and_then(command),
            Some(Command::Stop)
        );
        let mut released = held;
        released.kind = KeyEventKind::Release;
        assert_eq!(Key::from_event(&released), None);
        let torn = KeyEvent::new(KeyCode::Char('x'), KeyModifiers::ALT);
        assert_eq!(Key::from_event(&torn), None);
    }
}
