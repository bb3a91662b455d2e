//! From wires to cores and back: what a device said becomes an input, what a core decided becomes bytes.

use std::time::Duration;

use control::input::{Action, Device, Input, LinkState};
use control::outputs::Outputs;
use control::rules::Priority;
use control::view::PhaseKind;
use drivers::link::LinkEvent;
use drivers::port::capture::{Direction, masked};
use protocols::vocabulary::Timestamp;

use super::bay::Turn;
use super::snapshot::{LinkHealth, RecordHealth};
use super::visit::END_LIMIT;
use super::wire::{Owner, PortId, Wire, WireOutput};
use super::{Aftermath, Ending, Gym, Output};
use crate::records::wire::{WireEvent, reading};
use crate::records::{EndReason, RecorderStatus};

impl Gym {
    pub(super) fn port_opened(&mut self, now: Timestamp, port: PortId) {
        if let Some(wire) = self.wires.get_mut(port.0) {
            wire.opened(now);
        }
        self.on_wire(now, port.0, || WireEvent::Opened);
        self.drain_wire(now, port.0);
        self.flush_chronicle();
    }

    pub(super) fn port_shut(&mut self, now: Timestamp, port: PortId, because: String) {
        let Some(wire) = self.wires.get_mut(port.0) else {
            return;
        };
        let was_open = wire.is_open();
        wire.shut(now, because);
        if was_open {
            self.on_wire(now, port.0, || WireEvent::Closed);
            self.link_changed(now, port.0, LinkState::Gone);
        }
        self.flush_chronicle();
    }

    pub(super) fn bytes(&mut self, now: Timestamp, port: PortId, sent_at: Timestamp, bytes: &[u8]) {
        let overheard = self
            .wires
            .get_mut(port.0)
            .filter(|wire| wire.is_open())
            .and_then(|wire| wire.hear(now, sent_at, bytes));
        if self.wires.get(port.0).is_some_and(Wire::is_open) {
            self.on_wire(now, port.0, || WireEvent::Received {
                age_nanos: age(now, sent_at),
                bytes: bytes.to_vec(),
            });
        }
        self.bytes_first = true;
        self.drain_wire(now, port.0);
        self.bytes_first = false;
        if let Some(overheard) = overheard {
            self.overheard(now, port.0, &overheard);
        }
        if let Some(aftermath) = self.aftermath.as_mut() {
            aftermath.port = Some(port);
        } else {
            self.flush_chronicle();
        }
    }

    /// Writes down the turn whose bytes have left, and goes on with what its reading came with.
    pub(super) fn finish(&mut self, aftermath: &Aftermath) {
        let Aftermath {
            now,
            bay,
            input,
            outputs,
            said,
            port,
        } = aftermath;
        self.write_down(*now, *bay, input, outputs);
        let wire = self.bays.get(*bay).map(|bay| bay.wire);
        for event in said {
            if let Some(wire) = wire {
                self.device_said(*now, wire, *event);
            }
        }
        if let Some(port) = port {
            self.drain_wire(*now, port.0);
        }
        self.flush_chronicle();
    }

    /// Polls every wire whose deadline has come.
    pub(super) fn poll_wires(&mut self, now: Timestamp) {
        for index in 0..self.wires.len() {
            let Some(wire) = self.wires.get_mut(index) else {
                continue;
            };
            if wire.wants_opening(now) {
                let address = wire.address.clone();
                self.outputs.push_back(Output::Open {
                    port: PortId(index),
                    address,
                });
            }
            if self
                .wires
                .get(index)
                .is_some_and(|wire| wire.is_open() && wire.deadline() <= now)
            {
                self.drain_wire(now, index);
            }
        }
    }

    /// Carries out what a wire's link wants, until it waits.
    pub(super) fn drain_wire(&mut self, now: Timestamp, index: usize) {
        while let Some(output) = self.wires.get_mut(index).and_then(|wire| wire.poll(now)) {
            match output {
                WireOutput::Transmit { frame, preempt } => {
                    self.transmit(now, index, frame, preempt);
                }
                WireOutput::Event(event) => self.device_said(now, index, event),
            }
            if self.aftermath.is_some() {
                return;
            }
        }
    }

    /// Takes the frames that a wire's link wants sent. What the link says beside them is handed back, to be judged when the turn
    /// that made the frames has been written down: a journal has its turns in the order in which the core took them.
    fn drain_frames(&mut self, now: Timestamp, index: usize) -> Vec<LinkEvent> {
        let mut said = Vec::new();
        while let Some(output) = self.wires.get_mut(index).and_then(|wire| wire.poll(now)) {
            match output {
                WireOutput::Transmit { frame, preempt } => {
                    self.transmit(now, index, frame, preempt);
                }
                WireOutput::Event(event) => said.push(event),
            }
        }
        said
    }

    /// Something happened on a wire: it is kept where the device serves somebody.
    fn on_wire(&mut self, now: Timestamp, wire: usize, event: impl FnOnce() -> WireEvent) {
        if let Some((index, device)) = self.served_bay(wire)
            && let (Some(bay), Some(wire)) = (self.bays.get(index), self.wires.get(wire))
            && bay.visit.is_some()
        {
            self.chronicle
                .wire(now, (bay, device), &wire.made_by, event());
        }
    }

    fn transmit(&mut self, now: Timestamp, wire: usize, frame: super::Frame, preempt: bool) {
        self.on_wire(now, wire, || WireEvent::Sent {
            bytes: masked(Direction::ToDevice, frame.as_slice()).collect(),
        });
        self.outputs.push_back(Output::Transmit {
            port: PortId(wire),
            frame,
            preempt,
        });
        if preempt {
            self.stop_left(now, wire);
        }
    }

    fn stop_left(&mut self, now: Timestamp, wire: usize) {
        if let Some(bay) = self.bays.iter_mut().find(|bay| bay.wire == wire) {
            bay.stop_sent(now);
        }
    }

    /// The bay that a wire's device serves now.
    pub(super) fn served_bay(&self, wire: usize) -> Option<(usize, Device)> {
        match self.wires.get(wire)?.owner {
            Owner::Machine { bay } => Some((bay, Device::Machine)),
            Owner::Sensor { sensor } => {
                let sensor = self.sensors.get(sensor)?;
                Some((sensor.bay?, sensor.role))
            }
        }
    }

    fn link_changed(&mut self, now: Timestamp, wire: usize, state: LinkState) {
        if let Some((bay, device)) = self.served_bay(wire) {
            self.turn(now, bay, &Input::Link { device, state });
        }
    }

    pub(super) fn device_said(&mut self, now: Timestamp, wire: usize, event: LinkEvent) {
        // Who is at the port is of account before anybody is served.
        if let LinkEvent::OtherProtocol(protocol) = event {
            self.other_protocol(now, wire, protocol);
        } else if event == LinkEvent::Up {
            self.answers(wire);
        }
        let Some((bay, device)) = self.served_bay(wire) else {
            return;
        };
        let input = match event {
            LinkEvent::Up => Input::Link {
                device,
                state: LinkState::Up,
            },
            LinkEvent::Silent => Input::Link {
                device,
                state: LinkState::Silent,
            },
            LinkEvent::Refused(command) => {
                let said = self.wires.get_mut(wire).and_then(Wire::take_objection);
                self.refused(now, bay, command, said);
                return;
            }
            LinkEvent::Objected(objection) if objection.stands_alone() => {
                self.machine_said(now, bay, objection);
                return;
            }
            LinkEvent::OtherProtocol(_) | LinkEvent::Objected(_) | LinkEvent::Accepted(_) => return,
            LinkEvent::HeartRate { .. }
            | LinkEvent::PulseRate { .. }
            | LinkEvent::Saturation { .. }
            | LinkEvent::Machine { .. } => {
                if let LinkEvent::Machine { report, .. } = event {
                    if let Some(bay) = self.bays.get_mut(bay) {
                        bay.reported(report, now);
                    }
                    self.machine_reports(bay);
                }
                let Some(input) = reading(&event) else {
                    return;
                };
                input
            }
            LinkEvent::Plethysmogram { samples, sent_at } => {
                if let Some(visit) = self.bays.get(bay).and_then(|bay| bay.visit.as_ref()) {
                    self.chronicle.plethysmogram(visit, sent_at, samples);
                }
                return;
            }
        };
        self.turn(now, bay, &input);
    }

    /// One turn of one core, and everything that follows from it. Bytes go first, the record after.
    pub(super) fn turn(&mut self, now: Timestamp, index: usize, input: &Input) {
        let Some(bay) = self.bays.get_mut(index) else {
            return;
        };
        match bay.turn(now, input) {
            Turn::Done(outputs) => self.follow(now, index, input, outputs),
            Turn::Panicked => self.recover(now, index),
        }
    }

    pub(super) fn follow(
        &mut self,
        now: Timestamp,
        index: usize,
        input: &Input,
        outputs: Box<Outputs>,
    ) {
        let rate = self.clock_rate;
        let waits = outputs.command.is_some() && std::mem::take(&mut self.bytes_first);
        let Some(bay) = self.bays.get_mut(index) else {
            return;
        };
        let wire = bay.wire;
        if let Some(wire) = self.wires.get_mut(wire) {
            // A gym on a faster clock wakes up as often as any other: the leave lasts as long by the real clock.
            let leave = outputs.leave_until.since(now);
            wire.link_mut()
                .renew_leave(now + leave.saturating_mul(rate));
            if let Some(command) = outputs.command {
                wire.link_mut().handle_command(now, command);
            }
        }
        let said = if outputs.command.is_some() {
            self.drain_frames(now, wire)
        } else {
            Vec::new()
        };
        let Some(bay) = self.bays.get_mut(index) else {
            return;
        };
        bay.relay_open = outputs.relay_open;
        self.outputs.push_back(Output::Relay {
            bay: index,
            open: outputs.relay_open,
        });
        if sounds(bay, &outputs) {
            self.outputs.push_back(Output::Sound);
        }
        if waits {
            self.aftermath = Some(Aftermath {
                now,
                bay: index,
                input: input.clone(),
                outputs,
                said,
                port: None,
            });
        } else {
            self.write_down(now, index, input, &outputs);
            for event in said {
                self.device_said(now, wire, event);
            }
        }
    }

    fn write_down(&mut self, now: Timestamp, index: usize, input: &Input, outputs: &Outputs) {
        let Some(bay) = self.bays.get_mut(index) else {
            return;
        };
        self.chronicle.turn(now, bay, input, outputs);
        if outputs.phase_change.is_some() || matches!(input, Input::Sensors { .. }) {
            // What a lost gym is taken up from knows the phase, however short the bout was, and who wears what.
            bay.force_checkpoint(now);
            self.chronicle.checkpoint(now, bay, false);
        }
        if let Some((_, PhaseKind::Finished)) = outputs.phase_change {
            self.chronicle.bout_ended(now, bay);
        }
        let is_seen = bay.told_a_refusal && !bay.calls_of_a_refusal();
        let waits = bay.core.waits_for_its_machine();
        if waits != core::mem::replace(&mut bay.waits_for_its_machine, waits) {
            if waits {
                self.halted(now, index);
            } else {
                self.goes_on(index);
            }
        }
        if is_seen {
            self.refusal_seen(index);
        }
    }

    /// A core panicked: its machine is let go by ready-made bytes, its relay opens, and it goes on as a stopped station.
    pub(super) fn recover(&mut self, now: Timestamp, index: usize) {
        let Some(bay) = self.bays.get_mut(index) else {
            return;
        };
        bay.relay_open = true;
        let wire = bay.wire;
        let name = bay.name.clone();
        let words = crate::log::take_panic().unwrap_or_default();
        tracing::error!(
            station = bay.number,
            panic = words,
            "the controller of a station failed"
        );
        if let Some(link) = self.wires.get_mut(wire) {
            let frame = super::Frame::of(link.link().release_bytes());
            self.outputs.push_front(Output::Transmit {
                port: PortId(wire),
                frame,
                preempt: true,
            });
        }
        self.outputs.push_back(Output::Relay {
            bay: index,
            open: true,
        });
        if let Some(bay) = self.bays.get(index) {
            self.chronicle.checkpoint(now, bay, true);
        }
        self.notice(now, format!("{name}: the controller of this station failed. Its machine was let go. Look after the patient, then acknowledge."));
        if self.bays.get(index).is_some_and(|bay| bay.panics() < 10) {
            // Its release has left: what follows is written down turn by turn.
            self.bytes_first = false;
            self.turn(now, index, &Input::Fault);
            self.tell_surroundings(now, index);
        }
    }

    /// Tells a core that was taken back from before how things stand: it hears of changes alone, and these came since.
    pub(super) fn tell_surroundings(&mut self, now: Timestamp, index: usize) {
        let Some(bay) = self.bays.get(index) else {
            return;
        };
        let circuit = bay
            .stop_circuit_open()
            .map(|open| Input::StopCircuit { open });
        let up = self
            .wires
            .get(bay.wire)
            .is_some_and(|wire| wire.health == LinkHealth::Up);
        let machine = Input::Link {
            device: Device::Machine,
            state: if up { LinkState::Up } else { LinkState::Silent },
        };
        let watched = Input::Watched {
            by_anyone: self.viewers > 0,
        };
        let recorded = Input::Record {
            whole: matches!(self.record, RecordHealth::Recording { .. }),
        };
        for input in circuit.into_iter().chain([machine, watched, recorded]) {
            self.turn(now, index, &input);
        }
        self.tell_links(now, index);
    }

    /// What happens with each tick beside the core: samples, trend, checkpoints.
    pub(super) fn each_tick(&mut self, now: Timestamp, index: usize) {
        let Some(bay) = self.bays.get_mut(index) else {
            return;
        };
        bay.trace(now);
        let kept = bay.keep_checkpoint(now);
        self.chronicle.sample(now, bay);
        if kept {
            self.chronicle.checkpoint(now, bay, false);
        }
    }

    pub(super) fn viewers_changed(&mut self, now: Timestamp, count: usize) {
        let changed = (self.viewers == 0) != (count == 0);
        self.viewers = count;
        if changed {
            for bay in 0..self.bays.len() {
                self.turn(
                    now,
                    bay,
                    &Input::Watched {
                        by_anyone: count > 0,
                    },
                );
            }
        }
        self.flush_chronicle();
    }

    pub(super) fn record_changed(&mut self, now: Timestamp, status: &RecorderStatus) {
        for index in 0..self.bays.len() {
            let wanted = |bay: &&mut super::Bay| {
                bay.visit
                    .as_ref()
                    .is_some_and(|visit| status.needs_checkpoint.contains(&visit.bout_id()))
            };
            if let Some(bay) = self.bays.get_mut(index).filter(wanted) {
                bay.force_checkpoint(now);
                self.chronicle.checkpoint(now, bay, false);
            }
        }
        let health = status.health();
        let was_whole = matches!(self.record, RecordHealth::Recording { .. });
        let whole = matches!(health, RecordHealth::Recording { .. });
        if let RecordHealth::Failing { because } = &health {
            self.notice(now, format!("The record is not being written: {because}. Sessions go on under control; load does not rise."));
        }
        self.record = health;
        self.record_is_level = status.behind.is_zero();
        if was_whole != whole {
            for bay in 0..self.bays.len() {
                self.turn(now, bay, &Input::Record { whole });
            }
            if whole {
                for notice in self
                    .notices
                    .iter_mut()
                    .filter(|notice| notice.text.starts_with("The record is"))
                {
                    notice.active = false;
                }
            }
        }
        self.flush_chronicle();
    }

    pub(super) fn begin_end(&mut self, now: Timestamp, because: &'static str) {
        if self.ending.is_some() {
            return;
        }
        self.ending = Some(Ending {
            since: now,
            because,
            told: false,
        });
        for index in 0..self.bays.len() {
            let busy = self
                .bays
                .get(index)
                .is_some_and(|bay| bay.visit.is_some() || !bay.at_rest());
            if let Some(bay) = self.bays.get_mut(index) {
                bay.ended_before_closing = bay.has_ended_as();
            }
            if busy {
                self.turn(now, index, &Input::GymCloses { over: false });
            }
        }
        self.go_on_ending(now);
        self.flush_chronicle();
    }

    /// Ends sessions as their machines come to rest, and says so when all have, or when the limit is over.
    pub(super) fn go_on_ending(&mut self, now: Timestamp) {
        let Some(ending) = self.ending else { return };
        if ending.told {
            return;
        }
        let limit = END_LIMIT.saturating_mul(self.clock_rate.clamp(1, 2));
        let over = now.since(ending.since) >= limit;
        let settled = now.since(ending.since) >= Duration::from_secs(1);
        let mut all = true;
        for index in 0..self.bays.len() {
            let reachable = self
                .bays
                .get(index)
                .and_then(|bay| self.wires.get(bay.wire))
                .is_some_and(Wire::is_open);
            let Some(bay) = self.bays.get(index) else {
                continue;
            };
            let at_rest = bay.at_its_least();
            if bay.visit.is_none() && (at_rest || !reachable) {
                continue;
            }
            if (over || !reachable) && !at_rest {
                self.left_under_load(now, index);
            }
            if over || !reachable || (at_rest && settled) {
                self.close_visit(now, index, EndReason::GymClosed);
            } else {
                all = false;
            }
        }
        if all || over {
            self.ending = Some(Ending {
                told: true,
                ..ending
            });
            self.outputs.push_back(Output::Ended);
        }
    }

    /// The patient leaves: the bout and the session are closed, the sensors are free.
    pub(super) fn close_visit(&mut self, now: Timestamp, index: usize, reason: EndReason) {
        if self
            .bays
            .get(index)
            .is_some_and(|bay| !matches!(bay.core.phase(), PhaseKind::Idle | PhaseKind::Finished))
        {
            let finishes = if reason == EndReason::GymClosed {
                Input::GymCloses { over: true }
            } else {
                Input::Operator(Action::Finish)
            };
            self.turn(now, index, &finishes);
        }
        let Some(bay) = self.bays.get_mut(index) else {
            return;
        };
        if reason == EndReason::GymClosed {
            let reason = bay.ended_before_closing.take().unwrap_or(reason);
            self.chronicle.session_ended_with_its_bout(now, bay, reason);
        } else {
            self.chronicle.session_ended(now, bay, reason);
        }
        bay.visit = None;
        bay.entries = super::snapshot::LastEntries::default();
        for sensor in self
            .sensors
            .iter_mut()
            .filter(|sensor| sensor.bay == Some(index))
        {
            sensor.bay = None;
        }
    }
}

/// Whether a high alarm was raised, escalated or repeated in this turn.
fn sounds(bay: &super::Bay, outputs: &Outputs) -> bool {
    let new = outputs
        .alarms
        .raised
        .union(outputs.alarms.escalated)
        .union(outputs.alarms.repeated);
    !new.is_empty()
        && bay
            .core
            .alarms()
            .any(|alarm| new.contains(alarm.rule) && alarm.priority == Priority::High)
}

/// How old bytes are when they are taken, in nanoseconds; less than nothing where the last microsecond was rounded away.
fn age(now: Timestamp, sent_at: Timestamp) -> i64 {
    let nanos = |at: Timestamp| i64::try_from(at.as_nanos()).unwrap_or(i64::MAX);
    nanos(now).saturating_sub(nanos(sent_at))
}
