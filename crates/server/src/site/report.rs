//! The questionnaire without JavaScript: one form after another, the sending, the receipt.

use axum::extract::{Path, Request, State};
use axum::response::Response;
use http::StatusCode;
use intake::pages::{self, Expired, FileMistake, FileProblem, Keeps, ReceiptView, Trouble};
use intake::{Action, Draft, FieldError, Form, Questionnaire, SealedOn, Turn};
use protocol::ErrorCode;
use protocol::public::DeskPublic;
use reporter::{Dialogue, ReportKeys, Sending};
use store::log::Wanted;
use store::reports::ReporterReport;
use store::uploads::UploadId;

use super::files::Target;
use super::form::{self, Received};
use super::kept::{self, KeptDraft};
use super::page::{Scene, Takeover, Visitor};
use super::vault::{HOURS, LIFETIME, Purpose, Unopened};
use super::{proof, rng};
use crate::api::reports;
use crate::error::{Error, Result};
use crate::sequencer;
use crate::state::AppState;

/// One request for a page of the questionnaire.
struct Asking<'a> {
    state: &'a AppState,
    desk: &'a DeskPublic,
    visitor: Visitor,
}

/// `GET /desks/{slug}/report`: the first page, with nothing answered.
pub(super) async fn begin(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(slug): Path<String>,
) -> Result<Response> {
    let Ok(desk) = state.desks.find(&slug).await else { return Ok(not_found(&state, visitor)) };
    let kept = KeptDraft::new(&desk, visitor.language, state.clock.now());
    Asking { state: &state, desk: &desk, visitor }.ask(kept, StatusCode::OK, &[], &[]).await
}

/// `POST /desks/{slug}/report`: whatever a form of the questionnaire asks for.
pub(super) async fn post(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(slug): Path<String>,
    request: Request,
) -> Result<Response> {
    let Ok(desk) = state.desks.find(&slug).await else { return Ok(not_found(&state, visitor)) };
    let asking = Asking { state: &state, desk: &desk, visitor };
    let limit = state.config.limits.max_json_bytes;
    let received = form::read(&state, request, limit, |form| asking.target(form)).await?;
    Box::pin(asking.answer(received)).await
}

fn not_found(state: &AppState, visitor: Visitor) -> Response {
    Scene::new(state, visitor, "/").trouble(Trouble::NotFound)
}

impl Asking<'_> {
    async fn answer(&self, received: Received) -> Result<Response> {
        let Received { form, files, mut refused, unwanted, cut } = received;
        let Some(field) = form.first("draft") else {
            if let Some(trouble) = cut {
                return Ok(self.scene().trouble(trouble));
            }
            let kept = KeptDraft::new(self.desk, self.visitor.language, self.state.clock.now());
            return self.ask(kept, StatusCode::OK, &[], &[]).await;
        };
        let mut kept = match self.open(field).await {
            Ok(kept) => kept,
            Err(Unopened::Failed(error)) => return Err(error),
            // The receipt has been on the screen for hours; what it was for is long done.
            Err(_) if pages::is_from_receipt(&form) => {
                return Ok(self.scene().show(StatusCode::OK, pages::done));
            }
            Err(unopened) => return Ok(self.lost(&unopened, &form)),
        };
        if kept.received_at.is_some() {
            return self.confirm(kept, &form).await;
        }
        let brought = !files.is_empty();
        kept.files.extend(files);
        if let Some(trouble) = cut {
            // The page itself is not whole, so the answers before it are what can be gone on with.
            return self.not_yet(kept, trouble).await;
        }
        let draft = kept.draft.clone();
        let turn = turn(draft, &form);
        if kept.expires_at <= self.state.clock.now() {
            kept.draft = turn.draft().clone();
            return self.expired(kept).await;
        }
        if unwanted {
            // Nothing of it was looked at; the page stays where it was.
            return self.ask(kept, StatusCode::FORBIDDEN, &[], &[]).await;
        }
        let asked_for = Action::of(&form);
        if asked_for == Action::Upload && !brought && refused.is_empty() {
            refused.push((String::new(), FileMistake::NoneChosen));
        }
        let turn = self.with_files(&mut kept, turn, &asked_for, &refused).await?;
        match turn {
            Turn::Show(draft) => {
                kept.draft = draft;
                self.ask(kept, status_of(refused.is_empty()), &[], &problems(&refused)).await
            }
            Turn::Mend(draft, errors) => {
                kept.draft = draft;
                self.ask(kept, status_of(false), &errors, &[]).await
            }
            Turn::Send(draft) => {
                kept.draft = draft;
                Box::pin(self.send(kept)).await
            }
        }
    }

    /// Removes a file that is to be removed, and stays on the page when a file was refused.
    async fn with_files(
        &self,
        kept: &mut KeptDraft,
        turn: Turn,
        asked_for: &Action,
        refused: &[(String, FileMistake)],
    ) -> Result<Turn> {
        if let Action::RemoveFile(id) = asked_for {
            let (gone, left) =
                kept.files.drain(..).partition::<Vec<_>, _>(|file| file.entry.item.to_string() == *id);
            kept.files = left;
            for upload in gone.iter().filter_map(|file| file.upload.parse::<UploadId>().ok()) {
                self.state.store.uploads().delete(upload).await.or_else(gone_already)?;
            }
        }
        // Nobody is sent on past a file that they believe they have handed over.
        let stay = !refused.is_empty() && *asked_for == Action::Continue;
        Ok(if stay { Turn::Show(kept.draft.clone()) } else { turn })
    }

    /// Shows the page that the draft is on.
    async fn ask(
        &self,
        mut kept: KeptDraft,
        status: StatusCode,
        errors: &[FieldError],
        refused: &[FileProblem<'_>],
    ) -> Result<Response> {
        let mut scene = self.renewed(&mut kept).await?;
        scene.takeover = kept.draft.is_empty().then_some(Takeover::Report);
        let response = kept::with_rows(&kept.files, |rows| {
            let files = kept::files(rows, refused, self.desk);
            let questionnaire = Questionnaire::embedded();
            scene.show(status, |context| pages::question(questionnaire, &kept.draft, errors, &files, context))
        });
        Ok(response)
    }

    /// What stands around a page that can be sent for some hours from now.
    async fn renewed(&self, kept: &mut KeptDraft) -> Result<Scene<'_>> {
        kept.expires_at = self.state.clock.now() + LIFETIME;
        let mut scene = self.scene();
        scene.visitor.language = kept.draft.language();
        scene.sealed = Some(self.seal(kept).await?);
        scene.keeps = Some(Keeps { until: kept.expires_at, hours: HOURS, words: false });
        Ok(scene)
    }

    /// Seals the report and hands it over; shows the receipt.
    async fn send(&self, mut kept: KeptDraft) -> Result<Response> {
        let now = self.state.clock.now();
        if self.state.networks.take(self.visitor.network, now).is_err() {
            return self.not_yet(kept, Trouble::Busy).await;
        }
        let Some(keys) = self.keys(&mut kept).await? else { return self.not_yet(kept, Trouble::Busy).await };
        kept.received_at = match self.received_before(&keys).await {
            Ok(Some(at)) => Some(at),
            Ok(None) => self.hand_over(&kept, &keys, now).await?,
            // Stored, but not to be acknowledged before it is in the log.
            Err(error) if error.is(ErrorCode::Unavailable) => None,
            Err(error) => return Err(error),
        };
        match kept.received_at {
            Some(_) => self.receipt(&kept, None).await,
            None => self.not_yet(kept, Trouble::NotSent).await,
        }
    }

    /// When it became durable; `None` when it could not be taken now and may be sent again.
    async fn hand_over(&self, kept: &KeptDraft, keys: &ReportKeys, now: i64) -> Result<Option<i64>> {
        let sending = Sending { desk: self.desk, sealed_on: SealedOn::Server, now };
        let submission = keys.seal(&kept.draft, &kept.files, sending, &mut rng()).map_err(Error::internal)?;
        match reports::take_in(self.state, self.desk, submission).await {
            Ok(acknowledgement) => Ok(Some(acknowledgement.received_at)),
            // The same draft, sent twice at once: the first one counts.
            Err(error) if error.is(ErrorCode::Conflict) => self.received_before(keys).await,
            Err(error) => {
                tracing::error!(why = %error, "a report could not be taken");
                Ok(None)
            }
        }
    }

    /// When this report was received, if it was, once it is in the log.
    async fn received_before(&self, keys: &ReportKeys) -> Result<Option<i64>> {
        let Some(found) = self.state.store.reports().by_lookup(keys.lookup).await? else { return Ok(None) };
        sequencer::inclusion(self.state, found.report(), Wanted::All).await?;
        Ok(Some(found.received_at()))
    }

    /// The report as its reporter may see it. It has been received, so it is there.
    async fn come_back(&self, kept: &KeptDraft) -> Result<(ReporterReport, Box<Dialogue>)> {
        let keys = kept.keys()?.ok_or_else(|| Error::internal("a report was sent without keys"))?;
        let found = self.state.store.reports().by_lookup(keys.lookup).await?;
        let report = found.ok_or_else(Error::not_found)?;
        let dialogue = proof::come_back(self.state, &report, (keys.lookup, keys.author)).await?;
        Ok((report, dialogue))
    }

    /// Checks what came back from the receipt.
    async fn confirm(&self, kept: KeptDraft, form: &Form) -> Result<Response> {
        if form.first("do") == Some(pages::PROOF) {
            let (report, dialogue) = self.come_back(&kept).await?;
            return proof::file(self.state, &report, &dialogue).await;
        }
        let words = kept.phrase()?.words();
        match pages::check_words(words, kept.asked(), form) {
            Ok(()) => Ok(self.scene().show(StatusCode::OK, pages::done)),
            Err(mistake) => self.receipt(&kept, Some((form, mistake))).await,
        }
    }

    async fn receipt(
        &self,
        kept: &KeptDraft,
        wrong: Option<(&Form, pages::WordsMistake)>,
    ) -> Result<Response> {
        let (_, dialogue) = self.come_back(kept).await?;
        let logged = dialogue.logged(&self.state.log_keys);
        if let Err(why) = &logged {
            tracing::error!(%why, "the proof of a report does not hold");
        }
        let logged = reporter::proof::told(logged.ok());
        let mut scene = self.scene();
        scene.visitor.language = kept.draft.language();
        scene.sealed = Some(self.seal(kept).await?);
        let status = status_of(wrong.is_none());
        let words = kept.phrase()?.words();
        let takes_files = kept.draft.takes_files(Questionnaire::embedded());
        let shown = if takes_files { kept.files.as_slice() } else { &[] };
        Ok(kept::with_rows(shown, |rows| {
            let view = ReceiptView {
                words,
                received_at: kept.received_at.unwrap_or_default(),
                files: kept::files(rows, &[], self.desk),
                logged,
                asked: kept.asked(),
                typed: wrong.map(|(form, _)| form),
                mistake: wrong.map(|(_, mistake)| mistake),
            };
            scene.show(status, |context| pages::receipt(&view, context))
        }))
    }

    /// The page for a report that could not be sent now: the draft comes along.
    async fn not_yet(&self, mut kept: KeptDraft, trouble: Trouble) -> Result<Response> {
        Ok(self.renewed(&mut kept).await?.trouble(trouble))
    }

    /// The page for a draft that came too late, as long as it can be opened: it goes on from there.
    async fn expired(&self, mut kept: KeptDraft) -> Result<Response> {
        let scene = self.renewed(&mut kept).await?;
        let typed = kept.draft.typed(Questionnaire::embedded());
        let view = Expired { typed: &typed, again: "", words: false };
        Ok(scene.show(StatusCode::GONE, |context| pages::expired(&view, context)))
    }

    /// The page for a draft that cannot be opened: what was typed last, to be copied.
    fn lost(&self, why: &Unopened, form: &Form) -> Response {
        let status = match why {
            Unopened::Forgotten => StatusCode::GONE,
            _ => StatusCode::BAD_REQUEST,
        };
        let scene = self.scene();
        let again = scene.link(&format!("/desks/{}", self.desk.slug));
        let typed = form.typed(Questionnaire::embedded());
        let view = Expired { typed: &typed, again: &again, words: false };
        scene.show(status, |context| pages::expired(&view, context))
    }

    /// Where files of a form go to; nowhere when its draft or this desk takes none.
    async fn target(&self, form: Form) -> Option<Target> {
        if !self.desk.accepts_files {
            return None;
        }
        let mut kept = self.open(form.first("draft")?).await.ok()?;
        if !kept.draft.takes_files(Questionnaire::embedded()) || kept.received_at.is_some() {
            return None;
        }
        let already = kept.files.len();
        let keys = self.keys(&mut kept).await.ok()??;
        Some(Target {
            report: keys.report,
            to: keys.identity.recipient().clone(),
            author: keys.author,
            desk: self.desk.slug.clone(),
            max_bytes: self.desk.max_file_bytes,
            already,
            network: self.visitor.network,
        })
    }

    /// The report's keys; `None` when too many visitors wait for theirs.
    async fn keys(&self, kept: &mut KeptDraft) -> Result<Option<ReportKeys>> {
        if kept.keys()?.is_none() {
            let Some(keys) = self.state.site.derive(kept.phrase()?).await? else { return Ok(None) };
            kept.keep(keys);
        }
        kept.keys()
    }

    async fn open(&self, field: &str) -> Result<KeptDraft, Unopened> {
        let AppState { site, store, clock, .. } = self.state;
        let kept: KeptDraft = site.vault.open(store, clock.now(), Purpose::Draft, field).await?;
        let fits = kept.desk == self.desk.slug && kept.draft.check_edition(Questionnaire::embedded()).is_ok();
        if fits { Ok(kept) } else { Err(Unopened::Changed) }
    }

    async fn seal(&self, kept: &KeptDraft) -> Result<String> {
        let AppState { site, store, clock, .. } = self.state;
        site.vault.seal(store, clock.now(), Purpose::Draft, kept).await
    }

    fn scene(&self) -> Scene<'_> {
        let action = format!("/desks/{}/report", self.desk.slug);
        let mut scene = Scene::new(self.state, self.visitor.clone(), action);
        scene.desk = Some(self.desk);
        scene
    }
}

/// What a form does to a draft. A form that names no page only asks to go on: it comes from the page
/// that says that something went wrong.
fn turn(draft: Draft, form: &Form) -> Turn {
    let questionnaire = Questionnaire::embedded();
    match form.first("page") {
        Some(_) => draft.submit(questionnaire, form),
        None if draft.is_complete(questionnaire) => Turn::Send(draft),
        None => Turn::Show(draft),
    }
}

/// What a page with or without mistakes is answered with.
pub(super) fn status_of(good: bool) -> StatusCode {
    if good { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

pub(super) fn gone_already(error: store::Error) -> Result<(), store::Error> {
    match error {
        store::Error::NotFound(_) => Ok(()),
        other => Err(other),
    }
}

/// What was wrong with the files of a form.
pub(super) fn problems(refused: &[(String, FileMistake)]) -> Vec<FileProblem<'_>> {
    refused.iter().map(|(name, mistake)| FileProblem { name, mistake: *mistake }).collect()
}
