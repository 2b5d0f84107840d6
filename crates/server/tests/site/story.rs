//! From the first page to the reply.

use protocol::MemberId;
use protocol::content::{Message, Speaker};
use protocol::proof::Originals;
use protocol::submission::{ItemBody, ItemUpload};
use reqwest::StatusCode;
use seal::{Identity, ItemId, ItemKind, Place, open_item, seal_item};
use server::config::Config;
use store::acts::Stamp;
use store::reports::{QueueFilter, QueueRow};

use crate::browser::{Page, REPORT, finish, walk};
use crate::support::{CHARITY, NOW, POLICE, Pair, TestServer, rng};

const CHAT: &str =
    "22/11/2026, 16:02 - Sam: is practice on if it rains?\n22/11/2026, 16:03 - Jo: yes, bring boots\n";

async fn queue(server: &TestServer) -> Vec<QueueRow> {
    let reader = MemberId::from_bytes([7; 16]);
    server.state.store.reports().queue(QueueFilter::new(POLICE, 10), reader, NOW).await.unwrap().rows
}

/// The one report there is, as the desk opens it: its identity and its id.
async fn opened(server: &TestServer) -> (Identity, seal::ReportId) {
    let rows = queue(server).await;
    let row = rows.first().unwrap();
    let seed = seal::unwrap(row.desk_wrap.as_slice(), &server.desk).unwrap();
    (Identity::from_seed(seed), row.report)
}

#[tokio::test]
async fn a_report_with_a_chat_export_is_made_received_read_and_answered() {
    let server = TestServer::start(Pair::Embedded).await;
    let files = walk(&server, POLICE, REPORT).await;
    assert_eq!(files.name(), "files");
    let files = files.send_file(&server, "football chat.txt", CHAT.into(), &[("do", "upload")]).await;
    assert_eq!(files.status, StatusCode::OK, "{}", files.html);
    assert!(files.has("football chat.txt"));
    // Its content says that it is media, and not its name.
    let pattern = b"\x89PNG\r\n\x1a\n and then nothing but a pattern".repeat(100);
    let files = files.send_file(&server, "timetable.txt", pattern, &[("do", "upload")]).await;
    assert!(files.has("timetable.txt"), "{}", files.html);

    let receipt = finish(&server, files).await;
    assert_eq!(receipt.status, StatusCode::OK, "{}", receipt.html);
    let words = receipt.words();
    assert_eq!(words.len(), 7, "{}", receipt.html);
    assert!(receipt.has("football chat.txt") && receipt.has(&seal::Digest::of(CHAT).to_hex()));

    // The desk opens it.
    let (report, id) = opened(&server).await;
    let detail = server.state.store.reports().detail(id).await.unwrap().unwrap();
    let file = detail.items.iter().find(|item| item.signed.header.kind == ItemKind::File).unwrap();
    let kinds: Vec<_> = detail.items.iter().map(|item| item.signed.header.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == ItemKind::Media).count(), 1, "{kinds:?}");
    let reporter = server.state.store.reports().by_lookup(lookup(&words)).await.unwrap().unwrap();
    let body = server.state.store.items().open(&reporter, file.signed.header.item, None).await.unwrap();
    let sealed = body.into_vec().await.unwrap();
    let content = open_item(&file.signed, &sealed, &report).unwrap();
    assert_eq!(content.content.as_slice(), CHAT.as_bytes());
    assert_eq!(content.meta.unwrap().name, "football chat.txt");

    // It answers.
    let message =
        serde_json::to_vec(&Message::new(Speaker::Desk, "Thank you. Is the club on Mondays?")).unwrap();
    let place = Place { report: id, item: ItemId::generate(&mut rng()), kind: ItemKind::Message };
    let sealed = seal_item(place, None, &message, report.recipient(), &server.desk, &mut rng()).unwrap();
    let item = ItemUpload { signed: sealed.signed, body: ItemBody::Inline(sealed.bytes.into()) };
    server.state.store.items().add(id, vec![item], Stamp::system(NOW)).await.unwrap();

    // The person comes back and answers too.
    let page = Page::get(&server, "/return").await;
    let page = page.send(&server, &[("phrase", &words.join(" "))]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    assert!(page.has("Is the club on Mondays?"), "{}", page.html);
    let answered = page.send(&server, &[("text", "No, on Tuesdays."), ("do", "reply")]).await;
    assert!(answered.has("No, on Tuesdays."), "{}", answered.html);
    let again = page.send(&server, &[("text", "No, on Tuesdays."), ("do", "reply")]).await;
    assert_eq!(again.html.matches("No, on Tuesdays.").count(), 1, "a form sent twice adds once");

    let witness = answered.send(&server, &[("do", "witness"), ("name", "Robin Doe")]).await;
    assert_eq!(witness.status, StatusCode::UNPROCESSABLE_ENTITY);
    let more = [("do", "witness"), ("name", "Robin Doe"), ("contact", "07700 900456")];
    let witness = witness.send(&server, &more).await;
    assert_eq!(witness.status, StatusCode::OK, "{}", witness.html);
    let added = witness.send_file(&server, "later.txt", b"Rain again.".to_vec(), &[("do", "upload")]).await;
    assert!(added.has("later.txt"), "{}", added.html);
    let sent = added.send(&server, &[("do", "hand-over")]).await;
    assert!(sent.status == StatusCode::OK && sent.has("Your file has been sent"), "{}", sent.html);
    let gone = sent.send(&server, &[("do", "leave")]).await;
    assert_eq!(gone.value("draft"), None);
}

#[tokio::test]
async fn a_file_that_is_added_later_can_be_removed_until_it_is_sent() {
    let server = TestServer::start(Pair::Embedded).await;
    let words = finish(&server, walk(&server, POLICE, REPORT).await).await.words().join(" ");
    let page = Page::get(&server, "/return").await.send(&server, &[("phrase", &words)]).await;
    let upload = async |page: &Page, name: &str| {
        page.send_file(&server, name, b"Rain again.".to_vec(), &[("do", "upload")]).await
    };
    let files = async || opened_files(&server).await;

    let one = upload(&page, "one.txt").await;
    assert!(one.has("one.txt") && one.has("Files that are not sent yet"), "{}", one.html);
    assert_eq!(files().await, 0, "nothing is sent yet");
    let none = one.send(&server, &[("do", &removal(&one).unwrap())]).await;
    assert!(none.status == StatusCode::OK && !none.has("one.txt"), "{}", none.html);

    // Nobody leaves a file behind without knowing.
    let two = upload(&none, "two.txt").await;
    let held = two.send(&server, &[("do", "leave")]).await;
    assert_eq!(held.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(held.has("id=\"files-ready-error\"") && held.has("two.txt"), "{}", held.html);

    // A message takes them along; then there is no button any more, and an old page's does nothing.
    let sent = held.send(&server, &[("do", "reply"), ("text", "Here it is.")]).await;
    assert!(sent.has("Your message and your files have been sent"), "{}", sent.html);
    assert!(sent.has("two.txt") && removal(&sent).is_none() && !sent.has("hand-over"), "{}", sent.html);
    assert_eq!(files().await, 1);
    let late = two.send(&server, &[("do", &removal(&two).unwrap())]).await;
    assert!(late.has("two.txt") && removal(&late).is_none(), "{}", late.html);
    assert_eq!(files().await, 1);

    // Files alone need no message.
    let three = upload(&sent, "three.txt").await;
    let alone = three.send(&server, &[("do", "reply"), ("text", "")]).await;
    assert!(alone.status == StatusCode::OK && alone.has("Your file has been sent"), "{}", alone.html);
    assert_eq!(files().await, 2);
}

/// What the button beside the first file that can be removed sends.
fn removal(page: &Page) -> Option<String> {
    let button = page.html.split("value=\"remove-file ").nth(1)?;
    Some(format!("remove-file {}", button.split('"').next()?))
}

/// How many files the one report has.
async fn opened_files(server: &TestServer) -> usize {
    let (_, id) = opened(server).await;
    let detail = server.state.store.reports().detail(id).await.unwrap().unwrap();
    detail.items.iter().filter(|item| item.signed.header.kind == ItemKind::File).count()
}

fn lookup(words: &[String]) -> seal::LookupHash {
    // The origin of a server's configuration, whatever port a test gave it.
    let origin = server::config::ServerConfig::default().origin;
    seal::Phrase::parse(&words.join(" ")).unwrap().derive(&origin).unwrap().lookup.hash()
}

#[tokio::test]
async fn the_same_draft_sent_twice_shows_the_same_receipt() {
    let server = TestServer::start(Pair::Embedded).await;
    let files = walk(&server, POLICE, REPORT).await;
    let told = files.send(&server, &[]).await.send(&server, &[("told", "nobody")]).await;
    let declaration = told.send(&server, &[]).await;
    let (first, second) = tokio::join!(
        declaration.send(&server, &[("agree", "true")]),
        declaration.send(&server, &[("agree", "true")]),
    );
    server.clock.advance(90);
    let third = declaration.send(&server, &[("agree", "true")]).await;
    assert_eq!(first.words(), second.words());
    assert_eq!(first.words(), third.words());
    assert_eq!(first.asked(), third.asked());
    assert_eq!(queue(&server).await.len(), 1);
}

#[tokio::test]
async fn the_receipt_lets_go_for_two_words_or_a_tick() {
    let server = TestServer::start(Pair::Embedded).await;
    let receipt = finish(&server, walk(&server, POLICE, REPORT).await).await;
    let (words, asked) = (receipt.words(), receipt.asked());
    let nothing = receipt.send(&server, &[]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(nothing.words(), words);
    let names: Vec<_> = asked.iter().map(|number| format!("word-{number}")).collect();
    let wrong = receipt.send(&server, &[(&names[0], "zzz"), (&names[1], &words[asked[1] - 1])]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.has("zzz"));
    let typed = [(names[0].as_str(), words[asked[0] - 1].as_str()), (&names[1], &words[asked[1] - 1])];
    let done = receipt.send(&server, &typed).await;
    assert_eq!(done.status, StatusCode::OK);
    assert!(!done.has("safehand-words"));
    assert_eq!(receipt.send(&server, &[("written", "yes")]).await.status, StatusCode::OK);
}

/// Both pages tell of the log, and hand out a file that shows it, with newer checkpoints as they come.
#[tokio::test]
async fn the_proof_is_told_and_saved_on_the_receipt_and_after_coming_back() {
    let server = TestServer::start(Pair::Embedded).await;
    let files = walk(&server, POLICE, REPORT).await;
    // Too large to travel along, so that only its beginning is fetched for the proof.
    let chat = CHAT.repeat(2000).into_bytes();
    let files = files.send_file(&server, "football chat.txt", chat.clone(), &[("do", "upload")]).await;
    let receipt = finish(&server, files).await;
    assert!(
        receipt.has("in our log") && receipt.has("No outside organisation has signed"),
        "{}",
        receipt.html
    );
    assert!(!receipt.has("This page has checked it"), "without JavaScript no page checks anything");
    let words = receipt.words();

    let first = receipt.send(&server, &[("do", "proof")]).await;
    let sizes = [shows(&server, &first.html, &words, &[&chat]), {
        let page = Page::get(&server, "/return").await.send(&server, &[("phrase", &words.join(" "))]).await;
        assert!(page.has("in our log"), "{}", page.html);
        let page = page.send_file(&server, "later.txt", b"Rain again.".to_vec(), &[("do", "upload")]).await;
        let page = page.send(&server, &[("do", "hand-over")]).await;
        let later = page.send(&server, &[("do", "proof")]).await;
        shows(&server, &later.html, &words, &[&chat, b"Rain again."])
    }];
    assert!(sizes[0] < sizes[1], "{sizes:?}");
    // The receipt is still there to be gone on with.
    assert_eq!(receipt.send(&server, &[("written", "yes")]).await.status, StatusCode::OK);
}

/// Checks a receipt by the server's key, and that these contents are what was received. Answers how many entries
/// the log had.
fn shows(server: &TestServer, file: &str, words: &[String], contents: &[&[u8]]) -> u64 {
    assert!(!file.contains("football"), "it names no content");
    let receipt = ledger::receipt::Receipt::parse(file.as_bytes()).unwrap();
    let verified = receipt.verify(Some(server.state.log_key.verifier()), &[]).unwrap();
    let origin = server::config::ServerConfig::default().origin;
    let keys = seal::Phrase::parse(&words.join(" ")).unwrap().derive(&origin).unwrap();
    let originals = Originals::open(receipt.sealed.as_ref().unwrap(), &keys.identity).unwrap();
    assert_eq!(originals.files.len(), contents.len());
    for (original, content) in originals.files.iter().zip(contents) {
        let mut again = original.recipe.seal_again();
        again.push(content);
        let sealed = again.finish();
        let digests = verified.records().iter().filter_map(|(_, record)| record.sha256);
        assert!(digests.into_iter().any(|digest| digest.as_bytes() == sealed.sha256.as_bytes()));
    }
    verified.checkpoint().checkpoint().size()
}

#[tokio::test]
async fn changing_the_language_keeps_the_answers() {
    let server = TestServer::start(Pair::Embedded).await;
    let page = walk(&server, POLICE, &REPORT[..9]).await;
    assert_eq!(page.name(), "what");
    let welsh = page.send(&server, &[("story", "It rained on Tuesday."), ("do", "speak cy")]).await;
    assert!(welsh.has("lang=\"cy\"") && welsh.has("It rained on Tuesday."), "{}", welsh.html);
}

#[tokio::test]
async fn where_there_is_no_room_for_a_file_the_report_goes_without_it() {
    for limit in [
        |config: &mut Config| config.limits.upload_bytes = 3,
        |config: &mut Config| config.limits.upload_bytes_per_desk = 3,
    ] {
        let server = TestServer::start_with(Pair::Embedded, limit).await;
        let files = walk(&server, POLICE, REPORT).await;
        let files = files.send_file(&server, "chat.txt", CHAT.into(), &[("do", "upload")]).await;
        assert_eq!(files.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(files.has("There is no room for “chat.txt” today"), "{}", files.html);
        assert_eq!(finish(&server, files).await.words().len(), 7);
    }
}

#[tokio::test]
async fn a_charity_desk_never_offers_files_and_refuses_them() {
    let server = TestServer::start(Pair::Embedded).await;
    let page = walk(&server, CHARITY, &REPORT[..12]).await;
    assert_eq!(page.name(), "keep-safe");
    assert!(!page.has("type=\"file\""));
    let refused = page.send_file(&server, "chat.txt", CHAT.into(), &[("do", "upload")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.html);
    assert_eq!(refused.name(), "keep-safe", "nothing is lost: {}", refused.html);
}
