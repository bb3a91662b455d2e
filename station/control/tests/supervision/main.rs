//! The rules of supervision, each by a script of signals: it fires at its time and not before, at its limit and not one unit short of
//! it; it ends when and as the table says; a signal that is missing or stale does not fire it.

#[cfg(test)]
mod alarms;
#[cfg(test)]
mod bench;
#[cfg(test)]
mod entries;
#[cfg(test)]
mod figures;
#[cfg(test)]
mod heart_rate;
#[cfg(test)]
mod house;
#[cfg(test)]
mod in_force;
#[cfg(test)]
mod limiters;
mod lingers;
#[cfg(test)]
mod machine;
#[cfg(test)]
mod pedals;
#[cfg(test)]
mod saturation;
#[cfg(test)]
mod signals;
#[cfg(test)]
mod sources;
#[cfg(test)]
mod told;
#[cfg(test)]
mod trust;
mod verdict;
#[cfg(test)]
mod views;
