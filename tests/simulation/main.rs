//! Sessions on virtual patients: the law and the whole core against the figures that were published for them, and the program that
//! runs them, from outside.

#[cfg(test)]
mod acceptance;
#[cfg(test)]
mod defects;
#[cfg(test)]
mod program;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod traces;
