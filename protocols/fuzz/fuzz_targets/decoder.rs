//! One program for every target, as each would be the same program with another name: the environment's `DECODER` says which.
#![no_main]

use std::sync::LazyLock;

#[path = "../bodies.rs"]
mod bodies;

static TARGET: LazyLock<&bodies::Target> = LazyLock::new(|| {
    let name = std::env::var("DECODER").unwrap_or_default();
    bodies::by_name(&name).expect("DECODER names a row of TARGETS in bodies.rs")
});

libfuzzer_sys::fuzz_target!(|input: &[u8]| (TARGET.body)(input));
