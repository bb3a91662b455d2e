//! What a person knows beside an id: hashed slowly, with a salt of its own, and never kept.

use std::io::Read;

use argon2::{Algorithm, Argon2, Params, Version};

use super::error::DeskError;

/// Memory that one try takes, in KiB, and how often it goes over it: RFC 9106, section 4, second recommended option, on one lane.
const MEMORY_KIB: u32 = 65_536;
const PASSES: u32 = 3;
/// Shorter ones are guessed; letters, not bytes.
pub(super) const SHORTEST: usize = 8;
/// Longer ones are no secret that a person types, in bytes.
const LONGEST: usize = 256;

/// A secret as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) salt: [u8; 16],
    pub(super) memory_kib: u32,
    pub(super) passes: u32,
    pub(super) hash: [u8; 32],
}

impl Kept {
    /// A new secret.
    pub(super) fn of(secret: &str) -> Result<Self, DeskError> {
        if secret.chars().count() < SHORTEST || secret.len() > LONGEST {
            return Err(DeskError::Unfit(format!(
                "a secret has {SHORTEST} letters or more, and {LONGEST} bytes at most: choose another"
            )));
        }
        let mut salt = [0; 16];
        std::fs::File::open("/dev/urandom")
            .and_then(|mut source| source.read_exact(&mut salt))
            .map_err(DeskError::NoSalt)?;
        let mut kept = Self {
            salt,
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            hash: [0; 32],
        };
        kept.hash = kept.hash_of(secret)?;
        Ok(kept)
    }

    /// What is tried where there is no such person: it takes as long, and nothing fits it.
    fn nobody() -> Self {
        Self {
            salt: [0; 16],
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            hash: [0; 32],
        }
    }

    fn hash_of(&self, secret: &str) -> Result<[u8; 32], DeskError> {
        let failed = |error: argon2::Error| DeskError::NoHash(error.to_string());
        let params = Params::new(self.memory_kib, self.passes, 1, Some(32)).map_err(failed)?;
        let mut hash = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(secret.as_bytes(), &self.salt, &mut hash)
            .map_err(failed)?;
        Ok(hash)
    }
}

/// Whether a secret is the one that was kept. Where none was, it takes as long and says no.
pub(super) fn fits(kept: Option<&Kept>, secret: &str) -> Result<bool, DeskError> {
    let nobody = Kept::nobody();
    let tried = kept.unwrap_or(&nobody);
    let found = tried.hash_of(secret)?;
    let differing = found
        .iter()
        .zip(tried.hash)
        .fold(0, |differing, (one, other)| differing | (one ^ other));
    Ok(differing == 0 && kept.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_fits_itself_alone_and_no_two_salts_are_the_same() {
        let (one, other) = (
            Kept::of("correct horse").unwrap(),
            Kept::of("correct horse").unwrap(),
        );
        assert_ne!(one.salt, other.salt);
        assert_ne!(one.hash, other.hash);
        assert!(fits(Some(&one), "correct horse").unwrap());
        assert!(!fits(Some(&one), "correct horsf").unwrap());
        assert!(!fits(None, "correct horse").unwrap());
        assert!(matches!(Kept::of("short"), Err(DeskError::Unfit(_))));
    }

    /// The time of the processor that this thread took: others that run beside it count for nothing.
    fn taken(mut work: impl FnMut()) -> i64 {
        let now = || {
            let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
            now.tv_sec * 1_000_000_000 + now.tv_nsec
        };
        let before = now();
        work();
        now() - before
    }

    #[test]
    fn nobody_takes_as_long_as_somebody() {
        let kept = Kept::of("correct horse").unwrap();
        let quickest = |kept: Option<&Kept>| {
            let tries = (0..3).map(|_| taken(|| assert!(!fits(kept, "wrong horse").unwrap())));
            tries.min().unwrap()
        };
        let (somebody, nobody) = (quickest(Some(&kept)), quickest(None));
        assert!(nobody > somebody / 4, "{nobody} against {somebody} ns");
        assert!(somebody > nobody / 4, "{nobody} against {somebody} ns");
    }
}
