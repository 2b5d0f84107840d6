//! Whatever a browser may send that it should not: a clear answer, and nothing lost.

use reqwest::StatusCode;

use crate::browser::{Page, REPORT, finish, walk};
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
    // It goes on from there, with all of it, as often as that happens.
    let on = expired.send(&server, &[("do", "continue")]).await;
    assert_eq!((on.status, on.name()), (StatusCode::OK, "have"), "{}", on.html);
    let back = on.send(&server, &[("do", "back")]).await;
    assert!(back.name() == "what" && back.has("The bus was late."), "{}", back.html);

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
async fn bytes_that_are_no_text_are_told_beside_the_field_and_shown_as_they_can_be() {
    let server = TestServer::start(Pair::Embedded).await;
    let page = walk(&server, POLICE, &REPORT[..9]).await;
    let draft = page.value("draft").unwrap();
    for (typed, shown) in [
        ("rain%FF%FEagain", "rain\u{fffd}\u{fffd}again"),
        ("rain%00again", "rain\u{fffd}again"),
        ("rain%1B[2Jagain", "rain\u{fffd}[2Jagain"),
        ("rain\u{fffd}%C3", "rain\u{fffd}\u{fffd}"),
    ] {
        for action in ["continue", "back", "add+nothing", "speak+cy"] {
            let body = format!("draft={draft}&page=what&story={typed}&first=in+October&do={action}");
            let answer = page.send_body(&server, body.into_bytes()).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{action}: {}", answer.html);
            assert!(answer.has("id=\"story-error\"") && answer.has(shown), "{action}: {}", answer.html);
            assert!(answer.has("value=\"in October\"") && answer.has("href=\"#story\""), "{}", answer.html);
            // Having seen it, the person may send it so.
            let answer = answer.send(&server, &[("story", shown)]).await;
            assert_eq!((answer.status, answer.name()), (StatusCode::OK, "have"), "{}", answer.html);
        }
    }
    let stray = format!("draft={draft}&page=what&story=Rain&%FFstory=Sun&do=continue");
    let answer = page.send_body(&server, stray.into_bytes()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.has("A part of this page did not arrive as you sent it") && answer.has("Rain"),
        "{}",
        answer.html
    );
}

#[tokio::test]
async fn a_form_with_files_is_read_down_to_its_bytes_too() {
    let server = TestServer::start(Pair::Embedded).await;
    let page = walk(&server, POLICE, &REPORT[..9]).await;
    let parts = [
        ("draft", page.value("draft").unwrap().as_bytes()),
        ("page", b"what"),
        ("story", b"rain\xff\xfeagain"),
        ("do", b"continue"),
    ];
    let mut body = Vec::new();
    for (name, value) in parts {
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n").bytes());
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    let whole = [body.as_slice(), b"--b--\r\n"].concat();
    let answer = page.send_parts(&server, whole).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.html);
    assert!(answer.has("id=\"story-error\"") && answer.has("rain\u{fffd}\u{fffd}again"), "{}", answer.html);

    // A form that breaks off is told as such, and goes on from the answers before it.
    let answer = page.send_parts(&server, body).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.html);
    let on = answer.send(&server, &[("do", "continue")]).await;
    assert_eq!((on.status, on.name()), (StatusCode::OK, "what"), "{}", on.html);
}

#[tokio::test]
async fn a_message_that_is_no_text_or_too_long_is_told_beside_it() {
    let server = TestServer::start(Pair::Embedded).await;
    let words = report(&server).await;
    let page = Page::get(&server, "/return").await.send(&server, &[("phrase", &words)]).await;
    let draft = page.value("draft").unwrap().to_owned();
    for (field, action) in [("text", "reply"), ("name", "witness"), ("contact", "witness")] {
        let body = format!("draft={draft}&do={action}&name=Robin&contact=Plover&{field}=rain%FF%00again");
        let body = body.replacen(if field == "name" { "name=Robin&" } else { "contact=Plover&" }, "", 1);
        let answer = page.send_body(&server, body.into_bytes()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {}", answer.html);
        assert!(answer.has(&format!("id=\"{field}-error\"")), "{field}: {}", answer.html);
        assert!(answer.has("rain\u{fffd}\u{fffd}again"), "{field}: {}", answer.html);
    }
    for (field, limit, action) in
        [("text", 10_000, "reply"), ("name", 150, "witness"), ("contact", 300, "witness")]
    {
        // A line break counts once, as the page counts it.
        let full = if field == "text" { "é\r\n".repeat(limit / 2) } else { "é".repeat(limit) };
        let others =
            [("name", "Robin"), ("contact", "Plover")].into_iter().filter(|(name, _)| *name != field);
        let over = format!("{full}é");
        let mut answers: Vec<_> = others.chain([("do", action), (field, &over)]).collect();
        let answer = page.send(&server, &answers).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(
            answer.has("1 too many") && answer.has("éé") | answer.has("é\né"),
            "{field}: {}",
            answer.html
        );
        answers.pop();
        answers.push((field, &full));
        let answer = answer.send(&server, &answers).await;
        assert_eq!(answer.status, StatusCode::OK, "{field}: {}", answer.html);
    }
}

#[tokio::test]
async fn a_page_with_far_too_much_text_keeps_the_answers_before_it() {
    let server = TestServer::start(Pair::Embedded).await;
    let page = walk(&server, POLICE, &REPORT[..9]).await;
    // As long as a chat log is: told beside the field, and kept.
    let log = "It rained. ".repeat(100_000);
    let answer = page.send(&server, &[("story", &log)]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.has("id=\"story-error\"") && answer.has(&log));
    let again = answer.send(&server, &[("story", &log)]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "the same once more");
    let mended = again.send(&server, &[("story", "It rained.")]).await;
    assert_eq!((mended.status, mended.name()), (StatusCode::OK, "have"));
    // Longer than anything: the page says so, and goes on from the answers before it.
    for letters in [3 << 20, 9 << 20] {
        let answer = page.send(&server, &[("story", &"a".repeat(letters))]).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(answer.has("Your answers before it are still here"), "{}", answer.html);
        let on = answer.send(&server, &[("do", "continue")]).await;
        assert_eq!((on.status, on.name()), (StatusCode::OK, "what"), "{}", on.html);
        let back = on.send(&server, &[("do", "change accounts")]).await;
        assert!(back.has("left_winger_07700900123"), "{}", back.html);
    }
}

#[tokio::test]
async fn a_page_says_in_advance_until_when_it_can_be_sent() {
    let server = TestServer::start(Pair::Embedded).await;
    let page = walk(&server, POLICE, &REPORT[..9]).await;
    assert!(page.has("id=\"keeps\"") && page.has("you get 2 more hours"), "{}", page.html);
    let told =
        |page: &Page| page.html.split("id=\"keeps\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let before = told(&page);
    server.clock.advance(600);
    let next = page.send(&server, &[("story", "Rain.")]).await;
    assert_ne!(told(&next), before, "each page has its own");
    // Up to that moment it can be sent.
    server.clock.advance(7199);
    assert_eq!(next.send(&server, &[("have", "messages")]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_receipt_that_was_open_for_long_does_not_say_that_nothing_was_sent() {
    let server = TestServer::start(Pair::Embedded).await;
    let receipt = receipt(&server).await;
    assert!(!receipt.has("id=\"keeps\""), "there is nothing to lose on it");
    server.clock.advance(24 * 3600);
    let done = receipt.send(&server, &[("written", "yes")]).await;
    assert_eq!(done.status, StatusCode::OK);
    assert!(done.has("You can close this page now") && !done.has("Nothing has been sent"), "{}", done.html);
}

/// The receipt of a report.
async fn receipt(server: &TestServer) -> Page {
    finish(server, walk(server, POLICE, REPORT).await).await
}

/// A report's seven words.
async fn report(server: &TestServer) -> String {
    receipt(server).await.words().join(" ")
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
