//! Behaviours end to end, one module each.

#[cfg(test)]
mod configuration;
