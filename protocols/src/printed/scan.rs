//! Text read piece after piece.

/// What is left of a line to read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scanner<'a>(pub(crate) &'a [u8]);

impl<'a> Scanner<'a> {
    /// Takes these bytes, if they are next.
    pub(crate) fn tag(&mut self, bytes: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(bytes)?;
        Some(())
    }

    /// Takes all blanks that are next; how many.
    pub(crate) fn blanks(&mut self) -> usize {
        self.take_while(|byte| byte == b' ').len()
    }

    /// Takes what is next until a blank.
    pub(crate) fn word(&mut self) -> &'a [u8] {
        self.take_while(|byte| byte != b' ')
    }

    /// Takes all digits that are next.
    pub(crate) fn digits(&mut self) -> &'a [u8] {
        self.take_while(|byte| byte.is_ascii_digit())
    }

    /// Takes as many bytes as the pattern has, if they fit it: `0` stands for any digit, `A` for any letter, all else for itself.
    pub(crate) fn pattern<const LENGTH: usize>(
        &mut self,
        pattern: &[u8; LENGTH],
    ) -> Option<[u8; LENGTH]> {
        let (taken, rest) = self.0.split_first_chunk::<LENGTH>()?;
        let fits = taken
            .iter()
            .zip(pattern)
            .all(|(byte, wanted)| match wanted {
                b'0' => byte.is_ascii_digit(),
                b'A' => byte.is_ascii_alphabetic(),
                _ => byte == wanted,
            });
        fits.then(|| {
            self.0 = rest;
            *taken
        })
    }

    /// Whether nothing is left.
    pub(crate) const fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    fn take_while(&mut self, test: impl Fn(u8) -> bool) -> &'a [u8] {
        let count = self.0.iter().take_while(|byte| test(**byte)).count();
        let (taken, rest) = self.0.split_at_checked(count).unwrap_or_default();
        self.0 = rest;
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_takes_digits_letters_and_itself() {
        let mut scanner = Scanner(b"12-Nov-98 rest");
        assert_eq!(scanner.pattern(b"00/AAA"), None);
        assert_eq!(scanner.pattern(b"00-AAA-00"), Some(*b"12-Nov-98"));
        assert_eq!(scanner.blanks(), 1);
        assert_eq!(scanner.word(), b"rest");
        assert!(scanner.is_at_end());
        assert_eq!(scanner.pattern(b"0"), None);
        assert_eq!(scanner.word(), b"");
    }

    #[test]
    fn what_is_not_next_is_left() {
        let mut scanner = Scanner(b"HR=72");
        assert_eq!(scanner.tag(b"PR="), None);
        assert_eq!(scanner.tag(b"HR="), Some(()));
        assert_eq!(scanner.digits(), b"72");
    }
}
