//! What holds for every link to a machine, whatever comes over its line and whatever it is told.

#[cfg(test)]
mod any_bytes;
