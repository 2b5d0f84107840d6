//! The command line: what can be asked, and the help that says so.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use crate::demo::DemoOptions;
use crate::desk::DeskCommand;
use crate::doctor::DoctorOptions;
use crate::fsck::FsckOptions;
use crate::inspect::InspectOptions;
use crate::log::LogCommand;
use crate::member::MemberCommand;
use crate::receipt::ReceiptOptions;
use crate::report::ReportOptions;
use crate::serve::ServeOptions;
use crate::verify::VerifyCommand;
use crate::witness::WitnessOptions;

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  something failed; the message says what
  2  the command line is not one that this program understands
  3  the service was reached and refused
  4  the service cannot be reached
  5  the configuration, or the instance it names, is not in order
  6  the answers, the words or the passphrase given are not right
  7  what was checked is not what it was signed to be; the message says what and where
  8  a log is in order, but too few witnesses have cosigned it or it stood still for too long
";

/// A reporting line for child-protection concerns that cannot read what it is handed.
#[derive(Debug, Parser)]
#[command(name = "safehand", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start a made-up instance on this machine, to look at
    Demo(DemoOptions),
    /// Run the service
    Serve(ServeOptions),
    /// Make, list and recover desks
    #[command(subcommand)]
    Desk(DeskCommand),
    /// Invite, list and revoke the members of a desk
    #[command(subcommand)]
    Member(MemberCommand),
    /// Seal a report with its files on this machine, and hand it over
    Report(ReportOptions),
    /// Come back to a report with its seven words: read replies, answer, add files
    Receipt(ReceiptOptions),
    /// Read chat exports on this machine: what they hold, message by message, with nothing dropped
    Inspect(InspectOptions),
    /// Check a receipt, a log or two checkpoints, without a service and without trusting one
    #[command(subcommand)]
    Verify(VerifyCommand),
    /// Check that nothing in a log was lost or altered
    Fsck(FsckOptions),
    /// Watch a log
    #[command(subcommand)]
    Log(LogCommand),
    /// Cosign the checkpoints of another organisation's log
    Witness(WitnessOptions),
    /// Look over the configuration and the instance, and say what is wrong
    Doctor(DoctorOptions),
    /// Print completions for a shell
    #[command(after_help = "Example:\n  safehand completions bash > /etc/bash_completion.d/safehand\n")]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page
    #[command(after_help = "Example:\n  safehand man > safehand.1 && man ./safehand.1\n")]
    Man,
}

/// Where the instance on this machine is described.
#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    /// The configuration file; without one, the defaults
    #[arg(long, value_name = "FILE", env = "SAFEHAND_CONFIG")]
    pub(crate) config: Option<PathBuf>,
}

/// Which instance to speak to.
#[derive(Debug, Args)]
pub(crate) struct ServiceArgs {
    /// The address of the service, as in a browser
    #[arg(long = "to", value_name = "URL")]
    pub(crate) url: String,
    /// Keep trying for this many seconds when the service cannot be reached
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) patience: u64,
}

impl ServiceArgs {
    /// A client of that instance.
    pub(crate) fn client(&self) -> Result<client::Client, client::Error> {
        let patience = std::time::Duration::from_secs(self.patience);
        Ok(client::Client::new(&self.url)?.with_patience(patience))
    }
}
