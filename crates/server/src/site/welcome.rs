//! The pages before and beside the questionnaire.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use intake::pages::{self, Desk, DeskLink, Trouble};

use super::page::{Scene, Takeover, Visitor, kind};
use crate::error::Result;
use crate::state::AppState;

/// `GET /`: which desk to tell, or coming back.
pub(super) async fn home(State(state): State<AppState>, visitor: Visitor) -> Result<Response> {
    let desks = state.desks.all().await?;
    let mut scene = Scene::new(&state, visitor, "/");
    scene.here = Some("/".to_owned());
    let addresses: Vec<String> =
        desks.iter().map(|desk| scene.link(&format!("/desks/{}", desk.slug))).collect();
    let links: Vec<_> = desks
        .iter()
        .zip(&addresses)
        .map(|(desk, href)| DeskLink { desk: Desk { name: &desk.name, kind: kind(desk.kind) }, href })
        .collect();
    let back = scene.link("/return");
    Ok(scene.show(StatusCode::OK, |context| pages::home(&links, &back, context)))
}

/// `GET /left`: what a person finds who comes back after leaving in a hurry.
pub(super) async fn left(State(state): State<AppState>, visitor: Visitor) -> Response {
    Scene::new(&state, visitor, "/").show(StatusCode::OK, pages::safety)
}

/// `GET /desks/{slug}`: a desk's start page.
pub(super) async fn start(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(slug): Path<String>,
) -> Result<Response> {
    let desk = state.desks.find(&slug).await;
    let mut scene = Scene::new(&state, visitor, format!("/desks/{slug}/report"));
    let Ok(desk) = desk else { return Ok(scene.trouble(Trouble::NotFound)) };
    scene.desk = Some(&desk);
    scene.here = Some(format!("/desks/{slug}"));
    scene.takeover = Some(Takeover::Report);
    Ok(scene.show(StatusCode::OK, pages::start))
}
