//! Behaviours of the whole program, seen from outside: the real binary, real bytes, a real terminal.

#[cfg(test)]
mod configuration;
#[cfg(test)]
mod decode;
#[cfg(test)]
mod program;
#[cfg(test)]
mod record;
#[cfg(test)]
mod virtual_device;
#[cfg(test)]
mod watch;
