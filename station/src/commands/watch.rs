//! `station watch`: a dashboard of a gym that runs.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use crate::dashboard::theme::Theme;
use crate::dashboard::watch::{self, Options, Outcome, WatchError, lines};
use crate::gym::address;

/// A dashboard of a gym that runs: any number at once; closing one changes nothing in the gym.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  station watch\n  station watch --line | grep ALARM")]
pub struct Args {
    /// The gym's socket, where it is not the usual one
    #[arg(long, value_name = "PATH")]
    pub socket: Option<PathBuf>,
    /// Lines instead of a screen: everything once, then what changes (for screen readers and logs)
    #[arg(long)]
    pub line: bool,
    /// One picture in lines, then leave
    #[arg(long)]
    pub once: bool,
    /// ASCII alone, for fonts without blocks; so it is where the locale names a character set other than UTF-8 (the variable `NO_COLOR`
    /// takes the colours away)
    #[arg(long)]
    pub ascii: bool,
}

impl Args {
    /// What the dashboard needs to know before it begins.
    pub(super) fn options(&self) -> Options {
        let colour = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Options {
            socket: self.socket.clone().unwrap_or_else(address::default_socket),
            theme: Theme::new(
                colour,
                self.ascii || is_ascii_alone(|name| std::env::var(name).ok()),
                jiff::tz::TimeZone::system(),
            ),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// [`WatchError`]: no gym answers, it refuses this viewer, or there is no terminal.
pub fn run(args: &Args) -> Result<ExitCode, WatchError> {
    let options = args.options();
    let outcome = show(args, &options)?;
    if outcome == Outcome::Alone {
        let words = format!(
            "No connection to the gym at {}: it is gone, or hangs. Use the stop buttons at the machines.\n\
             Try again: station watch --socket {}",
            options.socket.display(),
            options.socket.display()
        );
        super::output::complain(&words);
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// Shows a gym in a screen or in lines, and tells the gym's last words. What an outcome without them means is the caller's to tell.
///
/// # Errors
/// As [`run`].
pub fn show(args: &Args, options: &Options) -> Result<Outcome, WatchError> {
    let outcome = if args.line || args.once {
        let mut out = io::stdout().lock();
        let counts = !args.once && io::stdout().is_terminal();
        lines::run(options, &mut out, args.once, counts)?
    } else {
        watch::run(options)?
    };
    if let Outcome::Ended(words) = &outcome {
        // Whoever started this may have closed the pipe: there is nobody left to tell.
        drop(writeln!(io::stdout(), "{words}"));
    }
    Ok(outcome)
}

/// Whether the locale says that the terminal shows no UTF-8: blocks and arrows, the large digits among them, would come out as other
/// signs. The first variable that is set decides, as the C library does it; where none is, most terminals show UTF-8.
pub(super) fn is_ascii_alone(variable: impl Fn(&str) -> Option<String>) -> bool {
    ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(variable)
        .find(|value| !value.is_empty())
        .is_some_and(|locale| {
            let locale = locale.to_ascii_lowercase();
            !(locale.contains("utf-8") || locale.contains("utf8"))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_without_utf_8_gets_ascii_and_none_at_all_does_not() {
        let given = |pairs: &[(&str, &str)]| {
            is_ascii_alone(|name| {
                pairs
                    .iter()
                    .find(|(there, _)| *there == name)
                    .map(|(_, value)| (*value).to_owned())
            })
        };
        assert!(!given(&[]));
        assert!(!given(&[("LANG", "de_DE.UTF-8")]));
        assert!(!given(&[("LANG", "C.utf8")]));
        assert!(given(&[("LANG", "C")]));
        assert!(given(&[("LANG", "de_DE.UTF-8"), ("LC_ALL", "POSIX")]));
        assert!(!given(&[("LANG", "C"), ("LC_CTYPE", "C.UTF-8")]));
        assert!(!given(&[("LANG", "en_US.UTF-8"), ("LC_ALL", "")]));
    }
}
