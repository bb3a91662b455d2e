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
                let kept = std::panic::catch_unwind(|| bodies::run(target.name, &input));
                assert!(kept.is_ok(), "corpus/{}/{name}", target.name);
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
    fn every_target_has_its_file_its_program_and_its_corpus() {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        assert!(names.is_sorted());
        assert_eq!(names_in(&fuzz().join("fuzz_targets")), names);
        assert_eq!(names_in(&fuzz().join("corpus")), names);
        let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).expect("a manifest");
        for name in names {
            assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
            let path = fuzz().join("fuzz_targets").join(format!("{name}.rs"));
            let source = fs::read_to_string(path).expect("a target");
            assert!(source.contains(&format!("\"{name}\"")), "{name}");
        }
    }
}
