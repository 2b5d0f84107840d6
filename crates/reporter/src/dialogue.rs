//! Coming back with seven words: reading what the desk wrote, and adding to the report.

use protocol::content::{Amendment, Message, Speaker, Standing};
use protocol::receipt::{AddItems, ItemView, ReceiptView};
use protocol::submission::{ItemBody, ItemUpload};
use protocol::{UnixSeconds, content::Answers};
use seal::rand_core::CryptoRng;
use seal::{Identity, ItemId, ItemKind, LookupHash, Recipient, ReportId, SignedHeader, open_item};
use serde::{Deserialize, Serialize};

use crate::{Error, ReportKeys, SealedFile};

/// The longest message, in characters.
pub const MAX_MESSAGE: usize = intake::pages::Dialogue::LIMIT;

/// The longest way to reach somebody, in characters.
pub const MAX_CONTACT: usize = 500;

/// A report as its reporter sees it again.
pub struct Dialogue {
    keys: ReportKeys,
    view: ReceiptView,
}

/// One thing in the dialogue, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The item.
    pub item: ItemId,
    /// When it became durable.
    pub received_at: UnixSeconds,
    /// What it is.
    pub what: What,
}

/// What an [`Entry`] is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The report itself.
    Report,
    /// A file that the reporter handed over; its name is known where it is small or was listed.
    File {
        /// Its name on the reporter's device.
        name: Option<String>,
    },
    /// A message from the reporter.
    Mine {
        /// What it says.
        text: String,
    },
    /// A message from the desk.
    Desk {
        /// What it says.
        text: String,
    },
    /// The reporter asked not to be contacted.
    Withdrawn,
    /// The reporter is now willing to be asked for a statement.
    Witness,
    /// Something that cannot be opened, or does not come from whom it claims to.
    Unreadable,
}

impl Dialogue {
    /// Opens what the server handed out for the words that yield `author`.
    ///
    /// # Errors
    ///
    /// When the report's key cannot be opened by them.
    pub fn open(lookup: LookupHash, author: Identity, view: ReceiptView) -> Result<Self, Error> {
        let seed = seal::unwrap(view.wrap.as_slice(), &author)?;
        let keys = ReportKeys { report: view.report, identity: Identity::from_seed(seed), lookup, author };
        Ok(Self { keys, view })
    }

    /// The report.
    pub fn report(&self) -> ReportId {
        self.view.report
    }

    /// The slug of the desk that has it.
    pub fn desk(&self) -> &str {
        &self.view.desk
    }

    /// When it became durable.
    pub fn received_at(&self) -> UnixSeconds {
        self.view.received_at
    }

    /// To whom further files are sealed.
    pub fn recipient(&self) -> &Recipient {
        self.keys.identity.recipient()
    }

    /// The reporter's identity, which signs.
    pub fn author(&self) -> &Identity {
        &self.keys.author
    }

    /// Everything in it, oldest first. An item that cannot be opened is shown as such, and the
    /// others all the same.
    pub fn entries(&self) -> Vec<Entry> {
        let named = self.names();
        let shown = self.view.items.iter().filter(|item| item.signed.header.kind != ItemKind::Summary);
        shown
            .map(|item| Entry {
                item: item.signed.header.item,
                received_at: item.received_at,
                what: self.what(item, &named).unwrap_or(What::Unreadable),
            })
            .collect()
    }

    /// Whether an item is part of the report.
    pub fn has(&self, item: ItemId) -> bool {
        self.view.items.iter().any(|known| known.signed.header.item == item)
    }

    /// How the reporter stands now: what they chose, and what they changed since. `None` where the
    /// answers are too large to travel along.
    pub fn standing(&self) -> Option<Standing> {
        let chosen = self.opened::<Answers>(ItemKind::Answers).find_map(|answers| answers.route);
        self.opened::<Amendment>(ItemKind::Amendment)
            .filter_map(|amendment| amendment.route)
            .last()
            .or(chosen)
    }

    /// Whether the reporter asked not to be contacted.
    pub fn has_withdrawn(&self) -> bool {
        self.opened::<Amendment>(ItemKind::Amendment).any(|amendment| amendment.withdraw_contact)
    }

    /// Seals a message to the desk, as the item `item`: one that is sent twice counts once.
    ///
    /// # Errors
    ///
    /// When there is no text or too much of it.
    pub fn message(
        &self,
        item: ItemId,
        text: &str,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<AddItems, Error> {
        let text = checked(text, MAX_MESSAGE)?;
        self.add((item, ItemKind::Message), &Message::new(Speaker::Reporter, text), rng)
    }

    /// Seals the wish not to be contacted again.
    ///
    /// # Errors
    ///
    /// When it cannot be sealed.
    pub fn withdraw(&self, item: ItemId, rng: &mut (impl CryptoRng + ?Sized)) -> Result<AddItems, Error> {
        self.amend(item, (None, true, None), rng)
    }

    /// Seals the willingness to be a witness, with a name and a way to be reached.
    ///
    /// # Errors
    ///
    /// When there is no such way, or its text is too long.
    pub fn be_witness(
        &self,
        item: ItemId,
        contact: &str,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<AddItems, Error> {
        let contact = checked(contact, MAX_CONTACT)?;
        self.amend(item, (Some(Standing::Witness), false, Some(contact.to_owned())), rng)
    }

    /// Hands over files that were sealed for this report and uploaded.
    pub fn files(files: &[SealedFile]) -> AddItems {
        let items = files
            .iter()
            .map(|file| ItemUpload { signed: file.signed, body: ItemBody::Upload(file.upload.clone()) });
        AddItems { items: items.collect() }
    }

    pub(crate) fn view(&self) -> &ReceiptView {
        &self.view
    }

    /// The report's own identity.
    pub(crate) fn identity(&self) -> &Identity {
        &self.keys.identity
    }

    /// The items that carry the reporter's signature.
    pub(crate) fn mine(&self) -> impl Iterator<Item = &ItemView> {
        self.view.items.iter().filter(|item| self.is_mine(&item.signed))
    }

    fn amend(
        &self,
        item: ItemId,
        (route, withdraw_contact, contact): (Option<Standing>, bool, Option<String>),
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<AddItems, Error> {
        let amendment = Amendment { schema: Amendment::SCHEMA.to_owned(), route, withdraw_contact, contact };
        self.add((item, ItemKind::Amendment), &amendment, rng)
    }

    fn add(
        &self,
        item: (ItemId, ItemKind),
        document: &impl Serialize,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<AddItems, Error> {
        Ok(AddItems { items: vec![self.keys.document(item, document, rng)?] })
    }

    fn what(&self, item: &ItemView, named: &[(ItemId, String)]) -> Result<What, Error> {
        let signed = &item.signed;
        Ok(match signed.header.kind {
            ItemKind::Answers
            | ItemKind::Summary
            | ItemKind::Note
            | ItemKind::Mark
            | ItemKind::Exhibit
            | ItemKind::Release => What::Report,
            ItemKind::File | ItemKind::Media => {
                let name = named.iter().find(|(id, _)| *id == signed.header.item);
                What::File { name: name.map(|(_, name)| name.clone()) }
            }
            ItemKind::Message => {
                let Message { from, text, .. } = self.open_document(item)?;
                // Only the reporter's own key makes a message theirs, whatever it says of itself.
                match (from, self.is_mine(signed)) {
                    (Speaker::Reporter, true) => What::Mine { text },
                    (Speaker::Desk, false) => What::Desk { text },
                    _ => return Err(Error::Forged),
                }
            }
            ItemKind::Amendment => {
                let amendment: Amendment = self.open_document(item)?;
                if amendment.withdraw_contact { What::Withdrawn } else { What::Witness }
            }
        })
    }

    /// Names of files: from the answers for those handed over with them, from the file itself where
    /// it is small enough to have travelled along.
    fn names(&self) -> Vec<(ItemId, String)> {
        let listed = self.opened::<Answers>(ItemKind::Answers).flat_map(|answers| answers.files);
        let mut names: Vec<_> = listed.map(|file| (file.item, file.name)).collect();
        for item in self.view.items.iter().filter(|item| item.signed.header.kind.is_file()) {
            if let Some(meta) = self.open_body(item).ok().and_then(|opened| opened.meta) {
                names.push((item.signed.header.item, meta.name));
            }
        }
        names
    }

    fn opened<T: for<'a> Deserialize<'a>>(&self, kind: ItemKind) -> impl Iterator<Item = T> {
        self.items(kind)
            .filter(|item| self.is_mine(&item.signed))
            .filter_map(|item| self.open_document(item).ok())
    }

    fn items(&self, kind: ItemKind) -> impl Iterator<Item = &ItemView> {
        self.view.items.iter().filter(move |item| item.signed.header.kind == kind)
    }

    fn open_document<T: for<'a> Deserialize<'a>>(&self, item: &ItemView) -> Result<T, Error> {
        Ok(serde_json::from_slice(&self.open_body(item)?.content)?)
    }

    fn open_body(&self, item: &ItemView) -> Result<seal::OpenedItem, Error> {
        let header = &item.signed.header;
        if header.report != self.view.report {
            return Err(Error::Forged);
        }
        let body = item.body.as_ref().map(protocol::Bytes::as_slice).unwrap_or_default();
        Ok(open_item(&item.signed, body, &self.keys.identity)?)
    }

    fn is_mine(&self, signed: &SignedHeader) -> bool {
        signed.header.author == Some(self.keys.author.verifying_key())
    }
}

fn checked(text: &str, limit: usize) -> Result<&str, Error> {
    let text = text.trim();
    let over = text.chars().count().saturating_sub(limit);
    match (text.is_empty(), over) {
        (true, _) => Err(Error::Empty),
        (false, 0) => Ok(text),
        (false, over) => Err(Error::TooLong { limit, over }),
    }
}
