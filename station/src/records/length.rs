//! Lengths of time as every list, document and screen writes them.

/// Minutes and seconds: `3:20`; before something, `-0:05`.
#[must_use]
pub fn minutes(seconds: impl Into<i64>) -> String {
    let seconds = seconds.into();
    let sign = if seconds < 0 { "-" } else { "" };
    let size = seconds.unsigned_abs();
    format!("{sign}{}:{:02}", size / 60, size % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_and_seconds_have_one_sign() {
        for (seconds, written) in [
            (0, "0:00"),
            (7, "0:07"),
            (200, "3:20"),
            (3_600, "60:00"),
            (-5, "-0:05"),
            (-65, "-1:05"),
        ] {
            assert_eq!(minutes(seconds), written);
        }
    }
}
