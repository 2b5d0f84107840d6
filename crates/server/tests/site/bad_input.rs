//! Whatever a browser may send that it should not: a clear answer, and nothing lost.

use reqwest::StatusCode;

use crate::browser::{Page, REPORT, walk};
use crate::support::{POLICE, Pair, TestServer};

#[tokio::test]
async fn a_draft_that_was_changed_or_is_too_old_gives_back_what_was_typed() {
    let server = TestServer::start(Pair::Embedded).await;
    let page = walk(&server, POLICE, &REPORT[..9]).await;
    let typed = [("story", "The bus was late.")];

    let draft = page.value("draft").unwrap().to_owned();
    for (at, what) in [(0, "its hour"), (20, "its nonce"), (200, "its content"), (draft.len() - 2, "its tag")]
    {
        let mut changed = draft.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed =
            Page { html: page.html.replace(&draft, std::str::from_utf8(&changed).unwrap()), ..page.clone() };
        let answer = changed.send(&server, &typed).await;
        assert!(answer.status.is_client_error(), "{what}: {}", answer.status);
        assert!(answer.has("The bus was late."), "{what}: {}", answer.html);
    }

    server.clock.advance(2 * 3600 + 1);
    let expired = page.send(&server, &typed).await;
    assert_eq!(expired.status, StatusCode::GONE);
    assert!(expired.has("The bus was late.") && expired.has("left_winger_07700900123"), "{}", expired.html);

    server.clock.advance(24 * 3600);
    let forgotten = page.send(&server, &typed).await;
    assert_eq!(forgotten.status, StatusCode::GONE);
    assert!(forgotten.has("The bus was late."), "{}", forgotten.html);
}

#[tokio::test]
async fn a_thousand_accounts_are_refused_and_kept() {
    let server = TestServer::start(Pair::Embedded).await;
    let page = walk(&server, POLICE, &REPORT[..7]).await;
    let names: Vec<_> = (0..1000).map(|number| format!("accounts-{number}-handle")).collect();
    let values: Vec<_> = (0..1000).map(|number| format!("rain_{number}")).collect();
    let answers: Vec<_> = names.iter().zip(&values).map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let answer = page.send(&server, &answers).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.name(), "accounts");
    assert!(answer.has("rain_0") && answer.has("rain_999"));
}

#[tokio::test]
async fn a_field_at_its_limit_passes_and_one_past_it_is_told_beside_it() {
    let server = TestServer::start(Pair::Embedded).await;
    let page = walk(&server, POLICE, &REPORT[..9]).await;
    let full = "é".repeat(20_000);
    assert_eq!(page.send(&server, &[("story", &full)]).await.name(), "have");
    let over = format!("{full}é");
    let answer = page.send(&server, &[("story", &over)]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.has("id=\"story-error\"") && answer.has(&over));
}

#[tokio::test]
async fn bytes_that_are_no_text_come_back_as_they_can_be_shown() {
    let server = TestServer::start(Pair::Embedded).await;
    let page = walk(&server, POLICE, &REPORT[..9]).await;
    let body =
        format!("draft={}&page=what&story=rain%FF%FEagain&do=add%20nothing", page.value("draft").unwrap());
    let answer = page.send_body(&server, body.into_bytes()).await;
    assert!(answer.status == StatusCode::OK && answer.has("rain\u{fffd}\u{fffd}again"), "{}", answer.html);
}

#[tokio::test]
async fn words_with_a_slip_get_a_suggestion_and_unknown_ones_a_plain_answer() {
    let server = TestServer::start(Pair::Embedded).await;
    let page = Page::get(&server, "/return").await;
    let cases = [
        ("", "Enter your seven words"),
        ("abacus abdomen", "You have entered 2"),
        ("abacus abdomen abdominal abide abiding ability ablazf", "ablaze"),
        ("abacus abdomen abdominal abide abiding ability ablaze", "We have no report with these words"),
    ];
    for (words, told) in cases {
        let answer = page.send(&server, &[("phrase", words)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(answer.has(told), "{words}: {}", answer.html);
        assert!(words.is_empty() || answer.has(words), "what was typed stays");
    }
}

#[tokio::test]
async fn a_form_that_is_too_large_or_broken_is_refused_in_a_page() {
    let server = TestServer::start(Pair::Embedded).await;
    let page = walk(&server, POLICE, &REPORT[..9]).await;
    let answer = page.send_body(&server, vec![b'a'; (4 << 20) + 1]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.has("<h1"));
    let unknown = Page::get(&server, "/desks/nowhere/report").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(unknown.has("<h1"));
}
