//! Behaviours of the whole program, seen from outside: the real binary, real bytes.

#[cfg(test)]
mod decode;
#[cfg(test)]
mod program;
#[cfg(test)]
mod virtual_device;
