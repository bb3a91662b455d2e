//! Behaviours of the whole program, seen from outside: the real binary, real bytes, a real terminal.

#[cfg(test)]
mod bench;
#[cfg(test)]
mod capture;
#[cfg(test)]
mod clinging;
#[cfg(test)]
mod commissioning;
#[cfg(test)]
mod configuration;
#[cfg(test)]
mod decode;
#[cfg(test)]
mod demo_day;
#[cfg(test)]
mod demonstration;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod device_table;
#[cfg(test)]
mod devices;
#[cfg(test)]
mod export;
#[cfg(test)]
mod fifo;
#[cfg(test)]
mod from_wire;
#[cfg(test)]
mod full_disk;
#[cfg(test)]
mod house;
#[cfg(test)]
mod json;
#[cfg(test)]
mod less_load;
#[cfg(test)]
mod line;
#[cfg(test)]
mod moving;
#[cfg(test)]
mod old_bytes;
#[cfg(test)]
mod one_bout;
#[cfg(test)]
mod out_of_force;
#[cfg(test)]
mod own_failure;
#[cfg(test)]
mod premises;
#[cfg(test)]
mod program;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod record;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod relay;
#[cfg(test)]
mod report;
#[cfg(test)]
mod restart;
#[cfg(test)]
mod review;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod safety_document;
#[cfg(test)]
mod screen;
#[cfg(test)]
mod stop_key;
#[cfg(test)]
mod strangers;
#[cfg(test)]
mod told;
#[cfg(test)]
mod unplugged;
#[cfg(test)]
mod virtual_device;
#[cfg(test)]
mod watch;
#[cfg(test)]
mod watching;
#[cfg(test)]
mod wearing;
#[cfg(test)]
mod whole_session;
