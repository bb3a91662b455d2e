//! The monitor from outside: sound sequences that it passes over, and for each promise one that breaks it and one that nearly does.

#[cfg(test)]
mod attention;
#[cfg(test)]
mod charter;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod entries;
#[cfg(test)]
mod follow;
#[cfg(test)]
mod independence;
#[cfg(test)]
mod losses;
#[cfg(test)]
mod ramp;
#[cfg(test)]
mod record;
#[cfg(test)]
mod signals;
#[cfg(test)]
mod sound;
#[cfg(test)]
mod stops;
#[cfg(test)]
mod toy;
