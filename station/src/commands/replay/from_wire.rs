//! `station replay ID --from wire`: the bytes of a session through this version's decoders and links.

use std::process::ExitCode;

use crate::commands::output;
use crate::records::archive::Archive;
use crate::records::replay::from_wire::{Odd, WireDevice, WireReplay, replay_from_wire};
use crate::records::{RecordsError, SessionLine};

pub(super) fn run(
    archive: &Archive,
    session: &SessionLine,
    json: bool,
) -> Result<ExitCode, RecordsError> {
    let Some(replayed) = replay_from_wire(archive, session)? else {
        return Ok(output::finding(&format_args!(
            "the record has no bytes of {}: it was recorded with keep_wire = false, or by an earlier version; leave --from away to replay its journal",
            session.id
        )));
    };
    let code = if replayed.identical {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    };
    Ok(super::written(json, &replayed, || told(&replayed), code))
}

fn told(replayed: &WireReplay) -> Vec<String> {
    let mut lines = Vec::new();
    for bout in &replayed.bouts {
        for device in &bout.devices {
            lines.extend(of_device(bout.bout, device));
        }
    }
    let all_judged = replayed
        .bouts
        .iter()
        .flat_map(|bout| &bout.devices)
        .all(|device| device.judged);
    let verdict = match (replayed.identical, all_judged) {
        (true, true) => "every reading comes out of the bytes again",
        (true, false) => {
            "every reading comes out of the bytes again, of those devices that can be judged"
        }
        (false, _) => "NOT every reading comes out of the bytes again",
    };
    lines.push(format!("{}: {verdict}", replayed.session));
    lines
}

fn of_device(bout: u16, found: &WireDevice) -> Vec<String> {
    if !found.judged {
        return vec![format!(
            "bout {bout}, {} ({}): not judged: its answers do not say what they answer, and a link that begins in the middle cannot know",
            found.device, found.protocol
        )];
    }
    let mut line = format!(
        "bout {bout}, {} ({}): {} bytes; {} of {} readings the same",
        found.device, found.protocol, found.bytes, found.same, found.readings
    );
    if found.before > 0 {
        line = format!(
            "{line}, {} before the new link had found its way",
            found.before
        );
    }
    if found.lost > 0 {
        line = format!("{line}, {} whose bytes were lost with the gym", found.lost);
    }
    let mut lines = vec![line];
    if found.missing > 0 || found.extra > 0 {
        lines.push(format!(
            "  {} readings of the journal do not come out again, {} come out that it does not have{}",
            found.missing,
            found.extra,
            if found.frames > 0 && found.extra > 0 {
                " (a new link asks at other times than the gym's did)"
            } else {
                ""
            }
        ));
    }
    if let Some(Odd {
        bout_s,
        recorded,
        reading,
    }) = &found.first
    {
        let side = if *recorded {
            "in the journal alone"
        } else {
            "from the bytes alone"
        };
        lines.push(format!(
            "  the first, {bout_s:.3} s after the bout began, {side}: {reading}"
        ));
    }
    lines.extend(found.because.iter().map(|because| format!("  {because}")));
    lines
}
