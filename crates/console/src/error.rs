use seal::ItemKind;

/// Why something could not be opened, sealed or shown. Says which check failed, and never holds what
/// was sealed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server gave no vault for a session that ought to have one.
    #[error("the server did not hand over your vault")]
    VaultMissing,
    /// The key that the passphrase yields does not open the vault.
    #[error("your passphrase does not open the vault that the server handed over: {0}")]
    Vault(#[source] seal::Error),
    /// The vault opened, but holds the keys of somebody else.
    #[error("the vault that the server handed over is not yours")]
    VaultOfAnother,
    /// The member's key does not open their grant.
    #[error("your key does not open the desk’s key: {0}")]
    Grant(#[source] seal::Error),
    /// The grant opened, but yields the key of another desk.
    #[error("the desk key that the server handed over belongs to another desk")]
    GrantOfAnother,
    /// The invite's code does not open the desk's key that came with it.
    #[error("the code does not open the desk’s key that came with the invite: {0}")]
    Invite(#[source] seal::Error),
    /// This member's role reads no content, so there is no desk key to use.
    #[error("your role holds no key of this desk")]
    NoDeskKey,
    /// The desk's key does not open the report's key.
    #[error("the desk’s key does not open this report: {0}")]
    DeskWrap(#[source] seal::Error),
    /// A seed could not be wrapped.
    #[error("a key could not be wrapped: {0}")]
    Wrap(#[source] seal::Error),
    /// An item is not what it says it is.
    #[error("{0}")]
    Item(#[source] seal::Error),
    /// An item could not be sealed.
    #[error("it could not be sealed: {0}")]
    Seal(#[source] seal::Error),
    /// An item came without its sealed bytes.
    #[error("its sealed bytes did not arrive")]
    BodyMissing,
    /// An item of another report was handed over with this one.
    #[error("it belongs to another report")]
    OfAnotherReport,
    /// The same item was handed over twice.
    #[error("the same item was handed over twice")]
    Repeated,
    /// What is inside is not the document its kind promises.
    #[error("inside is no {expected} document")]
    Schema {
        /// The schema's name and version.
        expected: &'static str,
    },
    /// An item that only the reporter may write is signed by somebody else.
    #[error("{} should be signed by the reporter and is not", named(*.0))]
    NotFromReporter(ItemKind),
    /// An item that only a member may write is signed by nobody at this desk.
    #[error("{} should be signed by a member of the desk and is not", named(*.0))]
    NotFromDesk(ItemKind),
    /// A file's plaintext is not the one that the answers list.
    #[error("the file is not the one that the answers list: its SHA-256 differs")]
    NotAsListed,
    /// A plain file turned out to be media.
    #[error(
        "the file is a picture, a film or a recording, whatever it is called: it is in quarantine from now on"
    )]
    IsMedia,
    /// A hash list does not open with the desk's key.
    #[error("a hash list of this desk does not open: {0}")]
    HashList(#[source] seal::Error),
    /// The server's bytes of a hash list are not those that it speaks of.
    #[error("a hash list of this desk was altered on its way")]
    HashListAltered,
    /// A hash list's name is no text.
    #[error("the name of a hash list cannot be read")]
    HashListName,
    /// A mark names a range of bytes that is none.
    #[error("the passage that is marked ends before it begins")]
    PassageBackwards,
    /// A document could not be written as JSON.
    #[error("it could not be written down: {0}")]
    Write(#[source] serde_json::Error),
}

/// What an item of this kind is called in a sentence.
fn named(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Answers => "the set of answers",
        ItemKind::Summary => "the summary",
        ItemKind::Message => "the message",
        ItemKind::File => "the file",
        ItemKind::Note => "the note",
        ItemKind::Amendment => "the amendment",
        ItemKind::Mark => "the mark",
        ItemKind::Exhibit => "the entry of the exhibit list",
        ItemKind::Media => "the media file",
        ItemKind::Release => "the reason of a release",
    }
}
