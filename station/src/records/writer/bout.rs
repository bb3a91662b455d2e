//! Bouts: their beginning and end, and the blocks of their journal, their states and their wires.

use std::collections::BTreeMap;

use control::input::Device;
use protocols::vocabulary::Timestamp;

use super::super::codes::word;
use super::super::entry::{BoutOpened, CoreState, EventKind, Turn};
use super::super::identity::BoutId;
use super::super::journal::{BlockWriter, JournalTurn, Piece};
use super::super::packing;
use super::super::queue::{Hole, Whose};
use super::super::told;
use super::super::wire::{WireStream, WireWriter};
use super::rows::Row;
use super::{Writer, us};

/// A block without a new checkpoint is closed all the same after so long.
const LONGEST_BLOCK_US: u64 = 90_000_000;
/// Or at this size, in bytes.
const LARGEST_BLOCK: usize = 1 << 20;

#[derive(Debug)]
pub(super) struct OpenBout {
    pub(super) row: i64,
    pub(super) journal: BlockWriter,
    pub(super) wires: BTreeMap<Device, WireWriter>,
    last_state: Option<LastState>,
}

/// The last checkpoint, for the next to rest on.
#[derive(Debug)]
struct LastState {
    block: u32,
    /// How many before it rest on one another.
    chain: u32,
    state: CoreState,
}

impl OpenBout {
    /// Which block a state is to begin: the one that has no turn yet, unless another state begins that already. The header's begins the first.
    fn block_for_a_state(&mut self, block: u32) -> u32 {
        let begins = self.last_state.as_ref().map_or(0, |last| last.block);
        if block > begins {
            return block;
        }
        let next = block.saturating_add(1);
        self.journal = BlockWriter::new(next);
        next
    }

    /// What the state of a new block rests on: the last one, unless too many rest on one another by now.
    fn rest(&mut self, block: u32, state: &CoreState) -> Option<(u32, CoreState)> {
        let base = self
            .last_state
            .take()
            .filter(|last| last.chain < packing::LONGEST_CHAIN);
        self.last_state = Some(LastState {
            block,
            chain: base.as_ref().map_or(0, |last| last.chain + 1),
            state: state.clone(),
        });
        base.map(|last| (last.block, last.state))
    }
}

impl Writer {
    pub(super) fn open_bout(&mut self, opened: BoutOpened) {
        self.bouts_made = self.bouts_made.saturating_add(1);
        // A run names its bouts by itself; no two runs share a number.
        let row = self
            .run
            .saturating_mul(1 << 20)
            .saturating_add(self.bouts_made);
        self.bouts.insert(
            opened.bout,
            OpenBout {
                row,
                journal: BlockWriter::new(0),
                wires: BTreeMap::new(),
                last_state: None,
            },
        );
        let (bout, at) = (opened.bout, opened.at);
        let text = told::bout_began(
            bout.number,
            opened.station.into(),
            [
                &word(&opened.header.machine()),
                &opened.protocol,
                &opened.prescription.id,
            ],
            opened.prescription.version.into(),
        );
        self.rows.push(Row::Bout {
            row,
            run: self.run,
            wall_us: self.wall_us(Some(bout.session), at),
            opened: Box::new(opened),
        });
        self.say_of_bout(bout, at, text);
    }

    pub(super) fn turn(&mut self, turn: Turn) {
        let bout = turn.bout;
        let Some(open) = self.bouts.get_mut(&bout) else {
            return self.stray(bout, turn.now);
        };
        let now = turn.now;
        let pushed = open.journal.push(&JournalTurn {
            now,
            input: turn.input,
            outputs: turn.outputs,
        });
        let full =
            open.journal.length_us() >= LONGEST_BLOCK_US || open.journal.size() >= LARGEST_BLOCK;
        if let Err(error) = pushed {
            let hole = Hole {
                whose: Whose::Bout(bout),
                from: now,
                to: now,
                lost: 1,
            };
            self.stage_hole(
                &hole,
                &format!("a turn could not be written down ({error})"),
            );
        }
        if full {
            self.finish_block(bout, now);
        }
    }

    /// What went over a device's wire. A record that cannot be written down is a gap.
    pub(super) fn wire(&mut self, stream: WireStream) {
        let Some(open) = self.bouts.get_mut(&stream.bout) else {
            let at = stream.records.last().map_or(self.up_to, |last| last.at);
            return self.stray(stream.bout, at);
        };
        let writer = open
            .wires
            .entry(stream.device)
            .or_insert_with(|| WireWriter::new(stream.link.clone()));
        let done = if writer.is_of(&stream.link) {
            None
        } else {
            writer.go_on_with(stream.link)
        };
        let (bout, device) = (open.row, stream.device);
        let mut holes = Vec::new();
        for record in &stream.records {
            if let Err(error) = writer.push(record) {
                let hole = Hole {
                    whose: Whose::Wire(stream.bout),
                    from: record.at,
                    to: record.at,
                    lost: 1,
                };
                holes.push((hole, error));
            }
        }
        self.rows.extend(done.map(|piece| Row::Wire {
            bout,
            device,
            piece,
        }));
        for (hole, error) in holes {
            self.stage_hole(&hole, &format!("it could not be written down ({error})"));
        }
    }

    /// The block so far is whole, and so are those of the wires; the next turn begins a new one.
    pub(super) fn finish_block(&mut self, bout: BoutId, at: Timestamp) -> Option<(i64, u32)> {
        let open = self.bouts.get_mut(&bout)?;
        let row = open.row;
        for (device, wire) in &mut open.wires {
            self.rows.extend(wire.finish().map(|piece| Row::Wire {
                bout: row,
                device: *device,
                piece,
            }));
        }
        match open.journal.finish() {
            Ok(piece) => {
                let next = open.journal.block();
                if let Some(piece) = piece {
                    self.rows.push(Row::Piece { bout: row, piece });
                }
                Some((row, next))
            }
            // The pieces stay as they are: whole, only larger.
            Err(error) => {
                let last: Option<Piece> = open.journal.take_piece();
                open.journal = BlockWriter::new(open.journal.block().saturating_add(1));
                let next = open.journal.block();
                if let Some(piece) = last {
                    self.rows.push(Row::Piece { bout: row, piece });
                }
                self.say(
                    Some(bout.session),
                    at,
                    EventKind::Notice,
                    format!("a block of the journal could not be compressed: {error}"),
                );
                Some((row, next))
            }
        }
    }

    pub(super) fn checkpoint(
        &mut self,
        bout: BoutId,
        now: Timestamp,
        state: CoreState,
        replaces: bool,
    ) {
        let Some((row, block)) = self.finish_block(bout, now) else {
            return self.stray(bout, now);
        };
        let Some(open) = self.bouts.get_mut(&bout) else {
            return self.stray(bout, now);
        };
        let block = open.block_for_a_state(block);
        let base = open.rest(block, &state);
        self.rows.push(Row::Checkpoint {
            bout: row,
            block,
            at_us: us(now),
            replaces,
            state,
            base,
        });
    }

    pub(super) fn close_bout(&mut self, bout: BoutId, at: Timestamp) {
        if let Some((row, _)) = self.finish_block(bout, at) {
            self.rows.push(Row::BoutClosed {
                bout: row,
                at_us: us(at),
            });
            self.say_of_bout(bout, at, told::bout_ended(bout.number));
        }
    }

    /// An entry of a bout that is not open: nothing is lost in silence.
    pub(super) fn stray(&mut self, bout: BoutId, at: Timestamp) {
        let hole = Hole {
            whose: Whose::Bout(bout),
            from: at,
            to: at,
            lost: 1,
        };
        self.stage_hole(&hole, "the bout was not open");
    }
}
