//! The quality words of a message: a set, sorted by alphabet, as the sheets want it told.

/// A set of quality words, sorted by alphabet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QualityWords {
    words: [&'static str; Self::MOST],
    count: usize,
}

impl QualityWords {
    /// How many words can stand together: no protocol has more.
    pub const MOST: usize = 8;

    /// The words.
    #[must_use]
    pub fn as_slice(&self) -> &[&'static str] {
        self.words.get(..self.count).unwrap_or_default()
    }

    /// Whether this word stands.
    #[must_use]
    pub fn has(&self, word: &str) -> bool {
        self.as_slice().contains(&word)
    }

    /// These words and those.
    #[must_use]
    pub(crate) fn joined(mut self, others: &Self) -> Self {
        for word in others.as_slice() {
            self.add(word);
        }
        self
    }

    /// Adds a word, unless it stands already.
    pub(crate) fn add(&mut self, word: &'static str) {
        let Err(place) = self.as_slice().binary_search(&word) else {
            return;
        };
        if let Some(later) = self.words.get_mut(place..=self.count) {
            later.rotate_right(1);
            if let Some(slot) = later.first_mut() {
                *slot = word;
            }
            self.count += 1;
        }
    }
}

/// Declares a set of flags as one of a wire's bit fields has them.
macro_rules! flag_set {
    (
        $(#[$doc:meta])*
        $name:ident($repr:ty) {
            $($(#[$flag_doc:meta])* $flag:ident = $mask:literal;)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub struct $name($repr);

        impl $name {
            $($(#[$flag_doc])* pub const $flag: Self = Self($mask);)+

            /// No flag.
            pub const NONE: Self = Self(0);

            /// All flags.
            pub const ALL: Self = Self($($mask)|+);

            /// The flags among these bits; bits that are no flag are dropped.
            #[must_use]
            pub const fn from_bits(bits: $repr) -> Self {
                Self(bits & Self::ALL.0)
            }

            /// The bits of these flags.
            #[must_use]
            pub const fn bits(self) -> $repr {
                self.0
            }

            /// Whether all of these flags are set.
            #[must_use]
            pub const fn has(self, flags: Self) -> bool {
                self.0 & flags.0 == flags.0
            }

            /// These flags and those.
            #[must_use]
            pub const fn with(self, flags: Self) -> Self {
                Self(self.0 | flags.0)
            }
        }
    };
}

/// Declares a set of flags of which some have a quality word, as [`flag_set`] does.
macro_rules! flag_words {
    (
        $(#[$doc:meta])*
        $name:ident($repr:ty) {
            $($(#[$flag_doc:meta])* $flag:ident = $mask:literal $(=> $word:literal)?;)+
        }
    ) => {
        $crate::quality_words::flag_set! {
            $(#[$doc])*
            $name($repr) {
                $($(#[$flag_doc])* $flag = $mask;)+
            }
        }

        impl $name {
            /// The words of the flags that are set.
            #[must_use]
            pub fn words(self) -> $crate::quality_words::QualityWords {
                let mut words = $crate::quality_words::QualityWords::default();
                $($(if self.has(Self::$flag) {
                    words.add($word);
                })?)+
                words
            }
        }
    };
}

pub(crate) use flag_set;
pub(crate) use flag_words;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_a_sorted_set() {
        let mut words = QualityWords::default();
        for word in ["smartpoint", "artefact", "low_battery", "artefact", "z"] {
            words.add(word);
        }
        assert_eq!(
            words.as_slice(),
            ["artefact", "low_battery", "smartpoint", "z"]
        );
        assert!(words.has("z"));
        assert!(!words.has(""));
    }

    #[test]
    fn a_full_set_takes_no_more() {
        let mut words = QualityWords::default();
        for word in ["h", "g", "f", "e", "d", "c", "b", "a", "A", "x"] {
            words.add(word);
        }
        assert_eq!(words.as_slice(), ["a", "b", "c", "d", "e", "f", "g", "h"]);
    }

    #[test]
    fn joined_sets_are_sorted_and_have_each_word_once() {
        let (mut one, mut other) = (QualityWords::default(), QualityWords::default());
        one.add("b");
        one.add("d");
        other.add("c");
        other.add("b");
        assert_eq!(one.joined(&other).as_slice(), ["b", "c", "d"]);
    }

    #[test]
    fn flags_keep_their_own_bits_and_name_their_words() {
        use crate::nonin::Flags;

        assert_eq!(Flags::from_bits(u8::MAX), Flags::ALL);
        assert_eq!(Flags::ALL.bits(), 0x7C);
        let two = Flags::OUT_OF_TRACK.with(Flags::ARTEFACT);
        assert_eq!(two.words().as_slice(), ["artefact", "out_of_track"]);
        assert!(Flags::NONE.words().as_slice().is_empty());
        assert!(!two.has(Flags::ALL));
        assert!(Flags::ALL.has(two));
    }
}
