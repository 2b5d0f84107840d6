//! Coming back with seven words, without JavaScript: the server opens what the words open, in
//! memory, while one request runs.

use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use intake::pages::{
    self, DialogueMistake, Expired, FileMistake, FileRow, Keeps, PhraseMistake, Sent, Trouble,
};
use intake::{Form, Questionnaire};
use protocol::ErrorCode;
use protocol::public::DeskPublic;
use reporter::homecoming::{Told, Wish, phrase_mistake, wish};
use reporter::{Dialogue, SealedFile};
use seal::{ItemId, Phrase};
use store::reports::ReporterReport;
use store::uploads::UploadId;

use super::files::Target;
use super::form::{self, Received};
use super::kept::{self, KeptDialogue};
use super::page::{Scene, Takeover, Visitor};
use super::report::{gone_already, problems, status_of};
use super::vault::{HOURS, LIFETIME, Purpose, Unopened};
use super::{proof, rng};
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
    dialogue: Box<Dialogue>,
}

impl Opened {
    /// The files of this visit that have not been sent.
    fn ready(&self) -> impl Iterator<Item = &SealedFile> {
        self.kept.files.iter().filter(|file| !self.dialogue.has(file.entry.item))
    }
}

/// What the person did last, as the page shows it.
#[derive(Default)]
struct Outcome {
    sent: Option<Sent>,
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
    let received = form::read(&state, request, limit, |form| returning.target(form)).await?;
    returning.answer(received).await
}

impl Returning<'_> {
    async fn answer(&self, received: Received) -> Result<Response> {
        let Some(field) = received.form.first("draft") else {
            if let Some(trouble) = received.cut {
                return Ok(self.scene().trouble(trouble));
            }
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
        if let Some(trouble) = received.cut {
            return self.again(kept, received.files, trouble).await;
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

    /// The page for a form that did not arrive whole: what it has brought so far is kept.
    async fn again(
        &self,
        mut kept: KeptDialogue,
        files: Vec<SealedFile>,
        trouble: Trouble,
    ) -> Result<Response> {
        kept.files.extend(files);
        Ok(self.renewed(&mut kept).await?.trouble(trouble))
    }

    async fn act(&self, mut opened: Box<Opened>, received: Received) -> Result<Response> {
        let Received { form, files, refused, unwanted, cut: _ } = received;
        let mut outcome = Outcome { refused, unwanted, ..Outcome::default() };
        let brought = !files.is_empty();
        opened.kept.files.extend(files);
        if form.first("do") == Some("upload") && !brought && outcome.refused.is_empty() && !unwanted {
            outcome.refused.push((String::new(), FileMistake::NoneChosen));
        }
        match wish(&form, opened.ready().count()) {
            // Nobody sends past a file that they believe to be going along.
            Some(_) if unwanted || !outcome.refused.is_empty() => {}
            Some(Ok(Wish::Proof)) => return proof::file(self.state, &opened.report, &opened.dialogue).await,
            Some(Ok(Wish::Leave)) => return Ok(self.scene().show(StatusCode::OK, pages::done)),
            Some(Ok(Wish::Speak { language })) => opened.kept.language = language,
            Some(Ok(Wish::RemoveFile { id })) => self.remove(&mut opened, &id).await?,
            Some(Ok(wish)) => outcome.sent = self.send(&mut opened, &wish).await?,
            Some(Err(mistake)) => outcome.mistake = Some(mistake),
            None => {}
        }
        if !matches!(outcome.sent, Some(Sent::Message | Sent::Both | Sent::Wish)) {
            outcome.typed = Some(form);
        }
        let ready = opened.ready().count();
        let Some(opened) = self.open(opened.kept).await? else { return Err(Error::not_found()) };
        // What is in the report now is what has been sent.
        let handed_over = ready - opened.ready().count();
        outcome.sent = match (outcome.sent, handed_over) {
            (Some(Sent::Both), 0) => Some(Sent::Message),
            (Some(Sent::Files(_)), 0) => None,
            (Some(Sent::Files(_)), count) => Some(Sent::Files(count)),
            (sent, _) => sent,
        };
        self.show(opened, outcome).await
    }

    /// Seals what is to be added, with the files that are ready, and adds it to the report.
    async fn send(&self, opened: &mut Opened, wish: &Wish) -> Result<Option<Sent>> {
        let item = opened.kept.next;
        let ready: Vec<SealedFile> = opened.ready().cloned().collect();
        let sealed = match wish {
            Wish::Reply { text } => opened.dialogue.message(item, text, &mut rng()),
            Wish::Witness { contact } => opened.dialogue.be_witness(item, contact, &mut rng()),
            Wish::Withdraw => opened.dialogue.withdraw(item, &mut rng()),
            Wish::HandOver => Ok(Dialogue::files(&ready)),
            Wish::Upload | Wish::RemoveFile { .. } | Wish::Speak { .. } | Wish::Proof | Wish::Leave => {
                return Ok(None);
            }
        };
        let mut items = sealed.map_err(Error::internal)?.items;
        let sent = match wish {
            Wish::Reply { .. } if ready.is_empty() => Sent::Message,
            Wish::Reply { .. } => {
                items.extend(Dialogue::files(&ready).items);
                Sent::Both
            }
            Wish::HandOver => Sent::Files(ready.len()),
            _ => Sent::Wish,
        };
        if items.is_empty() {
            return Ok(None);
        }
        match receipt::take_in(self.state, &opened.report, items).await {
            Ok(_) => {}
            // What was added before under the same id counts as added.
            Err(error) if error.is(ErrorCode::Conflict) => {}
            Err(error) => return Err(error),
        }
        opened.kept.next = ItemId::generate(&mut rng());
        Ok(Some(sent))
    }

    /// Forgets a file that has not been sent. One that has is part of the report and stays.
    async fn remove(&self, opened: &mut Opened, id: &str) -> Result<()> {
        let found = opened.ready().find(|file| file.entry.item.to_string() == id);
        let Some((item, upload)) = found.map(|file| (file.entry.item, file.upload.parse::<UploadId>()))
        else {
            return Ok(());
        };
        opened.kept.files.retain(|file| file.entry.item != item);
        if let Ok(upload) = upload {
            self.state.store.uploads().delete(upload).await.or_else(gone_already)?;
        }
        Ok(())
    }

    /// What stands around a page that can be used for some hours from now.
    async fn renewed(&self, kept: &mut KeptDialogue) -> Result<Scene<'_>> {
        let now = self.state.clock.now();
        kept.expires_at = now + LIFETIME;
        let AppState { site, store, .. } = self.state;
        let mut scene = self.scene();
        scene.visitor.language = kept.language;
        scene.sealed = Some(site.vault.seal(store, now, Purpose::Dialogue, kept).await?);
        scene.keeps = Some(Keeps { until: kept.expires_at, hours: HOURS, words: true });
        Ok(scene)
    }

    async fn show(&self, mut opened: Box<Opened>, outcome: Outcome) -> Result<Response> {
        let (ready, sent): (Vec<_>, Vec<_>) =
            opened.kept.files.iter().cloned().partition(|file| !opened.dialogue.has(file.entry.item));
        let mut scene = self.renewed(&mut opened.kept).await?;
        let desk = &opened.desk;
        scene.desk = Some(desk);
        let told = Told::of(&opened.dialogue, &self.state.log_keys);
        let lines = told.lines();
        let refused = problems(&outcome.refused);
        let good = outcome.mistake.is_none() && refused.is_empty();
        let status = if outcome.unwanted { StatusCode::FORBIDDEN } else { status_of(good) };
        let draw = |ready: &[FileRow<'_>], sent: &[FileRow<'_>]| {
            let view = pages::Dialogue {
                received_at: told.received_at,
                state: None,
                lines: &lines,
                standing: told.standing,
                withdrawn: told.withdrawn,
                logged: reporter::proof::told(told.logged),
                files: kept::files(ready, &refused, desk),
                handed_over: sent,
                sent: outcome.sent,
                typed: outcome.typed.as_ref(),
                mistake: outcome.mistake,
            };
            scene.show(status, |context| pages::dialogue(&view, context))
        };
        Ok(kept::with_rows(&ready, |ready| kept::with_rows(&sent, |sent| draw(ready, sent))))
    }

    /// Finds the report and opens it. `None` when no report answers to these words.
    async fn open(&self, kept: KeptDialogue) -> Result<Option<Box<Opened>>> {
        let found = self.state.store.reports().by_lookup(kept.reporter.lookup).await?;
        let Some(report) = found else { return Ok(None) };
        let desk = self.state.desks.find(report.desk()).await?;
        let keys = (kept.reporter.lookup, kept.reporter.identity()?);
        let dialogue = proof::come_back(self.state, &report, keys).await?;
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
            desk: desk.slug.clone(),
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
        let (typed, again) = (form.typed(Questionnaire::embedded()), self.scene().link(PATH));
        let view = Expired { typed: &typed, again: &again, words: true };
        self.scene().show(StatusCode::GONE, |context| pages::expired(&view, context))
    }

    fn scene(&self) -> Scene<'_> {
        Scene::new(self.state, self.visitor.clone(), PATH)
    }
}
