//! The name that somebody may have meant who wrote another one.

/// Of these names the one that is nearest to what was written; the first of several.
pub(crate) fn nearest<'a, T>(
    written: &str,
    all: impl IntoIterator<Item = &'a T>,
    name: impl Fn(&T) -> &str,
) -> Option<&'a T> {
    let wanted = written.to_ascii_lowercase();
    all.into_iter()
        .min_by_key(|one| distance(&wanted, &name(one).to_ascii_lowercase()))
}

/// How many letters have to be changed, added or left out to make one text the other.
fn distance(one: &str, other: &str) -> usize {
    let mut above: Vec<usize> = (0..=other.chars().count()).collect();
    for (row, letter) in one.chars().enumerate() {
        let mut left = row + 1;
        let mut next = vec![left];
        for (pair, candidate) in above.windows(2).zip(other.chars()) {
            let &[diagonal, over] = pair else { continue };
            left = (left + 1)
                .min(over + 1)
                .min(diagonal + usize::from(letter != candidate));
            next.push(left);
        }
        above = next;
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_changed_added_and_missing_letters() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("same", "same"), 0);
    }

    #[test]
    fn the_nearest_is_found_in_any_case_and_of_none_there_is_none() {
        let names = ["hr-limit", "hr-lost", "spo2-floor"];
        let found = |written| nearest(written, &names, |name| name).copied();
        assert_eq!(found("HR-LIMITS"), Some("hr-limit"));
        assert_eq!(found("spo2-flor"), Some("spo2-floor"));
        let none: [&str; 0] = [];
        assert_eq!(nearest("hr-limit", &none, |name| name), None);
    }
}
