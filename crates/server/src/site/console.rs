//! The staff application's one page: a shell that its module fills.

use axum::response::{Html, IntoResponse, Redirect, Response};
use http::header::CONTENT_SECURITY_POLICY;
use http::{HeaderValue, StatusCode};
use maud::{DOCTYPE, html};

use super::assets::Group;
use crate::headers::{Nonce, page_policy};

/// `GET /console`
pub(super) async fn redirect() -> Redirect {
    Redirect::permanent("/console/")
}

/// `GET /console/` and every address below it, which the module itself understands.
pub(super) async fn shell(nonce: Nonce) -> Response {
    let (style, module) = (Group::Console.address("console.css"), Group::Console.address("console.js"));
    let status = if module.is_some() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let page = html! {
        (DOCTYPE)
        html.govuk-template lang="en-GB" {
            head {
                meta charset="utf-8";
                title { "Safehand: the desk" }
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                @if let Some(icon) = Group::Reporter.address("icon.svg") { link rel="icon" href=(icon); }
                @if let Some(style) = &style { link rel="stylesheet" href=(style); }
                @if let Some(module) = &module { script type="module" src=(module) nonce=(nonce.as_str()) {} }
            }
            body.govuk-template__body {
                div #console {
                    main.govuk-width-container {
                        @if module.is_some() {
                            p.govuk-body { "Starting…" }
                            noscript { p.govuk-body { "The desk needs JavaScript: reports are opened in this browser and nowhere else." } }
                        } @else {
                            h1 { "The desk is not part of this build" }
                            p { "Build the browser’s files first: " code { "cargo xtask web" } "." }
                        }
                    }
                }
            }
        }
    };
    let mut response = (status, Html(page.into_string())).into_response();
    // Its frame is the page in which files are shown.
    let policy = format!("{}; frame-src 'self'", page_policy(&nonce, "safehand"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}
