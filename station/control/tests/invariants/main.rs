//! The core as a whole, through its one door: behaviours of a bout, and the invariants of `design.md` section 4 as properties.

#[cfg(test)]
mod behaviour;
#[cfg(test)]
mod bench;
#[cfg(test)]
mod bumpless;
#[cfg(test)]
mod corners;
#[cfg(test)]
mod heap;
#[cfg(test)]
mod misled;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod reached;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod safety;
#[cfg(test)]
mod scenes;
#[cfg(test)]
mod sensors;
#[cfg(test)]
mod targets;
#[cfg(test)]
mod walk;
#[cfg(test)]
mod watcher;
#[cfg(test)]
mod weak;
