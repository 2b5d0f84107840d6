//! A browser without JavaScript: it reads forms, fills them in and sends them.

use reqwest::multipart::{Form as Multipart, Part};
use reqwest::{Method, StatusCode};

use crate::support::TestServer;

/// A page as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) html: String,
    pub(crate) action: String,
}

pub(crate) type Answers<'a> = &'a [(&'a str, &'a str)];

/// The answers of a whole report to a police desk, page by page, up to the declaration.
pub(crate) const REPORT: &[(&str, Answers<'_>)] = &[
    ("leave", &[]),
    ("danger", &[("now", "no")]),
    ("who", &[("you", "public")]),
    ("route", &[("route", "anonymous")]),
    ("anonymous", &[]),
    ("about", &[("about", "contact")]),
    ("child", &[("real", "no")]),
    ("accounts", &[("accounts-0-platform", "Chatterbox"), ("accounts-0-handle", "left_winger_07700900123")]),
    ("person", &[("known", "no")]),
    ("what", &[("story", "Somebody asked about football practice and the homework club.")]),
    ("have", &[("have", "messages")]),
    ("have-about", &[("complete", "yes")]),
    ("upload-law", &[("images", "no")]),
];

impl Page {
    pub(crate) async fn get(server: &TestServer, path: &str) -> Self {
        Self::of(server.get(path).await).await
    }

    pub(crate) async fn of(response: reqwest::Response) -> Self {
        let status = response.status();
        let html = response.text().await.unwrap();
        let action =
            between(&html, "<form id=\"safehand\" method=\"post\" action=\"", "\"").unwrap_or_default();
        Self { status, action: action.to_owned(), html }
    }

    /// The page of the questionnaire that this is.
    pub(crate) fn name(&self) -> &str {
        self.value("page").unwrap_or_default()
    }

    /// The value of a hidden field.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        between(&self.html, &format!("name=\"{name}\" value=\""), "\"")
    }

    pub(crate) fn has(&self, text: &str) -> bool {
        self.html.contains(text)
    }

    fn fields<'a>(&'a self, answers: Answers<'a>) -> Vec<(&'a str, &'a str)> {
        let mut fields: Vec<_> =
            ["draft", "page"].into_iter().filter_map(|name| Some((name, self.value(name)?))).collect();
        fields.extend_from_slice(answers);
        fields
    }

    /// Presses a button of this page after filling it in.
    pub(crate) async fn send(&self, server: &TestServer, answers: Answers<'_>) -> Self {
        let body: String =
            form_urlencoded::Serializer::new(String::new()).extend_pairs(self.fields(answers)).finish();
        self.send_body(server, body.into_bytes()).await
    }

    pub(crate) async fn send_body(&self, server: &TestServer, body: Vec<u8>) -> Self {
        let request = server
            .request(Method::POST, &self.action)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        Self::of(request.send().await.unwrap()).await
    }

    /// The same with a file, as a browser orders the parts.
    pub(crate) async fn send_file(
        &self,
        server: &TestServer,
        name: &str,
        content: Vec<u8>,
        answers: Answers<'_>,
    ) -> Self {
        let mut form = Multipart::new();
        for (name, value) in self.fields(&[]) {
            form = form.text(name.to_owned(), value.to_owned());
        }
        form = form
            .part("file", Part::bytes(content).file_name(name.to_owned()).mime_str("text/plain").unwrap());
        for (name, value) in answers {
            form = form.text((*name).to_owned(), (*value).to_owned());
        }
        let request = server.request(Method::POST, &self.action).multipart(form);
        Self::of(request.send().await.unwrap()).await
    }

    /// The same as parts between lines of `--b`, as they are.
    pub(crate) async fn send_parts(&self, server: &TestServer, body: Vec<u8>) -> Self {
        let request = server
            .request(Method::POST, &self.action)
            .header("content-type", "multipart/form-data; boundary=b")
            .body(body);
        Self::of(request.send().await.unwrap()).await
    }

    /// The seven words of a receipt.
    pub(crate) fn words(&self) -> Vec<String> {
        let list = between(&self.html, "<ol", "</ol>").unwrap();
        list.split("<li>").skip(1).map(|item| item.split('<').next().unwrap().to_owned()).collect()
    }

    /// Which words the receipt asks for, counted from 1.
    pub(crate) fn asked(&self) -> Vec<usize> {
        let inputs = self.html.split("name=\"word-").skip(1);
        inputs.map(|rest| rest.split('"').next().unwrap().parse().unwrap()).collect()
    }
}

/// Walks from the first page through all of `answers`; each must be for the page that is shown.
pub(crate) async fn walk(server: &TestServer, desk: &str, answers: &[(&str, Answers<'_>)]) -> Page {
    let mut page = Page::get(server, &format!("/desks/{desk}/report")).await;
    for (name, given) in answers {
        assert_eq!(page.name(), *name, "{}", page.html);
        page = page.send(server, given).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    }
    page
}

/// From the page that takes files to the receipt.
pub(crate) async fn finish(server: &TestServer, files: Page) -> Page {
    let page = files.send(server, &[("do", "continue")]).await;
    assert_eq!(page.name(), "told", "{}", page.html);
    let page = page.send(server, &[("told", "nobody")]).await;
    let page = page.send(server, &[]).await;
    assert_eq!(page.name(), "declaration");
    page.send(server, &[("agree", "true")]).await
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let start = text.find(before)? + before.len();
    let length = text[start..].find(after)?;
    Some(&text[start..start + length])
}
