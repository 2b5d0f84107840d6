//! A made-up desk with made-up reports, for tests.

use protocol::content::{AnsweredField, AnsweredPage, Answers, FileEntry, SealedOn, Standing, Summary};
use protocol::receipt::ItemView;
use protocol::staff::{MemberView, QueueRow, ReportState, ReportView};
use protocol::{MemberId, Role};
use seal::rand_core::CryptoRng;
use seal::{FileMeta, Identity, ItemId, ItemKind, Place, ReportId};

/// A time at which nothing in particular happened.
pub(crate) const NOON: i64 = 1_795_000_000;

fn field(id: &str, label: &str, shown: &[&str]) -> AnsweredField {
    let shown: Vec<String> = shown.iter().map(|&text| text.to_owned()).collect();
    AnsweredField { field: id.to_owned(), label: label.to_owned(), values: shown.clone(), shown }
}

fn page(id: &str, question: &str, fields: Vec<AnsweredField>) -> AnsweredPage {
    AnsweredPage { page: id.to_owned(), question: question.to_owned(), fields }
}

pub(crate) fn answers() -> Answers {
    let accounts = vec![
        field("accounts.1.platform", "Account 1: Platform", &["Kickabout Chat"]),
        field("accounts.1.handle", "Account 1: Handle", &["goalkeeper_07"]),
        field("accounts.2.platform", "Account 2: Platform", &["Homework Club"]),
        field("accounts.2.handle", "Account 2: Handle", &[]),
    ];
    let person = vec![
        field("name", "Name", &["Robin Example"]),
        field("how", "How do you know?", &["They said so", "The phone number is theirs"]),
    ];
    Answers {
        schema: Answers::SCHEMA.to_owned(),
        questionnaire: "default".to_owned(),
        version: 1,
        language: "en-GB".to_owned(),
        sealed_on: SealedOn::Device,
        route: Some(Standing::Confidential),
        pages: vec![
            page("danger", "Is a child in danger right now?", vec![field("now", "", &["No"])]),
            page("child", "Is there a real child?", vec![field("real", "", &["Yes"])]),
            page("accounts", "Which accounts?", accounts),
            page("person", "Do you know who it is?", vec![field("known", "", &["Yes"])]),
            page("person-about", "Who do you think it is?", person),
            page("keep-safe", "Keep what you have safe", vec![]),
        ],
        reasons: vec!["meeting_within_72h".to_owned()],
        files: vec![],
    }
}

pub(crate) fn summary(title: &str) -> Summary {
    Summary {
        schema: Summary::SCHEMA.to_owned(),
        title: title.to_owned(),
        reasons: vec!["meeting_within_72h".to_owned()],
        route: Some(Standing::Anonymous),
        about: vec!["contact".to_owned()],
        accounts: 1,
        files: 0,
    }
}

/// A desk with one member, and a report sealed to it.
pub(crate) struct World {
    pub(crate) desk: Identity,
    pub(crate) officer: Identity,
    pub(crate) reporter: Identity,
    pub(crate) report: Identity,
    pub(crate) id: ReportId,
}

impl World {
    pub(crate) fn new(rng: &mut impl CryptoRng) -> Self {
        Self {
            desk: Identity::generate(rng),
            officer: Identity::generate(rng),
            reporter: Identity::generate(rng),
            report: Identity::generate(rng),
            id: ReportId::generate(rng),
        }
    }

    pub(crate) fn members(&self) -> Vec<MemberView> {
        vec![MemberView {
            id: MemberId::from_bytes([1; 16]),
            login: "a.okafor".to_owned(),
            name: "Ada Okafor".to_owned(),
            role: Role::Investigator,
            active: true,
            identity: self.officer.public(),
            has_passkey: false,
        }]
    }

    pub(crate) fn item(
        &self,
        kind: ItemKind,
        document: &impl serde::Serialize,
        author: &Identity,
        rng: &mut impl CryptoRng,
    ) -> ItemView {
        let to = if kind.sealed_to_desk() { &self.desk } else { &self.report };
        let content = serde_json::to_vec(document).unwrap();
        self.seal(kind, None, &content, to, author, rng)
    }

    pub(crate) fn file(&self, name: &str, content: &[u8], rng: &mut impl CryptoRng) -> (ItemView, FileEntry) {
        let meta = FileMeta { name: name.to_owned(), media_type: "text/plain".to_owned() };
        let view = self.seal(ItemKind::File, Some(&meta), content, &self.report, &self.reporter, rng);
        let entry = FileEntry {
            item: view.signed.header.item,
            name: meta.name,
            media_type: meta.media_type,
            size: content.len() as u64,
            sha256: seal::Digest::of(content).to_hex(),
        };
        (view, entry)
    }

    fn seal(
        &self,
        kind: ItemKind,
        meta: Option<&FileMeta>,
        content: &[u8],
        to: &Identity,
        author: &Identity,
        rng: &mut impl CryptoRng,
    ) -> ItemView {
        let place = Place { report: self.id, item: ItemId::generate(rng), kind };
        let sealed = seal::seal_item(place, meta, content, to.recipient(), author, rng).unwrap();
        ItemView { signed: sealed.signed, received_at: NOON, body: Some(sealed.bytes.into()) }
    }

    pub(crate) fn view(&self, items: Vec<ItemView>, rng: &mut impl CryptoRng) -> ReportView {
        ReportView {
            report: self.id,
            received_at: NOON,
            state: ReportState::New,
            urgent: true,
            assigned: None,
            desk_wrap: seal::wrap(self.report.seed(), self.desk.recipient(), rng).unwrap().into(),
            reporter_key: self.reporter.verifying_key(),
            items,
            held: Vec::new(),
        }
    }

    pub(crate) fn row(&self, title: &str, rng: &mut impl CryptoRng) -> QueueRow {
        QueueRow {
            report: self.id,
            received_at: NOON,
            last_from_reporter: NOON,
            state: ReportState::New,
            urgent: false,
            assigned: None,
            unread: true,
            items: 2,
            desk_wrap: seal::wrap(self.report.seed(), self.desk.recipient(), rng).unwrap().into(),
            summary: self.item(ItemKind::Summary, &summary(title), &self.reporter, rng),
        }
    }
}
