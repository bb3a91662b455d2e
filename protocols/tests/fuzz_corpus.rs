//! The bodies of the fuzz targets over the committed corpus, without a fuzzer.

#[cfg(test)]
#[path = "../fuzz/bodies.rs"]
mod bodies;

#[cfg(test)]
mod corpus {
    use std::fs;
    use std::path::{Path, PathBuf};

    use crate::bodies::{self, TARGETS};

    fn fuzz() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
    }

    fn names_in(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<String> = entries
            .map(|entry| {
                let path = entry.expect("an entry").path();
                let name = path.file_stem().expect("a name").to_str();
                name.expect("a plain name").to_owned()
            })
            .collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn every_input_of_the_corpus_keeps_the_laws_of_its_target() {
        for target in TARGETS {
            let folder = fuzz().join("corpus").join(target.name);
            let names = names_in(&folder);
            assert!(names.len() >= 3, "{}: {} inputs", target.name, names.len());
            for name in names {
                let input = fs::read(folder.join(&name)).expect("an input");
                let kept = std::panic::catch_unwind(|| (target.body)(&input));
                assert!(kept.is_ok(), "corpus/{}/{name}", target.name);
            }
        }
    }

    /// Numbers without a pattern, the same in every run.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, limit: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            usize::try_from(self.0 >> 33).expect("31 bits") % limit
        }
    }

    /// An input with bytes changed, left out, brought in from another, or sent twice.
    fn damaged(input: &[u8], other: &[u8], numbers: &mut Numbers) -> Vec<u8> {
        let mut damaged = input.to_vec();
        for _ in 0..=numbers.below(4) {
            let place = numbers.below(damaged.len().max(1)).min(damaged.len());
            let byte = u8::try_from(numbers.below(256)).expect("a byte");
            match numbers.below(6) {
                0 => damaged.insert(place, byte),
                1 => damaged.truncate(place.max(2)),
                2 if place < damaged.len() => damaged[place] ^= 1 << (byte % 8),
                3 if place < damaged.len() => damaged[place] = byte,
                4 if place < damaged.len() => drop(damaged.remove(place)),
                _ => {
                    let end = place + numbers.below(other.len().max(1));
                    let piece = other.get(place..end).unwrap_or(other).to_vec();
                    damaged.splice(place..place, piece);
                }
            }
        }
        damaged
    }

    #[test]
    fn damaged_inputs_of_the_corpus_keep_the_laws_of_their_target() {
        const TIMES: usize = 25;
        let mut numbers = Numbers(0x5EED_0F57_A710_0001);
        for target in TARGETS {
            let folder = fuzz().join("corpus").join(target.name);
            let inputs: Vec<Vec<u8>> = names_in(&folder)
                .iter()
                .map(|name| fs::read(folder.join(name)).expect("an input"))
                .collect();
            for input in inputs.iter().cycle().take(inputs.len() * TIMES) {
                let other = &inputs[numbers.below(inputs.len())];
                let input = damaged(input, other, &mut numbers);
                let kept = std::panic::catch_unwind(|| (target.body)(&input));
                assert!(kept.is_ok(), "{}: {input:02X?}", target.name);
            }
        }
    }

    #[test]
    fn short_inputs_keep_the_laws_of_every_target() {
        for target in TARGETS {
            (target.body)(&[]);
            for byte in 0..=u8::MAX {
                (target.body)(&[byte]);
                (target.body)(&[0, byte]);
                (target.body)(&[3, byte, byte, byte, byte]);
            }
        }
    }

    #[test]
    fn every_target_has_its_corpus_and_is_found_by_name() {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        assert!(names.is_sorted());
        assert_eq!(names_in(&fuzz().join("corpus")), names);
        for name in names {
            assert!(bodies::by_name(name).is_some_and(|found| found.name == name));
        }
    }
}
