//! Ergometers that are asked and keep their load: each link against a stand-in for its machine, in simulated time.

#[cfg(test)]
mod binary;
#[cfg(test)]
mod frozen;
#[cfg(test)]
mod late;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod loads;
#[cfg(test)]
mod restarts;
#[cfg(test)]
mod rig;
#[cfg(test)]
mod stand_in;
#[cfg(test)]
mod stops;
#[cfg(test)]
mod text;
#[cfg(test)]
mod watched;
#[cfg(test)]
mod worked;
