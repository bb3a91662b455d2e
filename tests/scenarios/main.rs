//! The real program, end to end.

#[cfg(test)]
mod watch;
