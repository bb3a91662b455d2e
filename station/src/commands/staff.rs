//! `station staff`: who may write and sign.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::output::{self, Output};
use super::record::reading;
use super::secret::Secrets;
use super::staffed::{self, ByArgs};
use crate::records::desk::{By, DeskError, Member, NewMember, add_member, members, retire_member};
use crate::records::{Archive, RecordsError};

const EXAMPLES: &str = "\
Examples:
  station staff add anna --name \"Anna Berg\" --role nurse
  station staff add lee --name \"Dr Sun Lee\" --role physician --by anna
  station staff list --json
  station staff retire anna --by lee

The secret is typed at the terminal and not shown. The first member is added by whoever
has the file; every other change needs the secret of a member. An id is given once.

Exit status: 0 when done, 1 where it could not be, 2 for wrong usage.";

/// Add, list and retire the people who write notes, correct and sign.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct StaffArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Add somebody, with a secret that they type
    Add(AddArgs),
    /// List everybody who is or was on the list
    List(ListArgs),
    /// Retire somebody: what they signed stays, and they sign nothing more
    Retire(RetireArgs),
}

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
struct AddArgs {
    /// The id: 2 to 16 letters, digits, hyphens or points; given once for ever
    #[arg(value_name = "ID")]
    id: String,

    /// The name as it is printed under what they sign
    #[arg(long, value_name = "NAME")]
    name: String,

    /// What they are, such as nurse or physician
    #[arg(long, value_name = "ROLE")]
    role: String,

    #[command(flatten)]
    by: ByArgs,

    /// Read secrets from standard input, a line each: of who adds (where somebody is on the list), then the new one
    #[arg(long)]
    secret_stdin: bool,

    /// The record; without it the one that `STATION_RECORD` names, else the gym's own in the user's data folder
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
struct ListArgs {
    /// The record; without it the one that `STATION_RECORD` names, else the gym's own in the user's data folder
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    /// One JSON array of objects
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
struct RetireArgs {
    /// The id
    #[arg(value_name = "ID")]
    id: String,

    #[command(flatten)]
    by: ByArgs,

    /// Read the secret of who retires from standard input
    #[arg(long)]
    secret_stdin: bool,

    /// The record; without it the one that `STATION_RECORD` names, else the gym's own in the user's data folder
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

/// Works on the staff list.
///
/// # Errors
/// Where the record cannot be read or written, or what was given cannot be taken; the error says what to do.
pub fn run(args: &StaffArgs) -> Result<ExitCode, DeskError> {
    match &args.what {
        What::Add(args) => add(args),
        What::List(args) => list(args),
        What::Retire(args) => retire(args),
    }
}

/// The secret of who changes the list, where anybody is on it.
fn proof(
    record: &Path,
    by: &By,
    secrets: Secrets,
) -> Result<Result<Option<String>, ExitCode>, DeskError> {
    let is_empty = match Archive::open(record) {
        Ok(archive) => {
            let members = members(&archive)?;
            archive.refuse_where_damaged()?;
            members.is_empty()
        }
        // The first member may come before the first gym.
        Err(RecordsError::Absent { .. }) => true,
        Err(error) => return Err(error.into()),
    };
    let By::Named(id) = by else {
        return if is_empty {
            Ok(Ok(None))
        } else {
            Err(DeskError::Nobody)
        };
    };
    if is_empty {
        return Ok(Ok(None));
    }
    Ok(match secrets.of(id) {
        Ok(secret) => Ok(Some(secret)),
        Err(error) => Err(output::finding(&error)),
    })
}

fn add(args: &AddArgs) -> Result<ExitCode, DeskError> {
    let record = staffed::record(args.record.as_deref())?;
    let (by, secrets) = (args.by.who(), Secrets::from(args.secret_stdin));
    let proof = match proof(&record, &by, secrets)? {
        Ok(proof) => proof,
        Err(status) => return Ok(status),
    };
    let secret = match secrets.new_one(&args.id) {
        Ok(secret) => secret,
        Err(error) => return Ok(output::finding(&error)),
    };
    let new = NewMember {
        id: &args.id,
        name: &args.name,
        role: &args.role,
        secret: &secret,
    };
    let added = add_member(&record, &by, proof.as_deref(), new)?;
    Ok(staffed::done(&format!(
        "{} ({}), {}, is on the staff list",
        added.name, added.id, added.role
    )))
}

fn list(args: &ListArgs) -> Result<ExitCode, DeskError> {
    reading(args.record.as_deref(), |archive| listed(archive, args))
}

fn listed(archive: &Archive, args: &ListArgs) -> Result<ExitCode, DeskError> {
    let members = members(archive)?;
    let mut out = Output::new();
    if args.json {
        out.json_line(&members);
    } else if members.is_empty() {
        out.line("nobody is on the staff list yet: station staff add ID --name NAME --role ROLE");
    } else {
        for member in &members {
            out.line(&of_member(member));
        }
    }
    Ok(staffed::finished(out))
}

fn of_member(member: &Member) -> String {
    let day = |at: &str| at.split('T').next().unwrap_or_default().to_owned();
    let retired = member
        .retired
        .as_deref()
        .map_or_else(String::new, |at| format!(", retired {}", day(at)));
    format!(
        "{:<16}  {}, {}; since {}{retired}",
        member.id,
        member.name,
        member.role,
        day(&member.added)
    )
}

fn retire(args: &RetireArgs) -> Result<ExitCode, DeskError> {
    let record = staffed::record(args.record.as_deref())?;
    let by = args.by.who();
    let proof = match proof(&record, &by, Secrets::from(args.secret_stdin))? {
        Ok(proof) => proof,
        Err(status) => return Ok(status),
    };
    retire_member(&record, &by, proof.as_deref(), &args.id)?;
    Ok(staffed::done(&format!(
        "{} is retired: what they wrote and signed stays",
        args.id
    )))
}
