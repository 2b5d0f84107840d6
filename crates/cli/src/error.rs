//! What can go wrong, in words for the person at the terminal, and the exit code for each.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use client::Error as ClientError;
use protocol::ErrorCode;
use protocol::opaque::OpaqueError;
use seal::PhraseError;
use server::staff::ceremony::CeremonyError;

use crate::log::Alarm;
use crate::witness::WitnessError;

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The asynchronous runtime did not start.
    #[error("cannot start: {0}")]
    Runtime(#[source] std::io::Error),
    /// A file or folder cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Output cannot be written.
    #[error("cannot write: {0}")]
    Output(#[source] std::io::Error),
    /// Something has to be typed, and there is no terminal.
    #[error("{what} must be typed, and there is no terminal: use {instead}")]
    NoTerminal {
        /// What has to be typed.
        what: &'static str,
        /// The option that does without.
        instead: &'static str,
    },
    /// The terminal cannot be read.
    #[error("the terminal cannot be read: {0}")]
    Terminal(#[source] std::io::Error),
    /// Two passphrases were to be the same.
    #[error("the two passphrases are not the same")]
    PassphrasesDiffer,
    /// A new passphrase is too short.
    #[error("a passphrase has at least {0} characters")]
    PassphraseShort(usize),
    /// Name and passphrase do not belong together.
    #[error("the sign-in name or the passphrase is wrong")]
    WrongPassphrase,
    /// The typed words are no phrase.
    #[error("{0}")]
    Phrase(#[source] PhraseError),
    /// The words are a phrase, but no report's.
    #[error("no report belongs to these words here; check each word, and the address")]
    NoSuchReport,
    /// The configuration cannot be used.
    #[error("configuration: {0}")]
    Config(#[from] server::config::ConfigError),
    /// The server does not start.
    #[error("the service does not start: {0}")]
    Start(#[from] server::StartError),
    /// The instance's secret cannot be used.
    #[error("{0}")]
    Key(#[from] server::keys::KeyError),
    /// The instance's storage refused.
    #[error("storage: {0}")]
    Store(#[from] store::Error),
    /// A log, or a file of one, is not what it was signed to be, or not looked after.
    #[error(transparent)]
    Alarm(Box<Alarm>),
    /// More witnesses are asked for than are known.
    #[error("--quorum {quorum} needs the keys of as many witnesses; {known} were given with --witness")]
    Quorum {
        /// How many are asked for.
        quorum: usize,
        /// How many keys there are.
        known: usize,
    },
    /// A monitor's state is of another log, or of the same log under another key.
    #[error(
        "{}: follows the log of the key {known}, not of {found}; a log does not change its key unannounced. Use \
another state file for another log",
        file.display()
    )]
    OtherKey {
        /// The state file.
        file: PathBuf,
        /// The key that is followed.
        known: String,
        /// The key that was given.
        found: String,
    },
    /// A monitor's state cannot be read.
    #[error("{}: this is not what a monitor keeps: {why}", path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A log states no key.
    #[error("{0}: it states no key; give it with --log-key")]
    NoLogKey(String),
    /// No key was given.
    #[error("give the log's key with --log-key, or the log with --log")]
    WhichLogKey,
    /// Two checkpoints of different sizes need a proof.
    #[error("to compare two sizes, give the log with --log or a proof with --proof")]
    NoProof,
    /// A receipt does not hold.
    #[error("{}: {failed} of the checks failed", file.display())]
    ReceiptFails {
        /// The receipt, or what was sealed in it.
        file: PathBuf,
        /// How many.
        failed: usize,
    },
    /// A receipt may not be overwritten.
    #[error("{}: is there already; it may be another report's receipt", .0.display())]
    ReceiptExists(PathBuf),
    /// Originals need the words.
    #[error("to check originals, the words are needed too: give --words or --words-file")]
    WordsNeeded,
    /// The words are another report's.
    #[error(
        "these words do not open what is sealed in the receipt (tried for {}); check each word, or give the \
service's address with --origin",
        .0.join(" and ")
    )]
    NotTheseWords(Vec<String>),
    /// A proof, or what is sealed in a receipt, is none.
    #[error(transparent)]
    Proof(#[from] protocol::proof::ProofError),
    /// A witness does not start.
    #[error("{0}")]
    Witness(Box<WitnessError>),
    /// There are findings that have to be put right.
    #[error("{0} of these must be put right")]
    Unhealthy(usize),
    /// The key ceremony, or an invite, ended early.
    #[error("{0}")]
    Ceremony(#[from] CeremonyError),
    /// There is no desk of this name in the instance.
    #[error("there is no desk “{0}”")]
    NoDesk(String),
    /// There is no such member.
    #[error("there is no member “{0}”")]
    NoMember(String),
    /// The sign-in name is taken.
    #[error("the sign-in name “{0}” is taken")]
    LoginTaken(String),
    /// The member's role may not do this.
    #[error("“{login}” is {role}: only a supervisor or an administrator manages members")]
    MayNot {
        /// The sign-in name.
        login: String,
        /// What they are.
        role: protocol::Role,
    },
    /// The numbers of shares do not make sense.
    #[error("recovery needs 2 to 255 shares and a threshold between 2 and that: not {needed} of {shares}")]
    Shares {
        /// How many are needed.
        needed: u8,
        /// How many there are.
        shares: u8,
    },
    /// A file with a share cannot be read as one.
    #[error("{}: {source}", path.display())]
    Share {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: seal::Error,
    },
    /// A recovery share may not be overwritten.
    #[error("{}: is there already; shares are never overwritten", .0.display())]
    WouldOverwrite(PathBuf),
    /// The answers are not JSON of the expected shape.
    #[error("the answers cannot be read: {0}")]
    AnswersShape(String),
    /// The answers do not fit the questionnaire.
    #[error("the answers are not complete:\n{}", .0.join("\n"))]
    Answers(Vec<String>),
    /// Files were given that the answers exclude.
    #[error("these answers hand over no files: answer “have.have” and “upload-law.images” so that they do")]
    FilesExcluded,
    /// Several desks, and none was named.
    #[error("name a desk with --desk; there is {}", .0.join(", "))]
    WhichDesk(Vec<String>),
    /// Something between this program and the service.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// Sealing or opening failed.
    #[error(transparent)]
    Seal(#[from] seal::Error),
    /// A source is in no format that is known.
    #[error(
        "{0}: not a chat export that this program knows; if you know what it is, name it with --format, or the \
columns of a table with --columns"
    )]
    NotAChat(String),
    /// A zip or tar cannot be read.
    #[error("{}: {source}", path.display())]
    Archive {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        source: transcript::archive::ArchiveError,
    },
    /// A database cannot be read.
    #[error("{name}: {source}")]
    Database {
        /// Which.
        name: String,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// A database of something else.
    #[error(
        "{name}: a database without the table message of iMessage's chat.db; its tables are {}", .tables.join(", ")
    )]
    NotMessages {
        /// Which.
        name: String,
        /// What tables it has.
        tables: Vec<String>,
    },
    /// A row that is not there.
    #[error("{name}: there is no row {rowid} in a table {table}")]
    NoRow {
        /// The database.
        name: String,
        /// The table.
        table: String,
        /// The number of the row.
        rowid: i64,
    },
    /// A row of something that has none.
    #[error("{0}: no database; state bytes with --at, as in --at 120..260")]
    NoRows(String),
    /// Bytes of a database, where a message is a row.
    #[error("{0}: a database; state a row with --at, as in --at message/12")]
    RowNeeded(String),
    /// Something of what was asked for could not be read; the rest was.
    #[error("these could not be read:\n  {}", .0.join("\n  "))]
    Unreadable(Vec<String>),
    /// The columns of a table are not stated as expected.
    #[error("{}: {why}", path.display())]
    Columns {
        /// The file that states them.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A time without a zone, for a program that knows points in time alone.
    #[error("{0}: times are written without a zone; state it with --zone, as in --zone Europe/London")]
    ZoneNeeded(String),
    /// A date that could be read two ways, for a program that knows one.
    #[error(
        "{0}: day and month cannot be told apart; state which comes first with --day-first or --month-first"
    )]
    DateOrderNeeded(String),
    /// Bytes of several sources at once.
    #[error("--at shows bytes of one source; name one file")]
    AtOneSource,
    /// A comparison of more or fewer than two.
    #[error("--compare holds two exports against each other; name two files or folders")]
    CompareTwo,
    /// Bytes that are not there.
    #[error("the source has {len} bytes, and {end} were asked for")]
    BeyondSource {
        /// The end that was asked for.
        end: u64,
        /// How many there are.
        len: u64,
    },
    /// The folder holds something that is not a demo.
    #[error("{}: holds something that is not a demo; it is left alone", .0.display())]
    NotADemo(PathBuf),
    /// A demo lives at the port it was made with.
    #[error("this demo was made for port {made}, and its seven words with it; use --fresh for port {asked}")]
    DemoPort {
        /// The port it was made for.
        made: u16,
        /// The port that was asked for.
        asked: u16,
    },
}

impl From<Alarm> for Error {
    fn from(alarm: Alarm) -> Self {
        Self::Alarm(Box::new(alarm))
    }
}

impl From<WitnessError> for Error {
    fn from(error: WitnessError) -> Self {
        Self::Witness(Box::new(error))
    }
}

/// What a command yields.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Names the file with which something went wrong.
    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::File { path: path.to_owned(), source }
    }

    /// Prints the error for a person.
    pub(crate) fn tell(&self) {
        eprintln!("error: {self}");
        if let Self::Phrase(PhraseError::Word { typed, suggestions, .. }) = self
            && !suggestions.is_empty()
        {
            eprintln!("  “{}”: did you mean {}?", typed.as_str(), suggestions.join(", "));
        }
    }

    /// The exit code that a script can act on; `safehand help` lists them.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Client(error) => client_code(error),
            Self::Config(_)
            | Self::Start(_)
            | Self::Key(_)
            | Self::Unhealthy(_)
            | Self::NoDesk(_)
            | Self::Witness(_)
            | Self::Store(_) => 5,
            Self::PassphrasesDiffer
            | Self::PassphraseShort(_)
            | Self::WrongPassphrase
            | Self::Phrase(_)
            | Self::NotTheseWords(_)
            | Self::NoSuchReport
            | Self::Share { .. }
            | Self::Ceremony(CeremonyError::Seal(_) | CeremonyError::ForeignKey)
            | Self::AnswersShape(_)
            | Self::Answers(_)
            | Self::FilesExcluded => 6,
            Self::Alarm(alarm) => alarm.code(),
            Self::OtherKey { .. } | Self::ReceiptFails { .. } | Self::Proof(_) => 7,
            Self::Shares { .. }
            | Self::NoTerminal { .. }
            | Self::WhichDesk(_)
            | Self::Quorum { .. }
            | Self::NoLogKey(_)
            | Self::WhichLogKey
            | Self::NoProof
            | Self::WordsNeeded => 2,
            _ => 1,
        })
    }
}

fn client_code(error: &ClientError) -> u8 {
    match error {
        ClientError::Unreachable { .. } => 4,
        ClientError::Refused(refusal) if refusal.code == ErrorCode::Unavailable => 4,
        ClientError::Refused(_) | ClientError::NoSuchDesk { .. } | ClientError::FilesNotAccepted(_) => 3,
        ClientError::Opaque(OpaqueError::WrongCredentials) => 6,
        ClientError::Address { .. } => 2,
        ClientError::Proof(_) => 7,
        _ => 1,
    }
}
