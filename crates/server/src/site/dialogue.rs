//! Coming back with seven words, without JavaScript: the server opens what the words open, in
//! memory, while one request runs.

use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use intake::pages::{self, DialogueMistake, FileMistake, PhraseMistake, Trouble};
use intake::{Action, Form};
use protocol::ErrorCode;
use protocol::public::DeskPublic;
use protocol::receipt::AddItems;
use reporter::Dialogue;
use reporter::homecoming::{Told, Wish, phrase_mistake, wish};
use seal::{ItemId, Phrase};
use store::reports::ReporterReport;

use super::files::Target;
use super::form::{self, Received};
use super::kept::{self, KeptDialogue};
use super::page::{Scene, Takeover, Visitor};
use super::report::{problems, status_of, typed};
use super::rng;
use super::vault::{LIFETIME, Purpose, Unopened};
use crate::api::receipt;
use crate::error::{Error, Result};
use crate::state::AppState;

const PATH: &str = "/return";

/// One request of somebody who comes back.
struct Returning<'a> {
    state: &'a AppState,
    visitor: Visitor,
}

/// A report that has been opened for one request.
struct Opened {
    kept: KeptDialogue,
    report: ReporterReport,
    desk: DeskPublic,
    dialogue: Dialogue,
}

/// What the person did last, as the page shows it.
#[derive(Default)]
struct Outcome {
    sent: bool,
    typed: Option<Form>,
    mistake: Option<DialogueMistake>,
    refused: Vec<(String, FileMistake)>,
    /// Whether there were files where none are taken.
    unwanted: bool,
}

/// `GET /return`: asks for the seven words.
pub(super) async fn ask(State(state): State<AppState>, visitor: Visitor) -> Response {
    Returning { state: &state, visitor }.ask(StatusCode::OK, "", None)
}

/// `POST /return`: the seven words, or whatever is done with the report they opened.
pub(super) async fn post(
    State(state): State<AppState>,
    visitor: Visitor,
    request: Request,
) -> Result<Response> {
    let returning = Returning { state: &state, visitor };
    let limit = state.config.limits.max_json_bytes;
    match form::read(&state, request, limit, |form| returning.target(form)).await {
        Ok(received) => returning.answer(received).await,
        Err(error) if error.is(ErrorCode::TooLarge) => Ok(returning.scene().trouble(Trouble::TooLarge)),
        Err(error) => Err(error),
    }
}

impl Returning<'_> {
    async fn answer(&self, received: Received) -> Result<Response> {
        let Some(field) = received.form.first("draft") else {
            return self.come_back(received.form.first("phrase").unwrap_or_default()).await;
        };
        let kept = match self.unseal(field).await {
            Ok(kept) => kept,
            Err(Unopened::Failed(error)) => return Err(error),
            Err(_) => return Ok(self.lost(&received.form)),
        };
        if kept.expires_at <= self.state.clock.now() {
            return Ok(self.lost(&received.form));
        }
        let Some(opened) = self.open(kept).await? else {
            return Ok(self.ask(StatusCode::NOT_FOUND, "", Some(&PhraseMistake::Unknown)));
        };
        self.act(opened, received).await
    }

    /// Opens the report that the words belong to.
    async fn come_back(&self, words: &str) -> Result<Response> {
        let phrase = match Phrase::parse(words) {
            Ok(phrase) => phrase,
            Err(error) => {
                let mistake = phrase_mistake(&error, words);
                return Ok(self.ask(StatusCode::UNPROCESSABLE_ENTITY, words, Some(&mistake)));
            }
        };
        let now = self.state.clock.now();
        if self.state.networks.take(self.visitor.network, now).is_err() {
            return Ok(self.scene().trouble(Trouble::Busy));
        }
        let Some(keys) = self.state.site.derive(phrase).await? else {
            return Ok(self.scene().trouble(Trouble::Busy));
        };
        let kept = KeptDialogue::new(keys, self.visitor.language, now);
        match self.open(kept).await? {
            Some(opened) => self.show(opened, Outcome::default()).await,
            None => Ok(self.ask(StatusCode::UNPROCESSABLE_ENTITY, words, Some(&PhraseMistake::Unknown))),
        }
    }

    async fn act(&self, mut opened: Box<Opened>, received: Received) -> Result<Response> {
        let Received { form, files, refused, unwanted } = received;
        let mut outcome = Outcome { refused, unwanted, ..Outcome::default() };
        if !files.is_empty() {
            let items = Dialogue::files(&files);
            outcome.sent = self.add(&mut opened, items).await?;
            opened.kept.files.extend(files);
        } else if form.first("do") == Some("upload") && outcome.refused.is_empty() {
            outcome.refused.push((String::new(), FileMistake::NoneChosen));
        }
        if let Action::Speak(language) = Action::of(&form) {
            opened.kept.language = language;
        }
        if form.first("do") == Some("leave") {
            return Ok(self.scene().show(StatusCode::OK, pages::done));
        }
        match written(&opened.dialogue, opened.kept.next, &form) {
            Some(Ok(items)) => {
                let items = items.map_err(Error::internal)?;
                outcome.sent = self.add(&mut opened, items).await?;
            }
            Some(Err(mistake)) => outcome.mistake = Some(mistake),
            None => {}
        }
        if !outcome.sent {
            outcome.typed = Some(form);
        }
        let Some(opened) = self.open(opened.kept).await? else { return Err(Error::not_found()) };
        self.show(opened, outcome).await
    }

    /// Adds to the report. What was added before under the same id counts as added.
    async fn add(&self, opened: &mut Opened, items: AddItems) -> Result<bool> {
        match receipt::take_in(self.state, &opened.report, items.items).await {
            Ok(_) => {}
            Err(error) if error.is(ErrorCode::Conflict) => {}
            Err(error) => return Err(error),
        }
        opened.kept.next = ItemId::generate(&mut rng());
        Ok(true)
    }

    async fn show(&self, opened: Box<Opened>, outcome: Outcome) -> Result<Response> {
        let Opened { mut kept, report: _, desk, dialogue } = *opened;
        let now = self.state.clock.now();
        kept.expires_at = now + LIFETIME;
        let AppState { site, store, .. } = self.state;
        let mut scene = self.scene();
        scene.visitor.language = kept.language;
        scene.sealed = Some(site.vault.seal(store, now, Purpose::Dialogue, &kept).await?);
        scene.desk = Some(&desk);
        let told = Told::of(&dialogue);
        let lines = told.lines();
        let refused = problems(&outcome.refused);
        let good = outcome.mistake.is_none() && refused.is_empty();
        let status = if outcome.unwanted { StatusCode::FORBIDDEN } else { status_of(good) };
        Ok(kept::with_rows(&kept.files, |rows| {
            let view = pages::Dialogue {
                received_at: told.received_at,
                state: None,
                lines: &lines,
                standing: told.standing,
                withdrawn: told.withdrawn,
                files: kept::files(rows, &refused, &desk),
                sent: outcome.sent,
                typed: outcome.typed.as_ref(),
                mistake: outcome.mistake,
            };
            scene.show(status, |context| pages::dialogue(&view, context))
        }))
    }

    /// Finds the report and opens it. `None` when no report answers to these words.
    async fn open(&self, kept: KeptDialogue) -> Result<Option<Box<Opened>>> {
        let found = self.state.store.reports().by_lookup(kept.reporter.lookup).await?;
        let Some(report) = found else { return Ok(None) };
        let desk = self.state.desks.find(report.desk()).await?;
        let view = receipt::show(self.state, &report).await?;
        let author = kept.reporter.identity()?;
        let dialogue = Dialogue::open(kept.reporter.lookup, author, view).map_err(Error::internal)?;
        Ok(Some(Box::new(Opened { kept, report, desk, dialogue })))
    }

    async fn target(&self, form: Form) -> Option<Target> {
        let kept = self.unseal(form.first("draft")?).await.ok()?;
        let already = kept.files.len();
        let author = kept.reporter.identity().ok()?;
        let Opened { desk, dialogue, .. } = *self.open(kept).await.ok()??;
        desk.accepts_files.then(|| Target {
            report: dialogue.report(),
            to: dialogue.recipient().clone(),
            author,
            max_bytes: desk.max_file_bytes,
            already,
            network: self.visitor.network,
        })
    }

    async fn unseal(&self, field: &str) -> Result<KeptDialogue, Unopened> {
        let AppState { site, store, clock, .. } = self.state;
        site.vault.open(store, clock.now(), Purpose::Dialogue, field).await
    }

    fn ask(&self, status: StatusCode, words: &str, mistake: Option<&PhraseMistake>) -> Response {
        let mut scene = self.scene();
        scene.here = Some(PATH.to_owned());
        scene.takeover = Some(Takeover::Return);
        scene.show(status, |context| pages::return_page(words, mistake, context))
    }

    /// What was typed, when the sealed field can no longer be used.
    fn lost(&self, form: &Form) -> Response {
        let (typed, again) = (typed(form), self.scene().link(PATH));
        self.scene().show(StatusCode::GONE, |context| pages::expired(&typed, &again, context))
    }

    fn scene(&self) -> Scene<'_> {
        Scene::new(self.state, self.visitor.clone(), PATH)
    }
}

/// Seals what a form asks to add, or says what is wrong with it. `None` when it adds no text.
fn written(
    dialogue: &Dialogue,
    item: ItemId,
    form: &Form,
) -> Option<Result<Result<AddItems, reporter::Error>, DialogueMistake>> {
    let rng = &mut rng();
    let added = wish(form)?.map(|wish| match wish {
        Wish::Reply { text } => Some(dialogue.message(item, &text, rng)),
        Wish::Witness { contact } => Some(dialogue.be_witness(item, &contact, rng)),
        Wish::Withdraw => Some(dialogue.withdraw(item, rng)),
        Wish::Upload | Wish::RemoveFile { .. } | Wish::Speak { .. } | Wish::Leave => None,
    });
    added.transpose()
}
