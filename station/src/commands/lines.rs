//! Words in lines of 80 columns, and how many of something there are.

/// The widest line.
pub(in crate::commands) const WIDTH: usize = 80;

/// Words after a head, broken between words, the later lines under the first.
pub(in crate::commands) fn under(head: &str, text: &str) -> Vec<String> {
    let indent = " ".repeat(head.chars().count());
    let mut lines = Vec::new();
    let mut line = head.to_owned();
    let mut fresh = true;
    for word in text.split_whitespace() {
        if !fresh && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut line, indent.clone()));
            fresh = true;
        }
        if !fresh {
            line.push(' ');
        }
        line.push_str(word);
        fresh = false;
    }
    line.truncate(line.trim_end().len());
    lines.push(line);
    lines
}
